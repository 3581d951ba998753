"""The word that somebody meant who made one typo: a neighbouring key, a letter left out, one typed twice, two swapped.

A noisy channel: P(word, typo | text) = P(word | text) · P(typo). Mostly the text decides between two words.

Source: Kernighan, Church and Gale (1990), "A spelling correction program based on a noisy channel model". The rates are
our own choice: one typo in a hundred letters, most of them a neighbouring key.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple, final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.runtime.beam import Beam
from foreword.runtime.network import State
from foreword.runtime.state_cache import Reading
from foreword.text.words import first_word, is_inside_word

SUBSTITUTION: Final = 0.006
OMISSION: Final = 0.002
DOUBLING: Final = 0.001
SWAP: Final = 0.001

WIDTH: Final = 12
DEPTH: Final = 12  # letters behind those typed

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


class Step(NamedTuple):
    """One letter that was meant: the letters typed that are left, and the logarithm of the typo's probability.

    No typo has 0.0: most letters are typed right, and the words' own probabilities have that.
    """

    letter: str
    rest: str
    log_typo: float


def steps(rest: str, letters: str) -> Iterator[Step]:
    """The first letter that was meant by `rest`, with one typo at most; `letters` are all there are."""
    typed, after = rest[0], rest[1:]
    yield Step(typed, after, 0.0)
    for near in NEIGHBOURS.get(typed, ""):
        yield Step(near, after, math.log(SUBSTITUTION / len(NEIGHBOURS[near])))
    for left_out in letters:
        if left_out != typed:
            yield Step(left_out, rest, math.log(OMISSION))
    if after[:1] == typed:
        yield Step(typed, after[1:], math.log(DOUBLING))
    elif after:
        yield Step(after[0], typed + after[1:], math.log(SWAP))


def intended(typed: str, letters: str) -> dict[str, float]:
    """The beginnings of words that one typo turns into `typed`, with the logarithm of its probability."""
    found: dict[str, float] = {}
    for length in range(len(typed)):
        for step in steps(typed[length:], letters):
            if step.log_typo:
                meant = typed[:length] + step.letter + step.rest
                found[meant] = max(found.get(meant, -math.inf), step.log_typo)
    found.pop(typed, None)
    return found


class Meant(NamedTuple):
    """The letters that a path has spelled, those typed that are still to be explained, and whether it has a typo."""

    text: str
    rest: str
    has_typo: bool


class Front(NamedTuple):
    """The paths that walk on; `totals[i, t]` as in the search without typos, the typo's probability in it."""

    paths: Sequence[Meant]
    totals: Float64[np.ndarray, "paths vocabulary"]
    state: State


@final
class TypoBeam:
    """A search for words from before their first letter on, for models of characters."""

    def __init__(self, beam: Beam) -> None:
        self._beam = beam

    @cached_property
    def _ids(self) -> Mapping[str, int]:
        """The token of each letter that has one of its own and may stand in a word."""
        texts = [spelled.decode(errors="ignore") for spelled in self._beam.spelling.tokens]
        letters = [text for text in texts if len(text) == 1 and is_inside_word(text)]
        encoded = {letter: self._beam.tokenizer.encode(letter) for letter in letters}
        return {letter: int(ids[0]) for letter, ids in encoded.items() if len(ids) == 1}

    @cached_property
    def _tokens(self) -> tuple[list[str], Int64[np.ndarray, " letters"]]:
        return list(self._ids), np.array(list(self._ids.values()), dtype=np.int64)

    @cached_property
    def letters(self) -> str:
        """All letters that the model has tokens for."""
        return "".join(sorted(letter for letter in self._ids if letter.isalpha()))

    def find(self, before: Reading, typed: str, limit: int) -> dict[str, float]:
        """The likeliest words that one typo turns into `typed`, with P(word, its end and the typo | text before)."""
        if self._beam.tokenizer.unit != "characters" or any(letter not in self._ids for letter in typed):
            return {}
        found: defaultdict[str, float] = defaultdict(float)
        totals = before.log_probabilities[None].astype(np.float64)  # (1, vocabulary)
        front: Front | None = Front([Meant("", typed, has_typo=False)], totals, before.state)
        for _ in range(len(typed) + DEPTH):
            front = self._walk(front, found, limit) if front is not None else None
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0]))[:limit])

    def _walk(self, front: Front, found: defaultdict[str, float], limit: int) -> Front | None:
        """End the words that may end, and go one letter further with the likeliest rest."""
        for path, totals in zip(front.paths, front.totals, strict=True):
            if path.has_typo and not path.rest and first_word(path.text) == path.text:
                found[path.text] += float(np.exp(totals[self._beam.ends]).sum())
        enough = sorted(found.values(), reverse=True)[limit - 1 : limit]
        bar = math.log(enough[0]) if enough and enough[0] > 0 else -math.inf
        followers = [each for each in self._followers(front, bar) if each[0] > bar]
        followers.sort(key=lambda each: -each[0])
        straight = [each for each in followers if not each[3].has_typo][:1]  # a later typo needs this path
        followers = straight + [each for each in followers if each[3].has_typo][:WIDTH]
        if not followers:
            return None
        scores, rows, tokens, paths = zip(*followers, strict=True)
        state = tuple(part[:, list(rows)] for part in front.state)
        answer, state = self._beam.network.step(np.array([tokens]), state)
        return Front(paths=paths, totals=np.array(scores)[:, None] + answer[0], state=state)

    def _followers(self, front: Front, bar: float) -> Iterator[tuple[float, int, int, Meant]]:
        """Score, row, token and path of those that are one letter longer; hardly any whose score is below the bar."""
        for row, path in enumerate(front.paths):
            totals = front.totals[row]
            for step in self._steps(path, totals, bar):
                token = self._ids.get(step.letter)
                has_typo = path.has_typo or step.log_typo < 0
                if token is not None and (has_typo or step.rest):
                    meant = Meant(text=path.text + step.letter, rest=step.rest, has_typo=has_typo)
                    yield float(totals[token]) + step.log_typo, row, token, meant

    def _steps(self, path: Meant, totals: Float64[np.ndarray, " vocabulary"], bar: float) -> Iterator[Step]:
        """The letters that may come next: any of the likeliest, once all that were typed are explained."""
        if not path.rest:
            letters, tokens = self._tokens
            scores = totals[tokens]
            for place in np.argsort(-scores, kind="stable")[:WIDTH].tolist():
                if scores[place] > bar:
                    yield Step(letters[place], "", 0.0)
        elif path.has_typo:
            yield Step(path.rest[0], path.rest[1:], 0.0)
        else:
            yield from steps(path.rest, self.letters)
