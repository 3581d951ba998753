"""Units of a network that follow visible features of a text: quotes, brackets, lines, words.

Source: Karpathy, Johnson and Fei-Fei 2015, section 4.2. They found such cells by eye. This module uses Pearson's
correlation of a unit after a token with the feature after that token. It chooses units on the first half of a text and
measures their correlations on the second half. Otherwise the best of a thousand would look too good by chance.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from jaxtyping import Float64

from foreword.assess.bits import Watch, cleaned_or_error, text_ids, unwatched
from foreword.assess.cells import Unit, parts_of
from foreword.errors import SourceEmpty
from foreword.runtime.model import Model
from foreword.text.plural import counted
from foreword.text.tokenizer import Decoder

FEATURES: Final = ("quotes", "brackets", "line length", "place in word")
SEARCHED: Final = 20_000  # tokens from the beginning of the text
FEWEST: Final = 2_000  # minimum tokens; with fewer, chance finds anything
COLUMNS: Final = 16  # read side by side; the first half of them is the first half of the text
SKIPPED: Final = 50  # tokens at the beginning of a column; the state does not know the text before them
BEST: Final = 3  # units of each feature
FOLLOWS: Final = 0.2  # minimum correlation; a weaker one is not visible
OPENING, CLOSING = "([{", ")]}"
LONGEST_QUOTE: Final = 500  # characters; without a limit, one unclosed quotation mark would invert all others


@final
@dataclass(frozen=True, kw_only=True)
class Follower:
    """A unit, the feature that it follows, and their correlation on text not used for its choice."""

    unit: Unit
    follows: str
    correlation: float


@final
@dataclass
class Reader:
    """Reads a text character by character. `features` has the values after the last one, in the order of `FEATURES`.

    Attributes:
        quoted: characters since a straight or curly double quotation mark was opened; 0 outside. An empty line or 500
            characters close it.
        depth: open brackets: round, square or curly. An empty line closes them.
        line: characters since the last newline.
        word: letters and digits since the last other character.
    """

    quoted: int = 0
    depth: int = 0
    line: int = 0
    word: int = 0

    def feed(self, text: str) -> None:
        """Read more text."""
        for character in text:
            if character == '"':
                self.quoted = 0 if self.quoted else 1
            elif character in "“„”":
                self.quoted = 0 if self.quoted or character == "”" else 1
            elif self.quoted:
                self.quoted = self.quoted + 1 if self.quoted < LONGEST_QUOTE else 0
            if character in OPENING:
                self.depth += 1
            elif character in CLOSING:
                self.depth = max(0, self.depth - 1)
            elif character == "\n" and self.line == 0:
                self.quoted = self.depth = 0
            self.line = 0 if character == "\n" else self.line + 1
            self.word = self.word + 1 if character.isalnum() else 0

    @property
    def features(self) -> tuple[float, ...]:
        """Inside quotes (0 or 1), open brackets, characters in the line, characters in the word."""
        return float(self.quoted > 0), float(self.depth), float(self.line), float(self.word)


@final
class _Sums:
    """The sums for the correlation of each unit with each feature."""

    def __init__(self, units: int) -> None:
        self.count = 0
        self.units: Float64[np.ndarray, "2 units"] = np.zeros((2, units))  # sum, sum of squares
        self.features: Float64[np.ndarray, "2 features"] = np.zeros((2, len(FEATURES)))
        self.products: Float64[np.ndarray, "units features"] = np.zeros((units, len(FEATURES)))

    def add(
        self, units: Float64[np.ndarray, "some units"], features: Float64[np.ndarray, "some features"]
    ) -> None:
        """Add the values of some tokens."""
        self.count += len(units)
        self.units += units.sum(0), (units**2).sum(0)
        self.features += features.sum(0), (features**2).sum(0)
        self.products += units.T @ features

    def correlations(self) -> Float64[np.ndarray, "units features"]:
        """Pearson's correlations; 0 if a unit or a feature never changes."""
        (units, squares), (features, _) = self.units, self.features
        shared = self.products / self.count - np.outer(units, features) / self.count**2
        variances = squares / self.count - (units / self.count) ** 2
        spread = np.outer(np.maximum(variances, 0), np.maximum(self.feature_variances, 0)) ** 0.5
        return np.divide(shared, spread, out=np.zeros_like(shared), where=spread > 1e-9)

    @property
    def feature_variances(self) -> Float64[np.ndarray, " features"]:
        """The variance of each feature."""
        return np.asarray(self.features[1] / self.count - (self.features[0] / self.count) ** 2)


def followers(model: Model, text: str, *, watch: Watch = unwatched) -> list[Follower]:
    """The units that follow each feature best: at most three, best first, without weak correlations.

    Raises:
        SourceEmpty: the text is too short.
    """
    ids = text_ids(model.tokenizer, cleaned_or_error(text))[: SEARCHED + 1]
    if len(ids) <= FEWEST:
        raise SourceEmpty(
            f"a text of {counted(len(ids) - 1, 'token')} is too short to find units that follow something: "
            f"{FEWEST:,} are needed"
        )
    network = model.network
    length = (len(ids) - 1) // COLUMNS
    read = ids[1 : 1 + length * COLUMNS].reshape(COLUMNS, length)
    features = np.array([*_features(model, read.ravel().tolist())]).reshape(COLUMNS, length, len(FEATURES))
    state, half = network.initial_state(COLUMNS), COLUMNS // 2
    parts = parts_of(state)
    size = sum(layers * units for layers, units in parts)
    halves = _Sums(size), _Sums(size)
    for at in range(length):
        _, state = network.step(np.ascontiguousarray(read[None, :, at]), state)
        if at >= SKIPPED:
            units = np.concatenate([_side_by_side(part) for part in state], axis=1).astype(np.float64)
            halves[0].add(units[:half], features[:half, at])
            halves[1].add(units[half:], features[half:, at])
        watch("looking for units", (at + 1) / length)
    names = [
        Unit(part, layer, number)
        for part, (layers, size) in enumerate(parts)
        for layer in range(layers)
        for number in range(size)
    ]
    chosen, judged = (each.correlations() for each in halves)
    found = []
    for place, feature in enumerate(FEATURES):
        if min(each.feature_variances[place] for each in halves) > 0:
            best = np.argsort(-np.abs(chosen[:, place]), kind="stable")[:BEST]
            rows = [Follower(unit=names[at], follows=feature, correlation=judged[at, place]) for at in best]
            rows = [each for each in rows if abs(each.correlation) >= FOLLOWS]
            found += sorted(rows, key=lambda each: -abs(each.correlation))
    return found


def _features(model: Model, ids: Iterable[int]) -> Iterator[tuple[float, ...]]:
    decoder, reader = Decoder(model.tokenizer), Reader()
    for token in ids:
        reader.feed(decoder.feed(token))
        yield reader.features


def _side_by_side(part: np.ndarray) -> np.ndarray:
    """A part `(layers, batch, units)` as `(batch, layers * units)`."""
    return part.transpose(1, 0, 2).reshape(part.shape[1], -1)
