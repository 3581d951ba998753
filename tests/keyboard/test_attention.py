"""How often a person takes what is shown, by what became of it."""

import math

import pytest

from foreword.keyboard.ignored import ATTENTION, FIRST, KEPT, Attention
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Counts, Keyboard
from foreword.runtime.model import Model

PRIOR = FIRST[1] / sum(FIRST)


def shown(*lists: tuple[str, str, list[str]]) -> Attention:
    found = Attention()
    for before, typed, words in lists:
        found.show(before, typed, words)
    return found


def test_a_word_taken_at_once_was_not_overlooked() -> None:
    found = shown(
        ("see you ", "", ["there"]), ("see you ", "t", ["tomorrow", "then"]), ("see you tomorrow ", "", [])
    )
    found.follow("see you tomorrow morning")
    taken, overlooked = found.weights()
    assert (taken > FIRST[0], overlooked < FIRST[1]) == (True, True)
    assert found.overlooks < PRIOR


def test_each_list_that_a_word_was_in_and_not_taken_from_was_overlooked() -> None:
    found = shown(("", "", ["then"]), ("", "t", ["then", "ten"]), ("", "th", []), ("", "the", []))
    found.follow("then")
    assert found.weights()[1] == pytest.approx((FIRST[1] * math.exp(-1 / 500) + 1) * math.exp(-1 / 500) + 1)
    assert found.overlooks > PRIOR


@pytest.mark.parametrize(
    ("lists", "line"),
    [
        ([("", "", ["when"])], "then"),  # it was not in the list
        ([("", "", ["then"]), ("", "th", [])], "then"),  # the person was faster than the lists
        ([("", "", ["then"])], "then we"),  # and so, perhaps, here
        ([("", "the", ["then"])], "then"),  # began in the middle
        ([("", "", []), ("", "t", []), ("", "th", []), ("", "the", ["then"])], "then"),  # its last letter
        ([("so ", "", ["then"])], "and then"),  # another place
        ([("", "", ["Then"])], "then"),  # another case
    ],
)
def test_what_tells_nothing_changes_nothing(lists: list[tuple[str, str, list[str]]], line: str) -> None:
    found = shown(*lists)
    found.follow(line)
    assert found.weights() == list(FIRST)


def test_lists_count_once_and_the_line_before_the_word_is_what_counts() -> None:
    found = shown(("an older line\nsee ", "", ["tomorrow"]), ("an older line\nsee tomorrow ", "", ["then"]))
    found.follow("see tomorrow now")
    once = found.weights()
    found.follow("see tomorrow now")
    assert found.weights() == once != list(FIRST)


def test_each_line_of_a_text_counts_and_what_is_not_of_it_waits() -> None:
    lists = [("go ", "", ["home"]), ("go home ", "", []), ("see ", "", ["home"]), ("see home ", "", [])]
    found, later = shown(*lists), shown(*lists)
    found.follow("\nsee home now\ngo home now")
    for line in ("see home now", "go home now"):
        later.follow(line)
    assert found.weights() == later.weights()
    assert found.weights()[0] > FIRST[0] + 1


def test_a_list_counts_as_it_was_shown_last_and_may_be_forgotten() -> None:
    found = shown(("", "", ["then"]), ("", "", []), ("then ", "", []))
    found.follow("then we")
    assert found.weights() == list(FIRST)
    found = shown(("", "", ["then"]), ("then ", "", []))
    found.forget()
    found.follow("then we")
    assert found.weights() == list(FIRST)


def test_however_often_something_happens_the_other_stays_possible_and_a_long_line_takes_no_time() -> None:
    found = Attention([1.0, 1e-3])
    for _ in range(2_000):
        found.show("", "", ["then"])
        found.show("then ", "", [])
        found.follow("then we")
    assert 0 < found.overlooks < 1e-4
    assert Attention(found.weights()).weights() == found.weights()
    found.follow("then we " * 200_000)


def test_not_more_than_some_lists_are_kept() -> None:
    found = shown(*((f"{number} ", "", ["tomorrow"]) for number in range(KEPT + 1)))
    found.follow("0 tomorrow")
    assert found.weights() == list(FIRST)


@pytest.mark.parametrize("weights", [None, [], [1.0], [0.0, 1.0], [1.0, math.nan], [1.0, 2.0, 3.0]])
def test_weights_that_are_none_are_not_taken_up(weights: list[float] | None) -> None:
    assert Attention(weights).overlooks == PRIOR
    assert Attention([3.0, 1.0]).overlooks == 0.25


def test_a_keyboard_learns_it_with_each_line_and_a_memory_keeps_it(indifferent: Model) -> None:
    for make in (lambda memory: Keyboard(indifferent, memory), Counts):
        memory = Memory.open()
        memory.learn("tale\n" * 9)
        keyboard = make(memory)
        assert keyboard.suggest("a ")[0].text == "tale"
        keyboard.suggest("a tale ")
        keyboard.learn("a tale too")
        kept = memory.weights(ATTENTION)
        assert kept is not None
        assert Attention(kept).overlooks < PRIOR

        for typed in ("a ", "a t", "a ta"):
            keyboard.suggest(typed)
        keyboard.learn("a tale")
        assert memory.weights(ATTENTION) != kept


def test_whoever_looks_at_each_list_is_shown_less_of_what_they_passed_over(indifferent: Model) -> None:
    memory = Memory.open()
    memory.learn("\n".join(["tell"] * 90 + ["ten"] * 9 + ["tea"] * 8 + ["team"] * 7))
    careless, careful = Memory.open(), Memory.open()
    for each, weights in ((careless, [1.0, 99.0]), (careful, [99.0, 1.0])):
        each.learn("\n".join(["tell"] * 90 + ["ten"] * 9 + ["tea"] * 8 + ["team"] * 7))
        each.set_weights(ATTENTION, weights)
    lists = {}
    for name, each in (("careless", careless), ("careful", careful)):
        keyboard = Keyboard(indifferent, each)
        lists[name] = [[found.text for found in keyboard.suggest(typed, 1)] for typed in ("", "t", "te")]
    assert lists["careless"] == [["tell"], ["tell"], ["tell"]]
    assert lists["careful"][0] == ["tell"]
    assert len({each for (each,) in lists["careful"]}) == 3
