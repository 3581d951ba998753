"""The bytes of a file for readers: the first bytes, to recognise a format, and all bytes, as often as needed.

`files.py` finds and opens the files.
"""

import gzip
import io
import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import IO, Final, cast, final

from foreword.errors import SourceError, SourceMissing, SourceNotText
from foreword.sources.encodings import encoding_of

Opening = Callable[[], io.BufferedIOBase]

HEAD: Final = 1 << 16
"""Bytes that are needed to recognise a format."""
BLOCK: Final = 1 << 18
"""Bytes read at a time; a text of any length needs only this much memory."""

DAMAGE: Final = (
    *(RuntimeError, EOFError, OSError, ValueError, LookupError, OverflowError),
    *(zipfile.BadZipFile, struct.error, lzma.LZMAError, zlib.error),
)
"""Errors of Python's modules for damaged archives and compressed files."""

UNPACKED_TIMES: Final = 100
LEAST_UNPACKED: Final = 1 << 28
"""A compressed file may unpack to this many bytes, or to `UNPACKED_TIMES` its size if larger. Texts shrink to 1/20."""
ENCRYPTED: Final = 0x1  # the flag of a file in a zip archive
_SMALLEST: Final = 1 << 10
"""Bytes that even an empty file counts as, because each file costs time."""
_HELD: Final = 1 << 24
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a zip archive; the second are those of an empty archive."""


@final
class UnpackLimit:
    """The limit of bytes that a compressed file may unpack to, with all compressed files inside it."""

    def __init__(self, packed: int) -> None:
        self._most = max(LEAST_UNPACKED, UNPACKED_TIMES * packed)
        self._taken: dict[str, int] = {}
        self._all = 0

    def take(self, name: str, size: int) -> None:
        """Count `name` as at least `size` unpacked bytes, once; raises `SourceNotText` if the sum exceeds the limit."""
        more = max(0, max(size, _SMALLEST) - self._taken.get(name, 0))
        if self._all + more > self._most:
            most = f"{self._most / 2**20:,.0f} MB, too much for text"
            raise SourceNotText(
                f"{name} would unpack to more than {most}; unpack what you need, and name the folder"
            )
        self._all += more
        self._taken[name] = self._taken.get(name, 0) + more


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Opened:
    """Bytes with a name, unpacked if they were compressed.

    Attributes:
        name: its name in errors and notes: a path, "standard input", "chat.zip: _chat.txt".
        opening: opens the bytes from their beginning; may be called more than once.
        encoding: the one that the user gave; None: as the byte order mark says, or UTF-8 without one.
        is_packed: whether they were compressed; if so, they may be damaged and can only be read forwards.
        depth: the number of archives around them.
        fault: the error, if it is already known that they cannot be read.
    """

    name: str
    opening: Opening
    encoding: str | None = None
    is_packed: bool = False
    depth: int = 0
    limit: UnpackLimit = field(default_factory=lambda: UnpackLimit(0))
    fault: SourceError | None = None

    @property
    def head(self) -> bytes:
        """The first bytes, at most `HEAD` of them; errors as in `blocks`."""
        return _head(self)

    @property
    def start(self) -> str:
        """The text of the first bytes, with wrong bytes replaced; only to recognise a format."""
        return self.head.decode(encoding_of(self.head, self.encoding), "replace").removeprefix("\ufeff")

    @property
    def is_zip(self) -> bool:
        """Whether it is a zip archive, or a document in one."""
        return self.head.startswith(_ZIP)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The names of the files in a zip file; empty if it is no zip file, or damaged."""
        if not self.is_zip:
            return frozenset()
        try:
            with self.seekable() as stream, zipfile.ZipFile(stream) as package:
                return frozenset(package.namelist())
        except DAMAGE:
            return frozenset()

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """All bytes in blocks; raises `SourceMissing` or `SourceNotText` if they cannot be read."""
        if self.fault is not None:
            raise self.fault
        try:
            with self.opening() as stream:
                yield from iter(partial(stream.read, size), b"")
        except DAMAGE as error:
            if isinstance(error, OSError) and error.strerror:
                raise SourceMissing(f"{self.name} cannot be read: {error.strerror}") from None
            damage = f"its compressed data cannot be unpacked ({error})"
            raise SourceNotText(f"{self.name} is damaged: {damage}; fetch it again") from None

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The bytes for a reader that seeks, such as that of zip files; packed bytes are unpacked first."""
        with self.opening() as stream:
            if not self.is_packed and stream.seekable():
                yield cast("IO[bytes]", stream)
                return
            with tempfile.SpooledTemporaryFile(max_size=_HELD) as copy:
                shutil.copyfileobj(stream, copy)
                copy.seek(0)
                yield cast("IO[bytes]", copy)


@lru_cache(maxsize=64)  # not in each object: a Maildir has a hundred thousand files
def _head(opened: Opened) -> bytes:
    return next(opened.blocks(HEAD), b"")


def unpacked(
    name: str, opening: Opening, encoding: str | None, *, limit: UnpackLimit, depth: int = 0
) -> Opened:
    """The bytes from `opening`, unpacked if gzip compressed them; with a fault if the first ones cannot be read."""
    opened = Opened(
        name=name, opening=opening, encoding=encoding, is_packed=depth > 0, depth=depth, limit=limit
    )
    try:
        if opened.head.startswith(_GZIP):
            unpacking = partial(_Gzip, opening, name, limit)
            opened = replace(opened, opening=cast("Opening", unpacking), is_packed=True)
            _ = opened.head
    except SourceError as fault:
        return replace(opened, fault=fault)
    return opened


@final
class _Gzip(gzip.GzipFile):
    """A gzip file that closes its source and counts the unpacked bytes."""

    def __init__(self, opening: Opening, name: str, limit: UnpackLimit) -> None:
        self._packed, self._named, self._limit, self._size = opening(), name, limit, 0
        super().__init__(fileobj=cast("IO[bytes]", self._packed))

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        data = super().read(size)
        self._size += len(data)
        self._limit.take(self._named, self._size)
        return data

    def close(self) -> None:
        """Close the file and its source."""
        super().close()
        self._packed.close()
