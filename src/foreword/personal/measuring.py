"""Figures of a network on the parts of its corpus, in bits per character."""

import math
import time
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Int64

from foreword.assess.bits import nats as nats_of
from foreword.assess.ngram import LAST_TOKENS, NGram
from foreword.corpus.prepare import Corpus, Stream
from foreword.runtime.network import Network
from foreword.training.validate import bits

MEASURED_TOKENS = 200_000
"""Of a part that is longer, so many are measured on."""

FEWEST_TOKENS = 2_000
"""And so many however little time there is: fewer tell nothing."""

NGRAM_ORDER = 6
SECONDS_PER_COUNTED_TOKEN = 8e-7
"""Measured (docs/log.md)."""

READING, COUNTING = 0.45, 0.15
"""Shares of the time for the figures: to read text with networks, and to count n-grams. The mixture takes the rest."""

PROBED_ROWS, PROBED_COLUMNS = 64, 16
FEW_COLUMNS = 1.4
"""A text is read in fewer columns than the probe, which is slower, and each has a little to read before."""

Figures = dict[str, object]


def tokens_per_character(part: Stream) -> float:
    """What bits per token are multiplied by; words that are not in the vocabulary make it differ from part to part."""
    return (len(part.ids) - 1) / part.characters


def network_of(graph: bytes, corpus: Corpus) -> Network:
    """The network of a graph, in the tokens of `corpus`."""
    return Network(graph, newline=corpus.tokenizer.newline, vocabulary=corpus.tokenizer.size)


def beginning(part: Stream, tokens: int) -> Int64[np.ndarray, " time"]:
    """The first ids of a stream: its newline and so many tokens, or all there are."""
    return np.asarray(part.ids[: tokens + 1], dtype=np.int64)


def last_lines(part: Stream, corpus: Corpus, tokens: int) -> str:
    """The whole lines among the last tokens of a part, or all of it."""
    text = corpus.tokenizer.decode(np.asarray(part.ids[max(1, len(part.ids) - tokens) :], dtype=np.int64))
    return text if len(part.ids) <= tokens else text.partition("\n")[2]


def characters_in(ids: Int64[np.ndarray, " time"], corpus: Corpus) -> int:
    """How many characters the tokens after the first one spell."""
    return len(corpus.tokenizer.decode(ids[1:]))


@final
@dataclass(frozen=True, kw_only=True)
class Extent:
    """On how many tokens a time allows to measure: of each held-out part, and of the text that an n-gram counts.

    What remains of the time is for the `mixing`, with a network that reads a token in so many seconds.
    """

    tokens: int
    counted: int
    mixing: float
    seconds_per_token: float

    @classmethod
    def within(cls, seconds: float, seconds_per_token: float, *, readings: int) -> "Extent":
        """What so many seconds allow, of which `readings` with a network take a share."""
        tokens = READING * seconds / (FEW_COLUMNS * seconds_per_token * readings)
        counted = COUNTING * seconds / SECONDS_PER_COUNTED_TOKEN
        return cls(
            tokens=int(min(MEASURED_TOKENS, max(FEWEST_TOKENS, tokens))),
            counted=int(min(LAST_TOKENS, max(MEASURED_TOKENS, counted))),
            mixing=(1 - READING - COUNTING) * seconds,
            seconds_per_token=seconds_per_token,
        )


def seconds_per_token(network: Network, corpus: Corpus) -> float:
    """How long it takes to read one, in many columns side by side: a few are read to see."""
    block = np.resize(beginning(corpus.train, PROBED_ROWS), (PROBED_ROWS, PROBED_COLUMNS))
    _, state = network.step(block[:1], network.initial_state(PROBED_COLUMNS))
    start = time.perf_counter()
    network.step(block, state)
    return (time.perf_counter() - start) / block.size


def measured(network: Network, part: Stream, corpus: Corpus, extent: Extent) -> Figures:
    """The figures of `network` on the beginning of `part`."""
    ids = beginning(part, extent.tokens)
    return _figures(nats_of(network, ids), ids, corpus)


def measured_beside_others(network: Network, part: Stream, corpus: Corpus, extent: Extent) -> Figures:
    """The same, and those of an n-gram that has read the same text, and of a uniform guess."""
    ids = beginning(part, extent.tokens)
    text = corpus.train.ids[-extent.counted :]
    ngram = NGram.count(text, order=NGRAM_ORDER, vocabulary=corpus.tokenizer.size)
    return {
        **measured(network, part, corpus, extent),
        "ngram": _figures(ngram.nats(ids), ids, corpus),
        "uniform": math.log2(_distinct_characters(corpus)),
    }


def _figures(nats: float, ids: Int64[np.ndarray, " time"], corpus: Corpus) -> Figures:
    tokens, characters = len(ids) - 1, characters_in(ids, corpus)
    return {
        "bits_per_character": bits(nats) / characters,
        "characters": characters,
        "tokens": tokens,
        "nats_per_token": nats / tokens,
    }


def _distinct_characters(corpus: Corpus) -> int:
    """How many characters a guesser who knows the alphabet of the training text must choose among."""
    if corpus.tokenizer.unit == "characters":
        return sum(len(token.decode("utf-8", "ignore")) == 1 for token in corpus.tokenizer.tokens[256:])
    return len(set(corpus.tokenizer.decode(beginning(corpus.train, MEASURED_TOKENS))))
