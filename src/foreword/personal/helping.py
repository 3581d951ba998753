"""What the other processes of a team do while the first one makes a model: the same updates, and not a word.

They call what `personal/make.py` calls of a team, in the same order; to read, write and speak is left to the first.
"""

from pathlib import Path

from foreword.corpus.prepare import Corpus
from foreword.errors import OptionError
from foreword.modelfolder import run_folder
from foreword.personal.interrupt import ending, stopping
from foreword.personal.lending import await_end, borrowed
from foreword.personal.make import session_for
from foreword.personal.order import Order
from foreword.personal.preparing import prepare_for
from foreword.personal.refresh import resolve
from foreword.training.checkpoint import save_checkpoint
from foreword.training.distribute import Team
from foreword.training.journal import Journal
from foreword.training.loop import fit
from foreword.training.memory import within_memory
from foreword.training.plan import Plan, read_plan
from foreword.training.planning import plan_run
from foreword.training.precision import choose_device
from foreword.training.process import keep_large_buffers


def help_make(order: Order, team: Team) -> None:
    """Take part in making a new model.

    Raises:
        ForewordError: What the first process would raise; or this machine lacks something that the first one has.
    """
    with ending():
        order = resolve(order)
        device = team.settle(lambda: choose_device(order.device))
        run = run_folder(order.to)
        with (
            borrowed(team, run, lambda: prepare_for(order, order.model, run / "corpus")) as corpus,
            within_memory(),
        ):
            keep_large_buffers()
            plan = plan_run(
                order.recipe,
                corpus,
                device=device,
                size=order.size,
                minutes=order.minutes,
                seconds_left=_as_the_first_says,
                further=order.model is not None,
                team=team,
            )
            _help(plan, corpus, run, team)


def help_resume(to: Path, team: Team) -> None:
    """Take part in going on with the unfinished run of the model `to`, which the first process has.

    Raises:
        ForewordError: This machine lacks something that the first one has.
    """
    with ending():
        run = run_folder(to)
        team.settle(lambda: choose_device(None))
        with borrowed(team, run, None) as corpus, within_memory():
            keep_large_buffers()
            _help(team.told(lambda: read_plan(run)), corpus, run, team)


def _help(plan: Plan, corpus: Corpus, run: Path, team: Team) -> None:
    """Train and save with the others, for as long as all agree on."""
    session, journal, _ = session_for(plan, corpus, run, team)
    with stopping() as interrupted:
        for _ in fit(session):
            if interrupted():
                session.accord.ask("stop")
            if session.accord.granted("stop"):
                save_checkpoint(session, journal, run)
                return
            if session.accord.granted("save"):
                save_checkpoint(session, Journal(), run)
        save_checkpoint(session, journal, run)
    await_end(team, run)


def _as_the_first_says(_: object) -> float:
    raise OptionError("only the first process knows how much time is left")
