"""What is offered at a place in the text: the word in grey behind the cursor, and the line of choices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from foreword.keyboard.suggest import Suggestion
from foreword.text.cleaning import clean
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
