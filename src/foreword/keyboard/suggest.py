"""The next words for a text whose end is being typed: completions of a started word, or whole words.

`candidates.py` finds the words that may come, with their probabilities from network and memory together. A shown
probability is divided by that of the letters typed, so the source that predicted the letters gains. Ignored words make
room for others that are nearly as likely (`ignored.py`). On its way from the search to the screen, a word is a

    beam.Word → candidates.Candidate → Suggestion → offers.Choice → offers.Offer
    network       and memory             in a list     on a screen     all choices

and `offers.offer_after` decides whether the list is shown.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import MemoryUnusable, check_within
from foreword.keyboard.candidates import Candidate, Candidates, Finder
from foreword.keyboard.ignored import ATTENTION, CONFIDENT, Habit, best, ignored
from foreword.keyboard.memory import Forgotten, Latest, Memory, WordUse, memory_path
from foreword.keyboard.mixture import FIRST_WORDS, Mixture
from foreword.keyboard.signs import BEFORE_MOUTH, MOUTHS, WIDE
from foreword.runtime.beam import LEAST
from foreword.runtime.model import Model
from foreword.runtime.predictor import Cursor, Predictor, recent, word_at_end
from foreword.text.cleaning import clean
from foreword.text.words import matching, takes_space

__all__ = ["CONFIDENT", "Keyboard", "Suggestion"]

Source = Literal["network", "memory"]

SPARE: Final = 3
"""Each source finds this many words more than are shown: the sum of both may rank them differently."""
FLOOR: Final = 0.001
"""A word below this probability is not shown (docs/log.md)."""
LIKELY_CORRECTION: Final = 0.01
"""A correction below this probability is not shown."""
NEW_WORDS: Final = 0.1
"""The share of new words among letters that begin no known word. The rest are typos that the network has read."""
LIKELY_CAPITAL: Final = 0.05
"""A word that adds only capitals to the letters typed is not shown below this probability."""
SAVES_NO_KEY: Final = 0.5
"""The factor that ranks a word lower if all its letters are typed, except for a capital or an accent."""
WHOLE: Final = 0.5
"""If letters are a whole word with more than this probability, the word may be finished: none counts as ignored."""
LIKELY_PHRASE: Final = 0.3
LONGEST_PHRASE: Final = 4  # words; people hardly ever take longer ones
LEAST_KEYS_SAVED: Final = 0.05
"""A sign that saves fewer keys on average is not shown (docs/log.md)."""
COMMONEST: Final = 1_000
"""The number of the person's commonest words that show whether the network knows their language."""
MOST_OBSERVED: Final = 1_000
"""The most bytes of a text that adapt the mixture; they take up to one second."""
CLEARLY: Final = 2.0
"""A sign replaces a word if it saves this many times as many keys on average (docs/log.md)."""
KEPT_LISTS: Final = 1024
"""About 20 for each of 50 typists: the list for a word depends on the lists for its first letters."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word, or a phrase, to accept with one key."""

    text: str  #: whole
    replace: int  #: the code points before the cursor, in the text as given, that `insert` replaces
    insert: str  #: the word, with the spaces that belong to it
    probability: float  #: P(all of it, and its end | text before it and letters typed)
    source: Source = "network"  #: the source with the larger share of the probability
    correction: bool = False  #: the word does not begin with the letters typed, which may be a typo


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A word's probability, given the letters typed, as the sum of one part from each source."""

    word: str
    network: float
    memory: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The words to show, best first, and the probability that the letters typed are a whole word."""

    words: tuple[Suggestion, ...]
    whole: float


@final
class Keyboard:
    """Suggests words for a text as it grows and shrinks; one more key costs one step of the network and a search.

    Without a memory, everything learned ends with the process. `keyboard.memory.close()` closes the memory's file.
    """

    def __init__(self, model: Model, memory: Memory | None = None) -> None:
        self.model = model
        self.memory = Memory.open() if memory is None else memory
        self._mixture = Mixture()
        self._restore_mixture()
        self._predictor = Predictor(model)
        self._finder = Finder(
            self._predictor, self.memory, self._mixture, ngrams=model.ngrams, lexicon=model.lexicon
        )
        self._habit = Habit(self.memory.weights(ATTENTION))
        self._listed = lru_cache(maxsize=KEPT_LISTS)(self._list)
        self._word = lru_cache(maxsize=KEPT_LISTS)(word_at_end)

    @classmethod
    def open(cls, model: str | Path | None = None) -> "Keyboard":
        """Open the keyboard of the model with that name or path, with the person's memory beside it.

        The default is that of `foreword.load`. If there is only a memory, the shipped model is used.

        Raises:
            ModelError, MemoryUnusable: the model or the memory cannot be used.
        """
        return cls(Model.open(model), Memory.open(memory_path(model)))

    def suggest(
        self,
        text: str,
        limit: int = 3,
        *,
        phrases: bool = False,
        signs: bool = False,
        confidence: float = 0.0,
    ) -> list[Suggestion]:
        """The likeliest words at the end of `text`, best first: at most `limit`, none that is already complete.

        They continue the letters exactly as typed, capitals included. If no word has at least the probability
        `confidence`, the list is empty. With `phrases`, the first one is extended while the next words are likely. With
        `signs`, a sign that the person types there replaces a word that would save fewer keys.
        The list depends on the text, the texts learned, and the reports on this line, not on earlier requests.

        Raises:
            OptionError: `limit` is less than 1, or `confidence` is no probability.
        """
        check_within("limit", limit, 1)
        check_within("confidence", confidence, 0, 1)
        text, latest = recent(text), self.memory.latest()
        listed = self._lists(text, limit, latest)
        found = self._with_signs(text, listed, limit) if signs else list(listed.words)
        if not found or found[0].probability < confidence:
            return []
        if phrases:
            found[0] = self._phrase(text, found[0], confidence, latest, signs=signs)
        return found

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        """Record the suggestions, perhaps none, that a person saw after `text`.

        The text that is learned in the end shows whether they took one or ignored it.
        """
        self._habit.show(text, [each.text for each in shown])

    def learn(self, text: str) -> int:
        """Learn `text`, each line as a message, and adapt the mixture to its words; return the number of messages."""
        cleaned = clean(text)
        observed = cleaned.encode()[:MOST_OBSERVED].decode(errors="ignore")
        if len(observed) < len(cleaned):
            observed = observed[: max(map(observed.rfind, " \n"))]  # whole words
        seen = [each for line in observed.split("\n") for each in self._finder.observe(line)]
        learned = self.memory.learn(text)
        with suppress(MemoryUnusable):  # the text is learned; after an error, it would be learned once more
            # Another program may have stored newer numbers since.
            self._restore_mixture()
            self._habit.restore(self.memory.weights(ATTENTION))
            for each in seen:  # only now: a text that cannot be learned changes nothing
                self._mixture.follow(each)
            self._habit.follow(cleaned)
            self.memory.set_weights(self.model.key, self._mixture.weights())
            self.memory.set_weights(ATTENTION, self._habit.weights())
            # Read it now, so that the next message need not wait.
            self._predictor.read_to_cursor("", self.memory.latest().text)
            self._finder.adapt()
        self._listed.cache_clear()
        return learned

    def forget(self, word: str) -> Forgotten:
        """Delete the word from the memory, in capital and small letters, and never suggest it until `memory.allow`.

        Raises:
            OptionError: it is not one word.
            MemoryUnusable: it is forgotten, but a full, failing or busy disk may keep traces of it; to delete them,
                forget it again, as with `foreword forget`.
        """
        found = self.memory.forget(word)
        self._predictor.clear()
        self._listed.cache_clear()
        self._habit.forget()
        if self.memory.has_traces:
            raise MemoryUnusable(f"{word} is forgotten, but {self.memory.notes[-1]}")
        return found

    def weigh(self, text: str, limit: int = 8, asked: str | None = None) -> tuple[list[Weighed], float]:
        """The likeliest words at the end of `text` by source, and the memory's share there.

        The part of a source is its own probability times its share, both given the letters typed. So the source that
        predicted them gains. Ignored words stay in. With `asked`, only that word is returned, if it continues the
        letters typed.
        """
        check_within("limit", limit, 1)
        cursor = self._predictor.read_to_cursor(recent(text), self.memory.latest().text)
        candidates = self._finder.likely(cursor, limit, [] if asked is None else [asked])
        whole = max(candidates.typed, LEAST)
        words = [
            Weighed(word=word, network=each.network / whole, memory=each.memory / whole)
            for word, each in candidates.words.items()
            if asked in (None, word)
        ]
        words.sort(key=lambda each: (-each.network - each.memory, each.word))
        if cursor.word:
            return words[:limit], candidates.remembered / whole
        return words[:limit], self._finder.share(cursor)

    def why(self, word: str) -> WordUse | None:
        """The number of times the word was written, and the last time; None if only the network proposes it."""
        return self.memory.why(word)

    def copy(self) -> "Keyboard":
        """The same keyboard with a copy of the memory that ends with the process, for trials."""
        return Keyboard(self.model, self.memory.copy())

    def _restore_mixture(self) -> None:
        weights = self.memory.weights(self.model.key)
        self._mixture.restore(weights, known=self._known_part() if weights is None else 1.0)

    def _known_part(self) -> float:
        """The part of the person's commonest words that the model's word list has; 1 without a list."""
        times, lexicon = {each.word: each.times for each in self.memory.uses(COMMONEST)}, self.model.lexicon
        known = (count for word, count in times.items() if lexicon is None or lexicon.lists(word))
        return (FIRST_WORDS + sum(known)) / (FIRST_WORDS + sum(times.values()))

    def _lists(self, text: str, limit: int, latest: Latest) -> Listed:
        """`_list` with its last argument, from the cache."""
        return self._listed(text, limit, latest, self._habit.hidden(text))

    def _list(self, text: str, limit: int, latest: Latest, hidden: frozenset[int]) -> Listed:
        """The words to show at the end of `text`; the lists after `hidden` letters of its word were not shown.

        Each probability is divided by `mass`, the probability that these letters are typed: as meant, or by a typo.
        """
        cursor = self._predictor.read_to_cursor(text, latest.text)
        candidates = self._finder.likely(cursor, limit + SPARE)
        typos = self._finder.typos(cursor, candidates)
        mass = candidates.typed + (typos.typed if typos else 0.0)
        chances = {
            word: chance
            for word, chance in _chances(candidates, mass).items()
            if _is_useful(word, cursor, candidates.words[word], chance)
        }
        times_ignored = self._times_ignored(cursor, candidates, limit, latest, hidden)
        shown = best(chances, limit, times_ignored, self._habit.overlooks)
        shown.sort(key=lambda word: -chances[word] * (SAVES_NO_KEY if _is_typed(word, cursor.word) else 1.0))
        found = [_suggestion(each, candidates.words[each], cursor.typed, chances[each]) for each in shown]
        if typos:
            seen = mass + NEW_WORDS * (candidates.no_words + typos.no_words)
            for each, chance in _chances(typos, seen, least=LIKELY_CORRECTION).items():
                found.append(_suggestion(each, typos.words[each], cursor.typed, chance, correction=True))
            found.sort(key=lambda each: (-each.probability, each.text))
        whole = min(candidates.whole / max(mass, LEAST), 1.0) if cursor.word else 1.0
        return Listed(words=tuple(found[:limit]), whole=whole)

    def _times_ignored(
        self, cursor: Cursor, candidates: Candidates, limit: int, latest: Latest, hidden: frozenset[int]
    ) -> Counter[str]:
        """The number of lists for the first letters of the word that each word was in.

        None counts if the letters are likelier a whole word: the person may have finished it. Each list is made by
        `_list` from the lists before it, so they are computed from the shortest on, and cached.
        """
        if candidates.whole > WHOLE * candidates.typed:
            return Counter()

        def listed(begun: str) -> list[str]:
            """The words listed for the first letters; none if no list was shown there, or they are no word."""
            text = cursor.before + begun
            if len(begun) in hidden or self._word(text) != begun:
                return []
            return [each.text for each in self._lists(text, limit, latest).words]

        return ignored(cursor.word, listed)

    def _with_signs(self, text: str, listed: Listed, limit: int) -> list[Suggestion]:
        """The words, with signs in place of the words that save fewer keys."""
        ahead = self.memory.signs_after(text)
        goes_on = ahead.ends if ahead.typed.strip() else 1.0  # a word comes only after the whole sign
        after = (replace(each, probability=each.probability * goes_on) for each in listed.words)
        found = [each for each in after if each.probability > FLOOR]
        # else the text has characters that are cleaned away
        chances = ahead.chances if text.endswith(ahead.typed) else {}
        left = max(1.0 - sum(each.probability for each in found), 0.0)  # by the words
        share = min(listed.whole, left / max(sum(chances.values()), LEAST))
        signs = [_sign(sign, len(ahead.typed), chance * share) for sign, chance in chances.items()]
        # A person may type ! with and without a space.
        each_once = {each.text: each for each in sorted(filter(_saved_keys, signs), key=_worth)}
        for sign in nlargest(limit, each_once.values(), key=_worth):
            if _worth(sign) < LEAST_KEYS_SAVED:
                break
            if len(found) >= limit:
                least = min(found, key=_worth)
                if CLEARLY * _worth(least) >= _worth(sign):
                    break
                found.remove(least)
            places = (place for place, each in enumerate(found) if each.probability < sign.probability)
            found.insert(next(places, len(found)), sign)
        return found

    def _phrase(
        self, text: str, first: Suggestion, confidence: float, latest: Latest, *, signs: bool
    ) -> Suggestion:
        """The suggestion with the words, or the sign, after it, while all of it is likely enough."""
        least, phrase = max(confidence, LIKELY_PHRASE), first
        for _ in range(LONGEST_PHRASE - 1):
            before = text[: len(text) - phrase.replace] + phrase.insert
            following = self._lists(before, 1, latest).words
            chance, insert = (following[0].probability, following[0].insert) if following else (0.0, "")
            kept, ahead = phrase.insert, self.memory.signs_after(before.rstrip(" "))
            chance *= 1.0 - ahead.joins
            if signs and not insert.startswith(" "):
                sign = max(ahead.chances, key=lambda each: ahead.chances[each], default="")
                if sign and ahead.chances[sign] > chance:
                    chance, insert, kept = ahead.chances[sign], _sign(sign, 0, 0.0).insert, kept.rstrip(" ")
            if phrase.probability * chance < least:
                break
            phrase = replace(
                phrase,
                text=kept.lstrip() + insert.rstrip(),
                insert=kept + insert,
                probability=phrase.probability * chance,
            )
        return phrase


def _chances(candidates: Candidates, whole: float, *, least: float = FLOOR) -> dict[str, float]:
    """The probabilities of the words that may be shown, divided by `whole`."""
    return {
        each: min(candidate.probability / whole, 1.0)
        for each, candidate in candidates.words.items()
        if candidate.probability > least * whole
    }


def _suggestion(
    word: str, candidate: Candidate, replaced: int, probability: float, *, correction: bool = False
) -> Suggestion:
    before, after = " " if candidate.spaced else "", " " if takes_space(word) else ""
    return Suggestion(
        text=word,
        replace=replaced,
        insert=before + word + after,
        probability=probability,
        source="network" if candidate.network >= candidate.memory else "memory",
        correction=correction,
    )


def _is_useful(word: str, cursor: Cursor, candidate: Candidate, chance: float) -> bool:
    """False if a word is a mouth without eyes after a sign, adds only an unlikely capital, or ends a number anew."""
    letters = cursor.word
    if word in MOUTHS and not BEFORE_MOUTH.search(cursor.before):
        return False
    if word.casefold() == letters.casefold():
        return chance >= LIKELY_CAPITAL
    return candidate.memory > 0 or not (letters and word.isdigit())


def _is_typed(word: str, letters: str) -> bool:
    """True if all letters of a word are typed: taking it would only add a capital or an accent."""
    typed = len(matching(letters))
    return 0 < typed == len(matching(word))


def _sign(sign: str, typed: int, probability: float) -> Suggestion:
    """The suggestion of a sign, with `typed` of its characters already typed."""
    after = "" if WIDE.search(sign) else " "
    return Suggestion(
        text=sign.strip(), replace=typed, insert=sign + after, probability=probability, source="memory"
    )


def _saved_keys(each: Suggestion) -> int:
    """The number of keys saved by taking the suggestion instead of typing the rest of it."""
    return max(len(each.insert) - each.replace - 1, 0)


def _worth(each: Suggestion) -> float:
    """The keys that a suggestion saves on average. A word that saves none may correct the typed text."""
    return each.probability * max(_saved_keys(each), 1)
