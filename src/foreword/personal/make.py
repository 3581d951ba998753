"""From texts to a model folder: prepare, plan, train, export, measure.

A run lives in `NAME.run/` beside the model folder until the model is written: its plan, its id streams and its
latest checkpoint. `make` begins one, `resume` goes on with one; both tell what happens as events.
"""

import math
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from foreword import modelfolder
from foreword.corpus.prepare import Corpus, Settings, prepare
from foreword.errors import OptionError, RunError
from foreword.models.catalogue import parameter_count
from foreword.personal.events import (
    Event,
    Finished,
    Planned,
    Prepared,
    Progressed,
    Said,
    Stopped,
    Validated,
    Warned,
)
from foreword.personal.finish import finish, tokens_per_character
from foreword.training.checkpoint import has_checkpoint, load_checkpoint, save_checkpoint, saved_step
from foreword.training.journal import Journal, bits
from foreword.training.loop import Session, Step, fit, layout_for
from foreword.training.plan import NAME as PLAN
from foreword.training.plan import Plan, read_plan, write_plan
from foreword.training.precision import choose_device
from foreword.training.process import keep_large_buffers
from foreword.training.recipe import Table, merged, read_recipe, recipe_of
from foreword.training.say import say
from foreword.training.sizing import Size, check_sizes, new_model, plan_run

DEFAULT_MINUTES = 10.0

SAVE_EVERY = 20.0
"""Seconds of work that a kill may cost."""

SAY_EVERY = 15.0
"""Seconds between two lines of what the network says now."""

PROMPT_TOKENS = 12
SAID_TOKENS = 60

FINISH_SHARE = 0.08
"""The share of the time given that export and measuring are expected to take."""

SHOW_EVERY = 0.25
"""Seconds between two updates of the display."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for. `recipe` holds tables of a recipe; where it is silent, `sizing` chooses."""

    sources: tuple[str, ...]
    to: Path
    minutes: float | None = None
    size: Size | None = None
    device: str | None = None
    recipe: dict[str, Table] = field(default_factory=dict)


def order_for(
    sources: Sequence[str],
    to: Path,
    *,
    minutes: float | None = None,
    recipe: Path | Mapping[str, Table] | None = None,
    tables: Mapping[str, Table] | None = None,
    size: Size | None = None,
    device: str | None = None,
) -> Order:
    """The order for what a person said: a recipe, and `tables` that go over it.

    A time given wins over the length that the recipe names; where neither is given, it is ten minutes.

    Raises:
        RecipeError: The recipe cannot be read, or names something unknown.
        OptionError: Both `minutes` and a number of steps are given.
    """
    over = tables or {}
    if minutes is not None and over.get("training", {}).get("steps") is not None:
        raise OptionError("minutes and steps both say how long to train; give one of them")
    asked = merged(read_recipe(recipe) if isinstance(recipe, Path) else recipe or {}, over)
    if minutes is not None:
        for name in ("steps", "epochs"):
            asked["training"].pop(name, None)
    elif not asked["training"].keys() & {"steps", "epochs"}:
        minutes = DEFAULT_MINUTES
    recipe_of(asked)
    return Order(sources=tuple(sources), to=to, minutes=minutes, size=size, device=device, recipe={**asked})


def run_folder(model: Path) -> Path:
    """Where the unfinished run of a model lives."""
    return model.with_name(model.name + ".run")


def make(order: Order, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """Train a new model on `order.sources` and write it to `order.to`.

    After each step `stop` is asked; once it says yes, the run is saved and left with a `Stopped`.

    Raises:
        ForewordError: Something asked for cannot be done; the message says what.
    """
    start = time.perf_counter()
    if order.minutes is not None and not 0 < order.minutes < math.inf:
        raise OptionError(f"--minutes {order.minutes:g}: give a finite time above 0")
    if not order.sources:
        raise OptionError("say what to learn from: files, folders, - for standard input, or sample:chitchat")
    check_sizes(order.recipe)
    modelfolder.check_destination(order.to)
    folder = _new_run_folder(order.to)
    device = choose_device(order.device)
    try:
        text = recipe_of({"text": order.recipe.get("text", {})}).text
        settings = Settings(
            unit=text.unit, vocabulary=text.vocabulary, held_out=text.held_out, encoding=text.encoding
        )
        corpus = prepare(order.sources, folder / "corpus", settings)
        yield _prepared(corpus)
        left = None
        if order.minutes is not None:
            left = order.minutes * 60 * (1 - FINISH_SHARE) - (time.perf_counter() - start)
        keep_large_buffers()
        plan = plan_run(order.recipe, corpus, device=device, size=order.size, seconds=left)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # nothing has been learned yet
        raise
    write_plan(plan, folder)
    yield from _run(plan, corpus, order.to, stop)


def resume_run(to: Path, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """Go on with the unfinished run of the model `to`, exactly where its last checkpoint stands.

    Raises:
        RunError: There is no such run, or it is damaged.
    """
    folder = run_folder(to)
    plan = read_plan(folder)
    choose_device(plan.device)
    corpus = Corpus.open(folder / "corpus")
    yield _prepared(corpus)
    yield from _run(plan, corpus, to, stop)


def discard_run(model: Path) -> None:
    """Delete what an unfinished run of `model` left, if there is anything."""
    shutil.rmtree(run_folder(model), ignore_errors=True)


def _new_run_folder(model: Path) -> Path:
    folder = run_folder(model)
    if (folder / PLAN).exists():
        step = saved_step(folder) or 0
        raise RunError(
            f"{folder} holds an unfinished run ({step:,} of {read_plan(folder).steps:,} steps): "
            "go on with --resume, or delete that folder to start anew"
        )
    shutil.rmtree(folder, ignore_errors=True)  # a run that was killed before it had a plan
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise RunError(f"{folder} cannot be made: {error.strerror}; choose another place with -o") from None
    return folder


def _prepared(corpus: Corpus) -> Prepared:
    held_out = sum(part.characters for part in (corpus.validation, corpus.test) if part is not None)
    return Prepared(
        training_characters=corpus.train.characters,
        held_out_characters=held_out,
        vocabulary=corpus.tokenizer.size,
        unit=corpus.tokenizer.unit,
        notes=tuple(corpus.notes),
    )


def _run(plan: Plan, corpus: Corpus, to: Path, stop: Callable[[], bool]) -> Iterator[Event]:
    """Train from the last checkpoint, or from the beginning, to the end of the plan; then finish the model."""
    folder = run_folder(to)
    keep_large_buffers()
    session, journal = _session(plan, corpus, folder)
    yield Planned(
        architecture=plan.recipe.architecture,
        parameters=parameter_count(session.model),
        steps=plan.steps,
        first_step=session.step,
        reasons=plan.reasons,
    )
    pace = _Pace(session, corpus)
    training_scale, scale = (
        tokens_per_character(part) for part in (corpus.train, corpus.validation or corpus.train)
    )
    for event in fit(session):
        if isinstance(event, Step):
            yield from pace.progress(event)
        else:
            if not math.isfinite(event.nats) and not session.best:
                raise _diverged(session, folder)
            journal.write(event, session.seconds)
            yield Validated(
                step=event.step,
                epoch=event.epoch,
                bits_per_character=bits(event.nats) * scale,
                training_bits_per_character=bits(event.training_nats) * training_scale,
                best=event.best,
            )
            warning = journal.warning()
            if warning is not None:
                yield Warned(message=warning)
        if stop():
            save_checkpoint(session, journal, folder)
            yield Stopped(step=session.step, steps=plan.steps, folder=folder)
            return
        if pace.save_is_due():
            save_checkpoint(session, journal, folder)
    if not all(bool(weight.isfinite().all()) for weight in session.chosen_weights().values()):
        raise _diverged(session, folder)
    save_checkpoint(session, journal, folder)
    for told in finish(session, journal, corpus, to):
        if isinstance(told, Finished):
            shutil.rmtree(folder)
        yield told


def _diverged(session: Session, folder: Path) -> RunError:
    """The error for a network whose weights are no numbers any more; nothing of its run is worth keeping."""
    shutil.rmtree(folder)
    return RunError(
        f"the training diverged within {session.step:,} steps: the network's loss is not a number any more; "
        f"train anew with a lower training.learning_rate than {session.settings.learning_rate:g}"
    )


def _session(plan: Plan, corpus: Corpus, folder: Path) -> tuple[Session, Journal]:
    """The session as its checkpoint left it, or a new one."""
    session = Session(
        plan=plan,
        model=new_model(plan.recipe, corpus),
        layout=layout_for(corpus.train.ids, plan.recipe.training),
        held_out=None if corpus.validation is None else corpus.validation.ids,
    )
    journal = load_checkpoint(session, folder) if has_checkpoint(folder) else Journal()
    return session, journal


@final
class _Pace:
    """Says when it is time to save, to show how far the run is, and to let the network speak."""

    def __init__(self, session: Session, corpus: Corpus) -> None:
        self.session = session
        self.corpus = corpus
        self.tokens_per_character = tokens_per_character(corpus.train)
        self.shown = self.saved = self.said = time.perf_counter()
        self.first, self.began, self.tokens = session.step, time.perf_counter(), 0

    def progress(self, step: Step) -> Iterator[Progressed | Said]:
        """What is due to be shown after `step`."""
        self.tokens += step.tokens
        now, steps = time.perf_counter(), self.session.plan.steps
        if now - self.shown >= SHOW_EVERY or step.step == steps:
            self.shown = now
            per_step = (now - self.began) / (step.step - self.first)
            yield Progressed(
                step=step.step,
                steps=steps,
                epoch=step.epoch,
                bits_per_character=bits(step.nats.item()) * self.tokens_per_character,
                tokens_per_second=self.tokens / (now - self.began),
                seconds_left=(steps - step.step) * per_step,
            )
        if now - self.said >= SAY_EVERY:
            self.said = now
            yield self._speak(step.step)

    def save_is_due(self) -> bool:
        """Whether the last checkpoint is as old as one may be; if so, a new one is taken for granted."""
        now = time.perf_counter()
        due = now - self.saved >= SAVE_EVERY
        self.saved = now if due else self.saved
        return due

    def _speak(self, step: int) -> Said:
        part = self.corpus.validation or self.corpus.train
        tokenizer = self.corpus.tokenizer
        prompt = [int(number) for number in part.ids[: PROMPT_TOKENS + 1]]
        said = say(self.session.averaged, prompt, tokens=SAID_TOKENS, decode=tokenizer.decode, seed=step)
        return Said(step=step, prompt=tokenizer.decode(prompt[1:]), text=said)
