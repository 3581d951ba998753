"""The words that may come at a place in a text, each with the probability that both sources give it.

The network has read how people write and reads what this one wrote last, then the text; the person's memory counts
what they wrote. Each gives the probability of a whole word and its end after the text before it; `mixture.py` says how
much each is believed. The memory's candidates walk along in the network's search, so that both have an opinion of all.
"""

import math
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from foreword.keyboard.casing import CAPITALIZED, capitalized, is_capitalized, lowered, shouting
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import Mixture
from foreword.keyboard.ngrams import Distribution
from foreword.runtime.beam import Beam
from foreword.runtime.predictor import Cursor, Predictor
from foreword.runtime.slips import SlipBeam, intended

SLIPPED: Final = range(3, 21)  # letters typed: fewer begin too many words, and more take too long
UNLIKELY: Final = 3e-5
"""Letters typed with a probability of less may be a slip; rare words have more (docs/log.md), and slips take as long to
look for as all else."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The end of a text, as it was handed in, where words are looked for.

    Attributes:
        text: all of it.
        before: the text without the letters of the word that is half typed at its end.
        preceding: what the same person wrote before the text.
        cursor: what the network knows there.
    """

    text: str
    before: str
    preceding: str
    cursor: Cursor

    @property
    def word(self) -> str:
        """The letters typed of the word at the end, cleaned."""
        return self.cursor.word

    @property
    def replace(self) -> int:
        """How many code points of the text these letters are."""
        return self.cursor.typed


@final
@dataclass(slots=True, kw_only=True)
class Choice:
    """A word with its share of the mixture: P(word, and its end | text before it), by source."""

    spaced: bool
    network: float = 0.0
    memory: float = 0.0

    @property
    def probability(self) -> float:
        """Of both sources."""
        return self.network + self.memory


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Words by their texts, and the probability of the letters typed: their sum, if all words were here."""

    words: dict[str, Choice]
    typed: float


@final
class Chooser:
    """Asks both sources for words, and mixes what they say."""

    def __init__(self, predictor: Predictor, beam: Beam, memory: Memory, mixture: Mixture) -> None:
        self._predictor = predictor
        self._beam = beam
        self._slip_beam = SlipBeam(beam)
        self._memory = memory
        self._mixture = mixture

    def place(self, text: str, preceding: str) -> Place:
        """The end of `text`; `preceding` is what was written before it."""
        cursor = self._predictor.read_to_cursor(text, preceding)
        return Place(text=text, before=text[: len(text) - cursor.typed], preceding=preceding, cursor=cursor)

    def is_complete(self, place: Place) -> bool:
        """Whether the network thinks that the letters typed are a whole word, rather than the beginning of one."""
        if not place.word or place.cursor.owed:
            return False
        chances = np.exp(place.cursor.reading.log_probabilities[self._beam.ends], dtype=np.float64)
        return bool(chances.sum() > 0.5)

    def likely(self, place: Place, limit: int) -> Choices:
        """The likeliest words that begin with the letters typed; in capitals where all is typed in capitals."""
        choices = self._exactly(place, limit)
        loud = shouting(place.before, place.word)
        return self._with_shouted(choices, place, loud, limit) if loud else choices

    def slips(self, place: Place, limit: int) -> Choices | None:
        """The likeliest words that a slip of the finger turned into the letters typed, and their sum."""
        word = place.word
        if len(word) not in SLIPPED:
            return None
        known = self._memory.after(place.before)
        share = self._mixture.share(known.known)
        reading = self._predictor.read(place.before, place.preceding)
        chosen: dict[str, Choice] = {}
        for each, chance in self._slip_beam.find(reading, word, limit).items():
            chosen[each] = Choice(spaced=False, network=(1 - share) * chance)
        for meant, log_slip in intended(word, self._slip_beam.letters).items():
            for candidate in known.best(meant, limit):
                choice = chosen.setdefault(candidate.word, Choice(spaced=False))
                choice.memory += share * candidate.probability * math.exp(log_slip)
        shown = {each: choice for each, choice in chosen.items() if not each.startswith(word)}
        return Choices(words=shown, typed=sum(choice.probability for choice in shown.values()))

    def _exactly(self, place: Place, limit: int) -> Choices:
        """The likeliest words of both sources that begin with the letters typed, as they are typed."""
        known = self._memory.after(place.before)
        of_memory, mass = remembered(known, place.word, limit)
        found = self._beam.find(place.cursor, limit, protected=of_memory)
        share = self._mixture.share(known.known)
        chosen = {
            text: Choice(spaced=place.cursor.touches, memory=share * p) for text, p in of_memory.items()
        }
        for each in found.words:
            choice = chosen.get(each.text) or Choice(
                spaced=False, memory=share * known.probability(each.text)
            )
            choice.spaced = each.spaced
            choice.network = (1 - share) * each.probability * found.typed
            chosen[each.text] = choice
        return Choices(words=chosen, typed=(1 - share) * found.typed + share * mass)

    def _with_shouted(self, choices: Choices, place: Place, loud: float, limit: int) -> Choices:
        """The same, and words in capitals that are known in small letters: read as if all were written small."""
        others = self._exactly(self.place(lowered(place.text), place.preceding), limit)
        for other, choice in others.words.items():
            there = choices.words.setdefault(other.upper(), Choice(spaced=choice.spaced))
            there.network += loud * choice.network
            there.memory += loud * choice.memory
        of_capitals = {
            each: choice
            for each, choice in choices.words.items()
            if each.startswith(place.word) and each != place.word
        }
        return Choices(words=of_capitals, typed=choices.typed + loud * others.typed)


def remembered(known: Distribution, typed: str, limit: int) -> tuple[dict[str, float], float]:
    """The likeliest words of the memory, and P(some word of it begins with the letters typed).

    A capital begins words that were written with a small letter, too.
    """
    found = {each.word: each.probability for each in known.best(typed, limit + 1)}
    mass = known.mass(typed)
    if is_capitalized(typed):
        small = typed.lower()
        for each in known.best(small, limit + 1):
            word = capitalized(each.word)
            if word.startswith(typed):
                found[word] = found.get(word, known.probability(word)) + CAPITALIZED * each.probability
        mass += CAPITALIZED * known.mass(small)
    found.pop(typed, None)
    return {word: p for word, p in found.items() if p > 0}, mass
