"""The values of single units of a network's state along a text, and the features that units follow.

Source: Karpathy, Johnson and Fei-Fei 2015, "Visualizing and Understanding Recurrent Networks", figures 2 and 3.

They found units that follow visible features, such as quotes (section 4.2), by eye. This module finds them by Pearson's
correlation of a unit with the feature after each token. The first half of a text chooses the units and the second half
judges them; else the best of a thousand would look too good by chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from foreword.assess.bits import Watch, cleaned_or_error, no_progress, text_ids
from foreword.errors import OptionError, SourceEmpty
from foreword.libraries import Float32, Float64, load_matplotlib, png_of
from foreword.runtime.model import Model
from foreword.runtime.network import State
from foreword.text.plural import counted
from foreword.text.tokenizer import Decoder

WATCHED: Final = 400  # tokens at the end of the text; each is a separate step
BLOCK: Final = 64  # tokens before these that are read at once
PARTS: Final = "hc"
"""A letter for each part of a state: h for hidden numbers, c for the cells of an LSTM."""
COLUMNS: Final = 80  # tokens in a line of a picture

FEATURES: Final = ("quotes", "brackets", "line length", "place in word")
SEARCHED: Final = 20_000  # tokens from the beginning of the text
FEWEST: Final = 2_000  # minimum tokens; with fewer, chance finds anything
SIDE_BY_SIDE: Final = 16  # columns of the text; the first half of them is the first half of the text
SKIPPED: Final = 50  # tokens at the beginning of a column; the state does not know the text before them
BEST: Final = 3  # units of each feature
FOLLOWS: Final = 0.2  # minimum correlation; a weaker one is not visible
OPENING, CLOSING = "([{", ")]}"
LONGEST_QUOTE: Final = 500  # characters; without a limit, one unclosed quotation mark would invert all others

Values = Float32[np.ndarray, "time units"]


@final
@dataclass(frozen=True, order=True)
class Unit:
    """A unit of a state. Its name gives its part, layer and number, such as `c1.204`."""

    part: int
    layer: int
    number: int

    def __str__(self) -> str:
        return f"{PARTS[self.part]}{self.layer}.{self.number}"


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """The whole state along the last tokens of a text: before the first of them, and after each."""

    pieces: list[str]  # the text of each token; "" if a character is not complete
    before: State
    after: list[State]

    def values(self, part: int, layer: int) -> Values:
        """The units of one layer after each token.

        Raises:
            OptionError: there is no such part or layer.
        """
        parts = parts_of(self.before)
        if part >= len(parts) or layer >= parts[part][0]:
            raise OptionError(f"this network has no units in part {part}, layer {layer} of its state")
        return np.stack([np.asarray(state[part][layer, 0], dtype=np.float32) for state in self.after])

    def line(self, unit: Unit) -> Float32[np.ndarray, " time"]:
        """One unit after each token."""
        return self.values(unit.part, unit.layer)[:, unit.number]


def walk(model: Model, text: str) -> Walk:
    """The state along the last `WATCHED` tokens of `text`, read as if a newline stood before it.

    Raises:
        SourceEmpty: there is no text.
    """
    network, ids = model.network, text_ids(model.tokenizer, cleaned_or_error(text))
    state = network.initial_state()
    first = max(1, len(ids) - WATCHED)
    for at in range(0, first, BLOCK):
        _, state = network.step(ids[at : min(at + BLOCK, first), None], state)
    decoder = Decoder(model.tokenizer)
    for token in ids[1:first].tolist():
        decoder.feed(token)
    before, pieces, after = state, [], []
    for token in ids[first:]:
        _, state = network.step(np.array([[token]]), state)
        pieces.append(decoder.feed(int(token)))
        after.append(state)
    return Walk(pieces=pieces, before=before, after=after)


def parts_of(state: State) -> list[tuple[int, int]]:
    return [(each.shape[0], each.shape[2]) for each in state]


def check_has_units(model: Model) -> None:
    """Check that the state of a network holds numbers, not only the last tokens.

    Raises:
        OptionError: the state holds only tokens.
    """
    if any(part.dtype != np.float32 for part in model.network.initial_state()):
        raise OptionError(
            f"{model.path.name} has no cells: its network ({model.config.architecture}) keeps only its last tokens; "
            "name an lstm, gru or rnn with -m"
        )


def varied(found: Walk, count: int) -> list[Unit]:
    """The `count` units of the last part and layer that vary most along the text."""
    part = len(found.before) - 1
    layer = parts_of(found.before)[part][0] - 1
    order = np.argsort(-found.values(part, layer).std(axis=0), kind="stable")
    return [Unit(part, layer, int(number)) for number in order[:count]]


def picture(pieces: Sequence[str], lines: Mapping[str, Float32[np.ndarray, " time"]]) -> bytes:
    """A PNG with a row for each named line over the text; its numbers are from -1, red, to 1, blue."""
    matplotlib = load_matplotlib()
    starts = range(0, len(pieces), COLUMNS)
    height = 0.6 + len(starts) * (0.55 + 0.22 * len(lines))
    figure = matplotlib.Figure(figsize=(14, height), layout="constrained")
    for axes, start in zip(np.atleast_1d(figure.subplots(len(starts), 1)), starts, strict=True):
        shown = np.full((len(lines), COLUMNS), np.nan, dtype=np.float32)
        for at, values in enumerate(lines.values()):
            part = values[start : start + COLUMNS]
            shown[at, : len(part)] = part
        axes.imshow(shown, cmap="RdBu", vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
        axes.set_yticks(range(len(lines)), list(lines), fontsize=8)
        # A dollar sign would begin a formula.
        letters = [each.replace("\n", "⏎").replace("$", r"\$") for each in pieces[start : start + COLUMNS]]
        axes.set_xticks(range(len(letters)), letters, fontsize=8, family="monospace")
        axes.tick_params(length=0)
    return png_of(figure)


@final
@dataclass(frozen=True, kw_only=True)
class Detector:
    """A unit, the feature that it follows, and their correlation on text not used for its choice."""

    unit: Unit
    follows: str
    correlation: float


@final
@dataclass
class FeatureReader:
    """Reads a text character by character. An empty line closes quotes and brackets, 500 characters close quotes."""

    quoted: int = 0  # characters since a straight or curly double quotation mark was opened; 0 outside
    depth: int = 0  # open brackets: round, square or curly
    line: int = 0  # characters since the last newline
    word: int = 0  # letters and digits since the last other character

    def feed(self, text: str) -> None:
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
        return np.asarray(self.features[1] / self.count - (self.features[0] / self.count) ** 2)


def detectors(model: Model, text: str, *, watch: Watch = no_progress) -> list[Detector]:
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
    length = (len(ids) - 1) // SIDE_BY_SIDE
    read = ids[1 : 1 + length * SIDE_BY_SIDE].reshape(SIDE_BY_SIDE, length)
    decoder, reader, followed = Decoder(model.tokenizer), FeatureReader(), []
    for token in read.ravel().tolist():
        reader.feed(decoder.feed(token))
        followed.append(reader.features)
    features = np.array(followed).reshape(*read.shape, -1)
    state, half = network.initial_state(SIDE_BY_SIDE), SIDE_BY_SIDE // 2
    parts = parts_of(state)
    size = sum(layers * units for layers, units in parts)
    halves = _Sums(size), _Sums(size)
    for at in range(length):
        _, state = network.step(np.ascontiguousarray(read[None, :, at]), state)
        if at >= SKIPPED:
            units = np.concatenate([np.hstack([*part]) for part in state], axis=1).astype(np.float64)
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
            rows = [Detector(unit=names[at], follows=feature, correlation=judged[at, place]) for at in best]
            rows = [each for each in rows if abs(each.correlation) >= FOLLOWS]
            found += sorted(rows, key=lambda each: -abs(each.correlation))
    return found
