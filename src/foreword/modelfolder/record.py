"""JSON of a model folder, read strictly into typed records; and the record of a training, `training.json`."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar, final

import msgspec

from foreword.errors import ModelForeign, ModelTruncated

FOUND_LATER: Final = "audit"
"""The key of what was found out about a model after its training: with it or without, the model is the same."""

Record = TypeVar("Record")


@final
class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a model has learned from: the name of its file, and the SHA-256 of it and of the files in it."""

    name: str | None = None
    sha256: str | None = None
    characters: int | None = None
    files: tuple[str, ...] = ()
    secrets: dict[str, int] = {}


@final
class Score(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How well a text is predicted: by the model, by an n-gram, by a uniform guess (bits), by the initial weights."""

    bits_per_character: float
    characters: int | None = None
    tokens: int | None = None
    nats_per_token: float | None = None
    ngram: "Score | None" = None
    uniform: float | None = None
    start: "Score | None" = None


@final
class HeldOut(msgspec.Struct, frozen=True, kw_only=True):
    """The scores on held-out text, on that of the texts learned before, and what 8-bit weights lose (bits)."""

    validation: Score | None = None
    test: Score | None = None
    old: Score | None = None
    quantized_loss: float | None = None


@final
class InitialModel(msgspec.Struct, frozen=True, kw_only=True):
    """The model that a training went on from, and the SHA-256 of its file of weights."""

    name: str
    sha256: str


@final
class Private(msgspec.Struct, frozen=True, kw_only=True):
    """Where the texts lay, by their SHA-256, and whose words were taken from chats: not to be passed on."""

    places: dict[str, str] = {}
    me: str | None = None


@final
class TrainingRecord(msgspec.Struct, frozen=True, kw_only=True, rename={"started_from": "from"}):
    """What a model was made of, how, and how well it does; anything may be left out.

    `old_sources` were learned along, so that they were not forgotten. `share` says how much of the way the weights have
    gone from the initial ones to those that training reached. In `history` the first training is the first one.
    """

    date: str | None = None
    time: str | None = None
    sources: tuple[Source, ...] = ()
    old_sources: tuple[Source, ...] = ()
    secrets: dict[str, int] | None = None
    characters: int | None = None
    recipe: dict[str, dict[str, object]] = {}
    steps: int | None = None
    passes: float | None = None
    ended: str | None = None
    rate_halvings: int = 0
    seconds: float | None = None
    tokens_per_second: float | None = None
    characters_per_second: float | None = None
    peak_megabytes: float | None = None
    precision: str | None = None
    device: str | None = None
    curve: tuple[dict[str, float | None], ...] = ()
    held_out: HeldOut | None = None
    mixture: tuple[float, ...] | None = None
    versions: dict[str, str] = {}
    share: float = 1.0
    started_from: InitialModel | None = None
    history: "tuple[TrainingRecord, ...]" = ()
    private: Private = Private()
    audit: dict[str, object] | None = None

    @classmethod
    def of(cls, training: Mapping[str, object], path: Path) -> "TrainingRecord":
        """The typed record of the training.json at `path`; the error names a field of the wrong type."""
        try:
            return msgspec.convert(training, cls)
        except msgspec.ValidationError as error:
            raise _foreign(path, error) from None

    def place_of(self, source: Source) -> str:
        """Where a text lay; nothing for what cannot be found again."""
        return self.private.places.get(source.sha256 or "", "")

    def learned_from(self) -> list[Source]:
        """All texts that the model has learned from, those of the last training first."""
        runs = (self, *reversed(self.history))
        return [source for run in runs for source in (*run.sources, *run.old_sources)]

    def trained_at(self) -> datetime | None:
        """When the training ended; where the record has no more than the day, the end of that day."""
        try:
            if self.time is not None:
                return datetime.fromisoformat(self.time).astimezone(UTC)
            day = None if self.date is None else datetime.fromisoformat(self.date)
        except ValueError:
            return None
        return day and datetime.combine(day, datetime.max.time(), tzinfo=UTC)


def of_the_training(training: Mapping[str, object]) -> dict[str, object]:
    """A training.json but for what was found out about the model later: it tells one model from another."""
    return {key: value for key, value in training.items() if key != FOUND_LATER}


def parse(data: bytes, path: Path, kind: type[Record]) -> Record:
    """The record of this kind in `data`, the JSON of the file at `path`."""
    try:
        json.loads(data.decode(), object_pairs_hook=_distinct, parse_constant=_refuse, parse_int=str)
        return msgspec.json.decode(data, type=kind)
    except RecursionError:
        raise _foreign(path, "it is nested too deeply") from None
    except (_RefusedError, msgspec.ValidationError) as error:
        raise _foreign(path, error) from None
    except ValueError as error:  # no whole JSON, or not UTF-8
        raise ModelTruncated(f"{path} is cut off or damaged: {error}; get the model again") from None


def encoded(record: object) -> bytes:
    """The JSON of a record, indented for people."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


class _RefusedError(Exception):
    """What Python's own reader of JSON takes, and other readers do not take, or take otherwise."""


def _distinct(pairs: list[tuple[str, object]]) -> None:
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise _RefusedError(f"the key {name[:40]!r} comes twice")


def _refuse(constant: str) -> None:
    raise _RefusedError(f"{constant} is no number")


def _foreign(path: Path, reason: object) -> ModelForeign:
    return ModelForeign(f"{path} is not a file of Foreword's: {str(reason)[:200]}; get the model again")
