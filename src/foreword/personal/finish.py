"""From a trained session to a measured model folder."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from foreword import modelfolder
from foreword.assess.bits import nats as nats_of
from foreword.corpus.prepare import Corpus
from foreword.corpus.samples import PREFIX
from foreword.modelfolder import Config, Contents, ModelFolder
from foreword.modelfolder import lexicon as word_list
from foreword.modelfolder.reading import named
from foreword.models.catalogue import load_weights, parameter_count, sizes_of, weights_of
from foreword.personal import comparison
from foreword.personal.card import PICTURE, card, curve_picture
from foreword.personal.deadline import FINISHING
from foreword.personal.events import Compared, Finished, Measured, Warned
from foreword.personal.measuring import (
    Extent,
    Figures,
    beginning,
    characters_in,
    last_lines,
    measured_beside_others,
    network_of,
    seconds_per_token,
    tokens_per_character,
)
from foreword.personal.mixing import mixture_for
from foreword.personal.newest import nothing_better, rival_bits, stays
from foreword.personal.record import Effort, training_record
from foreword.personal.start import Start
from foreword.personal.versions import keep, prune, put_aside
from foreword.runtime.network import Network
from foreword.text.cleaning import POLICY
from foreword.training.onnx import float_graph, quantized_graph
from foreword.training.optimize import Chosen
from foreword.training.plan import Plan
from foreword.training.session import Session
from foreword.training.validate import bits

MOST_QUANTIZED_LOSS = 0.01
"""Bits per character on held-out text that the small graph may lose; a worse one is not written."""

CHECKED_TOKENS = 20_000

SECONDS_TO_WRITE = 2.0
"""Measured (docs/log.md): writing graphs, and all that is the same for every model."""


def finish(
    session: Session, plan: Plan, corpus: Corpus, to: Path, start: Start | None = None
) -> Iterator[Warned | Measured | Compared | Finished]:
    """Export the weights that are worth keeping, measure them on the test part, and write the folder `to`.

    Those of a run that went on from the model `start` are compared with it. Where a model is at `to` that reads the
    test part better, it stays, and the new one is kept aside.
    """
    effort = Effort.of(session, corpus)
    there = comparison.found_at(to)
    is_start = comparison.is_start(there, start)
    if start is not None and comparison.nothing_helped(session):
        told = nothing_better(corpus, session, start) if is_start else None
        yield Warned(message=told or comparison.warning(session, start, to, stays=is_start))
        if there is not None and is_start:
            yield _finished(effort, to, there.training.get("held_out"), kept=True)
            return
    kept = session.chosen(None if start is None else start.weights)
    load_weights(session.model, kept.weights)
    model = session.model.to("cpu").eval()
    graph = float_graph(model)
    small = quantized_graph(graph)
    exact, quick = (network_of(data, corpus) for data in (graph, small))
    readings = 1 + (start is not None) + (there is not None and not is_start) + 2 * (corpus.old is not None)
    budget = plan.budget
    extent = Extent.within(
        math.inf if budget is None else FINISHING * budget.measuring,
        seconds_per_token(exact, corpus),
        readings=readings,
    )
    lost = _quantized_loss(exact, quick, corpus, extent)
    worthwhile = lost <= MOST_QUANTIZED_LOSS  # which a loss that is not a number never is
    if not worthwhile:
        yield Warned(
            message=f"in 8 bits this network would lose {lost:.3f} bits per character, so only the large graph is kept"
        )
    held_out = _held_out(kept, corpus, exact, extent)
    held_out |= {"quantized_loss": lost if math.isfinite(lost) else None}
    if start is not None:
        held_out = comparison.beside_start(held_out, plan, start, corpus, exact, extent)
    yield from comparison.of_itself(held_out, corpus)
    rival = _rival(there, held_out, corpus, plan, extent, is_start=is_start)
    new = _test_bits(held_out)
    worse = rival is not None and new is not None and new > rival
    place = put_aside(to) if worse else to
    if not worse:
        yield from comparison.compared(held_out)
    mixture = mixture_for(quick if worthwhile else exact, corpus, extent.mixing, extent.seconds_per_token)
    training = training_record(
        session,
        plan,
        corpus,
        effort=effort,
        held_out=held_out,
        mixture=mixture,
        start=start,
        share=kept.share,
    )
    picture = curve_picture(
        [asdict(point) for point in session.record.curve],
        training_scale=bits(1.0) * tokens_per_character(corpus.train),
        scale=bits(1.0) * tokens_per_character(corpus.validation or corpus.train),
    )
    replaced = to.exists()
    if not worse:
        keep(to)
    modelfolder.write(
        place,
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
    if there is not None and rival is not None and new is not None and worse:
        way = f"foreword rollback --aside{named(to, '-m')}"
        yield Warned(
            message=f"{stays(to.name, corpus, rival, new)}. The new model is kept aside; to take it all the same: {way}"
        )
        yield _finished(effort, to, there.training.get("held_out"), kept=True, aside=place)
        return
    if there is not None and rival is None:
        yield Warned(
            message=f"nobody can tell whether it is better than the {to.name} before: no text is held out that neither "
            f"has learned. To have that one again: foreword rollback{named(to, '-m')}"
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
    words = word_list.counted(last_lines(corpus.train, corpus, len(corpus.train.ids)))
    return word_list.text_of(words) or None


def _is_sample(corpus: Corpus) -> bool:
    return all(source.place.startswith(PREFIX) for source in corpus.sources)


def _rival(
    there: ModelFolder | None,
    held_out: Figures,
    corpus: Corpus,
    plan: Plan,
    extent: Extent,
    *,
    is_start: bool,
) -> float | None:
    """Bits per character of the model that the new one would replace; None where there is none, or it is not known."""
    if there is None:
        return None
    test = held_out.get("test")
    if is_start:
        return None if not isinstance(test, Mapping) else float(test["start"]["bits_per_character"])
    return rival_bits(there, corpus, plan.recipe, extent.tokens)


def _test_bits(held_out: Figures) -> float | None:
    test = held_out.get("test")
    return float(test["bits_per_character"]) if isinstance(test, Mapping) else None


def _finished(
    effort: Effort,
    to: Path,
    held_out: object,
    *,
    replaced: bool = False,
    kept: bool = False,
    aside: Path | None = None,
) -> Finished:
    return Finished(
        folder=to,
        figures=held_out if isinstance(held_out, dict) else {},
        replaced=replaced,
        kept=kept,
        aside=aside,
        characters_per_second=effort.characters_per_second,
        peak_megabytes=effort.peak_megabytes,
    )


def _quantized_loss(exact: Network, quick: Network, corpus: Corpus, extent: Extent) -> float:
    """Bits per character that `quick` loses against `exact`, on validation text where there is some."""
    ids = beginning(corpus.validation or corpus.train, min(CHECKED_TOKENS, extent.tokens // 4))
    nats = [nats_of(network, ids) for network in (exact, quick)]
    return bits(nats[1] - nats[0]) / max(1, characters_in(ids, corpus))


def _held_out(kept: Chosen, corpus: Corpus, exact: Network, extent: Extent) -> dict[str, object]:
    """The figures for text that was not trained on; those of the test part are the ones to show."""
    found: dict[str, object] = {}
    if corpus.validation is not None and math.isfinite(kept.nats):
        per_character = bits(kept.nats) * tokens_per_character(corpus.validation)
        found["validation"] = {"bits_per_character": per_character}
    if corpus.test is not None:
        found["test"] = measured_beside_others(exact, corpus.test, corpus, extent)
    return found
