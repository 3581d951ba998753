"""One training in several processes, started here, or by `torchrun` on several machines.

The first process makes the model and tells of it; the others help (docs/how-to/several-machines.md).
"""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from foreword.errors import OptionError, RunError
from foreword.modelfolder import run_folder
from foreword.personal.events import Event
from foreword.personal.helping import help_make, help_resume
from foreword.personal.make import make, resume_run
from foreword.personal.order import Order, Use
from foreword.training.checkpoint import saved_step
from foreword.training.distribute import Place, Team, joined
from foreword.training.plan import NAME as PLAN
from foreword.training.workers import moment_begun, run_workers

__all__ = ["joined", "moment_begun", "place_for", "start_together", "take_part"]


def place_for(processes: int | None) -> Place | None:
    """Where this process stands among those that train; None where it is to start so many `processes` that do.

    Raises:
        OptionError: There is no such number of processes, or others have been started already.
    """
    if processes is not None and processes < 1:
        raise OptionError(f"--processes {processes}: give 1 or more")
    place = Place.found()
    if place.size == 1:
        return place if processes in (None, 1) else None
    if processes not in (None, place.size):
        raise OptionError(
            f"--processes {processes}: torchrun has started {place.size} already; leave --processes out"
        )
    return place


def start_together(command: Callable[[], None], processes: int, to: Path, *, begun: float) -> int:
    """Run the `command` that makes the model `to` in so many processes; the exit code of the first one.

    `begun` is the moment of `time.perf_counter()` that minutes count from.

    Raises:
        RunError: One was killed, or failed without a word; the message says what is kept.
    """
    ended = run_workers(command, processes, begun=begun)
    if ended.failed is None:
        return ended.code
    raise RunError(f"{ended.failed}, and the training ended with it; {_what_is_kept(to)}")


def take_part(team: Team, order: Order | None, to: Path, use: Use, *, begun: float) -> Iterator[Event]:
    """Make what is ordered, or go on with the run of the model `to`; only the first process tells what happens."""
    if team.first:
        yield from (
            resume_run(to, use=use, team=team) if order is None else make(order, begun=begun, team=team)
        )
    elif order is None:
        help_resume(to, team)
    else:
        help_make(order, team)


def _what_is_kept(to: Path) -> str:
    run = run_folder(to)
    if not (run / PLAN).exists():
        return "nothing was learned yet: start anew"
    step = saved_step(run)
    place = "the beginning" if step is None else f"the last checkpoint, of step {step:,}"
    return f"foreword train --resume -o {shlex.quote(str(to))} goes on from {place}"
