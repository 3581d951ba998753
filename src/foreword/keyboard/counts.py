"""The memory alone as a keyboard: what word counts would suggest, to see what a network adds."""

from typing import final

from foreword.errors import OptionError
from foreword.keyboard.memory import Memory
from foreword.keyboard.passing import PassedOver
from foreword.keyboard.ranking import best
from foreword.keyboard.suggest import SPARE, Choice, Suggestion, remembered, suggestion, typed_length
from foreword.runtime.predictor import anchor
from foreword.text.cleaning import clean
from foreword.text.words import word_start


@final
class Counts:
    """Suggests the words of a memory by their counts, in the same way as a `Keyboard` those of both."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._passed_over = PassedOver()

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest words that begin with the letters typed, best first: none that is already complete."""
        if limit < 1:
            raise OptionError(f"limit must be at least 1, not {limit}")
        line = clean(text[anchor(text) :])
        word = line[word_start(line) :]
        replace = typed_length(text, word)
        before = text[: len(text) - replace]
        place = line[: len(line) - len(word)], word, (limit, self.memory.latest())
        passed = self._passed_over.words(*place, lambda begun: self.suggest(before + begun, limit))
        found, mass = remembered(self.memory.after(before), word, limit + SPARE)
        shown = [
            suggestion(each, Choice(spaced=False, memory=found[each]), replace, min(found[each] / mass, 1.0))
            for each in best(found, word, limit, "probability", passed)
        ]
        self._passed_over.keep(*place, shown)
        return shown

    def learn(self, text: str) -> int:
        """Remember `text`, each line a message."""
        return self.memory.learn(text)

    def copy(self) -> "Counts":
        """The same with a memory of the process alone."""
        return Counts(self.memory.copy())
