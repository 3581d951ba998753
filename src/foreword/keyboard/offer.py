"""What a surface offers at a place in the text: the choices, and the one among them that is shown inline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, final, runtime_checkable

from foreword.keyboard.suggest import Suggestion
from foreword.text.cleaning import clean
from foreword.text.words import words


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A suggestion as it is shown."""

    suggestion: Suggestion
    typed: str  # the letters of it that stand in the text already
    rest: str  # the letters it would add; of a correction, all letters
    replaces: str = ""  # the typed text that a correction replaces

    @classmethod
    def of(cls, suggestion: Suggestion, before: str) -> "Choice":
        """A suggestion for the text before the cursor."""
        typed = clean(before[len(before) - suggestion.replace :])
        if suggestion.insert.startswith(typed):
            return cls(suggestion=suggestion, typed=typed, rest=suggestion.insert[len(typed) :])
        return cls(suggestion=suggestion, typed="", rest=suggestion.insert, replaces=typed)

    def after(self, character: str) -> "Choice | None":
        """The same choice once its next letter is typed; None if that is another one, or the word's last."""
        if self.replaces or not self.rest.startswith(character) or self.rest.strip() == character:
            return None
        found = replace(self.suggestion, replace=self.suggestion.replace + len(character))
        return Choice(suggestion=found, typed=self.typed + character, rest=self.rest[len(character) :])

    def first_word(self) -> Suggestion:
        """The suggestion up to its first word and the space behind it."""
        whole = self.suggestion
        found = next(words(whole.insert), None)
        if found is None:
            return whole
        end = found.end() + whole.insert[found.end() :].startswith(" ")
        return replace(whole, text=found.group(), insert=whole.insert[:end])


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The choices, best first, for a text that ends in `before`, and for no other."""

    before: str
    choices: tuple[Choice, ...] = ()
    inline: Choice | None = None  # the best choice, if it is likely enough and goes on from what is typed

    @classmethod
    def of(cls, before: str, found: Sequence[Suggestion], *, confidence: float) -> "Offer":
        """The suggestions for a text; the first is shown inline if its probability is at least `confidence`."""
        choices = tuple(Choice.of(each, before) for each in found)
        is_shown = choices and not choices[0].replaces and found[0].probability >= confidence
        return cls(before=before, choices=choices, inline=choices[0] if is_shown else None)

    def narrowed(self, character: str) -> "Offer":
        """The choices that go on with this typed character: they are shown until words for that text are found."""
        held = tuple(filter(None, (choice.after(character) for choice in self.choices)))
        inline = self.inline and self.inline.after(character)
        return Offer(before=self.before + character, choices=held, inline=inline)


@runtime_checkable
class Suggesting(Protocol):
    """What finds words: a `Keyboard`."""

    def suggest(  # noqa: D102
        self, text: str, limit: int = 3, *, phrases: bool = False, confidence: float = 0.0
    ) -> Sequence[Suggestion]: ...
    def report(self, text: str, shown: Sequence[Suggestion]) -> None: ...  # noqa: D102
    def learn(self, text: str) -> int: ...  # noqa: D102
    def forget(self, word: str) -> None: ...  # noqa: D102


def find(keyboard: Suggesting, before: str, *, limit: int, confidence: float, letters: int = 0) -> Offer:
    """What every surface offers after a text: a phrase if one is likely enough, else words, however unlikely.

    Nothing, where fewer than `letters` letters of a word are typed and the first choice is not likely enough.
    """
    found = keyboard.suggest(before, limit, phrases=True, confidence=confidence)
    found = found or keyboard.suggest(before, limit)
    if found and found[0].replace < letters and found[0].probability < confidence:
        found = ()
    keyboard.report(before, found)
    return Offer.of(before, found, confidence=confidence)
