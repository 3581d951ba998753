"""A session in training: its events in a person's words and units, and regular checkpoints."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from math import isfinite
from pathlib import Path
from typing import Final, final

from foreword.corpus.prepare import Corpus
from foreword.errors import RunError
from foreword.models.catalogue import parameter_count
from foreword.personal.events import Noted, Planned, Prepared, Progressed, Sampled, Validated, Warned
from foreword.personal.run_folder import delete_run
from foreword.text.plural import counted
from foreword.training.checkpoint import save_checkpoint
from foreword.training.loop import Divergence, Step, fit
from foreword.training.plan import Plan
from foreword.training.session import Session
from foreword.training.tensorboard import open_log
from foreword.training.validate import Validation, sample

Monitored = Progressed | Sampled | Validated | Warned | Noted

SAVE_EVERY: Final = 20.0  # seconds between two checkpoints: the most work that a kill loses
SAY_EVERY: Final = 15.0  # seconds between two samples of the network's text
SHOW_EVERY: Final = 0.25  # seconds between two updates of the display
PROMPT_TOKENS: Final = 12
SAID_TOKENS: Final = 60


def prepared(corpus: Corpus, notes: Iterable[str]) -> Prepared:
    """The event for a corpus that is ready."""
    held_out = (corpus.validation, corpus.test)
    return Prepared(
        training_characters=corpus.train.characters,
        old_characters=0 if corpus.old is None else corpus.old.characters,
        held_out_characters=sum(part.characters for part in held_out if part),
        vocabulary=corpus.tokenizer.size,
        unit=corpus.tokenizer.unit,
        notes=tuple(notes),
    )


def planned(plan: Plan, session: Session) -> Planned:
    """The event for a session that is about to begin or continue."""
    return Planned(
        architecture=plan.recipe.architecture,
        parameters=parameter_count(session.model),
        steps=plan.steps,
        seconds=None if plan.budget is None else plan.budget.seconds,
        first_step=session.record.step,
        reasons=plan.reasons,
    )


def monitor(session: Session, plan: Plan, corpus: Corpus, folder: Path) -> Iterator[Monitored | None]:
    """The events of the remaining updates and validations; None if an update has no event.

    Figures also go into the TensorBoard log, if the plan asks for one. Only rank 0 has events.

    Raises:
        MissingExtra: TensorBoard is asked for, and it is not installed.
        RunError: the training diverged before anything was learned, or the log cannot be written.
    """
    place = plan.tensorboard if session.processes.first else None
    with open_log(Path(place), after=session.record.step) if place is not None else nullcontext() as log:
        for event in _monitored(session, corpus, folder):
            if log is not None and isinstance(event, Progressed | Validated):
                for name, value in figures(event).items():
                    log.add_scalar(name, value, event.step)
            yield event


def figures(event: Progressed | Validated) -> dict[str, float]:
    """The values of an event by the name of their curve."""
    if isinstance(event, Validated):
        return {"bits_per_character/held_out": event.bits_per_character}
    return {
        "bits_per_character/training": event.bits_per_character,
        "learning_rate": event.learning_rate,
        "tokens_per_second": event.tokens_per_second,
    }


def _monitored(session: Session, corpus: Corpus, folder: Path) -> Iterator[Monitored | None]:
    pace, is_first = Pace(session, corpus), session.processes.first
    for event in fit(session):
        match event:
            case Step() if is_first:
                yield from pace.progress(event)
            case Validation() if is_first:
                yield _validated(event, session, corpus)
            case Divergence() if is_first:
                yield _diverged(event, session)
        yield None
        if is_first and pace.save_is_due():
            session.flags.ask("save")
        if session.flags.granted("save"):
            with session.aside():
                save_checkpoint(session, folder)
    record = session.record
    # Each run validates at its end. Here no validation has found a network to keep.
    if record.best_step == 0 and not isfinite(record.best_nats):
        if is_first:
            delete_run(folder)
        raise RunError(
            f"training diverged within {counted(record.step, 'step')}, and nothing was learned; "
            f"try a learning rate below {session.settings.learning_rate:g}"
        )
    reasons = {
        "passes": f"after {session.epochs:.0f} epochs; for more, set training.epochs in a recipe",
        "patience": f"with {_weights_of(record.best_step)}: the last {record.stale} validations showed no gain",
    }
    if early := reasons.get(session.ending or ""):
        yield Noted(message=f"training stops {early}")


@final
class Pace:
    """Decides by the clock when to save, to show progress, and to sample text from the network."""

    def __init__(self, session: Session, corpus: Corpus) -> None:
        self.session = session
        self.corpus = corpus
        self.clock = session.clock
        self.shown = self.saved = self.said = self.clock()

    def progress(self, step: Step) -> Iterator[Progressed | Sampled]:
        """The events that are due after `step`."""
        session = self.session
        if self.clock() - self.shown >= SHOW_EVERY or session.record.progress >= 1:
            nats = step.nats.item()
            self.shown = self.clock()
            yield Progressed(
                step=step.step,
                progress=session.record.progress,
                epoch=step.epoch,
                bits_per_character=self.corpus.train.bits_per_character(nats),
                learning_rate=step.learning_rate,
                tokens_per_second=session.tokens_per_second,
                seconds_left=session.seconds_left,
            )
        if self.shown - self.said >= SAY_EVERY:
            self.said = self.shown
            with session.aside():
                part, decode = self.corpus.validation or self.corpus.train, self.corpus.tokenizer.decode
                prompt = part.ids[: PROMPT_TOKENS + 1].tolist()
                said = sample(session.model, prompt, tokens=SAID_TOKENS, seed=step.step)
            yield Sampled(step=step.step, prompt=decode(prompt[1:]), text=decode(said))

    def save_is_due(self) -> bool:
        """True if the last checkpoint is SAVE_EVERY seconds old; the clock then restarts, as if one was saved."""
        now = self.clock()
        due = now - self.saved >= SAVE_EVERY
        self.saved = now if due else self.saved
        return due


def _validated(event: Validation, session: Session, corpus: Corpus) -> Validated:
    training = event.training_nats
    return Validated(
        step=event.step,
        epoch=event.epoch,
        bits_per_character=(corpus.validation or corpus.train).bits_per_character(event.nats),
        training_bits_per_character=None if training is None else corpus.train.bits_per_character(training),
        best=event.step == session.record.best_step,
    )


def _diverged(event: Divergence, session: Session) -> Warned:
    advice = f"Try a learning rate below {session.settings.learning_rate:g}"
    stops = f"training diverged by step {event.step:,} and stops, with {_weights_of(event.back_to)}"
    return Warned(message=f"{stops}. {advice}")


def _weights_of(step: int) -> str:
    return f"the weights of step {step:,}" if step else "the initial weights"
