"""Reads the sources of a corpus: each is read once, cleaned, freed of secrets, and kept on disk until it is encoded.

    with read(["chat.txt"], folder, ReadSettings(me="Ana")) as texts: ...

The use of RAM is bounded, except for 40 bytes a line: its time and fingerprint, for later steps.
"""

import hashlib
import os
import shutil
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, final

from foreword.corpus.fingerprints import Fingerprints
from foreword.corpus.streams import SourceRecord
from foreword.errors import SourceEmpty
from foreword.sources.opening import is_read_once
from foreword.sources.reading import STANDARD_INPUT, Choose, documents
from foreword.sources.report import Report
from foreword.sources.samples import PREFIX
from foreword.text.cleaning import clean_pieces
from foreword.text.document import Document
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import scrub_pieces

PIECE: Final = 1 << 18  # characters in RAM at a time

MEMORY: Final = "memory:"
"""The `place` in the record of a source whose messages come from a person's memory."""

LEAST: Final = 2_000
"""The fewest characters to validate on, and to test on: with fewer, a figure says little."""
SHORTEST: Final = 200  # a text of fewer characters is not split: all of it is for training
REACH: Final = 1_000  # the most characters that a cut moves back, to the beginning of a line


@final
@dataclass(frozen=True, kw_only=True)
class Lines:
    """Messages of a person's memory, one per line: a source like files and samples.

    `held_out` is the share that is kept from training; None means the share of all texts. It is 0 for old messages that
    were trained on, and 1 for old messages that were not.
    """

    name: str
    lines: tuple[str, ...]
    held_out: float | None = None


Source = str | Lines
Omit = Callable[[str], str]
"""A function that returns a line without its forgotten words; empty if nothing else is in it."""


@final
@dataclass(frozen=True, kw_only=True)
class ReadSettings:
    """The settings for reading sources.

    `held_out` is the share of each source that is kept from training, `old_held_out` the share of each old source. From
    chats, only the messages of the person `me` are taken. If `me` is None, `choose` asks, once for all sources.
    `encoding` is the encoding of the bytes (None: UTF-8). `omit` leaves forgotten words out of each line.
    """

    held_out: float = 0.1
    old_held_out: float = 0.1
    encoding: str | None = None
    me: str | None = None
    choose: Choose | None = None
    omit: Omit | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a text, its number among the lines of its source, and its place among the lines with text.

    `time` is None if the source has no dates; `fingerprint` is the fingerprint of the source up to this line.
    """

    number: int
    place: int
    text: str
    time: datetime | None
    fingerprint: bytes
    is_trained: bool


@final
@dataclass(frozen=True, kw_only=True)
class Text:
    """A cleaned text in a UTF-8 file, and the record of its source.

    Attributes:
        offsets: the byte at which each piece of PIECE characters begins, and the end.
        validation, test: the characters at which these parts begin; the training part is before them.
        index: the time and fingerprint of each line.
    """

    path: Path
    offsets: Sequence[int]
    record: SourceRecord
    validation: int = 0
    test: int = 0
    index: Fingerprints

    @property
    def characters(self) -> int:
        """The number of characters."""
        return self.record.characters

    @property
    def borders(self) -> tuple[int, int, int, int]:
        """The characters at which the parts begin (training, validation, test), and the end."""
        return 0, self.validation, self.test, self.characters

    def pieces(self, start: int, stop: int) -> Iterator[str]:
        """The characters from `start` to before `stop`, a bounded number at a time."""
        with self.path.open("rb") as file:
            for number in range(start // PIECE, -(-stop // PIECE)):
                file.seek(self.offsets[number])
                piece = file.read(self.offsets[number + 1] - self.offsets[number]).decode()
                first = number * PIECE
                yield piece[max(0, start - first) : stop - first]

    def split(self, held_out: float) -> "Text":
        """The same text, with its end held out: the first half to validate, the second half to test.

        The parts are contiguous: a random window is not unseen if its neighbours were trained on. A small share is
        raised to LEAST characters for each part, but to at most a third of the text for both. Each cut moves back to
        the beginning of its line, if that is near, so that no message is cut in two.
        """
        length = self.characters
        if held_out == 1:
            return self
        if held_out == 0 or length < SHORTEST:
            return replace(self, validation=length, test=length)
        size = max(round(held_out * length), min(2 * LEAST, length // 3)) // 2

        def line_start(cut: int) -> int:
            first = max(0, cut - min(REACH, size // 2))
            newline = "".join(self.pieces(first, cut)).rfind("\n")
            return cut if newline < 0 else first + newline + 1

        test = line_start(length - size)
        return replace(self, validation=line_start(test - size), test=test)

    def lines(self) -> Iterator[Line]:
        """All lines with text, in order."""
        at, rest = 0, ""
        numbers = self.index.numbers()
        for piece in [*self.pieces(0, self.characters), "\n"]:
            *whole, rest = (rest + piece).split("\n")
            for text in whole:
                number = next(numbers)
                if text.strip():
                    yield Line(
                        number=number,
                        place=self.index.place_of(number),
                        text=text,
                        time=self.index.time_of(number),
                        fingerprint=self.index.fingerprint_of(number),
                        is_trained=at < self.validation,
                    )
                at += len(text) + 1


@final
@dataclass(frozen=True, kw_only=True)
class Texts:
    """New texts, old texts that a network must not forget when it continues to learn, and notes on them."""

    new: Sequence[Text]
    old: Sequence[Text] = ()
    me: str | None = None
    notes: Sequence[str] = ()

    def parts(self) -> dict[str, "RunningText"]:
        """The parts by stream name; old text has two parts, because no choice is made on it."""

        def part(texts: Sequence[Text], first: int, last: int) -> RunningText:
            return RunningText([(text, text.borders[first], text.borders[last]) for text in texts])

        return {
            "train": part(self.new, 0, 1),
            "validation": part(self.new, 1, 2),
            "test": part(self.new, 2, 3),
            "old": part(self.old, 0, 1),
            "old_held_out": part(self.old, 1, 3),
        }


@final
class RunningText:
    """Parts of texts, one after the other; a newline is added between two if the first does not end in one."""

    def __init__(self, parts: Sequence[tuple[Text, int, int]]) -> None:
        self._parts = [part for part in parts if part[1] < part[2]]
        self._newlines = [
            "".join(text.pieces(stop - 1, stop)) != "\n" for text, _, stop in self._parts[:-1]
        ] + [False]
        self.characters = sum(stop - start for _, start, stop in self._parts) + sum(self._newlines)

    def pieces(self) -> Iterator[str]:
        """The text, a bounded number of characters at a time."""
        for (text, start, stop), newline in zip(self._parts, self._newlines, strict=False):
            yield from text.pieces(start, stop)
            if newline:
                yield "\n"


@contextmanager
def read(
    sources: Sequence[Source], folder: Path, reading: ReadSettings, *, old: Sequence[Source] = ()
) -> Iterator[Texts]:
    """Read the texts of `sources`, each once, and keep them in `folder` while inside.

    Raises:
        SourceError: a source cannot be read, or holds no text.
    """
    shutil.rmtree(folder, ignore_errors=True)  # left by a killed run
    folder.mkdir(mode=0o700, parents=True)
    try:
        notes: list[str] = []
        new, before = list[Text](), list[Text]()
        for at, source in enumerate(sources):
            text, me = _read(source, folder / f"new-{at}.txt", reading, reading.held_out, notes)
            new.append(text)
            reading = replace(reading, me=me)
        for at, each in enumerate(old):
            text, _ = _read(each, folder / f"old-{at}.txt", reading, reading.old_held_out, notes)
            before.append(text)
        notes += _remarks(sources, new, before, reading)
        yield Texts(new=new, old=before, me=reading.me, notes=notes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(
    source: Source, path: Path, reading: ReadSettings, held_out: float, notes: list[str]
) -> tuple[Text, str | None]:
    """A text, and the person whose messages were taken."""
    name, place = _name_and_place(source)
    report, index, secrets = Report(), Fingerprints(), Counter[Kind]()
    if isinstance(source, Lines):
        found: Iterator[Document] = (Document(text=line) for line in source.lines)
    else:
        found = documents(
            source, encoding=reading.encoding, me=reading.me, choose=reading.choose, report=report
        )
    pieces = _omitted(scrub_pieces(_cleaned(found, index), secrets), reading.omit, index)
    offsets, characters = write_pieces(pieces, path)
    for sentence in report.sentences():
        is_named = sentence.startswith((f"{name}: ", f"{name} "))
        notes.append(sentence if is_named else f"{name}: {sentence}")
    if not (index.messages and characters):  # forgotten words are left out
        raise SourceEmpty(f"{name} has no text; leave it out, or check that it is the right file")
    is_folder = isinstance(source, str) and Path(source).is_dir()
    if isinstance(source, Lines) and source.held_out is not None:
        held_out = source.held_out
    record = SourceRecord(
        name=name,
        sha256=index.whole.hexdigest(),
        characters=characters,
        files=tuple(index.files) if is_folder else (),
        place=place,
        secrets={str(kind): times for kind, times in secrets.items()},
    )
    text = Text(path=path, offsets=offsets, record=record, index=index)
    return text.split(held_out), report.me or reading.me


def _cleaned(found: Iterator[Document], index: Fingerprints) -> Iterator[str]:
    """The cleaned text of documents, each on its own lines; `index` records them."""
    last = "\n"
    for first in found:
        digest, begun = hashlib.sha256(), False
        for piece in clean_pieces(_continued(first, found)):
            if not piece:
                continue
            if not begun:
                if last != "\n":
                    yield index.read("\n")
                index.document(first.time)
            begun, last = True, piece[-1]
            digest.update(piece.encode())
            yield index.read(piece)
        if begun and first.author is None:
            index.files.append(digest.hexdigest())
    index.close()


def _continued(first: Document, rest: Iterator[Document]) -> Iterator[str]:
    """The text of a document, and of the documents that continue it."""
    yield first.text
    while first.continued:
        first = next(rest, Document(text=""))
        yield first.text


def file_digests(found: Iterable[Document]) -> list[str]:
    """The SHA-256 of the cleaned text of each file among documents, as in `SourceRecord.files`."""
    index = Fingerprints()
    for _ in _cleaned(iter(found), index):
        pass
    return index.files


def _omitted(pieces: Iterable[str], omit: Omit | None, index: Fingerprints) -> Iterator[str]:
    """The pieces, with `omit` applied to each whole line; lines that become empty are left out."""
    if omit is None:
        yield from pieces
        return
    number, rest = 0, ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        kept = []
        for line in lines:
            left = omit(line)
            if left or not line:
                kept.append(f"{left}\n")
            else:
                index.drop(number)
            number += 1
        yield "".join(kept)
    yield omit(rest)


def write_pieces(pieces: Iterable[str], path: Path) -> tuple[Sequence[int], int]:
    """Write the text of `pieces` of any size; returns its offsets, as in `Text`, and its number of characters."""
    offsets, characters = array("q", [0]), 0
    with path.open("wb") as file:
        for piece in _even(pieces):
            file.write(piece.encode())
            offsets.append(file.tell())
            characters += len(piece)
    return offsets, characters


def _even(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in pieces of PIECE characters; only the last piece may be shorter."""
    held, length = list[str](), 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= PIECE:
            text = "".join(held)
            whole = length - length % PIECE
            yield from (text[start : start + PIECE] for start in range(0, whole, PIECE))
            held, length = [text[whole:]], length - whole
    yield "".join(held)


def _share_text(one: Text, other: Text) -> bool:
    """True if two texts share a file, or one begins with the other, as a later export of the same chat does."""
    hashes = [{each.record.sha256, *each.record.files} for each in (one, other)]
    has_grown = one.index.begins_with(other.index) or other.index.begins_with(one.index)
    return has_grown or bool(hashes[0] & hashes[1])


def _name_and_place(source: Source) -> tuple[str, str]:
    """The name of the source, and its place, which is valid from any folder and empty if it can be read only once.

    For `.` and `..`, the name is the place: they have a meaning only in the current folder. A place that is not in
    UTF-8 cannot be stored, so it is empty.
    """
    if isinstance(source, Lines):
        return source.name, MEMORY
    shown = os.fsencode(source).decode("utf-8", "replace")
    if source == STANDARD_INPUT or is_read_once(source):
        return shown, ""
    place = source if source.startswith(PREFIX) else os.path.abspath(source)  # noqa: PTH100 - no links
    if os.fsencode(place).decode("utf-8", "replace") != place:
        return shown, ""
    return (source if Path(source).name not in {"", ".."} else place), place


def _remarks(
    sources: Sequence[Source], new: Sequence[Text], old: Sequence[Text], reading: ReadSettings
) -> Iterator[str]:
    """Notes for the person on texts that occur twice, and on texts too short to hold out a part."""
    texts = [*new, *old]
    for at, text in enumerate(texts):
        if other := next((each for each in texts[:at] if _share_text(text, each)), None):
            names = f"{text.record.name} has text of {other.record.name}"
            yield f"{names}: it is trained on twice, and figures may be too good"
    for source, text in zip(sources, new, strict=True):
        is_split = isinstance(source, str) and reading.held_out > 0
        if is_split and text.characters < SHORTEST:
            yield f"{text.record.name} is too short to hold a part of it out: all of it is trained on"
