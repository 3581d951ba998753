"""What is offered at a place in the text: a list, an inline suggestion, or nothing; and the thread that finds it.

A word takes some milliseconds to find, a phrase four times as many, and a long line one second to learn. One thread
does all of this, for the newest text first, so that typing never waits.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from queue import PriorityQueue
from threading import Thread
from typing import Final, Protocol, final

import regex

from foreword.errors import MemoryUnusable
from foreword.keyboard.suggest import Suggestion
from foreword.runtime.predictor import word_at_end
from foreword.text.cleaning import clean
from foreword.text.words import ends_in_han, words

ADDRESS: Final = regex.compile(r"([A-Za-z0-9_]@|://|\bwww\.)[!-~]*\Z")
"""An address of a mail or of a page, at the end of a text."""
LONGEST_ADDRESS: Final = 256  # characters
PATIENCE_SECONDS: Final = 15.0
"""The longest wait at the end for the thread's present task. A memory that another program uses takes 10 s."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A suggestion as it is shown."""

    suggestion: Suggestion
    typed: str  # its letters that are already in the text
    rest: str  # the letters it would add; for a correction, all letters
    replaces: str = ""  # the typed text that a correction replaces

    @classmethod
    def of(cls, suggestion: Suggestion, before: str) -> "Choice":
        """The choice for a suggestion and the text before the cursor."""
        typed = clean(before[len(before) - suggestion.replace :])
        if suggestion.insert.startswith(typed):
            return cls(suggestion=suggestion, typed=typed, rest=suggestion.insert[len(typed) :])
        return cls(suggestion=suggestion, typed="", rest=suggestion.insert, replaces=typed)

    def after(self, character: str) -> "Choice | None":
        """The choice after its next letter is typed; None if `character` is another letter, or the last one."""
        if self.replaces or not self.rest.startswith(character) or self.rest.strip() == character:
            return None
        found = replace(self.suggestion, replace=self.suggestion.replace + len(character))
        return Choice(suggestion=found, typed=self.typed + character, rest=self.rest[len(character) :])

    def first_word(self) -> Suggestion:
        """The suggestion up to its first word and the space after it."""
        whole = self.suggestion
        found = next(words(whole.insert), None)
        if found is None:
            return whole
        end = found.end() + whole.insert[found.end() :].startswith(" ")
        return replace(whole, text=found.group(), insert=whole.insert[:end])


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The choices, best first, for a text that ends in `before`, and for no other text."""

    before: str
    choices: tuple[Choice, ...] = ()
    inline: Choice | None = None  # the best choice, if it is likely enough and no correction

    @classmethod
    def of(cls, before: str, found: Sequence[Suggestion], *, confidence: float) -> "Offer":
        """The suggestions for a text; the first is shown inline if its probability is at least `confidence`."""
        choices = tuple(Choice.of(each, before) for each in found)
        is_shown = choices and not choices[0].replaces and found[0].probability >= confidence
        return cls(before=before, choices=choices, inline=choices[0] if is_shown else None)

    def narrowed(self, character: str) -> "Offer":
        """The choices that continue with this typed character, to show until words for the new text are found."""
        held = tuple(filter(None, (choice.after(character) for choice in self.choices)))
        inline = self.inline and self.inline.after(character)
        return Offer(before=self.before + character, choices=held, inline=inline)


class Suggesting(Protocol):
    """An object that finds words, such as a `Keyboard`."""

    def suggest(
        self,
        text: str,
        limit: int = 3,
        *,
        phrases: bool = False,
        signs: bool = False,
        confidence: float = 0.0,
    ) -> Sequence[Suggestion]: ...
    def report(self, text: str, shown: Sequence[Suggestion]) -> None: ...
    def learn(self, text: str) -> int: ...
    def forget(self, word: str) -> object: ...


def offer_after(
    keyboard: Suggesting, before: str, *, limit: int, confidence: float, letters: int = 0, shown: bool = True
) -> Offer:
    """The offer of every surface after a text: words and signs, and after the first word a phrase that it begins.

    A phrase, which may be the word with its sign, is offered if it is likely enough (docs/decisions/0042). Unlikely
    words are offered only after at least `letters` typed letters of a word; in Han script, after any. In an
    address, such as anna@exam, nothing is offered. If `shown`, the keyboard gets a report of the offer.

    All surfaces show the same. They differ only here:
    - If a person asks, with a key of an editor or with `foreword suggest`, `letters` is 0.
    - `foreword suggest` offers single words, and words in addresses, too; if asked, a phrase in place of the first.
      It knows no reports of what was shown.
    - An editor that shows the inline suggestion shows no list unless asked (lsp/server.py).
    - An input method offers nothing in an empty field, and knows only the last 2,000 characters. It offers no
      correction in an application that cannot delete text (ibus/field.py).
    """
    if ADDRESS.search(before[-LONGEST_ADDRESS:]):
        return Offer(before=before)
    found = keyboard.suggest(before, limit, signs=True, confidence=confidence)
    if found:
        extended = keyboard.suggest(before, limit, phrases=True, signs=True, confidence=confidence)
        found = [*dict.fromkeys([found[0], *extended])][:limit]  # the word stays before what it begins
    if not found and (len(word_at_end(before)) >= letters or ends_in_han(before)):
        found = keyboard.suggest(before, limit, signs=True)
    if shown:
        keyboard.report(before, found)
    return Offer.of(before, found, confidence=confidence)


def learn_first(keyboard: Suggesting, lessons: deque[str]) -> int:
    """Learn the first of these lessons, and take it away; return the number of its messages.

    One that the memory refuses stays.
    """
    lesson = lessons.popleft()
    try:
        return keyboard.learn(lesson)
    except MemoryUnusable:
        lessons.appendleft(lesson)
        raise


@final
class KeyboardThread:
    """A thread for the keyboard: it forgets, answers the newest request, then learns; calls `deliver` and `fail`."""

    def __init__(
        self,
        keyboard: Suggesting,
        *,
        limit: int,
        confidence: float,
        letters: int = 0,
        deliver: Callable[[Offer], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._keyboard = keyboard
        self._find = partial(offer_after, keyboard, limit=limit, confidence=confidence, letters=letters)
        self._deliver = deliver
        self._fail = fail
        self._question: str | None = None
        self._lessons: deque[str] = deque()
        self._tasks: PriorityQueue[tuple[int, int, Callable[[], object] | None]] = PriorityQueue()
        self._number = count()
        self._thread = Thread(target=self._run, name="foreword-keyboard", daemon=True)
        self._thread.start()

    def ask(self, before: str | None) -> None:
        """Find words for the end of this text, and drop the earlier request; None only drops it."""
        self._question = before
        if before is not None:
            self._put(2, partial(self._answer, before))

    def learn(self, lessons: Iterable[str]) -> None:
        """Learn these texts when there is time. All lines of a secret must be one lesson (`learn.KnownSentences`)."""
        self._lessons.extend(lessons)
        self._put(3, self._learn)

    def forget(self, word: str, done: Callable[[], None]) -> None:
        """Forget this word before any other task, then call `done`."""

        def task() -> None:
            self._keyboard.forget(word)
            done()

        self._put(0, task)

    def end(self) -> list[str]:
        """Finish forgetting, stop, and return the lines that are not learned yet."""
        self._put(1, None)
        self._thread.join(PATIENCE_SECONDS)
        return list(self._lessons)

    def _put(self, rank: int, task: Callable[[], object] | None) -> None:
        self._tasks.put((rank, next(self._number), task))

    def _run(self) -> None:
        while (task := self._tasks.get()[2]) is not None:
            try:
                task()
            except Exception as error:  # noqa: BLE001 - whatever happens to suggestions, typing goes on
                self._fail(error)

    def _answer(self, question: str) -> None:
        if question == self._question:
            self._deliver(self._find(question))

    def _learn(self) -> None:
        if self._lessons:
            learn_first(self._keyboard, self._lessons)
            self._put(3, self._learn)
