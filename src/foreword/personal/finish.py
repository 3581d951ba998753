"""From a trained session to a measured model folder."""

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
from jaxtyping import Int64

from foreword import modelfolder
from foreword.assess.bits import nats as nats_of
from foreword.assess.ngram import LAST_TOKENS, NGram
from foreword.corpus.prepare import Corpus, Stream
from foreword.modelfolder import Config, Contents
from foreword.models.catalogue import parameter_count, sizes_of
from foreword.models.language_model import AbstractLanguageModel
from foreword.personal.card import PICTURE, card, curve_picture
from foreword.personal.events import Finished, Warned
from foreword.runtime.network import Network
from foreword.text.cleaning import POLICY
from foreword.training.graph import float_graph, quantized_graph
from foreword.training.journal import Journal, bits
from foreword.training.memory import peak_megabytes
from foreword.training.session import Session
from foreword.training.weights import load_weights, weights_of

MOST_QUANTIZED_LOSS = 0.01
"""Bits per character on held-out text that the small graph may lose; a worse one is not written."""

CHECKED_TOKENS = 20_000
MEASURED_TOKENS = 200_000
NGRAM_ORDER = 6

PROBED_ROWS, PROBED_COLUMNS = 64, 16
SECONDS_PER_WEIGHT = 1.5e-7
SECONDS_PER_COUNTED_TOKEN = 8e-7
SECONDS_TO_WRITE = 2.0
"""Measured (docs/log.md): writing graphs, counting the n-gram, and all that is the same for every model."""


def seconds_to_finish(model: AbstractLanguageModel, corpus: Corpus) -> float:
    """About how long `finish` takes for such a network: mostly the time to read text, of which a little is read now."""
    network = _network(float_graph(model.to("cpu").eval()), corpus)
    block = np.resize(_beginning(corpus.train, PROBED_ROWS), (PROBED_ROWS, PROBED_COLUMNS))
    _, state = network.step(block[:1], network.initial_state(PROBED_COLUMNS))
    start = time.perf_counter()
    network.step(block, state)
    per_token = (time.perf_counter() - start) / block.size
    checked = min(CHECKED_TOKENS, len((corpus.validation or corpus.train).ids))
    tested = 0 if corpus.test is None else min(MEASURED_TOKENS, len(corpus.test.ids))
    counted = 0 if corpus.test is None else min(LAST_TOKENS, len(corpus.train.ids))
    return (
        SECONDS_TO_WRITE
        + SECONDS_PER_WEIGHT * parameter_count(model)
        + SECONDS_PER_COUNTED_TOKEN * counted
        + per_token
        * (2 * checked + 1.1 * tested)  # few columns are slower, and the small graph is read as well
    )


def finish(session: Session, journal: Journal, corpus: Corpus, to: Path) -> Iterator[Warned | Finished]:
    """Export the weights that are worth keeping, measure them on the test part, and write the folder `to`."""
    load_weights(session.model, session.chosen_weights())
    model = session.model.to("cpu").eval()
    graph = float_graph(model)
    small = quantized_graph(graph)
    exact, quick = (_network(data, corpus) for data in (graph, small))
    lost = _quantized_loss(exact, quick, corpus)
    worthwhile = lost <= MOST_QUANTIZED_LOSS  # which a loss that is not a number never is
    if not worthwhile:
        yield Warned(
            message=f"in 8 bits this network would lose {lost:.3f} bits per character, so only the large graph is kept"
        )
    held_out = _held_out(session, corpus, exact) | {"quantized_loss": lost if math.isfinite(lost) else None}
    training = _training(session, journal, corpus, held_out)
    picture = curve_picture(
        journal.curve(),
        training_scale=bits(1.0) * tokens_per_character(corpus.train),
        scale=bits(1.0) * tokens_per_character(corpus.validation or corpus.train),
    )
    replaced = to.exists()
    modelfolder.write(
        to,
        Contents(
            config=Config(
                architecture=model.architecture,
                unit=corpus.tokenizer.unit,
                vocabulary=corpus.tokenizer.size,
                newline=corpus.tokenizer.newline,
                sizes=sizes_of(model),
                text=POLICY,
            ),
            tokenizer_json=corpus.tokenizer.to_json(),
            weights={name: weight.numpy() for name, weight in weights_of(model).items()},
            graph=graph,
            quantized=small if worthwhile else None,
            training=training,
            card=card(to.name, training, parameters=parameter_count(model), has_picture=picture is not None),
            pictures={} if picture is None else {PICTURE: picture},
        ),
    )
    yield Finished(
        folder=to,
        figures=held_out,
        replaced=replaced,
        characters_per_second=_characters_per_second(session, corpus),
        peak_megabytes=peak_megabytes(session.device),
    )


def _characters_per_second(session: Session, corpus: Corpus) -> float:
    """Of training alone."""
    return session.tokens / tokens_per_character(corpus.train) / max(session.timing.updating, 1e-9)


def tokens_per_character(part: Stream) -> float:
    """What bits per token are multiplied by; words that are not in the vocabulary make it differ from part to part."""
    return (len(part.ids) - 1) / part.characters


def _network(graph: bytes, corpus: Corpus) -> Network:
    return Network(graph, newline=corpus.tokenizer.newline, vocabulary=corpus.tokenizer.size)


def _quantized_loss(exact: Network, quick: Network, corpus: Corpus) -> float:
    """Bits per character that `quick` loses against `exact`, on validation text where there is some."""
    part = corpus.validation or corpus.train
    ids = _beginning(part, CHECKED_TOKENS)
    nats = [nats_of(network, ids) for network in (exact, quick)]
    return bits(nats[1] - nats[0]) / max(1, len(corpus.tokenizer.decode(ids[1:])))


def _held_out(session: Session, corpus: Corpus, exact: Network) -> dict[str, object]:
    """The figures for text that was not trained on; those of the test part are the ones to show."""
    figures: dict[str, object] = {}
    if corpus.validation is not None and session.best:
        per_character = bits(session.best_nats) * tokens_per_character(corpus.validation)
        figures["validation"] = {"bits_per_character": per_character}
    if corpus.test is not None:
        figures["test"] = _test(corpus, corpus.test, exact)
    return figures


def _test(corpus: Corpus, part: Stream, exact: Network) -> dict[str, object]:
    """Network, n-gram and uniform guess on the same text: all of the test part, or its first 200,000 tokens."""
    ids = _beginning(part, MEASURED_TOKENS)
    characters = len(corpus.tokenizer.decode(ids[1:]))
    ngram = NGram.count(corpus.train.ids, order=NGRAM_ORDER, vocabulary=corpus.tokenizer.size)
    return {
        **_figures(nats_of(exact, ids), ids, characters),
        "ngram": _figures(ngram.nats(ids), ids, characters),
        "uniform": math.log2(_distinct_characters(corpus)),
    }


def _beginning(part: Stream, tokens: int) -> Int64[np.ndarray, " time"]:
    """The first ids of a stream: its newline and so many tokens, or all there are."""
    return np.asarray(part.ids[: tokens + 1], dtype=np.int64)


def _figures(nats: float, ids: Int64[np.ndarray, " time"], characters: int) -> dict[str, object]:
    tokens = len(ids) - 1
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
    return len(set(corpus.tokenizer.decode(_beginning(corpus.train, MEASURED_TOKENS))))


def _training(
    session: Session, journal: Journal, corpus: Corpus, held_out: dict[str, object]
) -> dict[str, object]:
    """What training.json holds."""
    plan = session.plan
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "sources": [
            {
                "name": Path(source.name).name,
                "sha256": source.sha256,
                "characters": source.characters,
                "files": list(source.files),
            }
            for source in corpus.sources
        ],
        "characters": corpus.train.characters,
        "recipe": plan.recipe.tables(),
        "steps": session.step,
        "passes": session.epochs,
        "ended": session.ending,
        "rate_halvings": session.halvings,
        "seconds": session.seconds,
        "tokens_per_second": session.tokens / max(session.timing.updating, 1e-9),
        "characters_per_second": _characters_per_second(session, corpus),
        "peak_megabytes": peak_megabytes(session.device),
        "precision": plan.precision,
        "device": plan.device,
        "curve": journal.curve(),
        "held_out": held_out,
        "versions": {
            name: version(name) for name in ("foreword", "torch", "onnx", "onnxruntime", "tokenizers")
        },
    }
