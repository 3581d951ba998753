"""The words that may come at a place in a text, each with the probability that both sources give it.

The network has read how people write and reads what this one wrote last, then the text; the person's memory counts
what they wrote. Each gives the probability of a whole word and its end after the text before it; `mixture.py` says how
much each is believed. The memory's candidates walk along in the network's search, so that both have an opinion of all.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from foreword.keyboard.casing import is_shouted, lowered, shouted, shouting, written
from foreword.keyboard.contexts import START, context_of
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import Mixture
from foreword.keyboard.ngrams import Distribution
from foreword.keyboard.variants import Variants
from foreword.modelfolder.lexicon import WordList
from foreword.runtime.beam import NO_WORD, Beam, Found
from foreword.runtime.predictor import Cursor, Predictor
from foreword.runtime.slips import SlipBeam, intended
from foreword.text.words import LONGEST, begins, takes_space, words

SLIPPED: Final = range(3, 21)  # letters typed: fewer begin too many words, and more take too long
UNLIKELY: Final = 3e-5
"""Letters typed with a probability of less may be a slip; rare words have more (docs/log.md), and slips take as long to
look for as all else."""
FEW: Final = 6
ENOUGH_WORDS: Final = 1_000
"""A memory that knows so many words says for a model without a word list what a word is."""


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

    def __init__(
        self, predictor: Predictor, beam: Beam, memory: Memory, mixture: Mixture, lexicon: WordList | None
    ) -> None:
        self._predictor = predictor
        self._beam = beam
        self._slip_beam = SlipBeam(beam)
        self._memory = memory
        self._mixture = mixture
        self._lexicon = lexicon
        self._variants = Variants(predictor, lexicon)
        self._scripts = scripts_of(predictor.tokenizer.tokens[256:])

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
        """The likeliest words that the letters typed may begin; in capitals where all is typed in capitals."""
        choices = self._begun(place, limit)
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
        there = self._known(known)
        shown = {
            each: choice
            for each, choice in chosen.items()
            if not begins(word, each) and (there is None or there.holds(each))
        }
        return Choices(words=shown, typed=sum(choice.probability for choice in shown.values()))

    def _begun(self, place: Place, limit: int) -> Choices:
        """The likeliest words of both sources that the letters typed may begin, as they are written then."""
        known = self._memory.after(place.before)
        starts = bool(place.word) and context_of(place.before)[-1] == START
        of_memory, mass = known.fitting(place.word, limit + 1, starts=starts)
        of_memory.pop(place.word, None)
        share = self._mixture.share(known.known)
        if is_foreign(place.text, self._scripts):
            if not place.word and not known.known:
                return Choices(words={}, typed=1.0)
            found = Found(words=[], typed=math.exp(place.cursor.log_typed))
        else:
            listed = self._listed(place.word)
            words = {*of_memory, *(written(place.word, word)[0] for word in listed or ())}
            begins_a_word = listed is None or any(
                word.startswith(place.word) for word in (*listed, *of_memory)
            )
            exact = 1.0 if begins_a_word else NO_WORD
            found = self._beam.find(
                place.cursor,
                limit,
                protected=words,
                variants=self._variants.likely(place.cursor, words, starts=starts, exact=exact),
                known=self._known(known),
                are_all=listed is not None,
            )
        chosen = {
            text: Choice(spaced=place.cursor.touches, memory=share * p) for text, p in of_memory.items()
        }
        for each in found.words:
            choice = chosen.get(each.text) or Choice(
                spaced=False,
                memory=share
                * known.probability(each.text)
                * written(place.word, each.text, starts=starts)[1],
            )
            choice.spaced = each.spaced
            choice.network = (1 - share) * each.probability * found.typed
            chosen[each.text] = choice
        if is_shouted(place.word):
            chosen = {
                each: it for each, it in chosen.items() if is_shouted(each) or known.probability(each) > 0
            }
        typed = (1 - share) * found.typed + share * mass
        return Choices(words=self._each_once(chosen, place.word, known), typed=typed)

    def _listed(self, typed: str) -> list[str] | None:
        """All words listed that begin so, where they are few: then the search need not come upon them."""
        return self._lexicon.beginning(typed, most=FEW) if self._lexicon is not None and typed else None

    def _known(self, memory: Distribution) -> "KnownWords | None":
        """The words that there are, if that is known."""
        if self._lexicon is None and memory.size < ENOUGH_WORDS:
            return None
        return KnownWords(self._lexicon, memory)

    def _each_once(self, chosen: dict[str, Choice], typed: str, known: Distribution) -> dict[str, Choice]:
        """The same without words that differ from likelier ones in case alone, once a letter of them is typed.

        What is written otherwise than typed is written as the person does, where the memory knows how.
        """
        if not typed:
            return chosen
        own = {word.casefold() for word in chosen if known.probability(word) > 0}
        best: dict[str, tuple[float, str]] = {}
        for word, choice in chosen.items():
            folded = word.casefold()
            if word.startswith(typed) or folded not in own or known.probability(word) > 0:
                best[folded] = max((choice.probability, word), best.get(folded, (0.0, "")))
        return {word: chosen[word] for _, word in best.values() if word}

    def _with_shouted(self, choices: Choices, place: Place, loud: float, limit: int) -> Choices:
        """The same, and words in capitals that are known in small letters: read as if all were written small."""
        others = self._begun(self.place(lowered(place.text), place.preceding), limit)
        for other, choice in others.words.items():
            there = choices.words.setdefault(shouted(other), Choice(spaced=choice.spaced))
            there.network += loud * choice.network
            there.memory += loud * choice.memory
        of_capitals = {
            each: choice
            for each, choice in choices.words.items()
            if begins(place.word, each) and each != place.word
        }
        return Choices(words=of_capitals, typed=choices.typed + loud * others.typed)


@final
class KnownWords:
    """The words of a list and of a memory. Those of scripts without spaces are pieces, and any may come."""

    def __init__(self, lexicon: WordList | None, memory: Distribution) -> None:
        self._lexicon = lexicon
        self._memory = memory

    def holds(self, word: str) -> bool:
        """Whether this is one of the words."""
        listed = self._lexicon is not None and self._lexicon.holds(word)
        return listed or self._memory.knows(word) or not takes_space(word)

    def begins(self, letters: str) -> bool:
        """Whether they may go on to one of the words."""
        listed = self._lexicon is not None and self._lexicon.begins(letters)
        return listed or self._memory.knows(letters, whole=False) or not takes_space(letters)


def is_foreign(text: str, scripts: Set[str]) -> bool:
    """Whether a text ends in a word whose script the network has not read."""
    line = text.rpartition("\n")[2]
    *_, last = ["", *(match.group() for match in words(line[-LONGEST:]))]
    return last != "" and last[0].isalpha() and script_of(last[0]) not in scripts


def scripts_of(tokens: Iterable[bytes]) -> frozenset[str]:
    """The scripts of which tokens, but for single bytes, spell several letters: a text may have one or two of any."""
    letters = {letter for token in tokens for letter in token.decode(errors="ignore") if letter.isalpha()}
    counts = Counter(map(script_of, letters))
    return frozenset(script for script, count in counts.items() if count >= 10 or 5 * count > counts.total())


def script_of(letter: str) -> str:
    """The first word of its name, such as LATIN, CJK or HIRAGANA."""
    return unicodedata.name(letter, "").partition(" ")[0]
