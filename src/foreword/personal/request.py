"""What a person asked for, with everything decided that can be decided before a text is read. It needs no PyTorch."""

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import Final, final

from foreword import modelfolder
from foreword.choices import Size
from foreword.corpus.samples import check_is_there
from foreword.corpus.texts import Omit, ReadSettings
from foreword.errors import MemoryUnusable, ModelError, OptionError
from foreword.files import check_place
from foreword.keyboard.forget import Blocked
from foreword.keyboard.memory import Memory, memory_path
from foreword.modelfolder import writing
from foreword.modelfolder.names import SHIPPED, home, shipped_folder
from foreword.personal.continual import ToLearn, more_for
from foreword.personal.initial import Tables, recorded_recipe, tables_for
from foreword.runtime.model import Model
from foreword.sources.detect import Choose
from foreword.sources.encodings import check_encoding
from foreword.training.recipe import LENGTHS, Recipe, Table, TextSettings, merged, read_recipe, recipe_of
from foreword.training.tensorboard import require_tensorboard

DEFAULT_MINUTES: Final = 10.0
SCRATCH: Final = "scratch"
"""What a person says who wants a new network; a model of that name is `./scratch`."""


@final
@dataclass(frozen=True)
class Asked:
    """What a person asks for, as they say it; None where they leave it to Foreword.

    `minutes` win over the length that the recipe names. `tables` go over the recipe. With `more`, `to` goes on as it
    was trained. `old` is text that the network shall not forget. `choose` asks whose words in chats are learned, if
    several people wrote and `me` is None. A report goes to `html`; to `share`, without a word of the person's.
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
    """A way to begin: the tables of a recipe, and the finished model to go on from; None for a new network."""

    tables: Tables
    model: Model | None = None

    @property
    def recipe(self) -> Recipe:
        """What the tables say, over the defaults."""
        return recipe_of(self.tables)


@final
@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """A training with all decided that can be decided before a text is read.

    Attributes:
        learned: what the network learns, and what it shall not forget; `reading` is how that is read.
        beginnings: ways to begin; of two, a short try chooses one.
        minutes: the time that it may take; None if the recipe says how many steps.
        notes: what the person should know before anything else.
    """

    asked: Asked
    learned: ToLearn
    beginnings: tuple[Beginning, ...]
    reading: ReadSettings
    minutes: float | None
    notes: tuple[str, ...]


def resolve(asked: Asked) -> TrainRequest:
    """The request for what a person said: a recipe, and what a finished model brings along.

    Raises:
        RecipeError: the recipe cannot be read, or names something unknown.
        MissingExtra: a log for TensorBoard is asked for, which is not installed.
        OptionError: a value makes no sense, or two things are given that exclude one another.
        SourceError: a source is not there.
        ModelError: the model to go on from is not there, or cannot be used.
    """
    _check(asked)
    tables, minutes = _tables(asked)
    origin = _origin(asked)
    model = None if origin is None else Model(modelfolder.read(origin))
    learned, me = ToLearn(sources=tuple(asked.sources), old=tuple(asked.old), tables=tables), asked.me
    if model is None:
        beginnings = _beginnings(tables, asked)
    else:
        me = me or (model.folder.record().private.me if asked.more else None)
        learned = _going_on(model, learned, more=asked.more)
        beginnings = (Beginning(tables=learned.tables, model=model),)
    if not learned.sources:
        raise OptionError("name what to learn from: files, folders, - for standard input, or sample:chitchat")
    for source in (*learned.sources, *learned.old):
        if isinstance(source, str):
            check_is_there(source)
    writing.check_destination(asked.to)
    blocked, notes = forgotten_words(asked.to)
    return TrainRequest(
        asked=asked,
        learned=learned,
        beginnings=beginnings,
        reading=_reading(beginnings[0], me, asked.choose, blocked.cut if blocked else None),
        minutes=minutes,
        notes=(*notes, *learned.notes),
    )


def _going_on(model: Model, learned: ToLearn, *, more: bool) -> ToLearn:
    """What is learned where a run goes on with `model`; with `more` and no source, what there is to go on with."""
    tables = tables_for(model, learned.tables, more=more)
    if more:
        tables["text"].setdefault("encoding", recorded_recipe(model).text.encoding)
    if more and not learned.sources:
        return more_for(model, tables, old=learned.old)
    return replace(learned, tables=tables)


def _reading(beginning: Beginning, me: str | None, choose: Choose | None, omit: Omit | None) -> ReadSettings:
    text, model = beginning.recipe.text, beginning.model
    if text.encoding is not None:
        check_encoding(text.encoding)
    # What was held out of old text when it was new is held out now.
    before = 0.0 if model is None else recorded_recipe(model).text.held_out
    return ReadSettings(
        held_out=text.held_out,
        old_held_out=before or text.held_out,
        encoding=text.encoding,
        me=me,
        choose=choose,
        omit=omit,
    )


def check_minutes(minutes: float | None) -> None:
    """See that nothing or a time is given, or raise OptionError."""
    if minutes is not None and not 0 < minutes < math.inf:
        raise OptionError(f"--minutes must be above 0, not {minutes:g}")


def _check(asked: Asked) -> None:
    if asked.to in (home() / SHIPPED, shipped_folder()):
        raise OptionError(
            f"the name {SHIPPED} is reserved for the model that comes with Foreword; choose another"
        )
    if asked.device is not None and re.fullmatch(r"(cpu|cuda|mps)(:\d+)?", asked.device) is None:
        raise OptionError(f"--device must be cpu, cuda or mps, not {asked.device}")
    check_minutes(asked.minutes)
    check_report(asked.html, share=asked.share)
    if asked.tensorboard is not None:
        require_tensorboard(asked.tensorboard)


def check_report(html: Path | None, *, share: bool) -> None:
    """See that a report can be written to `html`, if there is to be one.

    Raises:
        OptionError: it cannot, or nobody asked for one that is to be shared.
    """
    if html is not None:
        check_place(html, "--html")
    elif share:
        raise OptionError("--share says what goes into a report; name its file with --html")


def _tables(asked: Asked) -> tuple[Tables, float | None]:
    """The tables that are asked for, and the minutes, if it is these that say how long to train."""
    recipe, minutes = asked.recipe, asked.minutes
    if minutes is not None and asked.tables.get("training", {}).get("steps") is not None:
        raise OptionError("minutes and steps both say how long to train; give one of them")
    tables = merged(
        read_recipe(Path(recipe)) if isinstance(recipe, str | Path) else recipe or {}, asked.tables
    )
    if minutes is not None:
        for name in LENGTHS:
            tables["training"].pop(name, None)
    elif not tables["training"].keys() & {*LENGTHS}:
        minutes = DEFAULT_MINUTES
    recipe_of(tables)
    return tables, minutes


def _beginnings(tables: Tables, asked: Asked) -> tuple[Beginning, ...]:
    """A new network; and the base before it, if nothing that is asked for decides against it."""
    names_network = bool(
        asked.start
        or asked.size
        or tables["model"]
        or tables["training"].keys() - {"seed", *LENGTHS}
        or tables["text"].keys() & {"unit", "vocabulary"}
    )
    base = modelfolder.find(SHIPPED)
    new = Beginning(tables=_with_unit(tables, asked))
    if names_network or not base.exists() or asked.to == base:
        return (new,)
    try:
        model = Model.open(SHIPPED)
        return (Beginning(tables=tables_for(model, tables, more=False), model=model), new)
    except ModelError:
        return (new,)  # the command that asks for a damaged one says so


def _with_unit(tables: Tables, asked: Asked) -> Tables:
    """The tables with a unit, where a person says something of the network; else the text decides it."""
    named = (
        asked.recipe is not None or tables["model"].get("architecture") or tables["text"].get("vocabulary")
    )
    return merged({"text": {"unit": TextSettings().unit}}, tables) if named else tables


def forgotten_words(to: Path) -> tuple[Blocked | None, tuple[str, ...]]:
    """The forgotten words of the memory beside a model, None if there are none; and notes on that memory."""
    try:
        with closing(Memory.open(memory_path(str(to)))) as memory:
            digests = memory.blocked_digests()
            return (Blocked(digests) if digests else None), tuple(memory.notes)
    except MemoryUnusable:  # the warning comes when it is to learn
        return None, ()


def _origin(asked: Asked) -> Path | None:
    """The folder of the model that the run goes on from, whether there is one or not; None for none."""
    start = asked.start
    if asked.more and start is not None:
        raise OptionError("--more goes on with the model that it writes to; leave out --from, or --more")
    found = asked.to if asked.more else start
    if found is None or found == SCRATCH:
        if asked.old:
            raise OptionError(
                "--replay is what a model must not forget; name the model: --from MODEL, or --more"
            )
        return None
    if asked.size is not None:
        name = Path(found).name
        raise OptionError(
            f"--size {asked.size}: {name} is a finished network, its size is fixed; leave it out"
        )
    return modelfolder.find(found) if isinstance(found, str) else found
