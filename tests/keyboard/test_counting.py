"""The counts are those of the messages, however these came and went."""

from hypothesis import given, settings
from hypothesis import strategies as st

from foreword.keyboard.counts import Message, now
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
def test_any_text_can_be_learned_and_what_is_kept_is_counted(texts: list[str]) -> None:
    memory = Memory.open()
    for text in texts:
        memory.learn(text)
    check_counts(memory)
    assert all(each.text and "\n" not in each.text for each in memory.messages())


@settings(max_examples=25)
@given(st.lists(message, max_size=10))
def test_messages_learned_at_once_count_as_those_learned_one_by_one(messages: list[str]) -> None:
    at_once, one_by_one = Memory.open(), Memory.open()
    at_once.learn_messages([Message(text=text, time=now()) for text in messages])
    for text in messages:
        one_by_one.learn(text)
    check_counts(at_once)
    check_counts(one_by_one)
    assert [each.text for each in at_once.messages()] == [each.text for each in one_by_one.messages()]
