"""What `train --more` learns if no source is given: the messages that the memory has learned since the last training.

If these are too few, it learns the texts of the last training again. This module does not need PyTorch.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import final

from foreword.corpus.texts import MEMORY, Lines, Source
from foreword.errors import MemoryUnusable, SourceEmpty, SourceMissing
from foreword.keyboard.memory import Memory, Message, memory_path
from foreword.keyboard.trained_on import FEWEST, TrainedOn
from foreword.modelfolder.names import named
from foreword.personal.finetune import Tables
from foreword.runtime.model import Model
from foreword.sources.samples import PREFIX
from foreword.text.plural import counted
from foreword.training.recipe import TextSettings


@final
@dataclass(frozen=True, kw_only=True)
class ToLearn:
    """The texts that a run learns, and the old texts that it must not forget.

    Attributes:
        unchanged: the SHA-256 that each source must have, if the model was trained on these sources.
        numbers: the numbers of the messages in the first source, if it came from the memory.
    """

    sources: tuple[Source, ...]
    old: tuple[Source, ...] = ()
    unchanged: tuple[str, ...] | None = None
    numbers: tuple[int, ...] = ()
    tables: Tables = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def more_for(model: Model, tables: Tables, *, old: tuple[Source, ...]) -> ToLearn:
    """The texts of `train --more` without a source: the memory's new messages, or else the model's own texts.

    Raises:
        SourceEmpty: the network was trained on all messages of the memory.
        SourceMissing: the model does not say where its texts are, or a text is missing.
    """
    try:
        with closing(Memory.open(memory_path(str(model.path)))) as memory:
            known = TrainedOn.of(memory, model.folder)
    except MemoryUnusable as error:
        return _own(model, tables, old, f"the memory has nothing to learn from: {error}")
    if not known.is_enough():
        there = counted(known.characters, "character") if known.untrained else "nothing"
        enough = f", and training needs {FEWEST:,}" if known.untrained else ""
        why = f"{known.name} has learned {there} since {model.path.name} was trained{enough}"
        own = _own(model, tables, old, why)
        return replace(own, notes=(*known.notes, *own.notes))
    new = sorted((*known.waiting, *known.untrained), key=lambda each: each.time)
    again = f", and {len(known.waiting):,} that were held out of the last ones" if known.waiting else ""
    note = (
        f"{model.path.name} learns {counted(len(known.untrained), 'message')} "
        f"({counted(known.characters, 'character')}) that {known.name} has learned since{again}; "
        "the newest are held out"
    )
    share = tables["text"].get("held_out") or TextSettings().held_out
    return ToLearn(
        sources=(_lines(known.name, new),),
        old=old or _earlier(model, known),
        numbers=tuple(each.number for each in new),
        # Always hold out a part, even if the first training did not: a worse model must be visible.
        tables={**tables, "text": {**tables["text"], "held_out": share}},
        notes=(*known.notes, note),
    )


def _own(model: Model, tables: Tables, old: tuple[Source, ...], why: str) -> ToLearn:
    """The texts of the model's last training, which are in files."""
    record = model.folder.record()
    if any(record.place_of(source) == MEMORY for source in record.sources):
        raise SourceEmpty(f"{why}; write on, or teach it more with: foreword learn SOURCE")
    return ToLearn(
        sources=own_sources(model),
        old=old or own_sources(model, old=True),
        unchanged=tuple(source.sha256 or "" for source in record.sources),
        tables=tables,
        notes=(f"{why}; training continues with the texts of the last one",),
    )


def own_sources(model: Model, *, old: bool = False) -> tuple[str, ...]:
    """The places of the texts of the last training of `model`; with `old`, of the old texts that it replayed.

    Raises:
        SourceMissing: the model does not say where a text is, or a text no longer exists.
    """
    record, name = model.folder.record(), model.path.name
    found = [record.place_of(source) for source in (record.old_sources if old else record.sources)]
    for place in found:
        if not place:
            raise SourceMissing(f"{name} does not say where all of its texts are; {_hand_in(model)}")
        if not place.startswith(PREFIX) and not Path(place).exists():
            raise SourceMissing(f"{place} is gone: {name} was trained on it; {_hand_in(model)}")
    if not old and not found:
        raise SourceMissing(f"{name} does not say what it was trained on; {_hand_in(model)}")
    return tuple(found)


def changed_text(model: Model, name: str) -> SourceMissing:
    """The error for a text of `model` that has changed: it may contain held-out text."""
    return SourceMissing(f"{name} has changed since {model.path.name} was trained on it; {_hand_in(model)}")


def _hand_in(model: Model) -> str:
    return f"give the text to go on with: foreword train SOURCE --more{named(model.path, '-o')}"


def _earlier(model: Model, known: TrainedOn) -> tuple[Source, ...]:
    """The texts of earlier trainings: messages with the same split, and samples."""
    record = model.folder.record()
    places = [record.place_of(source) for source in (*record.sources, *record.old_sources)]
    parted = (
        (f"{known.name}, learned before", known.trained, 0.0),
        (f"{known.name}, held out before", known.held_out, 1.0),
    )
    return (
        *(_lines(name, messages, held_out) for name, messages, held_out in parted if messages),
        *(place for place in places if place.startswith(PREFIX)),
    )


def _lines(name: str, messages: Sequence[Message], held_out: float | None = None) -> Lines:
    return Lines(name=name, lines=tuple(each.text for each in messages), held_out=held_out)
