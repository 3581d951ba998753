"""`foreword.train` and `foreword.load`: the same as the commands, for Python."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from foreword import modelfolder
from foreword.choices import Size
from foreword.libraries import require_training
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
    source: str | Path | Sequence[str | Path] | None = None,
    *,
    to: str | Path = "me",
    start: str | Path | None = None,
    more: bool = False,
    replay: str | Path | Sequence[str | Path] = (),
    me: str | None = None,
    minutes: float | None = None,
    recipe: str | Path | Mapping[str, Mapping[str, object]] | None = None,
    size: Size | None = None,
    device: str | None = None,
    tensorboard: str | Path | None = None,
    report: Callable[["Event"], None] | None = None,
) -> Model:
    """Train a network on `source` and keep it as the model `to`.

    Args:
        source: A file, a folder, a sample such as "sample:chitchat", or several of them.
        to: The name or the path of the model.
        start: A finished model to go on from, by name or path; with "scratch", a new network
            begins; without one, the base or a new network, whichever does better in a short try.
        more: Whether to go on with the model `to`, as it was trained; without a source, with what the memory beside it
            took in since, or else with the texts it was trained on.
        replay: Old text to learn along with the new where a model goes on, so that it does not forget it.
        me: Whose words to learn where `source` has messages of several people.
        minutes: The time it may take; 10, if the recipe does not say how long to train.
        recipe: A TOML file, or its tables: `{"model": {"architecture": "gru"}, "training": {"steps": 500}}`.
        size: How large a network; by default, what suits the text and the time.
        device: "cpu", "cuda" or "mps"; by default, the fastest.
        tensorboard: A folder for a log that TensorBoard shows.
        report: Gets each event, as it happens (`foreword.personal.events`).

    Raises:
        ForewordError: Something asked for cannot be done; the message says what.
        KeyboardInterrupt: The run was interrupted. What it learned is kept; `foreword train --resume` goes on.
    """
    begun = time.perf_counter()
    from foreword.personal.request import Asked, resolve  # noqa: PLC0415 - slow to import, and only wanted here

    asked = Asked(
        _sources(() if source is None else source),
        to if isinstance(to, Path) else modelfolder.locate(to),
        minutes=minutes,
        recipe=recipe,
        size=size,
        device=device,
        tensorboard=None if tensorboard is None else Path(tensorboard),
        start=start,
        more=more,
        old=_sources(replay),
        me=me,
    )
    request = resolve(asked)
    require_training()
    from foreword.personal import train as training  # noqa: PLC0415 - reaches PyTorch, which a plain install has not
    from foreword.personal.events import Stopped  # noqa: PLC0415

    for event in training.train(request, begun=begun):
        if report is not None:
            report(event)
        if isinstance(event, Stopped):
            raise KeyboardInterrupt
    return load(request.asked.to)


def _sources(given: str | Path | Sequence[str | Path]) -> list[str]:
    return [str(one) for one in ([given] if isinstance(given, str | Path) else given)]
