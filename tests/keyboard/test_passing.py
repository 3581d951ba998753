"""Words shown while a word was being typed, and not taken, make room for others that are nearly as likely."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toys
from foreword.keyboard.ignored import KEPT, LONGEST, PassedOver
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import CONFIDENT, Counts, Keyboard
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer

SAID = {"tell": 7, "ten": 6, "tent": 5, "tea": 4}


def said(times: dict[str, int]) -> Memory:
    """A memory of words, each said so many times; what was said a moment ago is the same for all."""
    memory = Memory.open()
    counted = [word for word, often in times.items() for _ in range(often * 50)]
    memory.learn("\n".join([*counted, *times] + [*times] * 100))
    return memory


def texts(keyboard: Keyboard | Counts, text: str, limit: int = 2) -> list[str]:
    return [each.text for each in keyboard.suggest(text, limit)]


def test_what_was_passed_over_makes_room(indifferent: Model) -> None:
    memory = said(SAID)
    for keyboard in (Keyboard(indifferent, memory), Counts(memory)):
        first, second = texts(keyboard, ""), texts(keyboard, "t")

        assert first == ["tell", "ten"]
        assert second == ["tent", "tea"]
        assert texts(keyboard, "te") == ["tell", "ten"]  # all are passed over by now
        assert texts(keyboard, "te", limit=3) != texts(keyboard, "te")


def test_what_nothing_else_comes_near_stays(indifferent: Model) -> None:
    keyboard = Keyboard(indifferent, said({"tell": 9, "ten": 1, "tea": 1, "team": 1}))

    assert [texts(keyboard, typed)[0] for typed in ("", "t", "te")] == ["tell"] * 3


def test_probabilities_and_their_order_are_those_of_the_words(indifferent: Model) -> None:
    keyboard = Keyboard(indifferent, said({"tell": 9, "ten": 8, "tea": 6, "team": 1}))
    shown = keyboard.suggest("t", limit=2)
    fresh = keyboard.suggest("t", limit=4)

    assert [each.probability for each in shown] == sorted((each.probability for each in shown), reverse=True)
    assert set(shown) < set(fresh)


def test_what_is_likely_enough_to_be_shown_unasked_stays(indifferent: Model) -> None:
    keyboard = Keyboard(indifferent, said({"tell": 5, "ten": 4, "tea": 4}))
    shown = keyboard.suggest("t", 1)

    assert [(each.text, each.probability > CONFIDENT) for each in shown] == [("tell", True)]
    assert keyboard.suggest("t", 1, confidence=CONFIDENT) == shown
    assert [each.text for each in Keyboard(indifferent, said(SAID)).suggest("t", 1)] == ["ten"]


@settings(deadline=None, max_examples=12)
@given(
    st.lists(st.sampled_from(["", "t", "te", "tel", "ten", "a t", "te m", "今", "今t", "te今t"]), max_size=6)
)
def test_lists_do_not_depend_on_what_was_looked_at_before(indifferent: Model, looked_at: list[str]) -> None:
    memory = said({"tell": 3, "ten": 3, "tea": 2, "team": 1})
    keyboard = Keyboard(indifferent, memory)
    for text in looked_at:
        keyboard.suggest(text)

    for text in ("te", "tea", "a te", "te今te"):
        assert keyboard.suggest(text) == Keyboard(indifferent, memory).suggest(text)


@pytest.fixture(scope="module")
def wordly(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A network for which every word ends with the first n."""
    tokenizer = characters_tokenizer(dict.fromkeys("aelmnt ", 9))
    letters = dict.fromkeys("aelmt", 0.19)
    follows = {each: {**letters, "n": 0.05} for each in "aelmt "}
    follows |= {"n": {" ": 0.9, "t": 0.1}, "\n": letters}
    path: Path = tmp_path_factory.mktemp("toy") / "wordly"
    return toys.model(path, tokenizer, toys.table_graph(toys.transitions(tokenizer, follows)))


@pytest.mark.parametrize("before", ["", "a ", "ma\n" * 332 + "a ", "ma\n" * 166 + "a "])
def test_a_whole_word_within_a_word_is_the_same_typed_and_found(wordly: Model, before: str) -> None:
    memory = said({**SAID, "tents": 4, "tended": 3})
    keyboard = Keyboard(wordly, memory)
    for length in range(len("tent")):
        texts(keyboard, before + "tent"[:length])

    assert keyboard.suggest(before + "tent", 2) == Keyboard(wordly, memory).suggest(before + "tent", 2)
    moved = "e" + before + "te"
    assert keyboard.suggest(moved, 2) == Keyboard(wordly, memory).suggest(moved, 2)


@pytest.mark.parametrize("change", ["learn", "forget", "another learns"])
def test_lists_are_made_anew_when_something_was_learned_or_forgotten(indifferent: Model, change: str) -> None:
    memory = said(SAID)
    memory.learn("ma\n" * 300)
    keyboard = Keyboard(indifferent, memory)
    texts(keyboard, "t")
    if change == "forget":
        keyboard.forget("tell")
    else:
        teacher = keyboard if change == "learn" else Keyboard(indifferent, memory)
        teacher.learn("team\n" * 200 + "ma\n" * 300)

    assert texts(keyboard, "te") == texts(Keyboard(indifferent, memory), "te")


def test_a_list_that_is_not_known_is_made_once_the_shortest_first_and_few_are_kept() -> None:
    passed_over, made = PassedOver(), list[tuple[str, Mapping[str, int]]]()

    def show(begun: str, passed: Mapping[str, int]) -> list[str]:
        made.append((begun, passed))
        return ["each", f"word{len(begun)}"]

    found = passed_over.words("so ", "t" * 40, 3, show)
    assert [begun for begun, _ in made] == ["t" * length for length in range(LONGEST)]
    assert made[2][1] == {"each": 2, "word0": 1, "word1": 1}
    assert found == Counter({"each": LONGEST} | {f"word{length}": 1 for length in range(LONGEST)})
    passed_over.words("so ", "tt", 3, show)
    assert len(made) == LONGEST
    for each in range(KEPT):
        passed_over.keep("so ", "u", each, [])
    passed_over.words("so ", "t", 3, show)
    assert len(made) == LONGEST + 1
    passed_over.clear()
    passed_over.words("so ", "t", 3, show)
    assert len(made) == LONGEST + 2
