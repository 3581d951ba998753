"""What is told of a run goes by, and into the TensorBoard log that its plan asks for."""

from collections.abc import Iterator
from pathlib import Path

from foreword.personal.events import Progressed, Validated
from foreword.personal.watch import Told
from foreword.training.session import Session
from foreword.training.tensorboard import open_log


def logged(told: Iterator[Told | None], session: Session, folder: str | None) -> Iterator[Told | None]:
    """The same events, in their own time.

    Raises:
        MissingExtra: TensorBoard is asked for and not installed.
        RunError: Its folder cannot be written to.
    """
    if folder is None:
        yield from told
        return
    with open_log(Path(folder), after=session.record.step) as log:
        for event in told:
            if isinstance(event, Progressed | Validated):
                for name, value in figures(event).items():
                    log.add_scalar(name, value, event.step)
            yield event


def figures(event: Progressed | Validated) -> dict[str, float]:
    """The curves that an event has a point of, by name."""
    if isinstance(event, Validated):
        return {"bits_per_character/held_out": event.bits_per_character}
    return {
        "bits_per_character/training": event.bits_per_character,
        "learning_rate": event.learning_rate,
        "tokens_per_second": event.tokens_per_second,
    }
