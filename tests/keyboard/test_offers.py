"""The latest text is answered, earlier waiting texts are dropped, and learning waits."""

import queue
import threading
from collections.abc import Callable
from time import monotonic

import pytest

from foreword.errors import MemoryReadOnly
from foreword.keyboard.offers import Choice, KeyboardThread, Offer, offer_after
from foreword.keyboard.suggest import Suggestion
from guessing import Guessing, guess

PATIENCE = 60.0


class Slow(Guessing):
    """Answers only after the test allows it."""

    def __init__(self) -> None:
        super().__init__({"tomorrow": 0.9})
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def suggest(self, text: str, *arguments: object, **options: object) -> list[object]:  # type: ignore[override]
        self.begun.set()
        assert self.may_go_on.wait(PATIENCE)
        return super().suggest(text, *arguments, **options)  # type: ignore[arg-type, return-value]


def started(keyboard: Guessing) -> tuple[KeyboardThread, "queue.Queue[Offer]", "queue.Queue[Exception]"]:
    offers: queue.Queue[Offer] = queue.Queue()
    errors: queue.Queue[Exception] = queue.Queue()
    return (
        KeyboardThread(keyboard, limit=3, confidence=0.3, deliver=offers.put, fail=errors.put),
        offers,
        errors,
    )


def wait_until(is_reached: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not is_reached():
        assert monotonic() < deadline
        threading.Event().wait(0.005)


def test_only_the_latest_waiting_text_is_answered_before_learning() -> None:
    thread, offers, _ = started(keyboard := Slow())
    thread.ask("t")
    assert keyboard.begun.wait(PATIENCE)
    thread.learn(["a line"])
    thread.ask("to")
    thread.ask("tom")
    assert keyboard.learned == []
    keyboard.may_go_on.set()
    assert [offers.get(timeout=PATIENCE).before for _ in range(2)] == ["t", "tom"]
    assert "to" not in keyboard.asked
    thread.learn(["another"])
    wait_until(lambda: keyboard.learned == ["a line", "another"])
    assert thread.end() == []


def test_ending_returns_the_lines_that_are_not_learned() -> None:
    thread, _, _ = started(keyboard := Slow())
    thread.ask("t")
    assert keyboard.begun.wait(PATIENCE)
    thread.learn(["one", "two"])
    thread.ask("to")
    thread.ask(None)  # withdraws the waiting text
    threading.Timer(0.05, keyboard.may_go_on.set).start()
    assert thread.end() == ["one", "two"]
    assert {*keyboard.asked} == {"t"}


class Busy(Guessing):
    """A memory that another program uses until a test releases it."""

    is_busy = True

    def learn(self, text: str) -> int:
        if self.is_busy:
            raise MemoryReadOnly(text)
        return super().learn(text)


def test_lines_that_the_memory_refuses_are_learned_with_the_next() -> None:
    thread, _, errors = started(keyboard := Busy({}))
    thread.learn(["one", "two"])
    assert isinstance(errors.get(timeout=PATIENCE), MemoryReadOnly)
    assert errors.empty(), "the second line does not wait for the memory as well"
    keyboard.is_busy = False
    thread.learn(["three"])
    wait_until(lambda: len(keyboard.learned) == 3)
    assert (keyboard.learned, thread.end()) == (["one", "two", "three"], [])


def test_ending_returns_the_lines_that_a_busy_memory_refused() -> None:
    thread, _, errors = started(Busy({}))
    thread.learn(["a line"])
    assert isinstance(errors.get(timeout=PATIENCE), MemoryReadOnly)
    assert thread.end() == ["a line"]


def test_a_likely_phrase_follows_its_first_word_and_unlikely_words_are_choices() -> None:
    keyboard = Guessing({"tomorrow": 0.9, "tomato": 0.2, "tomb": 0.1, "yes": 0.1}, {"tomorrow": "morning"})
    offer = offer_after(keyboard, "tom", limit=3, confidence=0.3)
    assert [each.rest for each in offer.choices] == ["orrow ", "orrow morning ", "ato "]
    assert offer.inline == offer.choices[0]
    assert offer_after(keyboard, "tom", limit=1, confidence=0.3).choices == offer.choices[:1]
    unsure = offer_after(keyboard, "y", limit=3, confidence=0.3)
    assert unsure.inline is None
    assert [each.rest for each in unsure.choices] == ["es "]
    addresses = {
        "anna@y": 0,
        "https://y": 0,
        "www.y": 0,
        "thanks @y": 1,
        "to anna@example.org, y": 1,
        "you (@y": 1,
        "谢谢@y": 1,
        "anna@y\ny": 1,
    }
    offers = [offer_after(keyboard, text, limit=3, confidence=0.3) for text in addresses]
    assert [len(offer.choices) for offer in offers] == [*addresses.values()]


def test_an_unlikely_word_is_offered_after_a_letter_and_in_han_script_after_any() -> None:
    keyboard = Guessing({"明天": 0.1})
    texts = {"今天": 1, "今天，": 0, "see ": 0}
    offers = [offer_after(keyboard, text, limit=3, confidence=0.3, letters=1) for text in texts]
    assert [len(offer.choices) for offer in offers] == [*texts.values()]


def test_combining_accents_match_composed_letters() -> None:
    """A correction names the text it replaces, and is never shown inline."""
    typed = "cafe\u0301"
    (choice,) = Offer.of(f"a {typed}", [guess("cafés", len(typed))], confidence=0.5).choices
    assert (choice.typed, choice.rest, choice.replaces) == ("café", "s ", "")
    offer = Offer.of("teh", [guess("the", 3, 0.99)], confidence=0.5)
    assert (offer.choices[0].replaces, offer.inline) == ("teh", None)


@pytest.mark.parametrize(("probability", "is_shown"), [(0.29, False), (0.3, True), (1.0, True)])
def test_only_a_likely_word_is_shown_inline(probability: float, is_shown: bool) -> None:
    offer = Offer.of("", [guess("yes", 0, probability), guess("no", 0, 0.9)], confidence=0.3)
    assert (offer.inline is not None) == is_shown
    assert len(offer.choices) == 2


@pytest.mark.parametrize(
    ("insert", "replace", "first"),
    [
        ("tomorrow morning at ", 3, "tomorrow "),
        ("tomorrow ", 3, "tomorrow "),
        (" then go ", 0, " then "),
        ("明天早上", 1, "明天"),
        ("don't know ", 0, "don't "),
    ],
)
def test_the_first_word_of_a_phrase_includes_its_space(insert: str, replace: int, first: str) -> None:
    phrase = Suggestion(text=insert.strip(), replace=replace, insert=insert, probability=0.9)
    word = Choice.of(phrase, insert[:replace]).first_word()
    assert (word.insert, word.replace) == (first, replace)
