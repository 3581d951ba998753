"""Ignored words make room for words that are nearly as likely. The person's attention decides how much."""

import math
from collections.abc import Callable

import pytest

from foreword.assess.keystrokes import NgramKeyboard
from foreword.keyboard.ignored import ATTENTION, CONFIDENT, FIRST, HORIZON, Habit
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model

SAID = {"tell": 7, "ten": 6, "tent": 5, "tea": 4}
PRIOR = FIRST[1] / sum(FIRST)
NEWS = "team\n" * 200 + "ma\n" * 300


def said(times: dict[str, int]) -> Memory:
    """A memory of words with these relative frequencies; the last words are the same for all."""
    memory = Memory.open()
    counted = [word for word, often in times.items() for _ in range(often * 50)]
    memory.learn("\n".join([*counted, *times] + [*times] * 100))
    return memory


def texts(keyboard: Keyboard | NgramKeyboard, text: str, limit: int = 2) -> list[str]:
    return [each.text for each in keyboard.suggest(text, limit)]


def shown(*lists: tuple[str, list[str]]) -> Habit:
    found = Habit()
    for text, words in lists:
        found.show(text, words)
    return found


def test_ignored_words_make_room_and_looking_stores_nothing(indifferent: Model) -> None:
    memory = said(SAID)
    for keyboard in (Keyboard(indifferent, memory), NgramKeyboard(memory)):
        assert texts(keyboard, "") == ["tell", "ten"]
        assert texts(keyboard, "t") == ["tent", "tea"]
        assert texts(keyboard, "te") == ["tell", "ten"]  # all were ignored by now
        assert texts(keyboard, "te", limit=3) != texts(keyboard, "te")
    assert memory.weights(ATTENTION) is None


def test_a_word_was_not_ignored_in_a_list_that_was_reported_as_hidden(indifferent: Model) -> None:
    keyboard = Keyboard(indifferent, said(SAID))
    texts(keyboard, "t")  # to look before the report changes nothing
    keyboard.report("", [])
    assert texts(keyboard, "t") == ["tell", "ten"]
    cached = keyboard._listed.cache_info().hits
    keyboard.report("another line ", [])
    texts(keyboard, "t")
    assert keyboard._listed.cache_info().hits > cached, "the lists of other typists stay"


def test_a_word_likely_enough_for_inline_display_stays_in_the_list(indifferent: Model) -> None:
    keyboard = Keyboard(indifferent, said({"tell": 5, "ten": 4, "tea": 4}))
    assert [texts(keyboard, typed, 1) for typed in ("", "t", "te")] == [["tell"]] * 3
    assert keyboard.suggest("t", 1)[0].probability > CONFIDENT


@pytest.mark.parametrize(
    "change",
    [
        lambda keyboard: keyboard.forget("tell"),
        lambda keyboard: keyboard.learn(NEWS),
        lambda keyboard: Keyboard(keyboard.model, keyboard.memory).learn(NEWS),
    ],
)
def test_lists_are_made_again_after_learning_or_forgetting(
    indifferent: Model, change: Callable[[Keyboard], object]
) -> None:
    memory = said(SAID)
    memory.learn("ma\n" * 300)
    keyboard = Keyboard(indifferent, memory)
    texts(keyboard, "t")
    change(keyboard)
    assert texts(keyboard, "te") == texts(Keyboard(indifferent, memory), "te")


GO, SEE = [("go ", ["home"]), ("go home ", [])], [("an older line\nsee ", ["home"]), ("see home ", [])]
THEN = [("", ["then"]), ("t", ["then", "ten"]), ("th", []), ("the", [])]
EMPTY: list[tuple[str, list[str]]] = [("", []), ("t", []), ("th", [])]


@pytest.mark.parametrize(
    ("lists", "lines", "taken"),
    [
        pytest.param([("", ["then"]), ("then ", [])], ["then we"], [True], id="taken at once"),
        pytest.param(THEN, ["then"], [False, False], id="overlooked in each list it was in"),
        pytest.param(SEE, ["see home now", "see home now"], [True], id="once, whatever line stood before"),
        pytest.param([*GO, *SEE], ["\nsee home now\ngo home now"], [True, True], id="each line of a text"),
        pytest.param(
            [*GO, *SEE], ["see home now", "go home now"], [True, True], id="of other lines, they wait"
        ),
        pytest.param([("", ["then"]), ("th", [])], ["then"], [], id="faster than the lists"),
        pytest.param([("", ["then"])], ["then we"], [], id="perhaps faster than the lists"),
        pytest.param([("the", ["then"])], ["then"], [], id="began in the middle"),
        pytest.param([*EMPTY, ("the", ["then"])], ["then"], [], id="its last letter"),
        pytest.param([("", ["Then"])], ["then"], [], id="another case"),
        pytest.param([("", ["then"]), ("", []), ("then ", [])], ["then we"], [], id="not in the last list"),
        pytest.param([("", ["今天"]), ("今天", [])], ["今天好"], [True], id="without spaces, taken"),
        pytest.param(
            [("", ["今天"]), ("今", []), ("今天", [])], ["今天好"], [False], id="without spaces, overlooked"
        ),
    ],
)
def test_a_wanted_word_counts_as_taken_or_overlooked(
    lists: list[tuple[str, list[str]]], lines: list[str], taken: list[bool]
) -> None:
    found, expected, fades = shown(*lists), FIRST, math.exp(-1 / HORIZON)
    for line in lines:
        found.follow(line)
    for each in taken:
        expected = (expected[0] * fades + each, expected[1] * fades + (not each))
    assert found.weights() == pytest.approx(expected)
    assert found.overlooks == pytest.approx(expected[1] / sum(expected))


@pytest.mark.parametrize("weights", [None, [], [1.0], [0.0, 1.0], [1.0, math.nan], [1.0, 2.0, 3.0]])
def test_invalid_attention_weights_are_ignored(weights: list[float] | None) -> None:
    assert Habit(weights).overlooks == PRIOR
    assert Habit([3.0, 1.0]).overlooks == 0.25


def test_only_reported_lists_change_the_attention_that_the_memory_keeps(indifferent: Model) -> None:
    def look(keyboard: Keyboard | NgramKeyboard, *seen: str) -> None:
        for text in seen:
            keyboard.report(text, keyboard.suggest(text))

    for make in (lambda memory: Keyboard(indifferent, memory), NgramKeyboard):
        memory = said({"tale": 1})
        keyboard = make(memory)
        keyboard.suggest("a ")
        keyboard.learn("a tale too")
        assert memory.weights(ATTENTION) == list(FIRST)  # nobody has reported anything
        look(keyboard, "a ", "a tale ")
        keyboard.learn("a tale too")
        kept = memory.weights(ATTENTION)
        assert kept is not None
        assert Habit(kept).overlooks < PRIOR
        look(keyboard, "a ", "a t", "a ta")
        keyboard.learn("a tale")
        assert memory.weights(ATTENTION) != kept


def test_a_reported_phrase_counts_as_its_first_word(indifferent: Model) -> None:
    memory = said({"tale": 1})
    keyboard = Keyboard(indifferent, memory)
    (first,) = keyboard.suggest("a ", 1)
    phrase = type(first)(text="tale too", replace=0, insert="tale too ", probability=0.5)
    keyboard.report("a ", [phrase])
    keyboard.report("a tale ", [])
    keyboard.learn("a tale too")
    assert Habit(memory.weights(ATTENTION)).overlooks < PRIOR


def test_a_careful_reader_is_shown_ignored_words_less_often(indifferent: Model) -> None:
    lists = {}
    for name, weights in (("careless", [1.0, 99.0]), ("careful", [99.0, 1.0])):
        memory = Memory.open()
        memory.learn("\n".join(["tell"] * 90 + ["ten"] * 9 + ["tea"] * 8 + ["team"] * 7))
        memory.set_weights(ATTENTION, weights)
        keyboard = Keyboard(indifferent, memory)
        lists[name] = [texts(keyboard, typed, 1)[0] for typed in ("", "t", "te")]
    assert lists["careless"] == ["tell"] * 3
    assert lists["careful"][0] == "tell"
    assert len(set(lists["careful"])) == 3
