"""From texts to a model folder: prepare, plan, train, export, measure.

A run lives in `NAME.run/` beside the model folder until the model is written: its plan, its id streams and its
latest checkpoint. `make` begins one, `resume_run` goes on with one; both tell what happens as events. To its end, a
run is one process's alone.
"""

import errno
import math
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from foreword.corpus.prepare import Corpus
from foreword.errors import RunError
from foreword.modelfolder.names import named, run_folder
from foreword.modelfolder.record import learned_from
from foreword.models.catalogue import parameter_count
from foreword.models.language_model import AbstractLanguageModel
from foreword.personal.choosing import Try, base_for, choose, prepare_both
from foreword.personal.curves import logged
from foreword.personal.deadline import Deadline, seconds_to_read
from foreword.personal.events import (
    Event,
    Finished,
    Planned,
    Stopped,
    Trying,
    Warned,
)
from foreword.personal.finish import finish, seconds_to_finish
from foreword.personal.inheritance import start_from
from foreword.personal.interrupt import stopping
from foreword.personal.lending import lend, tell_end
from foreword.personal.lock import held
from foreword.personal.order import Order, Use
from foreword.personal.preparing import check_forgotten, prepare_for, prepared
from foreword.personal.refresh import resolve
from foreword.personal.start import Start, kept_start
from foreword.personal.using import seconds_to_try, seconds_to_use, used
from foreword.personal.watch import watch
from foreword.text.counting import counted
from foreword.training.checkpoint import has_checkpoint, load_checkpoint, save_checkpoint, saved_step
from foreword.training.distribute import ALONE, Team
from foreword.training.journal import Journal
from foreword.training.memory import within_memory
from foreword.training.plan import NAME as PLAN
from foreword.training.plan import Plan, read_plan, write_plan
from foreword.training.planning import check_sizes, new_model, plan_run
from foreword.training.precision import choose_device
from foreword.training.process import keep_large_buffers
from foreword.training.session import UNSEEN, Session, layout_for
from foreword.training.threads import bound_threads

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What systems call a disk, a quota or a limit of files that is full."""


def make(
    order: Order,
    stop: Callable[[], bool] = lambda: False,
    *,
    begun: float | None = None,
    team: Team = ALONE,
) -> Iterator[Event]:
    """Train a new model on `order.sources` and write it to `order.to`.

    The order's minutes count from `begun`, a moment of `time.perf_counter()`; by default, from now.

    While it trains, `stop` is asked again and again; once it says yes, or a Ctrl-C or SIGTERM is heard, the run is
    saved and left with a `Stopped`, as it is by an interrupt while the model is measured and written. Before that,
    there is nothing to keep, and an interrupt interrupts.

    This is for the first process of a `team`; the others `help_make` (`personal/helping.py`).

    Raises:
        ForewordError: Something asked for cannot be done; the message says what.
    """
    begun = time.perf_counter() if begun is None else begun
    order = resolve(order)
    check_sizes(order.recipe)
    start = None if order.model is None else start_from(order.model)
    reasons: tuple[str, ...] = () if start is None else (f"goes on from {start.name}",)
    device = team.settle(lambda: choose_device(order.device))
    with held(run_folder(order.to)), _room_on_disk(order.to):
        folder = _new_run_folder(order.to)
        try:
            keep_large_buffers()
            base = base_for(order) if team.size == 1 else None
            if order.minutes is not None and seconds_to_read(order.sources) > 60 * order.minutes / 2:
                yield Warned(
                    message=f"{counted(order.minutes, 'minute')} are too few: to read these texts alone takes about "
                    f"{seconds_to_read(order.sources):,.0f} s"
                )
            if base is None:
                corpus = prepare_for(order, order.model, folder / "corpus")
                deadline = Deadline.after_reading(order.minutes, begun)
            else:
                corpus, onward = prepare_both(order, base, folder)
                deadline = Deadline.after_reading(order.minutes, begun)
                how = Try.of(order, deadline)
                yield Trying(seconds=how.seconds, steps=how.steps)
                with within_memory(), bound_threads(device, team):
                    choice = choose(order, base, corpus, onward, how, folder)
                order, corpus, start, reasons = choice.order, choice.corpus, choice.start, (choice.reason,)
            lend(corpus, team)
            yield prepared(corpus, order)
            with within_memory(), bound_threads(device, team):
                plan = plan_run(
                    order.recipe,
                    corpus,
                    device=device,
                    size=order.size,
                    minutes=order.minutes,
                    seconds_left=lambda network: deadline.left - _reserve(network, corpus, order, deadline),
                    further=start is not None,
                    team=team,
                )
            if start is not None:
                start.keep(folder)
            plan = replace(plan, reasons=(*reasons, *plan.reasons))
            if plan.budget is not None:
                plan = replace(plan, budget=replace(plan.budget, measuring=deadline.measuring))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # nothing has been learned yet
            raise
        if order.tensorboard is not None:
            plan = replace(plan, tensorboard=str(order.tensorboard))
        if order.use is not None and order.use.html is not None:
            plan = replace(plan, html=str(order.use.html.absolute()), share=order.use.share)
        write_plan(plan, folder)
        try:
            with within_memory():
                yield from _run(plan, corpus, order.to, stop, team, use=order.use)
        except RunError:
            if not has_checkpoint(folder):
                shutil.rmtree(folder, ignore_errors=True)
            raise


def _reserve(network: AbstractLanguageModel, corpus: Corpus, order: Order, deadline: Deadline) -> float:
    """About how many seconds it takes to measure the model and to write it, and all that follows."""
    readers = 1 + (order.start is not None) + (order.to.exists() and order.to != order.start)
    finishing = seconds_to_finish(network, corpus, readers=readers, measuring=deadline.measuring)
    return finishing + (0.0 if order.use is None else seconds_to_use(corpus, deadline.measuring))


def resume_run(
    to: Path, stop: Callable[[], bool] = lambda: False, *, use: Use | None = None, team: Team = ALONE
) -> Iterator[Event]:
    """Go on with the unfinished run of the model `to`, exactly where its last checkpoint stands.

    What follows for a person's own model, its `use`, is done at the end, with the report that the run was begun with,
    unless another one is asked for. This is for the first process of a `team`, which may be another one than before;
    the others `help_resume`.

    Raises:
        RunError: There is no such run, it is damaged, it has text with forgotten words, or another process is at it.
    """
    folder = run_folder(to)
    read_plan(folder)  # where there is none, no lock is left either
    with held(folder), _room_on_disk(to):
        plan = read_plan(folder)
        if use is not None and use.html is None and plan.html is not None:
            use = Use(html=Path(plan.html), share=plan.share)
        team.settle(lambda: choose_device(plan.device))
        corpus = Corpus.open(folder / "corpus")
        check_forgotten(corpus, to)
        lend(corpus, team)
        team.told(lambda: plan)
        yield prepared(corpus)
        with within_memory():
            yield from _run(plan, corpus, to, stop, team, use=use)


@contextmanager
def _room_on_disk(to: Path) -> Iterator[None]:
    """Say in words that the disk is full, and what is kept of the run of the model `to`.

    Raises:
        RunError: It is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        run = run_folder(to)
        way = f"go on with: foreword train --resume{named(to, '-o')}"
        if not (run / PLAN).exists():
            kept, way = "nothing was learned yet", "train again"
        elif (step := saved_step(run)) is None:
            kept = f"the text is kept in {run}, read and ready"
        else:
            kept = f"what was learned up to step {step:,} is kept in {run}"
        raise RunError(
            f"the disk is full, no more can be written in {run.parent}; {kept}. Free some space, then {way}"
        ) from None


def discard_run(model: Path) -> None:
    """Delete what an unfinished run of `model` left, if there is anything.

    Raises:
        RunError: It is not left: another process is at it.
    """
    with held(run_folder(model)):
        shutil.rmtree(run_folder(model), ignore_errors=True)


def run_sources(model: Path) -> tuple[str, ...]:
    """What the unfinished run of `model` learns from, and the model that it goes on from has learned from.

    Nothing, where there is no run that has begun to learn.

    Raises:
        RunError: It is damaged.
    """
    folder = run_folder(model)
    if not (folder / PLAN).exists():
        return ()
    corpus, start = Corpus.open(folder / "corpus"), kept_start(folder)
    before = (
        [] if start is None else [str(text.get("name")) for text in learned_from(start.training)] or ["?"]
    )
    return (*(source.name for source in (*corpus.sources, *corpus.old_sources)), *before)


def _new_run_folder(model: Path) -> Path:
    folder = run_folder(model)
    if (folder / PLAN).exists():
        step = saved_step(folder) or 0
        raise RunError(
            f"{folder} holds an unfinished run ({step:,} of {counted(read_plan(folder).steps, 'step')}): "
            "go on with --resume, or delete that folder to start anew"
        )
    shutil.rmtree(folder, ignore_errors=True)  # a run that was killed before it had a plan
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise RunError(f"{folder} cannot be made: {error.strerror}; choose another place with -o") from None
    return folder


def _run(
    plan: Plan, corpus: Corpus, to: Path, stop: Callable[[], bool], team: Team, *, use: Use | None
) -> Iterator[Event]:
    """Train from the last checkpoint, or from the beginning, to the end of the plan; then finish the model."""
    folder = run_folder(to)
    keep_large_buffers()
    session, journal, start = session_for(plan, corpus, folder, team)
    yield Planned(
        architecture=plan.recipe.architecture,
        parameters=parameter_count(session.model),
        steps=plan.steps,
        seconds=None if plan.budget is None else plan.budget.seconds,
        first_step=session.step,
        reasons=plan.reasons,
    )
    with stopping() as interrupted, bound_threads(session.device, team):
        for event in logged(watch(session, journal, corpus, folder), session):
            if event is not None:
                yield event
            if stop() or interrupted():
                session.accord.ask("stop")
            if session.accord.granted("stop"):
                save_checkpoint(session, journal, folder)
                yield _stopped(session, folder)
                return
        save_checkpoint(session, journal, folder)
        if interrupted():
            tell_end(team, finished=False)
            yield _stopped(session, folder)
            return
    yield from _finished(session, journal, corpus, to, start, use=use)


def _finished(
    session: Session, journal: Journal, corpus: Corpus, to: Path, start: Start | None, *, use: Use | None
) -> Iterator[Event]:
    """Make the model of a run whose last checkpoint is written: an interrupt costs no more than this."""
    folder = run_folder(to)
    try:
        for told in finish(session, journal, corpus, to, start):
            if isinstance(told, Finished):
                tell_end(session.team, finished=True)
                if use is not None:
                    yield from _used(session, corpus, to, told.aside or to, use)
                with stopping():  # the model is there: too late to stop, but not to say so
                    shutil.rmtree(folder)
                    yield told
            else:
                yield told
    except KeyboardInterrupt:
        tell_end(session.team, finished=False)
        yield _stopped(session, folder)


def _used(session: Session, corpus: Corpus, to: Path, made: Path, how: Use) -> Iterator[Event]:
    """What follows for a person's own model; an interrupt ends that alone."""
    budget = session.plan.budget
    seconds = seconds_to_try(session.seconds, math.inf if budget is None else budget.measuring)
    try:
        yield from used(corpus, to, made, how, seconds, session.plan.recipe.text.encoding)
    except KeyboardInterrupt:
        yield Warned(message="it was not tried to the end, or the memory has not learned: see foreword learn")


def _stopped(session: Session, folder: Path) -> Stopped:
    return Stopped(step=session.step, progress=session.progress, folder=folder)


def session_for(
    plan: Plan, corpus: Corpus, folder: Path, team: Team
) -> tuple[Session, Journal, Start | None]:
    """The session as its checkpoint left it, or a new one; and what it goes on from, if it does."""
    start = team.told(lambda: kept_start(folder))
    model = new_model(plan.recipe, corpus, None if start is None else start.weights)
    old = None if corpus.old is None else corpus.old.ids
    session = Session(
        plan=plan,
        model=model,
        layout=layout_for(corpus.train.ids, plan.recipe.training, old=old),
        held_out=None if corpus.validation is None else corpus.validation.ids,
        looked=0.0 if start is None else UNSEEN,
        team=team,
    )
    saved = team.told(lambda: has_checkpoint(folder))
    journal = load_checkpoint(session, folder) if saved else Journal()
    return session, journal, start
