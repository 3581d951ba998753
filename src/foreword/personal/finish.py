"""From a trained session to a measured model folder."""

import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from foreword import modelfolder
from foreword.assess.bits import nats as nats_of
from foreword.assess.ngram import LAST_TOKENS
from foreword.corpus.prepare import Corpus, Stream
from foreword.corpus.samples import PREFIX
from foreword.modelfolder import Config, Contents
from foreword.modelfolder.lexicon import counted, text_of
from foreword.models.catalogue import parameter_count, sizes_of
from foreword.models.language_model import AbstractLanguageModel
from foreword.personal import comparison
from foreword.personal.card import PICTURE, card, curve_picture
from foreword.personal.events import Compared, Finished, Warned
from foreword.personal.measuring import (
    MEASURED_TOKENS,
    beginning,
    characters_in,
    last_lines,
    measured_beside_others,
    network_of,
    tokens_per_character,
)
from foreword.personal.mixing import mixture_for, seconds_to_mix
from foreword.personal.newest import found_worse, nothing_better
from foreword.personal.record import Effort, training_record
from foreword.personal.start import Start
from foreword.personal.versions import keep, prune
from foreword.runtime.network import Network
from foreword.text.cleaning import POLICY
from foreword.training.between import SHARES, Chosen, chosen
from foreword.training.graph import float_graph, quantized_graph
from foreword.training.journal import Journal, bits
from foreword.training.session import Session
from foreword.training.weights import load_weights, weights_of

MOST_QUANTIZED_LOSS = 0.01
"""Bits per character on held-out text that the small graph may lose; a worse one is not written."""

CHECKED_TOKENS = 20_000

PROBED_ROWS, PROBED_COLUMNS = 64, 16
SECONDS_PER_WEIGHT = 1.5e-7
SECONDS_PER_COUNTED_TOKEN = 8e-7
SECONDS_PER_LISTED_CHARACTER = 1e-6
SECONDS_TO_WRITE = 2.0
"""Measured (docs/log.md): writing graphs, counting the n-gram, and all that is the same for every model."""


def seconds_to_finish(model: AbstractLanguageModel, corpus: Corpus, *, further: bool = False) -> float:
    """About how long `finish` takes for such a network: mostly the time to read text, of which a little is read now.

    Where a finished network is trained `further`, the text is read with both, the old one and the new.
    """
    network = network_of(float_graph(model.to("cpu").eval()), corpus)
    block = np.resize(beginning(corpus.train, PROBED_ROWS), (PROBED_ROWS, PROBED_COLUMNS))
    _, state = network.step(block[:1], network.initial_state(PROBED_COLUMNS))
    start = time.perf_counter()
    network.step(block, state)
    per_token = (time.perf_counter() - start) / block.size
    checked = min(CHECKED_TOKENS, len((corpus.validation or corpus.train).ids))
    tested = _measured_tokens(corpus.test)
    compared = 0
    if further:
        compared = tested + 2 * _measured_tokens(corpus.old_held_out)
        compared += len(SHARES) * _measured_tokens(corpus.validation)
    counted = 0 if corpus.test is None else min(LAST_TOKENS, len(corpus.train.ids))
    return (
        SECONDS_TO_WRITE
        + SECONDS_PER_WEIGHT * parameter_count(model)
        + SECONDS_PER_COUNTED_TOKEN * counted
        + (
            SECONDS_PER_LISTED_CHARACTER * corpus.train.characters
            if _is_sample(corpus) and not further
            else 0.0
        )
        # few columns are slower, and the small graph is read as well
        + per_token * (2 * checked + 1.1 * (tested + compared))
        + seconds_to_mix(per_token, corpus)
    )


def finish(
    session: Session, journal: Journal, corpus: Corpus, to: Path, start: Start | None = None
) -> Iterator[Warned | Compared | Finished]:
    """Export the weights that are worth keeping, measure them on the test part, and write the folder `to`.

    Those of a run that went on from the model `start` are compared with it. Where nothing has helped, and `to` is that
    model, it stays as it is; so it does where a network reads the newest messages of the memory worse than before.
    """
    effort = Effort.of(session, corpus)
    if start is not None and comparison.nothing_helped(session):
        there = comparison.found_at(to, start)
        told = nothing_better(corpus, journal, start) if there is not None else None
        yield Warned(message=told or comparison.warning(session, start, to, stays=there is not None))
        if there is not None:
            yield _finished(effort, to, there.training.get("held_out"), kept=True)
            return
    kept = chosen(session, None if start is None else start.weights)
    load_weights(session.model, kept.weights)
    model = session.model.to("cpu").eval()
    graph = float_graph(model)
    small = quantized_graph(graph)
    exact, quick = (network_of(data, corpus) for data in (graph, small))
    lost = _quantized_loss(exact, quick, corpus)
    worthwhile = lost <= MOST_QUANTIZED_LOSS  # which a loss that is not a number never is
    if not worthwhile:
        yield Warned(
            message=f"in 8 bits this network would lose {lost:.3f} bits per character, so only the large graph is kept"
        )
    held_out = _held_out(kept, corpus, exact) | {"quantized_loss": lost if math.isfinite(lost) else None}
    if start is not None:
        held_out = comparison.beside_start(held_out, session, start, corpus, exact)
        worse = found_worse(corpus, held_out, start)
        there = None if worse is None else comparison.found_at(to, start)
        if worse is not None and there is not None:
            yield Warned(message=worse)
            yield _finished(effort, to, there.training.get("held_out"), kept=True)
            return
        yield from comparison.compared(held_out)
    mixture = mixture_for(quick if worthwhile else exact, corpus)
    training = training_record(
        session,
        journal,
        corpus,
        effort=effort,
        held_out=held_out,
        mixture=mixture,
        start=start,
        share=kept.share,
    )
    picture = curve_picture(
        journal.curve(),
        training_scale=bits(1.0) * tokens_per_character(corpus.train),
        scale=bits(1.0) * tokens_per_character(corpus.validation or corpus.train),
    )
    replaced = to.exists()
    keep(to)
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
            lexicon=_lexicon(corpus, start),
        ),
    )
    prune(to)
    yield _finished(effort, to, held_out, replaced=replaced)


def _lexicon(corpus: Corpus, start: Start | None) -> str | None:
    """The word list of the model that the run went on from, or of the samples that alone it was trained on.

    A text of the person's adds nothing to it: its words are in their memory, where they can be forgotten.
    """
    if start is not None:
        return start.lexicon
    if not _is_sample(corpus):
        return None
    return text_of(counted(last_lines(corpus.train, corpus, len(corpus.train.ids)))) or None


def _is_sample(corpus: Corpus) -> bool:
    return all(source.place.startswith(PREFIX) for source in corpus.sources)


def _finished(
    effort: Effort,
    to: Path,
    held_out: object,
    *,
    replaced: bool = False,
    kept: bool = False,
) -> Finished:
    return Finished(
        folder=to,
        figures=held_out if isinstance(held_out, dict) else {},
        replaced=replaced,
        kept=kept,
        characters_per_second=effort.characters_per_second,
        peak_megabytes=effort.peak_megabytes,
    )


def _measured_tokens(part: Stream | None) -> int:
    return 0 if part is None else min(MEASURED_TOKENS, len(part.ids))


def _quantized_loss(exact: Network, quick: Network, corpus: Corpus) -> float:
    """Bits per character that `quick` loses against `exact`, on validation text where there is some."""
    ids = beginning(corpus.validation or corpus.train, CHECKED_TOKENS)
    nats = [nats_of(network, ids) for network in (exact, quick)]
    return bits(nats[1] - nats[0]) / max(1, characters_in(ids, corpus))


def _held_out(kept: Chosen, corpus: Corpus, exact: Network) -> dict[str, object]:
    """The figures for text that was not trained on; those of the test part are the ones to show."""
    found: dict[str, object] = {}
    if corpus.validation is not None and math.isfinite(kept.nats):
        per_character = bits(kept.nats) * tokens_per_character(corpus.validation)
        found["validation"] = {"bits_per_character": per_character}
    if corpus.test is not None:
        found["test"] = measured_beside_others(exact, corpus.test, corpus)
    return found
