"""What a run has seen so far: its curve, and when to warn that it learns by heart."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import inf, log
from typing import final

from foreword.errors import RunError
from foreword.training.loop import Validation

WARN_AFTER = 3
"""Validations in a row that must have been worse than the best one, or a wobble would be called a trend."""

WORSE = 1.003
"""By this factor, or the wobble of a few thousand tokens would be called a loss."""


@final
@dataclass(frozen=True, kw_only=True)
class Point:
    """A point of the curve: losses in nats per token, time in seconds of training.

    Before the first update, at step 0, nothing is known of the training text.
    """

    step: int
    epoch: float
    nats: float
    training_nats: float | None
    seconds: float


@final
@dataclass(kw_only=True)
class Journal:
    """The curve of a run, kept in its checkpoints and later in the model folder."""

    points: list[Point] = field(default_factory=list)
    warned: bool = False

    def write(self, validation: Validation, seconds: float) -> None:
        """Add a point."""
        self.points.append(
            Point(
                step=validation.step,
                epoch=validation.epoch,
                nats=validation.nats,
                training_nats=validation.training_nats,
                seconds=seconds,
            )
        )

    def warning(self) -> str | None:
        """Plain words, once, when validation gets worse while training still gets better."""
        if self.warned or not self._learns_by_heart():
            return None
        self.warned = True
        best = min(self.points, key=lambda point: point.nats)
        return (
            "it gets better on the text it trains on and worse on text it has not seen: it has begun to learn "
            f"by heart. The weights of step {best.step:,} are kept. More text, or more dropout, would help."
        )

    def _learns_by_heart(self) -> bool:
        best = min((point.nats for point in self.points), default=inf)
        since = self.points[-WARN_AFTER:]
        worse = len(self.points) > WARN_AFTER and all(point.nats > best * WORSE for point in since)
        comes_back = worse and since[-1].nats < since[0].nats
        return worse and not comes_back and (since[-1].training_nats or inf) < (since[0].training_nats or inf)

    def curve(self) -> list[dict[str, float | None]]:
        """The points as JSON objects."""
        return [asdict(point) for point in self.points]

    @classmethod
    def of(cls, points: object, *, warned: bool) -> "Journal":
        """The journal that `curve` gave.

        Raises:
            RunError: It is not such a list.
        """
        try:
            read = [Point(**point) for point in points if isinstance(point, Mapping)]  # type: ignore[attr-defined]
        except TypeError:
            raise RunError("the curve in the checkpoint is damaged") from None
        return cls(points=read, warned=warned)


def bits(nats: float) -> float:
    """Nats in bits."""
    return nats / log(2)
