"""The figures of networks on held-out text, in bits per character."""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, final

import numpy as np
from jaxtyping import Int64

from foreword.assess.bits import nats as nats_of
from foreword.assess.bits import score
from foreword.assess.ngram import LAST_TOKENS, NGram
from foreword.corpus.prepare import Corpus
from foreword.errors import ForewordError
from foreword.modelfolder import ModelFolder
from foreword.personal.events import Compared, Measured
from foreword.personal.finetune import recorded_recipe
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.training.recipe import Recipe
from foreword.training.validate import bits

MEASURED_TOKENS: Final = 200_000
"""The most tokens of a part to measure on."""
FEWEST_TOKENS: Final = 2_000
"""The fewest tokens to measure on, even if time is short: a figure on fewer says nothing."""

NGRAM_ORDER: Final = 6
READING, COUNTING = 0.75, 0.25
"""The shares of the time to measure: networks read, an n-gram is counted."""
SECONDS_PER_COUNTED_TOKEN: Final = 8e-7
"""Measured (docs/log.md)."""

PROBED_ROWS, PROBED_COLUMNS = 64, 16
FEW_COLUMNS: Final = 1.4
"""A factor on the time per token of the probe. A text has fewer columns, which is slower, and each column reads a
little text before its own."""

Figures = dict[str, Any]


def network_of(graph: bytes, corpus: Corpus) -> Network:
    """The network of a graph, in the tokens of `corpus`."""
    return Network(graph, newline=corpus.tokenizer.newline, vocabulary=corpus.tokenizer.size)


@final
@dataclass(frozen=True, kw_only=True)
class Extent:
    """The number of tokens to measure on in a given time: of each held-out part, and of the text for the n-gram."""

    tokens: int
    counted: int

    @classmethod
    def within(cls, seconds: float, network: Network, corpus: Corpus, *, readings: int) -> "Extent":
        """The extent for `seconds`, a share of which goes to `readings` with such a network."""
        seconds, per_token = max(0.0, seconds), _seconds_per_token(network, corpus)
        tokens = READING * seconds / (FEW_COLUMNS * per_token * readings)
        counted = COUNTING * seconds / SECONDS_PER_COUNTED_TOKEN
        return cls(
            tokens=int(min(MEASURED_TOKENS, max(FEWEST_TOKENS, tokens))),
            counted=int(min(LAST_TOKENS, max(MEASURED_TOKENS, counted))),
        )


def _seconds_per_token(network: Network, corpus: Corpus) -> float:
    """Seconds to read one token in many parallel columns, measured on a few tokens."""
    block = np.resize(corpus.train.beginning(PROBED_ROWS), (PROBED_ROWS, PROBED_COLUMNS))
    _, state = network.step(block[:1], network.initial_state(PROBED_COLUMNS))
    start = time.perf_counter()
    network.step(block, state)
    return (time.perf_counter() - start) / block.size


def figures_of(network: Network, initial: Network | None, corpus: Corpus, extent: Extent) -> Figures:
    """The figures of `network` on the test part, beside an n-gram of the training text and a uniform guess.

    With `initial` weights, there are also their figures, and the figures of both on old text, if there is any.
    """
    found: Figures = {}
    for name, part in (("test", corpus.test), ("old", None if initial is None else corpus.old_held_out)):
        if part is None:
            continue
        ids = part.beginning(extent.tokens)
        found[name] = _figures(nats_of(network, ids), ids, corpus)
        if name == "test":
            text = corpus.train.ids[-extent.counted :]
            ngram = NGram.count(text, order=NGRAM_ORDER, vocabulary=corpus.tokenizer.size)
            found[name]["ngram"] = _figures(ngram.nats(ids), ids, corpus)
            found[name]["uniform"] = math.log2(_distinct_characters(corpus))
        if initial is not None:
            found[name]["start"] = _figures(nats_of(initial, ids), ids, corpus)
    return found


def rival_bits(there: ModelFolder, corpus: Corpus, recipe: Recipe, tokens: int) -> float | None:
    """Bits per character of the model that the new one would replace, on the first `tokens` of the test part.

    None if they cannot be compared: nothing is held out, the model was trained on that text, or it cannot be run.
    """
    try:
        if corpus.test is None or _was_trained_on_it(there, corpus, recipe):
            return None
        text = corpus.tokenizer.decode(corpus.test.beginning(tokens)[1:])
        return score(Model(there), text).bits_per_character
    except ForewordError:
        return None


def _was_trained_on_it(there: ModelFolder, corpus: Corpus, recipe: Recipe) -> bool:
    """True if the existing model was trained on text that is held out now: less of the same text was held out then."""
    known = {sha256 for text in there.record().learned_from() for sha256 in (text.sha256, *text.files)}
    same = any(known & {source.sha256, *source.files} for source in corpus.sources)
    return same and recorded_recipe(Model(there)).text.held_out < recipe.text.held_out


def events_of(held_out: Figures, corpus: Corpus) -> Iterator[Measured]:
    """The event for the figures of the new network alone."""
    test = held_out.get("test")
    if test is not None and corpus.test is not None:
        yield Measured(
            characters=test["characters"],
            held_out=corpus.test.characters,
            bits_per_character=test["bits_per_character"],
            ngram=test["ngram"]["bits_per_character"],
        )


def comparisons(held_out: Figures) -> Iterator[Compared]:
    """The events for these figures beside those of the initial weights."""
    texts: Mapping[str, Literal["new", "old"]] = {"test": "new", "old": "old"}
    for name, text in texts.items():
        now = held_out.get(name)
        if now is not None and "start" in now:
            yield Compared(
                text=text,
                characters=now["characters"],
                before=now["start"]["bits_per_character"],
                after=now["bits_per_character"],
            )


def _figures(nats: float, ids: Int64[np.ndarray, " time"], corpus: Corpus) -> Figures:
    tokens, characters = len(ids) - 1, corpus.characters_in(ids)
    return {
        "bits_per_character": bits(nats) / characters,
        "characters": characters,
        "tokens": tokens,
        "nats_per_token": nats / tokens,
    }


def _distinct_characters(corpus: Corpus) -> int:
    """The number of different characters in the training text, for the uniform guess."""
    if corpus.tokenizer.unit == "characters":
        return sum(len(token.decode("utf-8", "ignore")) == 1 for token in corpus.tokenizer.tokens[256:])
    return len(set(corpus.tokenizer.decode(corpus.train.beginning(MEASURED_TOKENS))))
