"""Watching a session train: what happens, in a person's words and units."""

import shutil
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

from foreword.corpus.prepare import Corpus
from foreword.errors import RunError
from foreword.personal.events import EndedEarly, Progressed, Said, Validated, Warned
from foreword.personal.measuring import tokens_per_character
from foreword.personal.pace import Pace
from foreword.text.counting import counted
from foreword.training.checkpoint import save_checkpoint
from foreword.training.loop import Divergence, Step, fit
from foreword.training.optimize import MOST_HALVINGS
from foreword.training.session import Session
from foreword.training.validate import Validation, bits

Told = Progressed | Said | Validated | Warned | EndedEarly


def watch(session: Session, corpus: Corpus, folder: Path) -> Iterator[Told | None]:
    """The rest of the run's updates and looks, saved as often as is due; None where there is nothing to tell.

    Raises:
        RunError: The training diverged before anything was learned.
    """
    pace = Pace(session, corpus)
    for event in fit(session):
        if isinstance(event, Step):
            yield from pace.progress(event)
            yield None
        elif isinstance(event, Validation):
            yield from _validated(event, session, corpus)
        else:
            yield _diverged(event, session)
        if pace.save_is_due():
            session.flags.ask("save")
        if session.flags.granted("save"):
            with session.aside():
                save_checkpoint(session, folder)
    # No look, of which each run has one at its end, has found a network to keep.
    if session.record.best_step == 0 and not isfinite(session.record.best_nats):
        shutil.rmtree(folder)
        raise RunError(
            f"the training diverged within {counted(session.record.step, 'step')}, and nothing was learned; train anew "
            f"with a lower training.learning_rate than {session.highest_rate:g}"
        )
    early = _ended_early(session)
    if early is not None:
        yield EndedEarly(message=early)


def _validated(event: Validation, session: Session, corpus: Corpus) -> Iterator[Validated | Warned]:
    """A look at held-out text, written down, and the warning it may be a reason for."""
    yield Validated(
        step=event.step,
        epoch=event.epoch,
        bits_per_character=bits(event.nats) * tokens_per_character(corpus.validation or corpus.train),
        training_bits_per_character=None
        if event.training_nats is None
        else bits(event.training_nats) * tokens_per_character(corpus.train),
        best=event.step == session.record.best_step,
    )
    warning = session.overfitting_warning()
    if warning is not None:
        yield Warned(message=warning)


def _diverged(event: Divergence, session: Session) -> Warned:
    at = f"the training diverged at step {event.step:,}: its loss is no number any more, or far above what it was. "
    back = f"the weights of step {event.back_to:,}" if event.back_to else "the first weights"
    if event.gave_up:
        return Warned(
            message=f"{at}That was once too often: it ends here, with {back}; a lower training.learning_rate than "
            f"{session.highest_rate:g} would go further"
        )
    return Warned(
        message=f"{at}It goes on from {back} with half the rate, {event.rate:g} "
        f"({session.record.halvings} of {MOST_HALVINGS})"
    )


def _ended_early(session: Session) -> str | None:
    """Why it is over before its time, in words; None where it is not."""
    if session.ending == "passes":
        return f"{session.epochs:.0f} passes over the text are made, and more of them would teach nothing"
    if session.ending == "patience":
        best = f"of step {session.record.best_step:,}" if session.record.best_step else "that it began with"
        return (
            f"the last {session.record.stale} looks at held-out text showed no gain, so the training ends here, "
            f"with the weights {best}"
        )
    return None
