"""The request for a training, as complete as it can be before a text is read. This module does not need PyTorch."""

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import Final, final, get_args

from foreword import modelfolder
from foreword.corpus.texts import Omit, ReadSettings
from foreword.errors import MemoryUnusable, OptionError
from foreword.files import check_place
from foreword.keyboard.forgotten_words import Blocked
from foreword.keyboard.memory import Memory, memory_path
from foreword.modelfolder import writing
from foreword.modelfolder.names import SHIPPED, home, shipped_folder
from foreword.personal.continual import Tables, ToLearn, base_model, more_for, recorded_recipe, tables_for
from foreword.runtime.model import Model
from foreword.settings import Size
from foreword.sources.encodings import check_encoding
from foreword.sources.reading import Choose, check_are_there
from foreword.training.recipe import (
    LENGTHS,
    RATES,
    Recipe,
    Table,
    TextSettings,
    merged,
    read_recipe,
    recipe_of,
)
from foreword.training.tensorboard import require_tensorboard

DEFAULT_MINUTES: Final = 10.0
SCRATCH: Final = "scratch"  # the value of `--from` for a new network; a model of that name is ./scratch


@final
@dataclass(frozen=True)
class Asked:
    """The options of a training as the person gives them; None leaves the choice to Foreword.

    `minutes` and `tables` override the recipe. With `more`, `to` continues with the settings of its training. `old` is
    text that the network must not forget. If several people wrote and `me` is None, `choose` asks whose messages to
    learn. The report is written to `html`; with `share`, it has none of the person's words.
    """

    sources: Sequence[str]
    to: Path
    _: KW_ONLY
    minutes: float | None = None
    recipe: str | Path | Mapping[str, Table] | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)
    size: Size | None = None
    device: str | None = None
    start: str | Path | None = None
    more: bool = False
    old: Sequence[str] = ()
    me: str | None = None
    choose: Choose | None = None
    html: Path | None = None
    share: bool = False
    tensorboard: Path | None = None


@final
@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A way to begin: the tables of a recipe, and the finished model to continue from; None for a new network."""

    tables: Tables
    model: Model | None = None

    @property
    def recipe(self) -> Recipe:
        """The recipe of the tables and the defaults."""
        return recipe_of(self.tables)


@final
@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """A request for a training, as complete as it can be before a text is read.

    Attributes:
        to_learn: the texts to learn, and the old texts not to forget; `reading` has the settings for reading them.
        beginnings: ways to begin; a short try chooses one of two.
        minutes: the time limit; None if the recipe fixes the steps.
        notes: notes for the person, to show first.
    """

    asked: Asked
    to_learn: ToLearn
    beginnings: tuple[Beginning, ...]
    reading: ReadSettings
    minutes: float | None
    notes: tuple[str, ...]


def resolve(asked: Asked) -> TrainRequest:
    """Resolve the person's options into a request, with a recipe and the settings of a finished model.

    All that can be wrong with them without reading a text is a `ForewordError` here.
    """
    _check(asked)
    tables, minutes = _tables(asked)
    origin = _origin(asked)
    model = None if origin is None else Model(modelfolder.read(origin))
    to_learn, me = ToLearn(sources=tuple(asked.sources), old=tuple(asked.old), tables=tables), asked.me
    if model is None:
        beginnings = _beginnings(tables, asked)
    else:
        me = me or (model.folder.record().private.me if asked.more else None)
        tables = tables_for(model, tables, more=asked.more)
        to_learn = replace(to_learn, tables=tables)
        if asked.more and not asked.sources:
            to_learn = more_for(model, tables, old=to_learn.old)
        beginnings = (Beginning(tables=to_learn.tables, model=model),)
    kind = beginnings[0].recipe.architecture
    if asked.size is not None and kind not in RATES:
        raise OptionError(
            f"--size {asked.size} has no effect on {kind}; leave it out, or give sizes in a recipe"
        )
    if not to_learn.sources:
        raise OptionError("name a source: files, folders, - for standard input, or sample:chitchat")
    check_are_there(each for each in (*to_learn.sources, *to_learn.old) if isinstance(each, str))
    writing.check_destination(asked.to)
    blocked, notes = forgotten_words(asked.to)
    return TrainRequest(
        asked=asked,
        to_learn=to_learn,
        beginnings=beginnings,
        reading=_reading(beginnings[0], me, asked.choose, blocked.cut if blocked else None),
        minutes=minutes,
        notes=(*notes, *to_learn.notes),
    )


def _reading(beginning: Beginning, me: str | None, choose: Choose | None, omit: Omit | None) -> ReadSettings:
    text, model = beginning.recipe.text, beginning.model
    if text.encoding is not None:
        check_encoding(text.encoding)
    # Old text keeps the held-out share that it had when it was new.
    return ReadSettings(
        held_out=text.held_out,
        old_held_out=text.held_out if model is None else recorded_recipe(model).text.held_out,
        encoding=text.encoding,
        me=me,
        choose=choose,
        omit=omit,
    )


def check_minutes(minutes: float | None) -> None:
    """Raise OptionError if `minutes` is given and is not a positive time."""
    if minutes is not None and not 0 < minutes < math.inf:
        raise OptionError(f"--minutes must be above 0, not {minutes:g}")


def _check(asked: Asked) -> None:
    if asked.to in (home() / SHIPPED, shipped_folder()):
        raise OptionError(
            f"the name {SHIPPED} is reserved for the model that comes with Foreword; choose another"
        )
    if asked.device is not None and re.fullmatch(r"(cpu|cuda|mps)(:\d+)?", asked.device) is None:
        raise OptionError(f"--device must be cpu, cuda or mps, not {asked.device}")
    if asked.size not in {None, *get_args(Size)}:
        raise OptionError(f"--size must be small, medium or large, not {asked.size}")
    check_minutes(asked.minutes)
    check_report(asked.html, share=asked.share)
    if asked.tensorboard is not None:
        require_tensorboard(asked.tensorboard)


def check_report(html: Path | None, *, share: bool) -> None:
    """Check that a report can be written to `html`, if one is asked for.

    Raises:
        OptionError: it cannot be written, or `share` is given without `html`.
    """
    if html is not None:
        check_place(html, "--html")
    elif share:
        raise OptionError("--share is about a report; name the file of the report with --html")


def _tables(asked: Asked) -> tuple[Tables, float | None]:
    """The tables that are asked for, and the minutes, if these set the length of the training."""
    recipe, minutes = asked.recipe, asked.minutes
    if minutes is not None and asked.tables.get("training", {}).get("steps") is not None:
        raise OptionError("--minutes and --steps both set the length of a training; give one of them")
    given = read_recipe(Path(recipe)) if isinstance(recipe, str | Path) else recipe or {}
    recipe_of(given)  # an error names a part that is no table
    tables = merged(given, asked.tables)
    if minutes is not None:
        for name in LENGTHS:
            tables["training"].pop(name, None)
    elif not tables["training"].keys() & {*LENGTHS}:
        minutes = DEFAULT_MINUTES
    return tables, minutes


def _beginnings(tables: Tables, asked: Asked) -> tuple[Beginning, ...]:
    """A new network; and the base before it, if no option excludes the base."""
    names_network = bool(
        asked.start
        or asked.size
        or tables["model"]
        or tables["training"].keys() - {"seed", *LENGTHS}
        or tables["text"].keys() & {"unit", "vocabulary"}
    )
    new = Beginning(tables=_with_default_unit(tables, asked))
    if names_network or (model := base_model()) is None:
        return (new,)
    return (Beginning(tables=tables_for(model, tables, more=False), model=model), new)


def _with_default_unit(tables: Tables, asked: Asked) -> Tables:
    """The tables with a unit, if the person names a recipe, architecture or vocabulary; else the text decides it."""
    model, text = tables["model"], tables["text"]
    named = asked.recipe is not None or model.get("architecture") or text.get("vocabulary")
    return merged({"text": {"unit": TextSettings().unit}}, tables) if named else tables


def forgotten_words(to: Path) -> tuple[Blocked | None, tuple[str, ...]]:
    """The forgotten words of the memory beside a model, None if there are none; and notes on that memory."""
    try:
        with closing(Memory.open(memory_path(str(to)))) as memory:
            digests = memory.blocked_digests()
            return (Blocked(digests) if digests else None), tuple(memory.notes)
    except MemoryUnusable:  # the warning comes when the memory learns
        return None, ()


def _origin(asked: Asked) -> Path | None:
    """The folder of the model to continue from, which may not exist; None for a new network."""
    start = asked.start
    if asked.more and start is not None:
        raise OptionError("--more continues the model of --to, and --from another model; give one of them")
    found = asked.to if asked.more else start
    if found is None or found == SCRATCH:
        if asked.old:
            raise OptionError(
                "--replay is old text of a model; name the model with --from MODEL, or give --more"
            )
        return None
    if asked.size is not None:
        name = Path(found).name
        raise OptionError(f"--size {asked.size}: the size of {name} is fixed; leave --size out")
    return modelfolder.find(found)
