"""The memory alone as a keyboard: what word counts would suggest, to see what a network adds."""

from typing import final

from foreword.errors import OptionError
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Choice, Suggestion, remembered, suggestion, typed_length
from foreword.runtime.predictor import anchor
from foreword.text.cleaning import clean
from foreword.text.words import word_start


@final
class Counts:
    """Suggests the words of a memory by their counts, in the same way as a `Keyboard` those of both."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest words that begin with the letters typed, best first: none that is already complete."""
        if limit < 1:
            raise OptionError(f"limit must be at least 1, not {limit}")
        line = clean(text[anchor(text) :])
        word = line[word_start(line) :]
        replace = typed_length(text, word)
        found, mass = remembered(self.memory.after(text[: len(text) - replace]), word, limit)
        best = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:limit]
        return [
            suggestion(each, Choice(spaced=False, memory=chance), replace, min(chance / mass, 1.0))
            for each, chance in best
        ]

    def learn(self, text: str) -> int:
        """Remember `text`, each line a message."""
        return self.memory.learn(text)

    def copy(self) -> "Counts":
        """The same with a memory of the process alone."""
        return Counts(self.memory.copy())
