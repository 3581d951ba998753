"""The record of a training, `training.json`, and strict reading of a model folder's JSON into typed records."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar, final

import msgspec

from foreword.errors import ModelForeign, ModelTruncated

FOUND_LATER: Final = "audit"  # an earlier version added it; it does not change the identity of a model

Record = TypeVar("Record")


@final
class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A text of the training: the name of its file, its SHA-256, and the SHA-256 of the files in it."""

    name: str | None = None
    sha256: str | None = None
    characters: int | None = None
    files: tuple[str, ...] = ()
    secrets: dict[str, int] = {}


@final
class Score(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scores on a text: of the model, an n-gram, a uniform guess (bits) and the initial weights."""

    bits_per_character: float
    characters: int | None = None
    tokens: int | None = None
    nats_per_token: float | None = None
    ngram: "Score | None" = None
    uniform: float | None = None
    start: "Score | None" = None


@final
class HeldOut(msgspec.Struct, frozen=True, kw_only=True):
    """The scores on held-out text and on that of earlier trainings, and the loss of 8-bit weights (bits)."""

    validation: Score | None = None
    test: Score | None = None
    old: Score | None = None
    quantized_loss: float | None = None


@final
class InitialModel(msgspec.Struct, frozen=True, kw_only=True):
    """The model with the initial weights of a training, and the SHA-256 of its weights file."""

    name: str
    sha256: str


@final
class Private(msgspec.Struct, frozen=True, kw_only=True):
    """The paths of the texts by SHA-256, and the person to learn from in chats. Do not publish this."""

    places: dict[str, str] = {}
    me: str | None = None


@final
class TrainingRecord(msgspec.Struct, frozen=True, kw_only=True, rename={"started_from": "from"}):
    """The sources, the recipe and the results of a training, as far as they are read again; each is optional.

    `old_sources` were in the training so that the model did not forget them. `share` is the share of the new weights
    in the interpolation with the initial ones. `history` begins with the first training.
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
    seconds: float | None = None
    curve: tuple[dict[str, float | None], ...] = ()
    held_out: HeldOut | None = None
    share: float = 1.0
    started_from: InitialModel | None = None
    history: "tuple[TrainingRecord, ...]" = ()
    private: Private = Private()

    @classmethod
    def of(cls, training: Mapping[str, object], path: Path) -> "TrainingRecord":
        """The typed record of the training.json at `path`; the error names a field of the wrong type."""
        try:
            return msgspec.convert(training, cls)
        except msgspec.ValidationError as error:
            raise _foreign(path, error) from None

    def place_of(self, source: Source) -> str:
        """The path of a text; empty if it is unknown."""
        return self.private.places.get(source.sha256 or "", "")

    def learned_from(self) -> list[Source]:
        """All texts that the model was trained on, those of the last training first."""
        runs = (self, *reversed(self.history))
        return [source for run in runs for source in (*run.sources, *run.old_sources)]

    def trained_at(self) -> datetime | None:
        """The end of the training; if the record has only the day, the end of that day."""
        try:
            if self.time is not None:
                return datetime.fromisoformat(self.time).astimezone(UTC)
            day = None if self.date is None else datetime.fromisoformat(self.date)
        except (ValueError, OverflowError):  # a year that another time zone does not have
            return None
        return day and datetime.combine(day, datetime.max.time(), tzinfo=UTC)


def of_the_training(training: Mapping[str, object]) -> dict[str, object]:
    """A training.json without later results about the model; it identifies the model."""
    return {key: value for key, value in training.items() if key != FOUND_LATER}


def parse(data: bytes, path: Path, kind: type[Record]) -> Record:
    """The record of this kind in `data`, the JSON of the file at `path`."""
    try:
        return msgspec.json.decode(data.decode(), type=kind)
    except RecursionError:
        raise _foreign(path, "it is nested too deeply") from None
    except msgspec.ValidationError as error:
        raise _foreign(path, error) from None
    except ValueError as error:  # incomplete JSON, or not UTF-8
        raise ModelTruncated(f"{path} is cut off or damaged: {error}; get the model again") from None


def encoded(record: object) -> bytes:
    """The JSON of a record, indented for people."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def _foreign(path: Path, reason: object) -> ModelForeign:
    return ModelForeign(f"{path} is not a file of Foreword's: {str(reason)[:200]}; get the model again")
