"""One training in several processes, which `torchrun` starts on one machine or on several.

Rank 0 reads, plans and makes the model; the others open its run folder and train with it
(docs/how-to/several-machines.md).
"""

import shlex
from collections.abc import Iterator
from pathlib import Path

from foreword.corpus.prepare import Corpus
from foreword.modelfolder import run_folder
from foreword.personal.events import Event
from foreword.personal.interrupt import ending, stopping
from foreword.personal.make import make, resume_run, session_for
from foreword.personal.order import Order, Use
from foreword.training.checkpoint import save_checkpoint, saved_step
from foreword.training.device import keep_large_buffers, within_memory
from foreword.training.distributed import Processes, joined
from foreword.training.loop import fit
from foreword.training.plan import NAME as PLAN
from foreword.training.plan import read_plan

__all__ = ["joined", "take_part", "what_is_kept"]


def take_part(
    processes: Processes, order: Order | None, to: Path, use: Use | None, *, begun: float
) -> Iterator[Event]:
    """Make what is ordered, or go on with the run of the model `to`; only rank 0 tells what happens."""
    if not processes.first:
        _train_with_rank_0(run_folder(to), processes)
    elif order is None:
        yield from resume_run(to, use=use, processes=processes)
    else:
        yield from make(order, begun=begun, processes=processes)


def what_is_kept(to: Path) -> str:
    """What is left of an unfinished run of the model `to`, and how to go on."""
    run = run_folder(to)
    if not (run / PLAN).exists():
        return "nothing was learned yet: start anew"
    step = saved_step(run)
    place = "the beginning" if step is None else f"the last checkpoint, of step {step:,}"
    return f"foreword train --resume -o {shlex.quote(str(to))} goes on from {place}"


def _train_with_rank_0(run: Path, processes: Processes) -> None:
    """Train and save with the others, for as long as all agree."""
    with ending(), within_memory():
        processes.barrier()  # rank 0 has prepared and planned
        plan, corpus = read_plan(run), Corpus.open(run / "corpus")
        keep_large_buffers()
        session, _ = session_for(plan, corpus, run, processes)
        with stopping() as interrupted:
            for _event in fit(session):
                if interrupted():
                    session.flags.ask("stop")
                if session.flags.granted("stop"):
                    save_checkpoint(session, run)
                    return
                if session.flags.granted("save"):
                    save_checkpoint(session, run)
            save_checkpoint(session, run)
