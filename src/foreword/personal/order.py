"""What a person asked for, checked before anything is read and before PyTorch is imported."""

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from foreword import modelfolder
from foreword.corpus.lines import Source
from foreword.errors import OptionError
from foreword.modelfolder.names import SHIPPED, home, shipped_folder
from foreword.runtime.model import Model
from foreword.sources.plain import check_encoding
from foreword.training.recipe import Size, Table, merged, read_recipe, recipe_of
from foreword.training.tensorboard import require_tensorboard

DEFAULT_MINUTES = 10.0

LENGTHS = ("steps", "epochs")
"""The keys of a recipe that say how long to train."""

SCRATCH = "scratch"
"""What a person says who wants a network that knows nothing yet; a model of that name is `./scratch`."""


@final
@dataclass(frozen=True, kw_only=True)
class Use:
    """What is done with a person's own model once it is there.

    It is tried on the last of their texts, and the memory beside it learns them. A report of that is written to `html`;
    one to `share` has not a word of theirs.
    """

    html: Path | None = None
    share: bool = False

    def __post_init__(self) -> None:
        """Refuse a report that could not be written, or that nobody asked for."""
        if self.share and self.html is None:
            raise OptionError("--share says what goes into a report; say where to write it with --html")
        if self.html is not None:
            _check_writable(self.html)


@final
@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for. `recipe` holds tables of a recipe; where it is silent, `sizing` chooses.

    `start` is the finished model that the run goes on from, if any, and `old` the text that it shall not forget; with
    `choose`, that is the base or none, whichever does better in a short try (`personal/choosing.py`). With `more`, it
    goes on as it was trained; where the sources are those that it was trained on, that is its `own_text`. `model` is
    the one at `start`, once the order is resolved (`personal/refresh.py`). `me` is
    whose words in chats are learned, `use` what is done with a person's own model, and `tensorboard` the folder of a
    log for TensorBoard. `notes` are for the person to read, before anything else.
    """

    sources: tuple[Source, ...]
    to: Path
    minutes: float | None = None
    size: Size | None = None
    device: str | None = None
    recipe: dict[str, Table] = field(default_factory=dict)
    start: Path | None = None
    model: Model | None = None
    choose: bool = False
    more: bool = False
    own_text: bool = False
    old: tuple[Source, ...] = ()
    me: str | None = None
    use: Use | None = None
    tensorboard: Path | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a time in which nothing can be done."""
        if self.minutes is not None and not 0 < self.minutes < math.inf:
            raise OptionError(f"--minutes {self.minutes:g}: give a finite time above 0")


def order_for(
    sources: Sequence[str],
    to: Path,
    *,
    minutes: float | None = None,
    recipe: str | Path | Mapping[str, Table] | None = None,
    tables: Mapping[str, Table] | None = None,
    size: Size | None = None,
    device: str | None = None,
    start: str | Path | None = None,
    more: bool = False,
    old: Sequence[str] = (),
    me: str | None = None,
    use: Use | None = None,
    tensorboard: Path | None = None,
) -> Order:
    """The order for what a person said: a recipe, and `tables` that go over it.

    A time given wins over the length that the recipe names; where neither is given, it is ten minutes.

    Raises:
        RecipeError: The recipe cannot be read, or names something unknown.
        MissingExtra: A log for TensorBoard is asked for, which is not installed.
        OptionError: A value makes no sense, or two things are given that exclude one another.
    """
    _check_name(to)
    _check_device(device)
    if "" in (*sources, *old):
        raise OptionError("a source is empty text, not the name of a file; was a variable not set?")
    origin = _origin(start, to, more=more)
    if origin is None and old:
        raise OptionError(
            "--replay is text that a finished model shall not forget; say which model: --from MODEL, or --more"
        )
    if origin is not None and size is not None:
        raise OptionError(
            f"--size {size}: {origin.name} is a finished network and stays as large as it is; leave it out"
        )
    if tensorboard is not None:
        require_tensorboard(tensorboard)
    over = tables or {}
    if minutes is not None and over.get("training", {}).get("steps") is not None:
        raise OptionError("minutes and steps both say how long to train; give one of them")
    asked = merged(read_recipe(Path(recipe)) if isinstance(recipe, str | Path) else recipe or {}, over)
    if minutes is not None:
        for name in LENGTHS:
            asked["training"].pop(name, None)
    elif not asked["training"].keys() & {*LENGTHS}:
        minutes = DEFAULT_MINUTES
    encoding = recipe_of(asked).text.encoding
    if encoding is not None:
        check_encoding(encoding)
    return Order(
        sources=tuple(sources),
        to=to,
        minutes=minutes,
        size=size,
        device=device,
        recipe={**asked},
        start=origin,
        choose=start is None and not more and size is None and not _named(asked),
        more=more,
        old=tuple(old),
        me=me,
        use=use,
        tensorboard=None if tensorboard is None else tensorboard.absolute(),
    )


def _named(asked: Mapping[str, Table]) -> bool:
    """Whether a recipe says anything of the network or of how it is trained: then a new one is asked for."""
    return bool(
        asked["model"]
        or asked["training"].keys() - {"seed", *LENGTHS}
        or asked["text"].keys() & {"unit", "vocabulary"}
    )


def _check_name(to: Path) -> None:
    if to in (home() / SHIPPED, shipped_folder()):
        raise OptionError(
            f"the name {SHIPPED} is reserved for the model that comes with Foreword; choose another one with -o"
        )


def _check_device(name: str | None) -> None:
    if name is not None and re.fullmatch(r"(cpu|cuda|mps)(:\d+)?", name) is None:
        raise OptionError(f"--device {name}: give cpu, cuda or mps")


def _check_writable(path: Path) -> None:
    """See that a report can be written to `path`, which is left as it is."""
    try:
        reason = (
            "it is a folder" if path.is_dir()
            else f"there is no folder {path.parent}" if not path.parent.is_dir()
            else "it may not be written" if not os.access(path if path.exists() else path.parent, os.W_OK)
            else None
        )  # fmt: skip
    except OSError as error:
        reason = error.strerror
    if reason is not None:
        raise OptionError(f"--html {path} cannot be written: {reason}; choose another place")


def _origin(start: str | Path | None, to: Path, *, more: bool) -> Path | None:
    """The folder of the model that the run goes on from, whether there is one or not; None for none."""
    if more and start is not None:
        raise OptionError("--more goes on with the model that it writes to; leave out --from, or --more")
    if more:
        return to
    if isinstance(start, str):
        return None if start == SCRATCH else modelfolder.find(start)
    return start
