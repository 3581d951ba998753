"""Keys are counted by the protocol; each expected count was worked out by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess.keystrokes import (
    Keystrokes,
    Typed,
    calibration,
    least_keys,
    mistyped,
    replay,
    sample,
    taken_to,
    type_message,
)
from foreword.errors import OptionError, SourceEmpty
from foreword.keyboard.suggest import Keyboard, Suggestion


class Script:
    """Always suggests the same words with their probabilities, and records each request."""

    def __init__(self, *words: str, **said: float) -> None:
        self.said = {**dict.fromkeys(words, 0.1), **said}
        self.asked: list[str] = []

    def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        self.asked.append(text)
        every = [Suggestion(text=t, replace=0, insert=t, probability=p) for t, p in self.said.items()]
        return every[:limit]


def typed(message: str, *words: str) -> tuple[int, tuple[int, ...], list[str]]:
    script = Script(*words)
    found = type_message(script, message, 3)
    assert len(script.asked) == len(found.milliseconds)
    return found.keys, found.ranks, script.asked


@pytest.mark.parametrize(
    ("message", "words", "keys"),
    [
        ("see you", (), 8),  # every character, and Enter
        ("see you", ("see",), 1 + 3 + 1),  # the space comes with the word
        ("see, you", ("see", "you"), 1 + 2 + 1 + 1),  # no space is credited before a comma
        ("See you", ("see", "you"), 4 + 1 + 1),  # exact case
        ("don't", ("don",), 6),  # a part of a word is not the word
        ("a-b c", ("a-b",), 1 + 1 + 1),
        ("今天日", ("今天",), 1 + 1 + 1),
        ("see", ("a", "b", "see"), 1 + 1),
        ("see", ("a", "b", "c", "see"), 4),  # the list has three
    ],
)
def test_the_protocol_counts_the_keys_of_a_message(message: str, words: tuple[str, ...], keys: int) -> None:
    assert typed(message, *words)[0] == keys


def test_the_replay_requests_suggestions_before_each_key_and_ranks_each_word_once() -> None:
    asked = ["", "h", "hi", "hi ", "hi you ", "hi you h"]
    assert typed("hi you hi", "x", "you") == (7, (0, 2, 0), asked)
    assert typed("hi 😀 (you)", "you")[1] == (0, 1)


def test_the_figures_pool_all_messages() -> None:
    script = Script("see", "you")
    found = Keystrokes(messages=[type_message(script, "?", 3)])
    assert found.figures()["share_of_limit"] == found.limit == 0.0  # nothing could be saved
    found = Keystrokes(messages=[type_message(script, message, 3) for message in ("see you", "see", "no")])
    assert found.savings == pytest.approx(1 - (3 + 2 + 3) / (8 + 4 + 3))
    assert found.limit == pytest.approx(1 - (3 + 2 + 2) / (8 + 4 + 3))
    assert [least_keys(each) for each in ("see, you!", "...", "今天 日")] == [6, 4, 4]
    assert (found.hit_at(1), found.hit_at(3)) == (2 / 4, 3 / 4)
    assert found.mean_reciprocal_rank == pytest.approx((1 + 1 / 2 + 1 + 0) / 4)
    assert found.shown == 1.0
    assert found.interval is None  # three messages are too few
    low, high = Keystrokes(messages=[*found.messages] * 2).interval or (0.0, 0.0)
    assert low < found.savings < high
    assert found.milliseconds(0.5) <= found.milliseconds(0.95)


@pytest.mark.parametrize("count", [6, 12, 50])
def test_an_interval_holds_the_true_savings_in_nearly_95_of_100_cases(count: int) -> None:
    draw, held = np.random.default_rng(1), 0
    for _ in range(400):
        sizes = draw.integers(10, 80, count)
        typed = [
            Typed(keys=int(keys), characters=int(size), least=1, ranks=(), shown=0, wrong=0, milliseconds=())
            for size, keys in zip(sizes, draw.binomial(sizes, draw.beta(5, 5, count)), strict=True)
        ]
        low, high = Keystrokes(messages=typed).interval or (0.0, 0.0)
        held += low <= 0.5 <= high
    assert 0.92 < held / 400 < 0.98


@pytest.fixture
def keyboard(tmp_path: Path) -> Keyboard:
    """A keyboard whose network predicts nothing."""
    return Keyboard(toys.indifferent(tmp_path / "toy", "abcdefghijklmnopqrstuvwxyz "))


def test_learning_while_typing_saves_keys_and_changes_only_a_copy(keyboard: Keyboard) -> None:
    messages = ["see you tomorrow"] * 4
    fixed, learning = replay(keyboard, messages, learn=False), replay(keyboard, messages)
    assert fixed.savings == 0.0
    assert replay(keyboard, messages, slips=True).savings < learning.savings
    assert learning.savings > 0.5
    with pytest.raises(SourceEmpty, match="no message to type"):
        replay(keyboard, ["", "\n"])
    with pytest.raises(OptionError, match="messages must be a list of texts"):
        replay(keyboard, "see you tomorrow")  # else each letter would be a message
    assert keyboard.memory.messages() == []


def test_a_replay_that_learns_reports_each_list() -> None:
    class Learning(Script):
        reported: list[str]

        def report(self, text: str, shown: Sequence[Suggestion]) -> None:
            self.reported.append(text)

        def learn(self, text: str) -> int:
            return 1

        def copy(self) -> "Learning":
            return self

    for learn in (True, False):
        keyboard = Learning("see")
        keyboard.reported = []
        replay(keyboard, ["see you"], learn=learn)
        assert keyboard.reported == (keyboard.asked if learn else [])


def test_a_typo_changes_one_letter_after_the_first() -> None:
    draw = np.random.default_rng(0)
    assert {"non", "nooon", "nono", "npon"} <= {mistyped("noon", draw) for _ in range(60)}
    for word in ("tomorrow", "noon", "aaaa", "今天天气", "Über"):
        for _ in range(30):
            wrong = mistyped(word, draw)
            assert wrong != word
            assert wrong[0] == word[0]
            assert abs(len(wrong) - len(word)) <= 1
    wrong = mistyped("hello", np.random.default_rng(3))
    right = next(at for at in range(6) if "hello"[at : at + 1] != wrong[at : at + 1])
    corrected = type_message(Script(), "hello", 3, np.random.default_rng(3))
    assert corrected.keys == len(wrong) + (len(wrong) - right) + (len("hello") - right) + 1


def test_the_sample_takes_evenly_spread_messages_of_common_length() -> None:
    messages = [f"message number {at}" for at in range(10)] + ["ok", "x" * 300]
    assert sample(messages, 5) == [messages[at] for at in (0, 2, 4, 6, 8)]
    assert sample(["ok"], 5) == ["ok"]
    assert sample(["word " * 100, "x" * 300], 5) == ["word " * 39 + "word", "x" * 200]


def test_calibration_compares_predicted_and_observed_shares_by_tenths() -> None:
    groups, error = calibration(Script(yes=0.85, no=0.15), ["yes", "yes", "no"])
    low, high = groups
    assert low == pytest.approx((0.15, 2 / 8, 8))
    assert high == pytest.approx((0.85, 6 / 8, 8))
    assert error == pytest.approx(0.1)
    assert calibration(Script(yes=1.0), ["yes"])[0] == [(1.0, 1.0, 3)]
    assert calibration(Script(), ["yes"]) == ([], 0.0)


@pytest.mark.parametrize(
    ("message", "at", "choice", "end"),
    [
        ("haha!! ok", 4, ("!! ", 0), 7),
        ("haha!! ok", 4, ("! ", 0), 4),  # the sign continues
        ("haha!!", 4, ("!! ", 0), 6),  # no space follows
        ("see you tomorrow then", 11, ("tomorrow then ", 3), 21),
        ("see you tomorrows", 11, ("tomorrow ", 3), 11),  # the word continues
        ("ab", 2, ("ab ", 2), 2),  # the message ends here
        ("今天天气", 1, ("天天", 0), 3),  # a word may end at any letter
    ],
)
def test_a_choice_must_continue_a_message(message: str, at: int, choice: tuple[str, int], end: int) -> None:
    insert, typed = choice
    suggestion = Suggestion(text=insert.strip(), replace=typed, insert=insert, probability=1.0)
    assert taken_to(message, at, suggestion) == end
