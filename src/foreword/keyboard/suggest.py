"""The next words for a text whose end is being typed: completions of a word begun, or whole words.

Two sources know words: the network, which has read how people write and reads what this one wrote last, then the text;
and the person's memory. Each gives the probability of a whole word and its end after the text before it; `mixture.py`
says how much each is believed. What is shown is divided by the mixture's probability of the letters typed, so the
source that foresaw the letters gains.
"""

import dataclasses
import math
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import OptionError
from foreword.keyboard.casing import CAPITALIZED, capitalized, is_capitalized, lowered, shouting
from foreword.keyboard.memory import Memory, WordUse, memory_path
from foreword.keyboard.mixture import Mixture
from foreword.keyboard.ngrams import Distribution
from foreword.keyboard.observing import Observer
from foreword.keyboard.passing import PassedOver
from foreword.keyboard.ranking import Ranking, best
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.predictor import Cursor, Predictor, anchor
from foreword.runtime.slips import SlipBeam, intended
from foreword.text.cleaning import clean
from foreword.text.words import takes_blank

Source = Literal["network", "memory"]

LONGEST_SPELLING: Final = 256  # code points that one word, with marks and controls between, may take as typed
CONFIDENT: Final = 0.3
"""The probability from which on a word is shown behind the cursor unasked."""
SPARE: Final = 3
"""So many words more than are shown are asked of each source: the sum of both may rank them otherwise."""
SLIPPED: Final = range(3, 21)  # letters typed: fewer begin too many words, and more take too long
UNLIKELY: Final = 1e-3
"""Letters typed with a probability of less may be a slip: of all slips together hardly more is to be expected."""
LIKELY: Final = 0.1
"""Where a word with this probability goes on from what is typed, no correction is shown."""
LIKELY_PHRASE: Final = 0.3
LONGEST_PHRASE: Final = 4  # words; longer ones are hardly ever taken


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word, or a phrase, to accept with one key.

    Attributes:
        text: the word, whole.
        replace: how many code points before the cursor, of the text as handed in, `insert` stands for.
        insert: what to put in their place: the word, with its blanks where they belong.
        probability: that this word comes, and ends, given the text and the letters typed; of a phrase, all of it.
        source: who proposes it: the one whose share of the probability is larger.
        correction: whether the word begins otherwise than what is typed, for a finger may have slipped.
    """

    text: str
    replace: int
    insert: str
    probability: float
    source: Source = "network"
    correction: bool = False


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
class Keyboard:
    """Suggests words for a text as it grows and shrinks; a further key is one step of the network and a search.

    Without a memory, what is learned lives and dies with the process.
    """

    def __init__(
        self, model: Model, memory: Memory | None = None, *, ranking: Ranking = "probability"
    ) -> None:
        self.model = model
        self.memory = Memory.open() if memory is None else memory
        self._ranking = ranking
        self._predictor = Predictor(model)
        self._beam = Beam(self._predictor)
        self._slip_beam = SlipBeam(self._beam)
        self._observer = Observer(self._predictor, self._beam, self.memory)
        self._passed_over = PassedOver()
        self._mixture = Mixture(self.memory.weights(model.key) or model.mixture)

    @classmethod
    def open(cls, model: str | Path | None = None) -> "Keyboard":
        """The keyboard of the model with that name or path and, beside it, the person's memory.

        Without one, of the person's own model, else the shipped one.
        """
        name = str(model) if model is not None else None
        return cls(Model.open(model), Memory.open(memory_path(name)))

    def suggest(
        self, text: str, limit: int = 3, *, phrases: bool = False, confidence: float = 0.0
    ) -> list[Suggestion]:
        """The likeliest words at the end of `text`, best first: at most `limit`, none that is already complete.

        They go on from the letters typed as these are, capitals included. Where no word has at least the probability
        `confidence`, there is none. With `phrases`, the first one goes on for as long as what follows is likely.
        """
        if limit < 1:
            raise OptionError(f"limit must be at least 1, not {limit}")
        if not 0 <= confidence <= 1:
            raise OptionError(f"confidence must be from 0 to 1, not {confidence}")
        found = self._words(text, limit, confidence)
        if not found:
            return []
        return [self._phrase(text, found[0], confidence), *found[1:]] if phrases else found

    def learn(self, text: str) -> int:
        """Remember `text`, each line a message, and let the mixture follow its words. How many messages there were."""
        for line in clean(text).split("\n"):
            for seen in self._observer.observations(line):
                self._mixture.follow(seen)
        learned = self.memory.learn(text)
        self.memory.set_weights(self.model.key, self._mixture.weights())
        self._predictor.read("", self.memory.latest())  # now, so that the next key need not wait for it
        return learned

    def forget(self, word: str) -> None:
        """Delete the word from the memory, in any case, and never suggest it until `memory.allow`."""
        self.memory.forget(word)

    def why(self, word: str) -> WordUse | None:
        """How often the word was written, and when last; None for one that the network alone proposes."""
        return self.memory.why(word)

    def copy(self) -> "Keyboard":
        """The same keyboard with a memory of the process alone: what it learns is for trying out."""
        return Keyboard(self.model, self.memory.copy(), ranking=self._ranking)

    def _cursor(self, text: str) -> Cursor:
        """The reading of a text, after that of what was learned last."""
        return self._predictor.read_to_cursor(text, self.memory.latest())

    def _words(self, text: str, limit: int, confidence: float = 0.0) -> list[Suggestion]:
        """The words to show, best first; none where no word is likely enough. What was passed over makes room."""
        cursor = self._cursor(text)
        before = text[: len(text) - typed_length(text, cursor.word)]
        place = before[anchor(before) :], cursor.word, (limit, confidence, self.memory.latest())
        passed = self._passed_over.words(*place, lambda begun: self._words(before + begun, limit, confidence))
        found = self._likeliest(text, cursor, limit, confidence, passed)
        if not found or found[0].probability < confidence:
            found = []
        self._passed_over.keep(*place, found)
        return found

    def _likeliest(
        self, text: str, cursor: Cursor, limit: int, confidence: float, passed: Set[str]
    ) -> list[Suggestion]:
        """The likeliest words, best first; of those passed over, the ones that are as likely as `confidence` stay."""
        word, replace = cursor.word, typed_length(text, cursor.word)
        before = text[: len(text) - replace]
        choices = self._choices(cursor, before, limit + SPARE)
        loud = shouting(before, word)
        if loud:
            choices = self._with_shouted(choices, text, word, loud, limit)
        slips = self._slips(before, word, limit) if choices.typed < UNLIKELY else None
        whole = choices.typed + (slips.typed if slips else 0.0)
        chances = self._chances(choices, whole)
        kept = {each for each in passed if chances.get(each, 0.0) >= confidence > 0}
        shown = best(chances, word, limit, self._ranking, passed - kept)
        found = [suggestion(each, choices.words[each], replace, chances[each]) for each in shown]
        if slips and (not found or found[0].probability < LIKELY):
            found += self._corrections(slips, whole, replace, limit)
            found.sort(key=_by_probability)
        return found[:limit]

    def _corrections(self, slips: Choices, whole: float, replace: int, limit: int) -> list[Suggestion]:
        """The likeliest words that what is typed may be slips of, best first."""
        chances = self._chances(slips, whole)
        found = (
            suggestion(each, slips.words[each], replace, chances[each])
            for each in best(chances, "", limit, "probability")
        )
        return [dataclasses.replace(each, correction=True) for each in found]

    def _chances(self, choices: Choices, whole: float) -> dict[str, float]:
        """The probabilities of the words that may be shown, divided by that of `whole`."""
        return {
            each: min(choice.probability / whole, 1.0)
            for each, choice in choices.words.items()
            if choice.probability > 0 and not self.memory.is_blocked(each)
        }

    def _slips(self, before: str, word: str, limit: int) -> Choices | None:
        """The likeliest words that a slip of the finger turned into the letters typed, and their sum."""
        if len(word) not in SLIPPED:
            return None
        known = self.memory.after(before)
        share = self._mixture.share(known.known)
        chosen: dict[str, Choice] = {}
        reading = self._predictor.read(before, self.memory.latest())
        for each, chance in self._slip_beam.find(reading, word, limit).items():
            chosen[each] = Choice(spaced=False, network=(1 - share) * chance)
        for meant, log_slip in intended(word, self._slip_beam.letters).items():
            for candidate in known.best(meant, limit):
                choice = chosen.setdefault(candidate.word, Choice(spaced=False))
                choice.memory += share * candidate.probability * math.exp(log_slip)
        shown = {each: choice for each, choice in chosen.items() if not each.startswith(word)}
        return Choices(words=shown, typed=sum(choice.probability for choice in shown.values()))

    def _choices(self, cursor: Cursor, before: str, limit: int) -> Choices:
        """The likeliest words of both sources that begin with the letters typed, as they are typed."""
        known = self.memory.after(before)
        of_memory, mass = remembered(known, cursor.word, limit)
        found = self._beam.find(cursor, limit, protected=of_memory)
        share = self._mixture.share(known.known)
        chosen = {text: Choice(spaced=cursor.touches, memory=share * p) for text, p in of_memory.items()}
        for each in found.words:
            choice = chosen.get(each.text) or Choice(
                spaced=False, memory=share * known.probability(each.text)
            )
            choice.spaced = each.spaced
            choice.network = (1 - share) * each.probability * found.typed
            chosen[each.text] = choice
        return Choices(words=chosen, typed=(1 - share) * found.typed + share * mass)

    def _with_shouted(self, choices: Choices, text: str, word: str, loud: float, limit: int) -> Choices:
        """The same, and words in capitals that are known in small letters: read as if all were written small."""
        small = lowered(text)
        cursor = self._cursor(small)
        others = self._choices(cursor, small[: len(small) - typed_length(small, cursor.word)], limit + SPARE)
        for other, choice in others.words.items():
            there = choices.words.setdefault(other.upper(), Choice(spaced=choice.spaced))
            there.network += loud * choice.network
            there.memory += loud * choice.memory
        of_capitals = {
            each: choice for each, choice in choices.words.items() if each.startswith(word) and each != word
        }
        return Choices(words=of_capitals, typed=choices.typed + loud * others.typed)

    def _phrase(self, text: str, first: Suggestion, confidence: float) -> Suggestion:
        """The suggestion with the words after it, for as long as all of it is likely enough."""
        least, phrase = max(confidence, LIKELY_PHRASE), first
        for _ in range(LONGEST_PHRASE - 1):
            after = text[: len(text) - phrase.replace] + phrase.insert
            following = self._words(after, 1)
            if not following or phrase.probability * following[0].probability < least:
                break
            phrase = Suggestion(
                text=phrase.insert.lstrip() + following[0].insert.strip(),
                replace=phrase.replace,
                insert=phrase.insert + following[0].insert,
                probability=phrase.probability * following[0].probability,
                source=phrase.source,
            )
        return phrase


def suggestion(word: str, choice: Choice, replace: int, probability: float) -> Suggestion:
    """A word as a person takes it."""
    before, after = " " if choice.spaced else "", " " if takes_blank(word) else ""
    return Suggestion(
        text=word,
        replace=replace,
        insert=before + word + after,
        probability=probability,
        source="network" if choice.network >= choice.memory else "memory",
    )


def typed_length(text: str, word: str) -> int:
    """How many code points at the end of `text`, as typed, are the cleaned `word`.

    Cleaning can shorten a text: a letter and its accent become one, a control character goes.
    """
    tail = text[anchor(text) :][-LONGEST_SPELLING:]
    lengths = (
        length for length in range(len(word), len(tail) + 1) if clean(tail[len(tail) - length :]) == word
    )
    return next(lengths, len(word))


def _by_probability(suggestion: Suggestion) -> tuple[float, str]:
    return -suggestion.probability, suggestion.text


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
