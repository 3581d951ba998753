"""What is offered at a place in the text: the word in grey behind the cursor, and the line of choices."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from threading import Condition, Thread
from typing import Final, Protocol, final, runtime_checkable

from foreword.keyboard.suggest import Suggestion
from foreword.text.cleaning import clean
from foreword.text.secrets.keys import kept_together
from foreword.text.words import words


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A suggestion as it is shown.

    Attributes:
        typed: the letters of it that stand in the text already.
        rest: those it would add; where it is a correction, all of them.
        replaces: what it would put others in the place of; "" where it only goes on from what is typed.
    """

    suggestion: Suggestion
    typed: str
    rest: str
    replaces: str = ""

    @classmethod
    def of(cls, suggestion: Suggestion, before: str) -> "Choice":
        """A suggestion for the text before the cursor."""
        typed = clean(before[len(before) - suggestion.replace :]) if suggestion.replace else ""
        if suggestion.insert.startswith(typed):
            return cls(suggestion=suggestion, typed=typed, rest=suggestion.insert[len(typed) :])
        return cls(suggestion=suggestion, typed="", rest=suggestion.insert, replaces=typed)

    def goes_on(self, character: str) -> bool:
        """Whether this is the next letter of the word, and not its last."""
        return not self.replaces and self.rest.startswith(character) and self.rest.strip() != character

    def after(self, character: str) -> "Choice":
        """The same once this letter of it is typed."""
        found = replace(self.suggestion, replace=self.suggestion.replace + len(character))
        return Choice(suggestion=found, typed=self.typed + character, rest=self.rest[len(character) :])

    def first_word(self) -> Suggestion:
        """The same as far as its first word and the blank behind it: all, where there is no other word."""
        whole = self.suggestion
        found = next(words(whole.insert), None)
        if found is None:
            return whole
        end = found.end() + whole.insert[found.end() :].startswith(" ")
        return replace(whole, text=found.group(), insert=whole.insert[:end])


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The choices, best first, for a text that ends in `before`, and for no other.

    Attributes:
        ghost: the best one where it is likely enough and goes on from what is typed; what Tab and → take.
    """

    before: str
    choices: tuple[Choice, ...] = ()
    ghost: Choice | None = None

    @classmethod
    def of(cls, before: str, found: Sequence[Suggestion], *, confidence: float) -> "Offer":
        """What was found for a text; the first is shown behind the cursor if it is as likely as `confidence`."""
        choices = tuple(Choice.of(each, before) for each in found)
        best = choices[0] if choices else None
        shown = best is not None and not best.replaces and best.suggestion.probability >= confidence
        return cls(before=before, choices=choices, ghost=best if shown else None)

    def narrowed(self, character: str) -> "Offer":
        """What of it holds when this character is typed, until words are found for that text: those that go on so."""
        held = {choice: choice.after(character) for choice in self.choices if choice.goes_on(character)}
        return Offer(
            before=self.before + character,
            choices=tuple(held.values()),
            ghost=held.get(self.ghost) if self.ghost else None,
        )


# The thread that finds words and learns lines, so that typing never waits for either.
#
# A word takes some milliseconds to find, a phrase four times as many, a long line to learn a second. One thread does all,
# for the newest text first: what was asked for a text that has changed since is not answered at all.


PATIENCE_SECONDS: Final = 5.0
"""How long the end waits for the question under way."""


@runtime_checkable
class Suggesting(Protocol):
    """What finds words: a `Keyboard`."""

    def suggest(
        self, text: str, limit: int = 3, *, phrases: bool = False, confidence: float = 0.0
    ) -> Sequence[Suggestion]:
        """The likeliest words at the end of the text."""

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        """Say that a person saw these suggestions behind the text."""

    def learn(self, text: str) -> int:
        """Remember the text."""

    def forget(self, word: str) -> None:
        """Delete the word and never suggest it again."""


def find(keyboard: Suggesting, before: str, *, limit: int, confidence: float) -> Offer:
    """What to offer after a text: a phrase where one is likely enough, and else words, however unlikely."""
    found = keyboard.suggest(before, limit, phrases=True, confidence=confidence)
    found = found or keyboard.suggest(before, limit)
    keyboard.report(before, found)
    return Offer.of(before, found, confidence=confidence)


@final
class Asker:
    """Answers the newest question, and learns while there is none. `deliver` and `fail` are called in its thread."""

    def __init__(
        self,
        keyboard: Suggesting,
        *,
        limit: int,
        confidence: float,
        deliver: Callable[[Offer], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._keyboard = keyboard
        self._limit = limit
        self._confidence = confidence
        self._deliver = deliver
        self._fail = fail
        self._question: str | None = None
        self._lessons: deque[str] = deque()
        self._unwanted: deque[str] = deque()
        self._is_ending = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="foreword-asker", daemon=True)
        self._thread.start()

    def ask(self, before: str | None) -> None:
        """Find words for the end of this text, and forget what was asked before; with None, that only."""
        with self._changed:
            self._question = before
            self._changed.notify()

    def learn(self, lines: Iterable[str]) -> None:
        """Learn these lines when there is time; those of a private key together, for so it is known as one."""
        with self._changed:
            self._lessons.extend("\n".join(each) for each in kept_together(lines, str))
            self._changed.notify()

    def forget(self, word: str) -> None:
        """Forget this word before anything else is done."""
        with self._changed:
            self._unwanted.append(word)
            self._changed.notify()

    def end(self) -> list[str]:
        """Stop; the lines that are not learned yet. What is to be forgotten is forgotten first."""
        with self._changed:
            self._is_ending = True
            self._changed.notify()
        self._thread.join(PATIENCE_SECONDS)
        return list(self._lessons)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._is_ending or self._unwanted or self._question is not None or self._lessons
                )
                unwanted = self._unwanted.popleft() if self._unwanted else None
                if self._is_ending and unwanted is None:
                    return
                question, lesson = None, None
                if unwanted is None:
                    question, self._question = self._question, None
                    lesson = self._lessons[0] if question is None else None
            try:
                if unwanted is not None:
                    self._keyboard.forget(unwanted)
                self._answer(question, lesson)
            except Exception as error:  # noqa: BLE001 - whatever happens to suggestions, typing goes on
                self._fail(error)
            if lesson is not None:
                self._lessons.popleft()

    def _answer(self, question: str | None, lesson: str | None) -> None:
        if question is not None:
            self._deliver(find(self._keyboard, question, limit=self._limit, confidence=self._confidence))
        if lesson is not None:
            self._keyboard.learn(lesson)
