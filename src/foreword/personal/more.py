"""What `train --more` learns: what came into the memory since, or else the texts of the last training."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, final

from foreword.corpus.samples import PREFIX
from foreword.corpus.texts import MEMORY, Lines, OldSource, Source, Unchanged
from foreword.errors import MemoryUnusable, SourceEmpty
from foreword.keyboard.memory import Memory, Numbered, memory_path
from foreword.keyboard.trained_on import FEWEST, TrainedOn, characters_of
from foreword.personal.initial import Tables, own_sources
from foreword.runtime.model import Model
from foreword.text.counting import counted
from foreword.training.recipe import TextSettings

COVERED: Final = 0.5
"""The share of the characters of a person's texts that the memory must have to stand for them."""


@final
@dataclass(frozen=True, kw_only=True)
class ToLearn:
    """What a run learns from, and what it shall not forget.

    Attributes:
        unchanged: the SHA-256 that each source must have, where it is one that the model was trained on.
        numbers: those of the messages that the first source is made of, where it came from the memory.
    """

    sources: tuple[Source, ...]
    old: tuple[OldSource, ...] = ()
    unchanged: tuple[str, ...] | None = None
    numbers: tuple[int, ...] = ()
    tables: Tables = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def more_for(model: Model, tables: Tables, *, old: tuple[OldSource, ...]) -> ToLearn:
    """What `train --more` without a source goes on with: what the memory took in, or else the model's own texts.

    Raises:
        SourceEmpty: the network was trained on all that the memory has.
        SourceMissing: the model does not say where its texts are, or one is gone.
    """
    try:
        with closing(Memory.open(memory_path(str(model.path)))) as memory:
            known = TrainedOn.of(memory, model.folder)
    except MemoryUnusable as error:
        return _own(model, tables, old, f"the memory has nothing to learn from: {error}")
    if not known.is_enough():
        there = counted(known.characters, "character") if known.untrained else "nothing"
        enough = f", and it takes {FEWEST:,} to learn from them" if known.untrained else ""
        why = f"{known.name} has taken in {there} since {model.path.name} was trained{enough}"
        own = _own(model, tables, old, why)
        return replace(own, notes=(*known.notes, *own.notes))
    new = sorted((*known.waiting, *known.untrained), key=lambda each: each.message.time)
    again = f", and {len(known.waiting):,} that were held out of the last ones" if known.waiting else ""
    note = (
        f"{model.path.name} learns {counted(len(known.untrained), 'message')} "
        f"({counted(known.characters, 'character')}) that {known.name} has taken in since{again}; "
        "the newest are held out"
    )
    return ToLearn(
        sources=(_lines(known.name, new),),
        old=old or _earlier(model, known),
        numbers=tuple(each.number for each in new),
        tables=_measured(tables),
        notes=(*known.notes, note),
    )


def _own(model: Model, tables: Tables, old: tuple[OldSource, ...], why: str) -> ToLearn:
    """To go on with the texts of the model's last training, which are in files."""
    record = model.folder.record()
    if any(record.place_of(source) == MEMORY for source in record.sources):
        raise SourceEmpty(f"{why}; write on, or teach it more with: foreword learn SOURCE")
    return ToLearn(
        sources=own_sources(model),
        old=old or own_sources(model, old=True),
        unchanged=tuple(source.sha256 or "" for source in record.sources),
        tables=tables,
        notes=(f"{why}; it goes on with the texts that it was trained on",),
    )


def _earlier(model: Model, known: TrainedOn) -> tuple[OldSource, ...]:
    """What the network was trained on before: messages, parted as they were, and texts that the memory has not got.

    These are samples, whatever else was learned along as old text, and a person's texts where the memory was emptied or
    they are too long for it.
    """
    record = model.folder.record()
    own = [source for source in record.sources if not record.place_of(source).startswith(PREFIX)]
    taught = characters_of((*known.trained, *known.held_out))
    covered = taught >= COVERED * sum(source.characters or 0 for source in own)
    elsewhere = [
        text
        for source in (*record.sources, *record.old_sources)
        if not (covered and source in own)
        for text in _unchanged(record.place_of(source), source.sha256 or "")
    ]
    parted = (
        (f"{known.name}, learned before", known.trained, 0.0),
        (f"{known.name}, held out before", known.held_out, 1.0),
    )
    return (
        *(_lines(name, messages, held_out) for name, messages, held_out in parted if messages),
        *elsewhere,
    )


def _unchanged(place: str, sha256: str) -> Iterator[OldSource]:
    """The text at a place, if there still is one."""
    if place.startswith(PREFIX):
        yield place
    elif place not in {"", MEMORY} and Path(place).exists():
        yield Unchanged(place=place, sha256=sha256)


def _lines(name: str, messages: Sequence[Numbered], held_out: float | None = None) -> Lines:
    return Lines(name=name, lines=tuple(each.message.text for each in messages), held_out=held_out)


def _measured(tables: Tables) -> Tables:
    """The tables, with a part to measure on, whatever the first training had: a worse model must show."""
    share = tables["text"].get("held_out") or TextSettings().held_out
    return {**tables, "text": {**tables["text"], "held_out": share}}
