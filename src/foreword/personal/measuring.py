"""Figures of a network on the parts of its corpus, in bits per character."""

import math

import numpy as np
from jaxtyping import Int64

from foreword.assess.bits import nats as nats_of
from foreword.assess.ngram import NGram
from foreword.corpus.prepare import Corpus, Stream
from foreword.runtime.network import Network
from foreword.training.journal import bits

MEASURED_TOKENS = 200_000
"""Of a part that is longer, so many are measured on."""

NGRAM_ORDER = 6

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


def measured(network: Network, part: Stream, corpus: Corpus) -> Figures:
    """The figures of `network` on all of `part`, or on its first 200,000 tokens."""
    ids = beginning(part, MEASURED_TOKENS)
    return _figures(nats_of(network, ids), ids, corpus)


def measured_beside_others(network: Network, part: Stream, corpus: Corpus) -> Figures:
    """The same, and those of an n-gram that has read the same text, and of a uniform guess."""
    ids = beginning(part, MEASURED_TOKENS)
    ngram = NGram.count(corpus.train.ids, order=NGRAM_ORDER, vocabulary=corpus.tokenizer.size)
    return {
        **measured(network, part, corpus),
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
