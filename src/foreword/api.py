"""`foreword.train` and `foreword.load`: the same as the commands, for Python."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from foreword import modelfolder
from foreword.libraries import require_training
from foreword.runtime.model import Model
from foreword.settings import Size

if TYPE_CHECKING:
    from foreword.personal.events import Event


def load(model: str | Path | None = None) -> Model:
    """Load a model by name or path.

    The default is that of $FOREWORD_MODEL, else that of `settings.toml`, else "me", else the shipped one.

    Raises:
        ModelError: There is no such model, or its folder is damaged; the class and the message say how.
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
        start: The name or path of a finished model to continue from, or "scratch" for a new network. By default, a
            short try chooses the better one of the base and a new network.
        more: Continue with the model `to`, with the settings of its training. Without a source, learn what its memory
            learned since then, or else the texts of that training.
        replay: Old text to learn together with the new text, so that a model that continues does not forget it.
        me: The person whose messages to learn, if `source` has messages of several people.
        minutes: The time limit; 10 if the recipe does not say how long to train.
        recipe: A TOML file, or its tables: `{"model": {"architecture": "gru"}, "training": {"steps": 500}}`.
        size: The size of the network; by default, it depends on the text and the time.
        device: "cpu", "cuda" or "mps"; by default, the fastest.
        tensorboard: A folder for a log that TensorBoard shows.
        report: A function that gets each event when it happens (`foreword.personal.events`).

    Raises:
        ForewordError: The request cannot be done; the message says why.
        KeyboardInterrupt: The run was interrupted; once it trains, the message says what is saved, and how to continue.
    """
    begun = time.perf_counter()
    from foreword.personal.request import Asked, resolve  # noqa: PLC0415 - slow to import, and only wanted here

    asked = Asked(
        _sources(() if source is None else source),
        modelfolder.locate(to),
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
    from foreword.personal.run_folder import what_is_kept  # noqa: PLC0415

    for event in training.train(request, begun=begun):
        if report is not None:
            report(event)
        if isinstance(event, Stopped):
            raise KeyboardInterrupt("; ".join(what_is_kept(request.asked.to)))
    return load(request.asked.to)


def _sources(given: str | Path | Sequence[str | Path]) -> list[str]:
    return [str(one) for one in ([given] if isinstance(given, str | Path) else given)]
