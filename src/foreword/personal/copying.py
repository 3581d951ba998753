"""A training once more, with sentences planted in its text: what of them would it have learned by heart?

Text and network lie in a folder of the system's for temporary files, for their owner alone, and are deleted with it,
also where the training is interrupted.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, final

from foreword.assess.leaks import Repetition
from foreword.corpus.prepare import Corpus, Settings, prepare
from foreword.modelfolder.provenance import learned_from
from foreword.models.catalogue import load_weights, parameter_count
from foreword.personal.events import EndedEarly, Event, Planned
from foreword.personal.inheritance import own_sizes, recorded_recipe, start_from
from foreword.personal.make import session_for
from foreword.personal.measuring import network_of
from foreword.personal.origin import Origin, went_on
from foreword.personal.preparing import prepared
from foreword.personal.watch import watch
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.text.tokenizer import Tokenizer
from foreword.training.device import bound_threads, choose_device, keep_large_buffers, within_memory
from foreword.training.distributed import ALONE
from foreword.training.onnx import float_graph
from foreword.training.plan import LEAST_BETWEEN, Plan, plan_run
from foreword.training.session import Session

MOST_MINUTES: Final = 10.0
FEWEST_MINUTES: Final = 0.5
SLACK: Final = 1.25
"""The copy makes no more updates than the training that it repeats; the machine may be busier than it was."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Copy:
    """The network that came out, and how it was made."""

    tokenizer: Tokenizer
    network: Network
    repetition: Repetition

    @property
    def exact(self) -> Network:
        """The same: it has no smaller one."""
        return self.network


def copied(
    model: Model,
    source: str,
    planted: Sequence[str],
    *,
    me: str | None,
    encoding: str | None,
    minutes: float | None = None,
) -> Iterator[Event | Copy]:
    """Train anew as `model` was, on `source` with the `planted` sentences in it; the last thing told is the copy.

    It makes as many updates as that training, or as many as fit into the time: by default a quarter more than that
    training took, half a minute at least and ten at most. Of chats, only what the person `me` wrote is taken.

    Raises:
        SourceError: the text cannot be read.
        RunError: the training diverged before anything was learned.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="foreword-audit-") as folder:
        yield from _copied(
            model,
            source,
            planted,
            Path(folder),
            until=begun + 60 * (minutes_for(model) if minutes is None else minutes),
            me=me,
            encoding=encoding,
        )


def minutes_for(model: Model) -> float:
    """How long a training like that of `model` may take."""
    seconds = _number(model, "seconds")
    if seconds is None:
        return MOST_MINUTES
    return min(MOST_MINUTES, max(FEWEST_MINUTES, SLACK * seconds / 60))


def _copied(
    model: Model,
    source: str,
    planted: Sequence[str],
    folder: Path,
    *,
    until: float,
    me: str | None,
    encoding: str | None,
) -> Iterator[Event | Copy]:
    origin = Origin.of(model)
    settings = _settings(model, origin, me=me, encoding=encoding)
    corpus = prepare([source], folder / "corpus", settings, old=origin.old, planted=planted)
    notes = (*corpus.notes, *origin.notes, *_other_text(model, corpus))
    yield replace(prepared(corpus), notes=notes)
    run = folder / "run"
    run.mkdir()
    if origin.model is not None:
        start_from(origin.model).keep(run)
    keep_large_buffers()
    with within_memory(), bound_threads(choose_device(None)):
        plan = _plan(model, corpus, until=until, further=origin.model is not None)
        session, start = session_for(plan, corpus, run, ALONE)
        yield _planned(plan, session)
        for event in watch(session, corpus, run):
            if event is not None and not isinstance(event, EndedEarly):  # it ends where the other one did
                yield event
        load_weights(session.model, session.chosen(None if start is None else start.weights).weights)
    yield Copy(
        tokenizer=corpus.tokenizer,
        network=network_of(float_graph(session.model.to("cpu").eval()), corpus),
        repetition=Repetition(
            steps=session.record.step,
            own_steps=None if (steps := _number(model, "steps")) is None else int(steps),
            passes=session.epochs,
            own_passes=_number(model, "passes"),
            seconds=session.seconds,
            ended=session.ending,
            start=None if start is None else start.name,
            share=sum(len(sentence) + 1 for sentence in planted) / corpus.train.characters,
        ),
    )


def _planned(plan: Plan, session: Session) -> Planned:
    return Planned(
        architecture=plan.recipe.architecture,
        parameters=parameter_count(session.model),
        steps=plan.steps,
        seconds=None if plan.budget is None else plan.budget.seconds,
        first_step=0,
        reasons=plan.reasons,
    )


def _settings(model: Model, origin: Origin, *, me: str | None, encoding: str | None) -> Settings:
    """How its text was prepared."""
    recipe = recorded_recipe(model)
    return Settings(
        unit=model.config.unit,
        vocabulary=recipe.text.vocabulary,
        held_out=recipe.text.held_out,
        old_held_out=recipe.text.held_out,
        encoding=encoding,
        seed=recipe.training.seed,
        tokenizer=None if origin.model is None else origin.model.tokenizer,
        me=me,
    )


def _plan(model: Model, corpus: Corpus, *, until: float, further: bool) -> Plan:
    """The plan of the training that made `model`, with no more updates than it made, in the time there is."""
    recorded = recorded_recipe(model).tables()["training"]
    begins_anew = went_on(model) is not None and not further  # for which the rate of going on is too low
    left_out = ("steps", "epochs", *(("learning_rate", "weight_decay") if begins_anew else ()))
    plan = plan_run(
        {
            "text": {"unit": model.config.unit},
            "model": {"architecture": model.config.architecture, **own_sizes(model.config)},
            "training": {name: value for name, value in recorded.items() if name not in left_out},
        },
        corpus,
        device=choose_device(None),
        minutes=round(max(6.0, until - time.perf_counter()) / 60, 1),
        seconds=until - time.perf_counter(),
        further=further,
    )
    assert plan.budget is not None  # noqa: S101 - there are neither steps nor epochs in the tables
    own_steps = recorded_recipe(model).training.steps or _number(model, "steps") or plan.budget.most_steps
    most = min(plan.budget.most_steps, int(own_steps))
    steps = min(plan.steps, most)
    return replace(
        plan,
        steps=steps,
        looks=max(1, min(plan.recipe.training.validations, steps // LEAST_BETWEEN)),
        budget=replace(plan.budget, most_steps=most),
        reasons=(f"a copy of the training of {model.path.name}, with canaries in its text", plan.reasons[0]),
    )


def _other_text(model: Model, corpus: Corpus) -> Iterator[str]:
    """What a person should know where the text is not the one that the model was trained on."""
    known = {str(text.get("sha256")) for text in learned_from(model.folder.training)}
    texts = model.folder.training.get("sources")
    for source in corpus.sources:
        if source.sha256 not in known:
            yield f"{source.name} is not, as it is now, what {model.path.name} was trained on"
        elif isinstance(texts, list) and len(texts) > 1:
            yield f"of the {len(texts)} texts that {model.path.name} was trained on, the copy learns this one alone"


def _number(model: Model, name: str) -> float | None:
    """A number in its training.json, if it is there."""
    found = model.folder.training.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
