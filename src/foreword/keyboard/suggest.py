"""The next words for a text whose end is being typed: completions of a word begun, or whole words.

`choices.py` says which words may come and how likely they are for network and memory together. What is shown is divided
by the probability of the letters typed, so the source that foresaw the letters gains; and what was passed over makes
room for what is nearly as likely.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import OptionError
from foreword.keyboard import attention
from foreword.keyboard.attention import Attention
from foreword.keyboard.choices import UNLIKELY, Choice, Choices, Chooser, Place
from foreword.keyboard.memory import Memory, WordUse, memory_path
from foreword.keyboard.mixture import Mixture
from foreword.keyboard.observing import Observer
from foreword.keyboard.passing import PassedOver
from foreword.keyboard.ranking import Ranking, best
from foreword.keyboard.records import Latest
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor, anchor, recent
from foreword.text.cleaning import clean
from foreword.text.secrets import ONCE_OFFERED
from foreword.text.words import matching, takes_space

Source = Literal["network", "memory"]

SPARE: Final = 3
"""So many words more than are shown are asked of each source: the sum of both may rank them otherwise."""
FLOOR: Final = 0.001
"""What is less likely is not shown (docs/log.md)."""
LIKELY: Final = 0.1
"""Where a word with this probability goes on from what is typed, no correction is shown."""
SAVES_NO_KEY: Final = 0.5
"""By this factor a word whose letters are all typed, but for a capital or an accent, comes later in the list."""
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
        self._mixture = Mixture(self.memory.weights(model.key) or model.mixture)
        self._predictor = Predictor(model)
        self._beam = Beam(self._predictor)
        self._chooser = Chooser(self._predictor, self._beam, self.memory, self._mixture, model.lexicon)
        self._observer = Observer(self._predictor, self._beam, self.memory)
        self._passed_over = PassedOver()
        self._attention = Attention(self.memory.weights(attention.KEY))

    @classmethod
    def open(cls, model: str | Path | None = None) -> "Keyboard":
        """The keyboard of the model with that name or path and, beside it, the person's memory.

        Without one, of the person's own model, else the shipped one; a memory without a network types with that.
        """
        return cls(Model.open(model), Memory.open(memory_path(model)))

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
        text, latest = recent(text), self.memory.latest()
        place = self._chooser.place(text, latest.text)
        found = self._words(place, limit, latest)
        if not found or found[0].probability < confidence:
            found = []
        self._attention.show(place.before, place.word, (each.text for each in found))
        if not found:
            return []
        return [self._phrase(text, found[0], confidence, latest), *found[1:]] if phrases else found

    def learn(self, text: str) -> int:
        """Remember `text`, each line a message, and let the mixture follow its words. How many messages there were."""
        seen = [each for line in clean(text).split("\n") for each in self._observer.observations(line)]
        learned = self.memory.learn(text)
        for each in seen:  # only now: what could not be learned changes nothing
            self._mixture.follow(each)
        self._attention.follow(clean(text))
        self.memory.set_weights(self.model.key, self._mixture.weights())
        self.memory.set_weights(attention.KEY, self._attention.weights())
        self._passed_over.clear()
        self._predictor.read(
            "", self.memory.latest().text
        )  # now, so that the next message need not wait for it
        return learned

    def forget(self, word: str) -> None:
        """Delete the word from the memory, in any case, and never suggest it until `memory.allow`."""
        self.memory.forget(word)
        self._predictor.clear()
        self._passed_over.clear()
        self._attention.forget()

    def why(self, word: str) -> WordUse | None:
        """How often the word was written, and when last; None for one that the network alone proposes."""
        return self.memory.why(word)

    def copy(self) -> "Keyboard":
        """The same keyboard with a memory of the process alone: what it learns is for trying out."""
        return Keyboard(self.model, self.memory.copy(), ranking=self._ranking)

    def _words(self, place: Place, limit: int, latest: Latest) -> list[Suggestion]:
        """The words to show, best first, when this was learned last."""
        where = place.before[anchor(place.before) :], place.word, (limit, latest.stamp)
        passed: Mapping[str, int] = {}
        if not self._chooser.is_complete(place):
            passed = self._passed_over.words(*where, partial(self._begun, place, limit))
        found = self._list(place, limit, passed)
        self._passed_over.keep(*where, (each.text for each in found))
        return found

    def _begun(self, whole: Place, limit: int, begun: str, passed: Mapping[str, int]) -> list[str]:
        """The words to show for the first letters of a word; none where these are no word by themselves."""
        place = self._chooser.place(whole.before + begun, whole.preceding)
        if place.word != begun:
            return []
        complete = self._chooser.is_complete(place)
        return [each.text for each in self._list(place, limit, {} if complete else passed)]

    def _list(self, place: Place, limit: int, passed: Mapping[str, int]) -> list[Suggestion]:
        """The words to show, best first, when others were passed over; corrections where nothing likely goes on."""
        choices = self._chooser.likely(place, limit + SPARE)
        slips = self._chooser.slips(place, limit) if choices.typed < UNLIKELY else None
        whole = choices.typed + (slips.typed if slips else 0.0)
        chances = self._chances(choices, whole)
        if not ONCE_OFFERED.isdisjoint(chances):
            chances = _without_placeholders(chances, place.before)
        overlooks = self._attention.overlooks
        shown = best(chances, place.word, limit, self._ranking, passed=passed, overlooks=overlooks)
        shown.sort(key=lambda each: -chances[each] * (SAVES_NO_KEY if is_typed(each, place.word) else 1.0))
        found = [suggestion(each, choices.words[each], place.replace, chances[each]) for each in shown]
        if slips and max(chances.values(), default=0.0) < LIKELY:
            found += self._corrections(slips, whole, place.replace, limit)
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
            if choice.probability > FLOOR * whole and not self.memory.is_blocked(each)
        }

    def _phrase(self, text: str, first: Suggestion, confidence: float, latest: Latest) -> Suggestion:
        """The suggestion with the words after it, for as long as all of it is likely enough."""
        least, phrase = max(confidence, LIKELY_PHRASE), first
        for _ in range(LONGEST_PHRASE - 1):
            after = text[: len(text) - phrase.replace] + phrase.insert
            following = self._words(self._chooser.place(after, latest.text), 1, latest)
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


def _without_placeholders(chances: dict[str, float], before: str) -> dict[str, float]:
    """The words without those that once stood for secrets, where older memories and models have learned them."""
    from foreword.text.secrets.sentences import leads_to_one  # noqa: PLC0415 - its patterns take a while

    hidden = ONCE_OFFERED if leads_to_one(before) else frozenset[str]()
    return {each: chance for each, chance in chances.items() if each not in hidden}


def suggestion(word: str, choice: Choice, replace: int, probability: float) -> Suggestion:
    """A word as a person takes it."""
    before, after = " " if choice.spaced else "", " " if takes_space(word) else ""
    return Suggestion(
        text=word,
        replace=replace,
        insert=before + word + after,
        probability=probability,
        source="network" if choice.network >= choice.memory else "memory",
    )


def is_typed(word: str, typed: str) -> bool:
    """Whether the word has no letter that is not typed yet."""
    return typed != "" and len(matching(word)) == len(matching(typed))


def _by_probability(suggestion: Suggestion) -> tuple[float, str]:
    return -suggestion.probability, suggestion.text
