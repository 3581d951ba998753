"""Edits of a text, and the way back from each."""

from hypothesis import given
from hypothesis import strategies as st

from foreword.terminal.draft import Draft, Kind, Origin, Passage


def typed(draft: Draft, text: str) -> None:
    for character in text:
        draft.replace(draft.cursor, draft.cursor, Passage.of(character, Origin.TYPED), kind="typing")


def test_a_word_is_undone_at_once_and_words_one_by_one() -> None:
    draft = Draft()
    typed(draft, "see you soon")
    seen = []
    while draft.undo():
        seen.append(draft.text)
    assert seen == ["see you ", "see ", ""]
    while draft.redo():
        pass
    assert (draft.text, draft.cursor) == ("see you soon", 12)


def test_another_step_is_never_joined_to_what_was_typed() -> None:
    draft = Draft()
    typed(draft, "to")
    draft.replace(2, 2, Passage.of("morrow", Origin.TAKEN))
    typed(draft, "s")
    draft.undo()
    assert draft.text == "tomorrow"
    draft.undo()
    assert (draft.text, draft.cursor) == ("to", 2)


def test_moving_the_cursor_ends_a_step() -> None:
    draft = Draft()
    typed(draft, "ab")
    draft.move(0)
    typed(draft, "c")
    draft.undo()
    assert (draft.text, draft.cursor) == ("ab", 0)


def test_what_was_undone_is_gone_once_something_else_is_typed() -> None:
    draft = Draft()
    typed(draft, "a")
    draft.undo()
    typed(draft, "b")
    assert not draft.redo()
    assert draft.text == "b"


EDITS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.integers(0, 20),
        st.text("ab \n🙂", max_size=3),
        st.sampled_from(["typing", "deleting", "other"]),
        st.sampled_from(Origin),
    ),
    max_size=12,
)


@given(st.text("xy ", max_size=10), EDITS)
def test_undoing_all_gives_back_the_text_and_redoing_all_the_other_with_their_origins(
    text: str, edits: list[tuple[int, int, str, Kind, Origin]]
) -> None:
    draft = Draft(text)
    first = draft.passage
    for one, other, new, kind, origin in edits:
        start, end = sorted((min(one, len(draft.text)), min(other, len(draft.text))))
        draft.replace(start, end, Passage.of(new, origin), kind=kind)
        assert len(draft.passage.text) == len(draft.passage.origins)
    last = draft.passage
    while draft.undo():
        pass
    assert draft.passage == first
    while draft.redo():
        pass
    assert draft.passage == last


def test_a_selection_lies_between_where_it_began_and_the_cursor() -> None:
    draft = Draft("abcdef", 4)
    draft.move(1, selecting=True)
    assert draft.selection == (1, 4)
    draft.move(6, selecting=True)
    assert draft.selection == (4, 6)
    draft.move(4, selecting=True)
    assert draft.selection is None
    draft.move(2, selecting=True)
    draft.move(3)
    assert draft.selection is None
