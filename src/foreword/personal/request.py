"""What a person asked for, with everything decided that can be decided before a text is read. It needs no PyTorch."""

import math
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword import modelfolder
from foreword.corpus.samples import check_is_there
from foreword.corpus.texts import OldSource, Omit, Reading, Source
from foreword.errors import MemoryUnusable, ModelError, OptionError
from foreword.keyboard.forget import Blocked
from foreword.keyboard.memory import Memory, memory_path
from foreword.modelfolder.names import SHIPPED, home, shipped_folder
from foreword.personal.initial import Tables, recorded_recipe, tables_for
from foreword.personal.more import ToLearn, more_for
from foreword.runtime.model import Model
from foreword.sources.encodings import check_encoding
from foreword.sources.people import Choose
from foreword.training.recipe import Recipe, Size, Table, merged, read_recipe, recipe_of
from foreword.training.tensorboard import require_tensorboard

DEFAULT_MINUTES: Final = 10.0
LENGTHS: Final = ("steps", "epochs")
"""The keys of a recipe that say how long to train."""
SCRATCH: Final = "scratch"
"""What a person says who wants a new network; a model of that name is `./scratch`."""


@final
@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A way to begin: the tables of a recipe, and the finished model to go on from; None for a new network."""

    tables: Tables
    initial: Model | None = None

    @property
    def recipe(self) -> Recipe:
        """What the tables say, over the defaults."""
        return recipe_of(self.tables)


@final
@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """A training, as it was resolved.

    Attributes:
        sources, old: what the network learns, and what it shall not forget.
        reading: how these are read.
        to: the model folder to make.
        candidates: ways to begin; where there are two, a short try decides.
        minutes: the time that it may take; None where the recipe says how many steps.
        size, device: as asked for; None: chosen.
        unchanged: the SHA-256 that each source must have; None for any.
        numbers: those of the messages of the memory that the first source is made of, if it is.
        html: where a report is written, and `share` whether it must keep every word of the person's out.
        tensorboard: the folder of a log for TensorBoard.
        notes: what the person should know before anything else.
    """

    sources: tuple[Source, ...]
    to: Path
    candidates: tuple[Candidate, ...]
    reading: Reading
    minutes: float | None = None
    old: tuple[OldSource, ...] = ()
    size: Size | None = None
    device: str | None = None
    unchanged: tuple[str, ...] | None = None
    numbers: tuple[int, ...] = ()
    html: Path | None = None
    share: bool = False
    tensorboard: Path | None = None
    notes: tuple[str, ...] = ()


def resolve(
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
    choose: Choose | None = None,
    html: Path | None = None,
    share: bool = False,
    tensorboard: Path | None = None,
) -> TrainRequest:
    """The request for what a person said: a recipe, `tables` that go over it, and what a finished model brings along.

    `choose` is asked whose words in chats are learned, where several people wrote and `me` is None.

    Given minutes win over the length that the recipe names; where neither is given, it is ten minutes.

    Raises:
        RecipeError: the recipe cannot be read, or names something unknown.
        MissingExtra: a log for TensorBoard is asked for, which is not installed.
        OptionError: a value makes no sense, or two things are given that exclude one another.
        SourceError: a source is not there.
        ModelError: the model to go on from is not there, or cannot be used.
    """
    _check(to, minutes, device)
    check_report(html, share=share)
    if tensorboard is not None:
        require_tensorboard(tensorboard)
    asked, minutes = _tables(recipe, tables or {}, minutes)
    origin = _origin(start, to, more=more)
    if origin is None and old:
        raise OptionError("--replay is what a model must not forget; name the model: --from MODEL, or --more")
    if origin is not None and size is not None:
        raise OptionError(
            f"--size {size}: {origin.name} is a finished network, its size is fixed; leave it out"
        )
    model = None if origin is None else Model(modelfolder.read(origin))
    if model is None:
        texts = ToLearn(sources=tuple(sources), old=tuple(old))
        candidates = _candidates(asked, to, free=start is None and size is None)
    else:
        me = me or (model.folder.record().private.me if more else None)
        texts = _going_on(model, asked, tuple(sources), tuple(old), more=more)
        candidates = (Candidate(tables=texts.tables, initial=model),)
    _check_sources(texts)
    modelfolder.check_destination(to)
    blocked, notes = forgotten_words(to)
    return TrainRequest(
        sources=texts.sources,
        old=texts.old,
        to=to,
        candidates=candidates,
        reading=_reading(candidates[0], me=me, choose=choose, omit=blocked.cut if blocked else None),
        minutes=minutes,
        size=size,
        device=device,
        unchanged=texts.unchanged,
        numbers=texts.numbers,
        html=html,
        share=share,
        tensorboard=None if tensorboard is None else tensorboard.absolute(),
        notes=(*notes, *texts.notes),
    )


def _going_on(
    model: Model, asked: Tables, sources: tuple[Source, ...], old: tuple[Source, ...], *, more: bool
) -> ToLearn:
    """What is learned where a run goes on with `model`; with `more` and no source, what there is to go on with."""
    tables = tables_for(model, asked, more=more)
    if more:
        tables["text"].setdefault("encoding", recorded_recipe(model).text.encoding)
    if more and not sources:
        return more_for(model, tables, old=old)
    return ToLearn(sources=sources, old=old, tables=tables)


def _reading(candidate: Candidate, *, me: str | None, choose: Choose | None, omit: Omit | None) -> Reading:
    text, model = candidate.recipe.text, candidate.initial
    if text.encoding is not None:
        check_encoding(text.encoding)
    # What was held out of old text when it was new is held out now.
    before = 0.0 if model is None else recorded_recipe(model).text.held_out
    return Reading(
        held_out=text.held_out,
        old_held_out=before or text.held_out,
        encoding=text.encoding,
        me=me,
        choose=choose,
        omit=omit,
    )


def _check(to: Path, minutes: float | None, device: str | None) -> None:
    if to in (home() / SHIPPED, shipped_folder()):
        raise OptionError(
            f"the name {SHIPPED} is reserved for the model that comes with Foreword; choose another"
        )
    if device is not None and re.fullmatch(r"(cpu|cuda|mps)(:\d+)?", device) is None:
        raise OptionError(f"--device {device}: give cpu, cuda or mps")
    if minutes is not None and not 0 < minutes < math.inf:
        raise OptionError(f"--minutes {minutes:g}: give a finite time above 0")


def _check_sources(texts: ToLearn) -> None:
    if not texts.sources:
        raise OptionError("name what to learn from: files, folders, - for standard input, or sample:chitchat")
    for source in (*texts.sources, *texts.old):
        if isinstance(source, str):
            check_is_there(source)


def check_report(html: Path | None, *, share: bool) -> None:
    """See that a report can be written to `html`, which is left as it is.

    Raises:
        OptionError: it cannot, or nobody asked for one that is to be shared.
    """
    if html is None:
        if share:
            raise OptionError("--share says what goes into a report; name its file with --html")
        return
    try:
        reason = (
            "it is a folder" if html.is_dir()
            else f"there is no folder {html.parent}" if not html.parent.is_dir()
            else "it may not be written" if not os.access(html if html.exists() else html.parent, os.W_OK)
            else None
        )  # fmt: skip
    except OSError as error:
        reason = error.strerror
    if reason is not None:
        raise OptionError(f"--html {html} cannot be written: {reason}; choose another place")


def _tables(
    recipe: str | Path | Mapping[str, Table] | None, over: Mapping[str, Table], minutes: float | None
) -> tuple[Tables, float | None]:
    """The tables that are asked for, and the minutes, if it is these that say how long to train."""
    if minutes is not None and over.get("training", {}).get("steps") is not None:
        raise OptionError("minutes and steps both say how long to train; give one of them")
    asked = merged(read_recipe(Path(recipe)) if isinstance(recipe, str | Path) else recipe or {}, over)
    if minutes is not None:
        for name in LENGTHS:
            asked["training"].pop(name, None)
    elif not asked["training"].keys() & {*LENGTHS}:
        minutes = DEFAULT_MINUTES
    recipe_of(asked)
    return asked, minutes


def _candidates(asked: Tables, to: Path, *, free: bool) -> tuple[Candidate, ...]:
    """A new network; and the base before it, where nothing that is asked for decides against it."""
    names_network = bool(
        asked["model"]
        or asked["training"].keys() - {"seed", *LENGTHS}
        or asked["text"].keys() & {"unit", "vocabulary"}
    )
    base = modelfolder.find(SHIPPED)
    new = Candidate(tables=asked)
    if not free or names_network or not base.exists() or to == base:
        return (new,)
    try:
        model = Model.open(SHIPPED)
        return (Candidate(tables=tables_for(model, asked, more=False), initial=model), new)
    except ModelError:
        return (new,)  # a damaged one is told of where somebody asks for it


def forgotten_words(to: Path) -> tuple[Blocked | None, tuple[str, ...]]:
    """The forgotten words of the memory beside a model, None if there are none; and notes on that memory."""
    try:
        with closing(Memory.open(memory_path(str(to)))) as memory:
            digests = memory.blocked_digests()
            return (Blocked(digests) if digests else None), tuple(memory.notes)
    except MemoryUnusable:  # the warning comes when it is to learn
        return None, ()


def _origin(start: str | Path | None, to: Path, *, more: bool) -> Path | None:
    """The folder of the model that the run goes on from, whether there is one or not; None for none."""
    if more and start is not None:
        raise OptionError("--more goes on with the model that it writes to; leave out --from, or --more")
    if more:
        return to
    if isinstance(start, str):
        return None if start == SCRATCH else modelfolder.find(start)
    return start
