"""The counts are those of the messages, however these came and went, in the file and in the process."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foreword.keyboard import counts
from foreword.keyboard.memory import Memory
from kneser_ney import check_counts
from writings import dirty_text

words = st.sampled_from(["see", "See", "you", "me", "a", "Anna", "Anna's", "今天", "so."])
message = st.lists(words, min_size=1, max_size=6).map(" ".join)


@settings(max_examples=60)
@given(st.lists(message | st.sampled_from(["see", "you", "anna"]).map(lambda word: f"-{word}"), max_size=12))
def test_the_counts_follow_from_the_messages_after_any_learning_and_forgetting(steps: list[str]) -> None:
    memory = Memory.open()
    for step in steps:
        if step.startswith("-"):
            memory.forget(step[1:])
            memory.allow(step[1:])
        else:
            memory.learn(step)
    check_counts(memory)


@settings(max_examples=40)
@given(st.lists(dirty_text, max_size=4))
def test_any_text_can_be_learned_and_is_counted(texts: list[str]) -> None:
    memory = Memory.open()
    for text in texts:
        memory.learn(text)
    check_counts(memory)
    assert all(each.text and "\n" not in each.text for each in memory.messages())


@settings(max_examples=25)
@given(st.lists(message, max_size=8), st.lists(message, max_size=8), message)
def test_a_memory_in_use_says_what_one_opened_later_says(
    first: list[str], later: list[str], before: str
) -> None:
    """The view in the process, kept in step word by word, is the one that is read from the file."""
    memory, fresh = Memory.open(), Memory.open()
    for each in [*first, *later]:
        memory.after(before).mass("")  # so that there is something to keep in step
        memory.learn(each)
        fresh.learn(each)
    for typed in ("", "s", "Y"):
        here, there = (
            {each.word: each.probability for each in which.candidates(before, typed, 50)}
            for which in (memory, fresh)
        )
        assert here == pytest.approx(there)


def test_after_much_news_all_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_MESSAGES", 2)
    memory = Memory.open()
    memory.learn("see you")
    assert memory.candidates("see ", "", 1)[0].word == "you"
    memory.learn("see me\nsee me\nsee me\nsee me")
    assert memory.candidates("see ", "", 1)[0].word == "me"
