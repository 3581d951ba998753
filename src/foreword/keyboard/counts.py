"""The memory alone as a keyboard: what word counts would suggest, to see what a network adds."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import final

from foreword.errors import OptionError
from foreword.keyboard import attention
from foreword.keyboard.attention import Attention
from foreword.keyboard.choices import Choice
from foreword.keyboard.contexts import START, context_of
from foreword.keyboard.memory import Memory
from foreword.keyboard.passing import PassedOver
from foreword.keyboard.ranking import best
from foreword.keyboard.suggest import SPARE, Suggestion, suggestion
from foreword.runtime.predictor import anchor, typed_length
from foreword.text.cleaning import clean
from foreword.text.words import word_start


@final
class Counts:
    """Suggests the words of a memory by their counts, in the same way as a `Keyboard` those of both."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._passed_over = PassedOver()
        self._attention = Attention(memory.weights(attention.KEY))

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest words that begin with the letters typed, best first: none that is already complete."""
        if limit < 1:
            raise OptionError(f"limit must be at least 1, not {limit}")
        line = clean(text[anchor(text) :])
        word = line[word_start(line) :]
        before = text[: len(text) - typed_length(text, word)]
        where = line[: len(line) - len(word)], word, (limit, self.memory.latest().stamp)
        passed = self._passed_over.words(*where, partial(self._begun, before, limit))
        found = self._list(before, word, limit, passed)
        self._passed_over.keep(*where, found)
        self._attention.show(before, word, found)
        replace = len(text) - len(before)
        return [
            suggestion(each, Choice(spaced=False, memory=chance), replace, chance)
            for each, chance in found.items()
        ]

    def _begun(self, before: str, limit: int, begun: str, passed: Mapping[str, int]) -> Iterable[str]:
        return self._list(before, begun, limit, passed)

    def _list(self, before: str, word: str, limit: int, passed: Mapping[str, int]) -> dict[str, float]:
        """The words to show with their probabilities, likeliest first, when others were passed over."""
        starts = context_of(before)[-1] == START
        found, mass = self.memory.after(before).fitting(word, limit + SPARE + 1, starts=starts)
        found.pop(word, None)
        chances = {each: min(chance / mass, 1.0) for each, chance in found.items()}
        overlooks = self._attention.overlooks
        shown = best(chances, word, limit, "probability", passed=passed, overlooks=overlooks)
        return {each: chances[each] for each in shown}

    def learn(self, text: str) -> int:
        """Remember `text`, each line a message."""
        learned = self.memory.learn(text)
        self._attention.follow(clean(text))
        self._passed_over.clear()
        self.memory.set_weights(attention.KEY, self._attention.weights())
        return learned

    def copy(self) -> "Counts":
        """The same with a memory of the process alone."""
        return Counts(self.memory.copy())
