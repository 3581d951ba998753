"""The word meant when a person makes one typo.

That is a neighbouring key, another vowel, a letter or an apostrophe left out, a letter typed twice, the wrong letter
typed twice, or two swapped.

A noisy channel: P(word, typo | text) = P(word | text) · P(typo). In most cases the text decides between two words.

Source: Kernighan, Church and Gale (1990), "A spelling correction program based on a noisy channel model". The rates are
our own choice: one typo in a hundred letters, most of them a neighbouring key.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from heapq import nlargest
from types import MappingProxyType
from typing import Final, NamedTuple, final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.runtime.beam import LEAST, LETTER, Beam, Known
from foreword.runtime.network import State
from foreword.runtime.state_cache import Cursor
from foreword.text.words import beginning_with, first_word, is_inside_word

SUBSTITUTION: Final = 0.006
OMISSION: Final = 0.002
APOSTROPHE: Final = 0.03  # left out, as many people do
DOUBLING: Final = 0.001
WRONG_DOUBLE: Final = 0.0005  # such as tommorow
SWAP: Final = 0.001
VOWEL: Final = 0.001

WIDTH: Final = 12
DEPTH: Final = 12  # tokens after the letters typed

_ROWS: Final = ((0.0, "qwertyuiop"), (0.25, "asdfghjkl"), (0.75, "zxcvbnm"))
_NEAR: Final = 1.3  # in widths of a key


_PLACES: Final = {
    key: (offset + column, row) for row, (offset, keys) in enumerate(_ROWS) for column, key in enumerate(keys)
}
_SMALL: Final = {
    key: "".join(other for other, at in _PLACES.items() if other != key and math.dist(place, at) < _NEAR)
    for key, place in _PLACES.items()
}
NEIGHBOURS: Final = MappingProxyType(_SMALL | {key.upper(): keys.upper() for key, keys in _SMALL.items()})
"""The keys around each, on a QWERTY keyboard; letters of other scripts have none."""
VOWELS: Final = "aeiouy"


@lru_cache(maxsize=8)
def intended(typed: str, letters: str) -> Mapping[str, float]:
    """The beginnings of words that one typo turns into `typed`, with the logarithm of the typo's probability."""
    found: dict[str, float] = {}
    for length in range(len(typed)):
        for meant, chance in _meant(typed[length:], letters):
            begun = typed[:length] + meant
            found[begun] = max(found.get(begun, -math.inf), math.log(chance))
    found.pop(typed, None)
    return found


def _meant(rest: str, letters: str) -> Iterator[tuple[str, float]]:
    """The texts meant by `rest` if its first letter is a typo, with its probability; `letters` is the alphabet."""
    typed, after = rest[0], rest[1:]
    for near in NEIGHBOURS.get(typed, ""):
        yield near + after, SUBSTITUTION / len(NEIGHBOURS[near])
    if typed in VOWELS:
        for vowel in VOWELS.replace(typed, ""):
            yield vowel + after, VOWEL
    for left_out in letters:
        if left_out != typed and (typed.isupper() or not left_out.isupper()):
            yield left_out + rest, OMISSION
    yield "'" + rest, APOSTROPHE
    if after[:1] == typed:
        yield after, DOUBLING
        for place, letter in enumerate(after[1:], start=1):
            yield after[:place] + letter + after[place:], WRONG_DOUBLE
    elif after:
        yield after[0] + typed + after[1:], SWAP


class Front(NamedTuple):
    """The paths that go on, by their spelled texts; `totals[i, t]` is as in the search without typos."""

    texts: Sequence[str]
    totals: Float64[np.ndarray, "paths vocabulary"]
    state: State


class Pieces(NamedTuple):
    """The tokens that may stand in a word, or begin one with the space before it, by their texts, in order."""

    ids: Mapping[str, int]
    texts: Sequence[str]
    begun: Set[str]  # all beginnings of the texts
    inside: Sequence[str]  # the texts without a space
    tokens: Int64[np.ndarray, " inside"]  # of `inside`


@final
class TypoBeam:
    """A search for words that starts before their first letter, and follows the beginnings perhaps meant."""

    def __init__(self, beam: Beam) -> None:
        self._beam = beam

    @cached_property
    def _pieces(self) -> Pieces:
        spelled = [
            (token.decode(errors="replace"), at) for at, token in enumerate(self._beam.spelling.tokens)
        ]
        ids = dict(sorted((text, at) for text, at in spelled if is_inside(text)))
        begun = frozenset(text[:length] for text in ids for length in range(1, len(text) + 1))
        inside = [text for text in ids if not text.startswith(" ")]
        return Pieces(ids, list(ids), begun, inside, np.array([ids[text] for text in inside], dtype=np.int64))

    @cached_property
    def letters(self) -> str:
        """All letters that the model has tokens for."""
        return "".join(sorted({letter for text in self._pieces.texts for letter in text if letter.isalpha()}))

    def find(
        self, cursor: Cursor, limit: int, known: Known | None = None, least: float = 0.0
    ) -> dict[str, float]:
        """The likeliest words that one typo turns into the letters typed, with P(word, its end and the typo | text).

        With `known`, only known words are found. The search ends when all further words are less likely than `least`.
        """
        space = " " if cursor.owed.startswith(b" ") else ""
        meant = {space + each: log_typo for each, log_typo in intended(cursor.word, self.letters).items()}
        search = TypoSearch(self._beam, self._pieces, space + cursor.word, meant, limit, known, least)
        reading = cursor.first or cursor.reading
        totals = reading.log_probabilities[None].astype(np.float64)  # (1, vocabulary)
        totals -= math.log(self._beam.space(cursor))
        front: Front | None = Front([""], totals, reading.state)
        for _ in range(len(cursor.word) + DEPTH):
            front = search.walk(front) if front is not None else None
        return search.result()


@final
class TypoSearch:
    """One such search. `meant` has the beginnings perhaps meant, with the logarithm of their typo's probability."""

    def __init__(  # noqa: PLR0917 - called once, above
        self,
        beam: Beam,
        pieces: Pieces,
        typed: str,
        meant: Mapping[str, float],
        limit: int,
        known: Known | None,
        least: float,
    ) -> None:
        self._beam = beam
        self._pieces = pieces
        self._typed = typed
        self._meant = meant
        self._sorted = sorted(meant)
        self._likeliest_typo = max(meant.values(), default=-math.inf)
        self._begun: dict[str, float] = {}
        for each, log_typo in sorted(meant.items(), key=lambda item: -item[1]):
            for length in range(len(each) - 1, -1, -1):
                if each[:length] in self._begun:
                    break  # and so are all its own beginnings
                self._begun[each[:length]] = log_typo
        self._limit = limit
        self._known = known
        self._least = max(least, LEAST)
        self._found: defaultdict[str, float] = defaultdict(float)

    def walk(self, front: Front) -> Front | None:
        """End the words that may end, and extend the most promising others by one token."""
        for text, totals in zip(front.texts, front.totals, strict=True):
            if (log_typo := self._explained(text)) > -math.inf and self._is_word(text.removeprefix(" ")):
                chance = math.exp(log_typo) * float(np.exp(totals[self._beam.ends]).sum())
                self._found[text.removeprefix(" ")] += chance
        enough = nlargest(self._limit, self._found.values())
        bar = math.log(max(enough[-1] if len(enough) == self._limit else 0.0, self._least))
        followers = sorted(self._followers(front, bar), reverse=True)
        straight = [each for each in followers if self._typed.startswith(each[3])][:1]  # for a later typo
        followers = straight + [each for each in followers[: WIDTH + 1] if each not in straight][:WIDTH]
        if not followers:
            return None
        _, rows, tokens, texts = zip(*followers, strict=True)
        state = tuple(part[:, list(rows)] for part in front.state)
        answer, state = self._beam.network.step(np.array([tokens]), state)
        return Front(texts, front.totals[list(rows), list(tokens)][:, None] + answer[0], state)

    def result(self) -> dict[str, float]:
        """The likeliest words, best first."""
        best = sorted(self._found.items(), key=lambda each: (-each[1], each[0]))
        return dict(best[: self._limit])

    def _followers(self, front: Front, bar: float) -> Iterator[tuple[float, int, int, str]]:
        """Score, row, token and text of the paths that are one token longer and may become words above the bar."""
        lowest = bar - self._likeliest_typo
        for row, (text, totals) in enumerate(zip(front.texts, front.totals, strict=True)):
            for more in {*self._spelling(text), *self._likeliest(text, totals, lowest)}:
                token = self._pieces.ids[more]
                if (total := float(totals[token])) <= lowest:
                    continue
                longer = text + more
                score = total + max(self._begun.get(longer, -math.inf), self._explained(longer))
                if score > bar and self._may_go_on(longer):
                    yield score - LETTER * max(len(self._typed) - len(longer), 0), row, token, longer

    def _spelling(self, text: str) -> Iterator[str]:
        """The tokens that spell a further part of a beginning perhaps meant, or the rest of it and more."""
        done, begun = len(text), self._pieces.begun
        for each in self._sorted[beginning_with(self._sorted, text)]:
            rest = each[done:]
            if rest in begun:
                yield from self._pieces.texts[beginning_with(self._pieces.texts, rest)]
            for length in range(1, len(rest)):
                if rest[:length] not in begun:
                    break
                if rest[:length] in self._pieces.ids:
                    yield rest[:length]

    def _likeliest(
        self, text: str, totals: Float64[np.ndarray, " vocabulary"], lowest: float
    ) -> Iterator[str]:
        """The likeliest tokens that continue a word, once a typo explains the letters typed."""
        if self._explained(text) > -math.inf:
            scores = totals[self._pieces.tokens]
            places = np.flatnonzero(scores > lowest)
            for place in places[np.argsort(-scores[places], kind="stable")[:WIDTH]].tolist():
                yield self._pieces.inside[place]

    def _is_word(self, word: str) -> bool:
        return first_word(word) == word and (self._known is None or self._known.holds(word))

    def _may_go_on(self, text: str) -> bool:
        return self._known is None or self._known.begins(text.removeprefix(" "))

    def _explained(self, text: str) -> float:
        """The log-probability of the likeliest typo that turns the beginning of a text into the letters typed."""
        typed = len(self._typed)
        if len(text) < typed - 1:
            return -math.inf
        meant = self._meant
        return max(
            meant.get(text[: typed - 1], -math.inf),
            meant.get(text[:typed], -math.inf),
            meant.get(text[: typed + 1], -math.inf),
        )


def is_inside(text: str) -> bool:
    """True if all of a text, except a space before it, may stand in a word."""
    letters = text.removeprefix(" ")
    return letters != "" and all(map(is_inside_word, letters))
