"""What a person's network was trained on before, to be learned along with what is new: the memory has most of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from foreword.corpus.cleaned import Digested
from foreword.corpus.lines import MEMORY, Lines, Source
from foreword.corpus.samples import PREFIX, documents
from foreword.errors import ForewordError
from foreword.keyboard.memory import Numbered
from foreword.personal.fresh import Fresh, characters_of
from foreword.personal.inheritance import places, records
from foreword.runtime.model import Model
from foreword.text.cleaning import clean_pieces
from foreword.text.documents import join

COVERED: Final = 0.5
"""The share of the characters of a person's texts that the memory must have to stand for them."""


def earlier_texts(model: Model, fresh: Fresh, *, encoding: str | None, me: str | None) -> tuple[Source, ...]:
    """The old texts beside `fresh`: the messages that the network has met, parted as they were, and texts elsewhere.

    These are samples, whatever else was learned along as old text, and a person's texts where the memory has not got
    them (it was emptied, or they are too long for it). They must be there still, as they were: one that has grown may
    hold what is held out now.
    """
    known = places(model)
    own = [one for one in records(model, "sources") if not _is_sample(known.get(_key(one)))]
    covered = characters_of((*fresh.trained, *fresh.held_out)) >= COVERED * sum(map(_characters, own))
    elsewhere = {
        _key(one): known.get(_key(one), "")
        for one in (*records(model, "sources"), *records(model, "old_sources"))
        if not (covered and one in own)
    }
    return (
        *_lines(f"{fresh.name}, learned before", fresh.trained, held_out=0.0),
        *_lines(f"{fresh.name}, held out before", fresh.held_out, held_out=1.0),
        *(place for sha256, place in elsewhere.items() if _is_as_it_was(place, sha256, encoding, me)),
    )


def _lines(name: str, messages: tuple[Numbered, ...], *, held_out: float) -> Iterator[Lines]:
    if messages:
        lines = tuple(each.message.text for each in messages)
        yield Lines(name=name, place=MEMORY, lines=lines, held_out=held_out)


def _is_as_it_was(place: str, sha256: str, encoding: str | None, me: str | None) -> bool:
    """Whether a text is there still, and has not changed; reads all of it, unless it is a sample."""
    if _is_sample(place):
        return True
    if place in {"", MEMORY} or not Path(place).exists():
        return False
    text = Digested(clean_pieces(join(documents(place, encoding=encoding, me=me))))
    try:
        for _ in text:
            pass
    except ForewordError:
        return False
    return text.sha256() == sha256


def _is_sample(place: str | None) -> bool:
    return place is not None and place.startswith(PREFIX)


def _key(record: Mapping[str, object]) -> str:
    return str(record.get("sha256"))


def _characters(record: Mapping[str, object]) -> int:
    characters = record.get("characters")
    return characters if isinstance(characters, int) else 0
