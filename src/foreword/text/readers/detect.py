"""Telling sources apart: a file, a folder of files, standard input; each may be compressed with gzip."""

import contextlib
import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, cast

from foreword.errors import SourceEmpty, SourceMissing, SourceNotText
from foreword.text.documents import Document
from foreword.text.readers.plain import check_encoding, is_text, read_plain

STANDARD_INPUT: Final = "-"
BLOCK: Final = 1 << 18
"""Bytes read at a time: what a text costs in memory, whatever its length."""

_GZIP: Final = b"\x1f\x8b"


def read_source(
    source: str, *, encoding: str | None = None, notes: list[str] | None = None
) -> Iterator[Document]:
    """The documents of a file, of the files in a folder, or of standard input (`-`), in reading order.

    A folder is read with its subfolders, `chapter 2` before `chapter 10`; hidden files and those that are not text
    are left out. What is compressed with gzip is known by its content; one that is damaged is left out of a folder, and
    added to `notes`.

    Raises:
        OptionError: there is no such encoding.
        SourceMissing: there is no such file or folder, or it may not be read.
        SourceEmpty: there is not one character in it.
        SourceNotText: it is a program, a picture or an archive, or its compression is damaged.
        WrongEncoding: the bytes are not UTF-8, or not in the `encoding` given.
    """
    if encoding is not None:
        check_encoding(encoding)
    path = Path(source)
    if source == STANDARD_INPUT:
        yield from read_plain(
            _blocks(cast("io.BufferedIOBase", sys.stdin.buffer), "standard input"), "standard input", encoding
        )
    elif path.is_dir():
        yield from _read_folder(path, encoding, [] if notes is None else notes)
    else:
        yield from read_plain(_file_blocks(path), str(path), encoding)


def _read_folder(folder: Path, encoding: str | None, notes: list[str]) -> Iterator[Document]:
    empty = True
    for path in _files(folder):
        try:
            _check_packed(path)
        except SourceNotText as damage:
            notes.append(f"left out: {damage}")
            continue
        blocks = _file_blocks(path)
        head = next(blocks, b"")
        if head and is_text(head, encoding):
            with contextlib.suppress(SourceEmpty):  # nothing but a byte order mark
                for document in read_plain(chain([head], blocks), str(path), encoding):
                    empty = False
                    yield document
    if empty:
        raise SourceEmpty(f"no file in the folder {folder} holds text; name a folder with text files in it")


def _check_packed(path: Path) -> None:
    """Unpack a compressed file once for nothing: what was handed out before its damage shows could not be taken back.

    Raises:
        SourceNotText: It is damaged.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
    except OSError:
        return  # reading it will say why
    if packed:
        for _ in _file_blocks(path):
            pass


def _files(folder: Path) -> list[Path]:
    """The files in `folder` and below that are not hidden, in reading order."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    return sorted((path for path in found if path.is_file()), key=_reading_order)


def _reading_order(path: Path) -> list[tuple[list[str | int], str]]:
    """Numbers in names count as numbers, and capitals do not count."""
    return [([int(run) if run.isdecimal() else run for run in _runs(part)], part) for part in path.parts]


def _runs(name: str) -> list[str]:
    """Text and digits by turns, beginning with text, so that names compare like with like."""
    return re.split(r"([0-9]+)", name.casefold())


def _file_blocks(path: Path) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise SourceMissing(f"there is no file or folder {path}; check the name") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceMissing(f"{path} cannot be opened: {_reason(error)}") from None
    with file:
        yield from _blocks(file, str(path))


def _blocks(stream: io.BufferedIOBase, name: str) -> Iterator[bytes]:
    """The bytes of `stream`, unpacked where they are compressed; the stream stays open."""
    buffered = io.BufferedReader(cast("io.RawIOBase", stream))
    try:
        packed = buffered.peek(len(_GZIP))[: len(_GZIP)] == _GZIP
        unpacked: io.BufferedIOBase = gzip.GzipFile(fileobj=buffered) if packed else buffered
        while block := unpacked.read(BLOCK):
            yield block
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceNotText(
            f"{name} is damaged: its gzip data cannot be unpacked ({error}); fetch it again"
        ) from None
    except OSError as error:
        raise SourceMissing(f"{name} cannot be read: {_reason(error)}") from None
    finally:
        buffered.detach()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
