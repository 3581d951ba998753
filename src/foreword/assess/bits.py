"""Bits per character of a model on a text, over every character, with the state carried.

Reading a long text token by token takes minutes. So a long text is cut into columns that are read side by side. Each
column first reads the 1,000 tokens before its own part, so its state is almost exact.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from foreword.errors import SourceEmpty
from foreword.libraries import Float64, Int64, Integer
from foreword.runtime.model import Model
from foreword.runtime.network import Network, State
from foreword.text.cleaning import clean
from foreword.text.tokenizer import Decoder, Tokenizer

WARM_UP: Final = 1_000  # tokens read before a column's own part
COLUMN: Final = 4_000  # minimum tokens of a column; with fewer, the warm-up costs more than it saves
COLUMNS: Final = 16  # more are no faster on one thread: measured for an LSTM of 2x512
MOST_NATS: Final = 709.0  # the exponential of more overflows
NUMBERS: Final = 1_000_000  # log-probabilities in memory at once: 4 MB

Watch = Callable[[str, float], object]
"""A callback for progress: it gets the name of the task and the finished share of it."""

Ids = Integer[np.ndarray, " time"]
Places = Int64[np.ndarray, "..."]


def no_progress(_what: str, _share: float) -> None:
    pass


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The information in a text. Nats per token compare models of one vocabulary, bits per character all models."""

    nats: float  # of the whole text
    tokens: int  # in the model's units
    characters: int  # code points of the cleaned text

    @property
    def bits_per_character(self) -> float:
        """The measure that compares all units of text."""
        return self.nats / math.log(2) / self.characters

    @property
    def nats_per_token(self) -> float:
        return self.nats / self.tokens

    @property
    def perplexity(self) -> float:
        """The exponential of the nats per token."""
        return perplexity(self.nats_per_token)


def perplexity(nats_per_token: float) -> float:
    """The perplexity of a model with this cross entropy; `inf` if it overflows."""
    return math.exp(nats_per_token) if nats_per_token < MOST_NATS else math.inf


def score(model: Model, text: str, *, watch: Watch = no_progress) -> Score:
    """The score of all characters of `text`, read as if a newline stood before it.

    A text of 8,000 tokens or more is read in up to 16 columns. That costs up to a quarter more reading. A column has no
    memory from more than 1,000 tokens before it. On ordinary text, the score changes by less than 0.001 bits per
    character.

    Raises:
        SourceEmpty: the text is empty after cleaning.
    """
    cleaned = cleaned_or_error(text)
    ids = text_ids(model.tokenizer, cleaned)
    return Score(nats=nats(model.exact, ids, watch=watch), tokens=len(ids) - 1, characters=len(cleaned))


def bits_per_character(model: Model, text: str) -> float:
    """The mean information of a character of `text`, in bits.

    Raises:
        SourceEmpty: the text is empty after cleaning.
    """
    return score(model, text).bits_per_character


def surprises(model: Model, text: str, *, watch: Watch = no_progress) -> list[tuple[str, float]]:
    """The text of each token with its bits in the model; the bits sum to those of `score`.

    A character that is spelled in bytes is one item.
    """
    ids = text_ids(model.tokenizer, cleaned_or_error(text))
    decoder, bits = Decoder(model.tokenizer), 0.0
    pieces: list[tuple[str, float]] = []
    spent = token_nats(model.exact, ids, watch=watch) / math.log(2)
    for token, its_bits in zip(ids[1:].tolist(), spent.tolist(), strict=True):
        bits += its_bits
        if piece := decoder.feed(token):
            pieces.append((piece, bits))
            bits = 0.0
    return pieces


def nats(network: Network, ids: Ids, *, watch: Watch = no_progress) -> float:
    """The nats in ids[1:], given ids[0]; for streams of any length and integer type."""
    return sum(float(spent.sum()) for _, spent in columns(network, ids, watch=watch))


def token_nats(network: Network, ids: Ids, *, watch: Watch = no_progress) -> Float64[np.ndarray, " targets"]:
    whole = np.zeros(len(ids) - 1)
    for places, spent in columns(network, ids, watch=watch):
        whole[places] = spent
    return whole


def columns(
    network: Network, ids: Ids, *, watch: Watch
) -> Iterator[tuple[Places, Float64[np.ndarray, " some"]]]:
    """Positions in ids[1:] and the nats of the tokens there, in blocks of bounded memory; each position once."""
    targets = len(ids) - 1
    count = min(COLUMNS, max(1, targets // COLUMN))
    length = -(-targets // count)
    starts = np.arange(count) * length
    state = warmed_up(network, ids, starts)
    step = max(1, NUMBERS // (count * network.vocabulary))
    for first in range(0, length, step):
        rows = np.arange(first, min(first + step, length))
        places = rows[:, None] + starts  # (time, batch)
        inside = places < targets  # the last column may be shorter
        places = np.minimum(places, targets - 1)
        answer, state = network.step(ids[places].astype(np.int64), state)
        chosen = np.take_along_axis(answer, ids[places + 1].astype(np.int64)[..., None], axis=2)[..., 0]
        yield places[inside], -chosen[inside].astype(np.float64)
        watch("measuring", (rows[-1] + 1) / length)


def warmed_up(network: Network, ids: Ids, starts: Places) -> State:
    """The state before each column: the first is exact, the others come from reading the 1,000 tokens before."""
    first = network.initial_state(1)
    if len(starts) == 1:
        return first
    state = network.initial_state(len(starts) - 1)
    step = max(1, NUMBERS // (len(starts) * network.vocabulary))
    for at in range(-WARM_UP, 0, step):
        rows = np.arange(at, min(at + step, 0))
        _, state = network.step(ids[rows[:, None] + starts[1:]].astype(np.int64), state)
    return tuple(np.concatenate(parts, axis=1) for parts in zip(first, state, strict=True))


def text_ids(tokenizer: Tokenizer, text: str) -> Int64[np.ndarray, " time"]:
    """The ids of a cleaned text, after the newline before every text."""
    return np.concatenate([[tokenizer.newline], tokenizer.encode(text)])


def cleaned_or_error(text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise SourceEmpty("there is no text to measure; give at least one character")
    return cleaned
