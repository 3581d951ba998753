"""`foreword.train` and `foreword.load`: the same as the commands, for Python."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from foreword import modelfolder
from foreword.personal.extras import require_training
from foreword.runtime.model import Model

if TYPE_CHECKING:
    from foreword.personal.events import Event


def load(model: str | Path | None = None) -> Model:
    """The model of that name or at that path; without one, the person's own, else the shipped one.

    Raises:
        ModelError: There is none, or its folder is broken; the class and the message say how.
    """
    return Model.open(model)


def train(
    source: str | Path | Sequence[str | Path],
    *,
    to: str | Path = "me",
    minutes: float | None = None,
    recipe: str | Path | Mapping[str, Mapping[str, object]] | None = None,
    size: Literal["small", "medium", "large"] | None = None,
    device: str | None = None,
    report: Callable[["Event"], None] | None = None,
) -> Model:
    """Train a network on `source` and keep it as the model `to`.

    Args:
        source: A file, a folder, a sample such as "sample:chitchat", or several of them.
        to: The name or the path of the model.
        minutes: The time it may take; 10, if the recipe does not say how long to train.
        recipe: A TOML file, or its tables: `{"model": {"architecture": "gru"}, "training": {"steps": 500}}`.
        size: How large a network; by default, what suits the text and the time.
        device: "cpu", "cuda" or "mps"; by default, the fastest.
        report: Is told what happens, as it happens (`foreword.personal.events`).

    Raises:
        ForewordError: Something asked for cannot be done; the message says what.
        KeyboardInterrupt: The run was interrupted. What it learned is kept; `foreword train --resume` goes on.
    """
    require_training()
    from foreword.personal.events import Stopped  # noqa: PLC0415 - reaches PyTorch, which a plain install has not
    from foreword.personal.make import make  # noqa: PLC0415
    from foreword.personal.order import order_for  # noqa: PLC0415

    sources = [source] if isinstance(source, str | Path) else source
    order = order_for(
        [str(one) for one in sources],
        to if isinstance(to, Path) else modelfolder.locate(to),
        minutes=minutes,
        recipe=recipe,
        size=size,
        device=device,
    )
    for event in make(order):
        if report is not None:
            report(event)
        if isinstance(event, Stopped):
            raise KeyboardInterrupt
    return load(order.to)
