"""A corpus on disk: streams of ids, mapped into memory, and the manifest of a complete corpus.

corpus.json       the manifest, written last: a folder without it is incomplete
tokenizer.json    the vocabulary
train.ids         little-endian ids of 2 bytes, or of 4 bytes if the vocabulary needs them
validation.ids    missing, like test.ids, if nothing is held out
test.ids
old.ids           missing, like old_held_out.ids, if no old text is replayed
old_held_out.ids
"""

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, final

import msgspec
import numpy as np
from msgspec import Meta, MsgspecError, Struct

from foreword.errors import ModelError, RunError
from foreword.files import write_whole
from foreword.libraries import Int64, UInt
from foreword.text.tokenizer import Tokenizer

MANIFEST: Final = "corpus.json"
TOKENIZER: Final = "tokenizer.json"
PARTS: Final = ("validation", "test", "old", "old_held_out")
"""The streams that may be missing; `train` is always there."""
FORMAT_VERSION: Final = 1
PIECE: Final = 1 << 20  # ids to decode at once
STRETCHES: Final = 16
SHORTEST_STRETCH: Final = 250
"""The most stretches of a part to measure on, and the fewest tokens of a stretch."""


@final
@dataclass(frozen=True, slots=True)
class Stream:
    """The ids of a running text, after one newline, so that each character of the text is a target.

    `ids` is read-only. On Linux and macOS it is mapped from disk: only the parts in use are in memory.
    """

    name: str
    ids: UInt[np.ndarray, " tokens"]
    characters: int

    @property
    def tokens_per_character(self) -> float:
        """The mean number. It differs by part: unknown words are spelled in bytes."""
        return (len(self.ids) - 1) / self.characters

    def bits_per_character(self, nats: float) -> float:
        """Convert nats per token of this part to bits per character."""
        return nats / math.log(2) * self.tokens_per_character

    def beginning(self, tokens: int) -> Int64[np.ndarray, " time"]:
        """The first ids: the newline and at most `tokens` tokens."""
        return np.asarray(self.ids[: tokens + 1], dtype=np.int64)

    def spread(self, tokens: int) -> Int64[np.ndarray, " time"]:
        """The newline and at most `tokens` tokens to measure on, evenly spread if these are not all.

        The beginning of a part of several texts is the first text's alone. Lines are whole, but very long ones.
        """
        steps, count = len(self.ids) - 1, min(STRETCHES, tokens // SHORTEST_STRETCH)
        if tokens >= steps or count < 2:
            return self.beginning(tokens)
        found = [self.beginning(0)]
        for start in (number * steps // count for number in range(count)):
            window = np.asarray(self.ids[start : start + 1 + tokens // count], dtype=np.int64)
            ends = np.flatnonzero(window == self.ids[0])
            first, last = (ends[0], ends[-1]) if len(ends) > 1 else (0, 0)
            if 2 * (last - first) < len(window):  # paragraphs, perhaps with an empty line between them
                first, last = 0, len(window)
            found.append(window[first + 1 : last + 1])
        return np.concatenate(found)


@final
@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source as the person named it, the SHA-256 of its cleaned text in UTF-8, and the characters of that text.

    `files` has the SHA-256 of each file, if the source is a folder. `place` is its absolute path or its sample's name;
    it is empty for standard input. `secrets` counts the removed secrets by kind. The hashes are of the text with
    secrets, `characters` is the length without them.
    """

    name: str
    sha256: str
    characters: int
    files: tuple[str, ...] = ()
    place: str = ""
    secrets: Mapping[str, int] = field(default_factory=dict)


@final
class Manifest(Struct, frozen=True, kw_only=True):
    """The facts about a corpus beside its ids: for each stream its numbers of tokens and characters, by name."""

    streams: dict[str, dict[str, Annotated[int, Meta(ge=1)]]]
    sources: tuple[SourceRecord, ...]
    old_sources: tuple[SourceRecord, ...]
    notes: tuple[str, ...]
    me: str | None
    format_version: int = FORMAT_VERSION


@final
@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A prepared text. A part is None if nothing was held out for it; `notes` are for a person to read.

    `old` is text that a network must not forget when it continues to learn, `old_held_out` its held-out part. `me` is
    the person whose messages were taken from chats, if known.
    """

    folder: Path
    tokenizer: Tokenizer
    train: Stream
    validation: Stream | None
    test: Stream | None
    sources: tuple[SourceRecord, ...]
    notes: tuple[str, ...]
    old: Stream | None = None
    old_held_out: Stream | None = None
    old_sources: tuple[SourceRecord, ...] = ()
    me: str | None = None

    def characters_in(self, ids: Int64[np.ndarray, " time"]) -> int:
        """The number of characters that the tokens after the first one spell."""
        return len(self.tokenizer.decode(ids[1:]))

    def last_lines(self, part: Stream, tokens: int | None = None) -> str:
        """The whole lines among the last tokens of a part, or all of it."""
        tokens = len(part.ids) if tokens is None else tokens
        text = self.tokenizer.decode(np.asarray(part.ids[max(1, len(part.ids) - tokens) :], dtype=np.int64))
        return text if len(part.ids) <= tokens else text.partition("\n")[2]

    def texts(self) -> Iterator[str]:
        """The text of all parts, in pieces of whole lines."""
        for name in ("train", *PARTS):
            if getattr(self, name) is not None:
                yield from text_of(self.folder, name)

    @classmethod
    def open(cls, folder: Path) -> "Corpus":
        """The corpus that was prepared in `folder`.

        Raises:
            RunError: there is no corpus, it was not finished, or it is damaged.
        """
        advice = f"delete {folder.parent} and start a new run"
        try:
            manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
            if manifest.format_version != FORMAT_VERSION:
                raise RunError(f"another version of Foreword prepared the corpus in {folder}; {advice}")
            tokenizer = Tokenizer.from_json((folder / TOKENIZER).read_text("utf-8"))
            streams = {
                name: _open_stream(folder, name, tokenizer, **sizes)
                for name, sizes in manifest.streams.items()
            }
            return cls(
                folder=folder,
                tokenizer=tokenizer,
                train=streams["train"],
                **{name: streams.get(name) for name in PARTS},
                sources=manifest.sources,
                notes=manifest.notes,
                old_sources=manifest.old_sources,
                me=manifest.me,
            )
        except FileNotFoundError as error:
            why = f"was not finished: there is no {error.filename}"
            raise RunError(f"the corpus in {folder} {why}; {advice}") from None
        except (ModelError, MsgspecError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"the corpus in {folder} is damaged ({error}); {advice}") from None


def text_of(folder: Path, name: str) -> Iterator[str]:
    """The text of a stream, in pieces of whole lines; the corpus in `folder` may lack its manifest.

    Raises:
        ModelError, OSError, ValueError: the stream does not exist, or cannot be read.
    """
    tokenizer = Tokenizer.from_json((folder / TOKENIZER).read_text("utf-8"))
    ids = _ids_in(_path(folder, name), _id_type(tokenizer))
    ends, start = np.flatnonzero(ids == tokenizer.newline) + 1, 0
    while start < len(ids):
        at = int(np.searchsorted(ends, start + PIECE))
        end = int(ends[at]) if at < len(ends) else len(ids)
        yield tokenizer.decode(np.asarray(ids[start:end], dtype=np.int64))
        start = end


def begin(folder: Path) -> None:
    """Prepare `folder` for a new corpus, readable by its owner alone; this deletes an existing corpus."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder / MANIFEST, *folder.glob("*.ids")):
        path.unlink(missing_ok=True)


def write_stream(
    folder: Path, name: str, tokenizer: Tokenizer, ids: Iterable[Int64[np.ndarray, " tokens"]]
) -> int:
    """Write the newline and then `ids`, piece by piece; returns the number of tokens."""
    dtype = _id_type(tokenizer)
    with _path(folder, name).open("wb") as file:
        file.write(np.array([tokenizer.newline], dtype=dtype).tobytes())
        for piece in ids:  # `tofile` would not report the reason of a failure, such as a full disk
            file.write(piece.astype(dtype).tobytes())
        file.flush()
        os.fsync(file.fileno())
        return file.tell() // dtype.itemsize


def finish(folder: Path, tokenizer: Tokenizer, manifest: Manifest) -> None:
    """Write the manifest, in one atomic step: all its streams are complete."""
    write_whole(folder / TOKENIZER, tokenizer.to_json().encode(), private=True)
    write_whole(folder / MANIFEST, msgspec.json.encode(manifest), private=True)


def _open_stream(folder: Path, name: str, tokenizer: Tokenizer, tokens: int, characters: int) -> Stream:
    path, dtype = _path(folder, name), _id_type(tokenizer)
    size, expected = path.stat().st_size, tokens * dtype.itemsize
    if size != expected:
        raise ValueError(f"{path.name} should have {expected} bytes, and has {size}")
    ids = _ids_in(path, dtype)
    if ids.max() >= tokenizer.size:
        raise ValueError(f"{path.name} has an id outside the vocabulary")
    return Stream(name, ids, characters)


def _ids_in(path: Path, dtype: np.dtype[np.unsignedinteger]) -> UInt[np.ndarray, " tokens"]:
    if os.name == "posix":
        return np.memmap(path, dtype=dtype, mode="r")
    return np.fromfile(path, dtype=dtype)  # Windows neither moves nor deletes a mapped file


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.ids"


def _id_type(tokenizer: Tokenizer) -> np.dtype[np.unsignedinteger]:
    """The smallest type that holds the ids; one byte is too small, because 256 ids spell the bytes."""
    return np.dtype("<u2" if tokenizer.size <= 2**16 else "<u4")
