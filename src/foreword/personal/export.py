"""Turns a trained session into a measured model folder."""

import math
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, final

import numpy as np
from msgspec.structs import replace

from foreword import modelfolder
from foreword.assess.bits import nats as nats_of
from foreword.assess.evaluate import peak_megabytes
from foreword.corpus.prepare import Corpus, SourceRecord, total_secrets
from foreword.errors import ModelError
from foreword.keyboard.forgotten_words import Blocked
from foreword.keyboard.trained_on import weights_digest
from foreword.modelfolder import Config, ModelFolder, writing
from foreword.modelfolder import lexicon as word_list
from foreword.modelfolder.card import PICTURE, card, curve_picture
from foreword.modelfolder.names import SHIPPED, named
from foreword.modelfolder.record import TrainingRecord
from foreword.modelfolder.versions import keep, prune, put_aside
from foreword.models.catalogue import load_weights, parameter_count, sizes_of, weights_of
from foreword.personal.backtest import (
    Extent,
    Figures,
    comparisons,
    events_of,
    figures_of,
    network_of,
    rival_bits,
)
from foreword.personal.continual import InitialWeights, base_model
from foreword.personal.deadline import Reserve
from foreword.personal.events import Compared, Finished, Measured, Warned
from foreword.personal.request import forgotten_words
from foreword.runtime.network import Network
from foreword.sources.samples import PREFIX
from foreword.text.cleaning import POLICY
from foreword.training.device import peak_device_megabytes
from foreword.training.onnx import float_graph, quantized_graph
from foreword.training.optimize import ChosenWeights
from foreword.training.plan import Plan, new_model
from foreword.training.session import Session
from foreword.training.validate import nats_to_bits

MOST_QUANTIZED_LOSS: Final = 0.01  # bits per character of held-out text; a worse small graph is not written
CHECKED_TOKENS: Final = 20_000

MEASURED_WITH: Final = ("foreword", "torch", "onnx", "onnxruntime", "tokenizers")

OWN_WORDS: Final = 0.98  # of the base's bits remain after a training on own words, or less (RESULTS.md)


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """A run that makes the model `to`; `initial` are the weights of the model that it continued from, if any."""

    to: Path
    plan: Plan
    corpus: Corpus
    session: Session
    initial: InitialWeights | None = None

    @property
    def reserve(self) -> Reserve:
        """The time for the steps after the training: what the plan reserves, and what the training left."""
        budget = self.plan.budget
        if budget is None:
            return Reserve()
        return Reserve(budget.measuring + max(0.0, budget.seconds - self.session.seconds))


def export(run: Run) -> Generator[Warned | Measured | Compared, None, Finished]:
    """Export the best weights, measure them on the test part, and write the model folder `run.to`.

    If the run continued from a model, its initial weights are measured too. If the model in that folder predicts the
    test part better, it stays, and the new one is kept aside.
    """
    to, corpus, session, initial = run.to, run.corpus, run.session, run.initial
    effort: Figures = {
        "tokens_per_second": session.tokens_per_second,
        "characters_per_second": session.tokens_per_second / corpus.train.tokens_per_character,
        "peak_megabytes": peak_device_megabytes(session.device) or peak_megabytes(),
    }
    there = _found_at(to)
    finished = Finished(
        folder=to,
        figures={},
        replaced=to.exists(),
        characters_per_second=effort["characters_per_second"],
        peak_megabytes=effort["peak_megabytes"],
    )
    earlier = None if there is None else there.training.get("held_out")
    stays = replace(finished, figures=earlier if isinstance(earlier, dict) else {}, replaced=False, kept=True)
    is_initial = there is not None and initial is not None and weights_digest(there) == initial.sha256
    base = _other_base(initial) if is_initial and initial else None
    before = _initial_network(run)
    if before is not None and session.record.best_step == 0:
        yield Warned(message=_nothing_better(run, stays=is_initial))
        if is_initial:
            extent = Extent.within(run.reserve.figures, before, corpus, readings=1 + bool(base))
            yield from events_of(found := figures_of(before, None, corpus, extent), corpus)
            yield from _would_do_better(base, run, found, extent)
            return stays
    made = session.chosen(initial and initial.weights)
    load_weights(session.model, made.weights)
    graph = float_graph(session.model.to("cpu").eval())
    small = quantized_graph(graph)
    exact, quick = (network_of(data, corpus) for data in (graph, small))
    readings = 1 + bool(initial) + bool(there and not is_initial) + bool(base) + 2 * bool(corpus.old)
    extent = Extent.within(run.reserve.figures, exact, corpus, readings=readings)
    lost = _quantized_loss(exact, quick, corpus, extent)
    is_lossy = not lost <= MOST_QUANTIZED_LOSS  # true for NaN too
    if is_lossy:
        yield Warned(
            message=f"in 8 bits this network would lose {lost:.3f} bits per character, so only the large graph is kept"
        )
    held_out = _validated(made, corpus) | figures_of(exact, before, corpus, extent)
    held_out["quantized_loss"] = lost if math.isfinite(lost) else None
    yield from events_of(held_out, corpus)
    training = _record(run, effort, held_out, made.share)
    contents = yield from _contents(run, training, graph, None if is_lossy else small)
    is_written = there is not None and _has_weights(there, contents.weights)
    if is_written:  # by this run, which was killed after that
        there = None
    rival = _rival(run, there, held_out, extent, is_initial=is_initial)
    new = held_out["test"]["bits_per_character"] if "test" in held_out else None
    yield from _would_do_better(base, run, held_out, extent)
    if rival is not None and new is not None and new > rival:
        writing.write(aside := put_aside(to), contents)
        way = f"to use it anyway: foreword rollback --aside{named(to, '-m')}"
        yield Warned(message=f"{_stays(to.name, rival, new)}. The new model is kept aside; {way}")
        return replace(stays, aside=aside)
    yield from comparisons(held_out)
    if not is_written:
        keep(to)
    writing.write(to, contents)
    if there is not None and rival is None:
        yield Warned(
            message=f"{to.name} is replaced without a comparison: no held-out text is new to both models; "
            f"to go back to the old model: foreword rollback{named(to, '-m')}"
        )
    prune(to)
    return replace(finished, figures=held_out, replaced=finished.replaced and not is_written)


def _found_at(to: Path) -> ModelFolder | None:
    try:
        return modelfolder.read(to)
    except ModelError:
        return None


def _has_weights(folder: ModelFolder, weights: Mapping[str, np.ndarray]) -> bool:
    there = folder.weights()
    return there.keys() == weights.keys() and all(
        np.array_equal(there[each], weights[each]) for each in there
    )


def _rival(
    run: Run, there: ModelFolder | None, held_out: Figures, extent: Extent, *, is_initial: bool
) -> float | None:
    """Bits per character of the model that the new one would replace; None if they cannot be compared."""
    if is_initial:
        return held_out["test"]["start"]["bits_per_character"] if "test" in held_out else None
    return there and rival_bits(there, run.corpus, run.plan.recipe, extent.tokens)


def _initial_network(run: Run) -> Network | None:
    if run.initial is None:
        return None
    model = new_model(run.plan.recipe, run.corpus, run.initial.weights).eval()
    return network_of(float_graph(model), run.corpus)


def _validated(made: ChosenWeights, corpus: Corpus) -> Figures:
    """The figure of the validation part, if there is one."""
    if corpus.validation is None:
        return {}
    return {"validation": {"bits_per_character": corpus.validation.bits_per_character(made.nats)}}


def _contents(
    run: Run, training: dict[str, Any], graph: bytes, quantized: bytes | None
) -> Generator[Warned, None, writing.Contents]:
    """The contents of the new model's folder; warnings that a damaged memory was set aside."""
    corpus, model = run.corpus, run.session.model
    forgotten, notes = forgotten_words(run.to)
    yield from (Warned(message=note) for note in notes)
    picture = curve_picture(
        training["curve"],
        training_scale=corpus.train.bits_per_character(1.0),
        scale=(corpus.validation or corpus.train).bits_per_character(1.0),
    )
    record = TrainingRecord.of(training, run.to)
    return writing.Contents(
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
        quantized=quantized,
        training=training,
        card=card(run.to.name, record, parameters=parameter_count(model), has_picture=picture is not None),
        pictures={} if picture is None else {PICTURE: picture},
        lexicon=_lexicon(corpus, run.initial, forgotten),
        ngrams=run.initial.ngrams if run.initial else None,
    )


def _record(run: Run, effort: Figures, held_out: Figures, share: float) -> dict[str, Any]:
    """The contents of training.json.

    `share` is the weight of the trained weights in their interpolation with the initial ones. `private` has the places
    of the texts, and the person whose messages were taken from chats, for further training. A person who shares the
    model removes `private`.
    """
    now, session, corpus = datetime.now(UTC), run.session, run.corpus
    texts = (*corpus.sources, *corpus.old_sources)
    return {
        "date": now.date().isoformat(),
        "time": now.isoformat(timespec="seconds"),
        "sources": [_source(source) for source in corpus.sources],
        "old_sources": [_source(source) for source in corpus.old_sources],
        "secrets": total_secrets(texts),
        "characters": corpus.train.characters,
        "recipe": run.plan.recipe.tables(),
        "steps": session.record.step,
        "passes": session.epochs,
        "ended": session.ending,
        "rate_halvings": 0,  # of earlier versions; who reads it finds it still
        "seconds": session.seconds,
        **effort,
        "precision": run.plan.precision,
        "device": run.plan.device,
        "curve": [asdict(point) for point in session.record.curve],
        "held_out": held_out,
        "versions": {name: version(name) for name in MEASURED_WITH},
        **({} if run.initial is None else {"share": share, **run.initial.lineage()}),
        "private": {"places": {source.sha256: source.place for source in texts}, "me": corpus.me},
    }


def _source(source: SourceRecord) -> dict[str, object]:
    record = asdict(source) | {"name": Path(source.name).name}
    del record["place"]
    return record


def _nothing_better(run: Run, *, stays: bool) -> str:
    name = "" if run.initial is None else run.initial.name
    way = "it stays as it is" if stays else f"{run.to.name} gets its weights as they were"
    return (
        f"this training did not improve {name} on held-out text, so {way}. Use more text, or a "
        f"training.learning_rate below {run.session.settings.learning_rate:g}"
    )


def _stays(name: str, before: float, after: float) -> str:
    digits = next((each for each in range(3, 9) if f"{after:.{each}f}" != f"{before:.{each}f}"), 3)
    return (
        f"{name} stays as it is: on held-out text the new model is worse, {after:.{digits}f} bits per character "
        f"instead of {before:.{digits}f}"
    )


def _quantized_loss(exact: Network, quick: Network, corpus: Corpus, extent: Extent) -> float:
    """Bits per character that `quick` loses against `exact`, on validation text if there is any."""
    ids = (corpus.validation or corpus.train).spread(min(CHECKED_TOKENS, extent.tokens // 4))
    nats = [nats_of(network, ids) for network in (exact, quick)]
    return nats_to_bits(nats[1] - nats[0]) / max(1, corpus.characters_in(ids))


def _other_base(initial: InitialWeights) -> ModelFolder | None:
    """The base that comes with Foreword, if the initial weights of a run do not come from it."""
    records = (initial.training, *initial.training.get("history", ()))
    known = {initial.sha256, *(each.get("from", {}).get("sha256") for each in records)}
    base = base_model()
    return None if base is None or weights_digest(base.folder) in known else base.folder


def _would_do_better(
    base: ModelFolder | None, run: Run, held_out: Figures, extent: Extent
) -> Iterator[Warned]:
    """A warning if a training from the base would do better than this model, which does not come from it."""
    alone = None if base is None else rival_bits(base, run.corpus, run.plan.recipe, extent.tokens)
    if alone is not None and OWN_WORDS * alone < (own := held_out["test"]["bits_per_character"]):
        needed = f"{run.to.name} needs {own:.2f} bits per character of held-out text"
        yield Warned(
            message=f"{needed}. The base of this version needs {alone:.2f} without training, and less after it. "
            f"To start from it: foreword train SOURCE --from {SHIPPED}{named(run.to, '-o')}"
        )


def _lexicon(corpus: Corpus, initial: InitialWeights | None, forgotten: Blocked | None) -> str | None:
    """The word list of the model that the run continued from, or of its samples if all its sources are samples.

    A person's text adds nothing to it: its words are in the memory. Forgotten words are left out.
    """
    if initial is not None:
        if initial.lexicon is None or forgotten is None:
            return initial.lexicon
        return "\n".join(each for each in initial.lexicon.split("\n") if not forgotten.is_in(each))
    if not all(source.place.startswith(PREFIX) for source in corpus.sources):
        return None
    return word_list.text_of(word_list.count_words(corpus.last_lines(corpus.train)))
