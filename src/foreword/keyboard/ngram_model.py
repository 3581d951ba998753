"""The memory's n-gram model: interpolated Kneser-Ney smoothing over words and signs, and a cache of recent words.

    P(w | c) = max(count(c w) - D, 0) / total(c)  +  D · kinds(c) / total(c) · P(w | c without its oldest symbol)

The longest contexts count occurrences. A shorter one counts the different contexts, one symbol longer, in which the
word followed it. The reason: a shorter context is used only if the longer one fails. The share that the empty context
passes on is left to unknown words.

Sources: Ney, Essen and Kneser (1994), "On structuring probabilistic dependences in stochastic language modelling";
Kneser and Ney (1995), "Improved backing-off for m-gram language modeling"; Chen and Goodman (1999), "An empirical
study of smoothing techniques for language modeling", section 2.7; Kuhn and De Mori (1990), "A cache-based natural
language model for speech recognition"; Clarkson and Robinson (1997), "Language model adaptation using mixtures and an
exponentially decaying cache".
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import chain
from threading import Lock
from typing import Final, NamedTuple, final

import numpy as np
import regex

from foreword.keyboard.casing import straight, written
from foreword.libraries import Float, Float64, Int64
from foreword.modelfolder.lexicon import SHORT
from foreword.text.cleaning import clean
from foreword.text.words import beginning_with, begins, matching, words

ORDER: Final = 3
DISCOUNTS: Final = (0.5, 0.75, 0.85)
"""D by the number of symbols in the context (docs/decisions/0028)."""
OFTEN_AFTER_ONE: Final = 10.0
OFTEN_AFTER_ALL: Final = (3.0, 30.0)
"""From these counts on, the words after the last symbol, and after the whole context, are known a degree better."""

WINDOW: Final = 1000  # recent words; older words weigh less than a thousandth, older pairs less than a tenth
WORD_HALF_LIFE: Final = 100.0
PAIR_HALF_LIFE: Final = 300.0
WORD_SHARE: Final = 0.03
PAIR_SHARE: Final = 0.05
BLOCK: Final = 128  # values; fast for 1,000 to 40,000 of them

Context = tuple[str, ...]
"""The last one or two symbols before a word, the nearest last: words in folded case, and signs between them.

It does not go back beyond the start of the sentence, because earlier text matters little. Measured on the development
people (docs/decisions/0028): contexts in exact case and without pauses save 0.4 points fewer keys, and a third symbol
adds nothing.
"""
START: Final = "\n"
"""The symbol for the start of a message or sentence. No word contains this symbol or `PAUSE`."""
PAUSE: Final = ","
"""The symbol for a comma, a dash, a bracket or the like."""

TAIL: Final = 512  # code points read before a word: more than two of the longest words
_SIGNS: Final = regex.compile(
    r"(?P<end>[\p{Sentence_Terminal}…])|[\p{Terminal_Punctuation}\p{Pd}\p{Ps}\p{Pe}]"
)
_GAP: Final = regex.compile(r"[^\p{L}\p{N}\p{M}]")
_ROOM: Final = 1024
NEW_LETTER: Final = 1 / 25
"""The probability of each letter of a new word that no known word has there."""
UNSEEN_KINDS: Final = 100
"""Words added to the known ones: else each of ten known words would stand for a tenth of the new ones."""


def occurrences(message: str, *, order: int = ORDER) -> Iterator[tuple[str, Context]]:
    """The words of one clean message in exact case, from left to right, and the context of each.

    A context has at most `order` - 1 symbols.
    """
    context: Context = (START,)
    end = 0
    for word in words(message):
        if end:
            context = _after(context, _symbol(message[end : word.start()]), order)
        yield word.group(), context
        context = _after(context, word.group().casefold(), order)
        end = word.end()


@lru_cache(maxsize=8)
def context_of(before: str, *, order: int = ORDER) -> Context:
    """The context of the word after `before`, a text of any length, cleaned or not."""
    line = clean(_tail(before)).rpartition("\n")[2]
    *_, (_, context) = occurrences(line + " a", order=order)
    return context


def suffixes(context: Context) -> list[Context]:
    """The context, then the shorter ones without its oldest symbols, the empty one last."""
    return [context[start:] for start in range(len(context) + 1)]


def _after(context: Context, symbol: str | None, order: int) -> Context:
    if symbol is None:
        return context
    if symbol == START:
        return (START,)
    return (*context, symbol)[-(order - 1) :]


def _symbol(gap: str) -> str | None:
    """The symbol for the text between two words: the end of a sentence, another sign, or none."""
    signs = [sign["end"] for sign in _SIGNS.finditer(gap)]
    return (START if any(signs) else PAUSE) if signs else None


def _tail(text: str) -> str:
    """The end of `text`, from a place between two words if there is one."""
    if len(text) <= TAIL:
        return text
    tail = text[-TAIL:]
    gap = _GAP.search(tail)
    return tail[gap.start() :] if gap else tail


@final
class CountedWords:
    """Known words by their numbers, in the order of their keys: the words with a given beginning are one stretch.

    `counts` has the count of each number after the empty context, `written` the number of times it was written.
    """

    def __init__(self, rows: Iterable[tuple[int, str, int, int]]) -> None:
        """Take the words with their numbers and both counts, in any order."""
        self.lock = Lock()  # a thread may learn while another one asks
        taken = list(rows)
        self.texts = {number: text for number, text, *_ in taken}
        self.ids = {text: number for number, text, *_ in taken}
        together = _key("\n".join(self.ids))
        self.letters = set(filter(str.isalpha, set(together)))
        keys = together.split("\n")
        by_key = sorted(zip(keys, self.texts, strict=True)) if taken else []
        self._keys = [key for key, _ in by_key]
        self._order = np.array([number for _, number in by_key], dtype=np.int64)
        self.fitting = lru_cache(maxsize=64)(self._fitting)
        self.counts: Float64[np.ndarray, " numbers"] = np.zeros(max(self.texts, default=0) + _ROOM)
        self.counts[list(self.texts)] = [count for _, _, count, _ in taken]
        self.written = np.zeros_like(self.counts)
        self.written[list(self.texts)] = [written for *_, written in taken]
        self.changes = 0
        self.total = float(self.counts.sum())

    def set(self, number: int, text: str, count: int, written: int) -> None:
        """Set both counts of one word, known or new."""
        if number >= len(self.counts):
            more = np.zeros(number + _ROOM - len(self.counts))
            self.counts, self.written = np.append(self.counts, more), np.append(self.written, more)
        if number not in self.texts:
            with self.lock:
                self.texts[number] = text
                self.ids[text] = number
                place = bisect_left(self._keys, key := _key(text))
                self.letters |= set(filter(str.isalpha, key))
                self._keys.insert(place, key)
                self._order = np.insert(self._order, place, number)
                self.fitting.cache_clear()
        self.total += count - self.counts[number]
        self.counts[number], self.written[number] = count, written
        self.changes += 1

    def by_key(self) -> tuple[list[str], Float64[np.ndarray, " words"]]:
        """The keys of all words, and how often each was written."""
        with self.lock:
            return [*self._keys], self.written[self._order]

    def has(self, ids: Int64[np.ndarray, " some"]) -> bool:
        """True if all of these are numbers of known words."""
        return bool(np.all((ids >= 0) & (ids < len(self.counts)))) and bool(np.all(self.counts[ids] > 0))

    def knows(self, letters: str, *, whole: bool) -> bool:
        """True if `letters` are a known word, or begin one if `whole` is false, by their key.

        A short word needs the accents of a known one (`SHORT`).
        """
        key = _key(letters)
        place = bisect_left(self._keys, key)
        if not whole:
            return place < len(self._keys) and self._keys[place].startswith(key)
        same = self._order[place : bisect_right(self._keys, key, place)].tolist()
        small = straight(letters.lower())
        return any(len(key) >= SHORT or begins(small, straight(self.texts[number])) for number in same)

    def share_of_new(self, letters: str) -> float:
        """The share of new words that begin with `letters`, as if they began like the known ones."""
        key = _key(letters)
        for end in range(len(key), -1, -1):
            alike = beginning_with(self._keys, key[:end])
            if kinds := alike.stop - alike.start:
                return float(kinds / (len(self._keys) + UNSEEN_KINDS) * NEW_LETTER ** (len(key) - end))
        return 0.0

    def _fitting(self, typed: str, starts: bool) -> tuple[Int64[np.ndarray, " w"], Float64[np.ndarray, " w"]]:
        """The numbers of the words that these letters may begin, and how likely they do (`casing.written`)."""
        if not typed:
            return self._order, np.ones(len(self._order))
        fitting = beginning_with(self._keys, key := _key(typed))
        ids, keys = self._order[fitting], self._keys[fitting]
        _, plain = written(typed, key, starts=starts)  # most words are written as their keys
        pairs = zip((self.texts[number] for number in ids.tolist()), keys, strict=True)
        weights = np.array(
            [plain if text == key else written(typed, text, starts=starts)[1] for text, key in pairs]
        )
        return ids[weights > 0], weights[weights > 0]


def _key(text: str) -> str:
    """`text` without case and accents, with straight apostrophes."""
    return straight(matching(text))


@final
class Followers:
    """The words seen after one context, by their numbers, with their counts. They can be updated."""

    def __init__(self, rows: Iterable[tuple[int, int]]) -> None:
        pairs = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, 2)
        self.ids: Int64[np.ndarray, " kinds"] = pairs[:, 0].copy()
        self.counts: Float64[np.ndarray, " kinds"] = pairs[:, 1].astype(np.float64)

    def set(self, word: int, count: int) -> None:
        """Set the count of one word."""
        (found,) = np.nonzero(self.ids == word)
        if len(found):
            self.counts[found[0]] = count
        else:
            self.ids = np.append(self.ids, word)
            self.counts = np.append(self.counts, float(count))


class Evidence(NamedTuple):
    """The evidence of recent words: their numbers, the probability of each, and the share of the whole evidence."""

    ids: Int64[np.ndarray, " words"]
    chances: Float64[np.ndarray, " words"]
    share: float


@final
class Recency:
    """The cache: the last words by their numbers, each with the symbol before it.

    A word that is `WORD_HALF_LIFE` words further back weighs half as much. The cache also uses pairs: words that
    followed the same symbol. Their share grows with the count of that symbol.
    """

    def __init__(self, said: Iterable[tuple[int, str]]) -> None:
        self._said: deque[tuple[int, str]] = deque(maxlen=WINDOW)
        self.add(said)

    def add(self, said: Iterable[tuple[int, str]]) -> None:
        """Add words written since, in order."""
        self._said.extend(said)
        self._ids = np.array([word for word, _ in self._said], dtype=np.int64)
        self._before = np.array([symbol for _, symbol in self._said], dtype=object)
        age = np.arange(len(self._said), 0, -1)
        self._pair_weights = 0.5 ** (age / PAIR_HALF_LIFE)
        word_weights = 0.5 ** (age / WORD_HALF_LIFE)
        self._word_chances = word_weights / max(word_weights.sum(), 1e-9)

    def after(self, before: str) -> list[Evidence]:
        """The evidence of the words and of the pairs for the word after the symbol `before`."""
        if not self._said:
            return []
        same = self._before == before
        weights: Float64[np.ndarray, " pairs"] = self._pair_weights[same]
        evidence = float(weights.sum())
        recent = Evidence(self._ids, self._word_chances, WORD_SHARE)
        if not evidence:
            return [recent]
        share = PAIR_SHARE * evidence / (evidence + 1)
        return [recent, Evidence(self._ids[same], weights / evidence, share)]


@final
class Distribution:
    """The probabilities of all known words after one text, for any letters typed so far.

    `size` is the number of words. `knowledge` is the degree of knowledge of the context: from 0, never seen, to 5,
    all of it seen often.
    """

    def __init__(self, known: CountedWords, levels: Sequence[Followers], recent: Sequence[Evidence]) -> None:
        """Mix the counts after the empty context, after the longer ones in their order, and the recent words."""
        self.knowledge = _knowledge(levels)
        self.size = len(known.texts)
        self.letters = known.letters  # of all known words, without case and accents
        chances = np.maximum(known.counts - DISCOUNTS[0], 0.0) / max(known.total, 1.0)  # (numbers)
        for followers, discount in zip(levels, DISCOUNTS[1:], strict=False):
            if len(followers.ids):
                total = followers.counts.sum()
                chances *= np.minimum(followers.counts, discount).sum() / total
                chances[followers.ids] += np.maximum(followers.counts - discount, 0.0) / total
        chances *= 1.0 - sum(each.share for each in recent)
        for each in recent:
            np.add.at(chances, each.ids, each.share * each.chances)
        self.words = known
        self._chances: Float64[np.ndarray, " numbers"] = chances

    def probability(self, word: str) -> float:
        """P(word | before): 0 for an unknown word."""
        number = self.words.ids.get(word)
        return 0.0 if number is None or number >= len(self._chances) else float(self._chances[number])

    def knows(self, letters: str, *, whole: bool = True) -> bool:
        """True if `letters` are a known word, or begin one if `whole` is false; case and accents do not count."""
        return self.words.knows(letters, whole=whole)

    def new_word(self, letters: str) -> float:
        """P(a new word, these letters at its beginning | before)."""
        return max(1.0 - float(self._chances.sum()), 0.0) * self.words.share_of_new(letters)

    def fitting(self, typed: str, limit: int, *, starts: bool) -> tuple[dict[str, float], float]:
        """The likeliest words that the letters typed may begin, in their written form, and the probability of all.

        The probabilities are P(word, letters typed | before). `starts` is true for the first word of a sentence.
        """
        if not self.knows(typed, whole=False):
            return {}, 0.0  # as for most of the beginnings that a typo may mean
        with self.words.lock:
            ids, weights = self.words.fitting(typed, starts)
        there = ids < len(self._chances)  # words learned since have later numbers
        ids, weights = ids[there], weights[there]
        chances = self._chances[ids] * weights
        mass = float(chances.sum())
        texts = self.words.texts
        found = likeliest_forms(chances, lambda at: texts[int(ids[at])], typed, limit, starts=starts)
        return found, mass


def likeliest_forms(
    chances: Float[np.ndarray, " words"], word: Callable[[int], str], typed: str, limit: int, *, starts: bool
) -> dict[str, float]:
    """The likeliest of some words, in the forms that they have after these letters; equal forms count together.

    `word` gives the word with the chance at a place.
    """
    found: dict[str, float] = {}
    for at in largest(chances, 2 * limit).tolist():
        form, _ = written(typed, word(at), starts=starts)
        found[form] = found.get(form, 0.0) + float(chances[at])
    best = nlargest(limit, found, key=lambda form: found[form])
    return {form: found[form] for form in best if found[form]}


def largest(values: Float[np.ndarray, " some"], most: int) -> Int64[np.ndarray, " places"]:
    """The places of the `most` largest values, best first; of equal values, the first.

    `most` blocks have a value that reaches the bar, so at least `most` values do, and only these few are sorted.
    """
    places, blocks = np.arange(len(values)), len(values) // BLOCK
    if blocks > most:
        maxima = values[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        places = np.flatnonzero(values >= np.partition(maxima, -most)[-most])
    return places[np.argsort(-values[places], kind="stable")[:most]]


def _knowledge(levels: Sequence[Followers]) -> int:
    """0 if the context was never seen; 1 or 2 if its last symbol was seen, 3 to 5 if all of it was seen."""
    totals = [float(followers.counts.sum()) for followers in levels]
    shorter, longer = (*totals, 0.0, 0.0)[:2]
    if longer:
        return 3 + sum(longer >= often for often in OFTEN_AFTER_ALL)
    return 1 + int(shorter >= OFTEN_AFTER_ONE) if shorter else 0
