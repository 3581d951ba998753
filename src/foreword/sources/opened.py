"""The bytes of a file as readers see them: the first bytes, to recognise a format, and all of them, repeatedly.

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
"""Bytes read at a time: what a text costs in memory, whatever its length."""

DAMAGE: Final = (
    *(RuntimeError, EOFError, OSError, ValueError, LookupError, OverflowError),
    *(zipfile.BadZipFile, struct.error, lzma.LZMAError, zlib.error),
)
"""What Python's modules raise on damaged archives and compressed files."""

UNPACKED_TIMES: Final = 100
LEAST_UNPACKED: Final = 1 << 28
"""A compressed file may unpack to this many times its size, or to this many bytes. Texts shrink to a twentieth."""
_SMALLEST: Final = 1 << 10
"""Bytes that even an empty file counts for: each costs time."""
_HELD: Final = 1 << 24
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip archive begins; the second one is empty."""


@final
class UnpackLimit:
    """The bytes that a compressed file may unpack to, with all that is compressed within it."""

    def __init__(self, packed: int) -> None:
        self._most = max(LEAST_UNPACKED, UNPACKED_TIMES * packed)
        self._taken: dict[str, int] = {}
        self._all = 0

    def take(self, name: str, size: int) -> None:
        """Counts that `name` unpacks to at least `size` bytes, once; `SourceNotText` where all together is too much."""
        more = max(0, max(size, _SMALLEST) - self._taken.get(name, 0))
        if self._all + more > self._most:
            most = f"{self._most / 2**20:,.0f} MB, as no text does"
            raise SourceNotText(
                f"{name} would unpack to more than {most}; unpack what you need, and name the folder"
            )
        self._all += more
        self._taken[name] = self._taken.get(name, 0) + more


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Opened:
    """Bytes with a name, unpacked where they were compressed.

    Attributes:
        name: what errors and notes call it: a path, "standard input", "chat.zip: _chat.txt".
        opening: opens the bytes from their beginning; may be called more than once.
        encoding: the one that was asked for; None is UTF-8, or what a mark at the beginning says.
        is_packed: whether they were compressed: they may turn out damaged, and are read forwards only.
        depth: in how many archives they lie.
        fault: why they cannot be read, where that is known beforehand.
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
        """The first bytes, `HEAD` of them at most; errors as those of `blocks`."""
        return _head(self)

    @property
    def start(self) -> str:
        """The text of the first bytes, as well as it can be read: to look at, not to keep."""
        return self.head.decode(encoding_of(self.head, self.encoding), "replace").removeprefix("\ufeff")

    @property
    def is_zip(self) -> bool:
        """Whether it is a zip archive, or a document in one."""
        return self.head.startswith(_ZIP)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The names of what is inside a zip file; none where it is none, or a damaged one."""
        if not self.is_zip:
            return frozenset()
        try:
            with self.seekable() as stream, zipfile.ZipFile(stream) as package:
                return frozenset(package.namelist())
        except DAMAGE:
            return frozenset()

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """All of its bytes, a block at a time; `SourceMissing` or `SourceNotText` where they cannot be read."""
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
        """The bytes of a file that is read from its end, as zip files are; what is packed is unpacked for that."""
        with self.opening() as stream:
            if not self.is_packed and stream.seekable():
                yield cast("IO[bytes]", stream)
                return
            with tempfile.SpooledTemporaryFile(max_size=_HELD) as copy:
                shutil.copyfileobj(stream, copy)
                copy.seek(0)
                yield cast("IO[bytes]", copy)


@lru_cache(maxsize=64)  # not kept by each: a Maildir has a hundred thousand files
def _head(opened: Opened) -> bytes:
    return next(opened.blocks(HEAD), b"")


def unpacked(
    name: str, opening: Opening, encoding: str | None, *, limit: UnpackLimit, depth: int = 0
) -> Opened:
    """What `opening` opens, unpacked where it is compressed with gzip; with its fault where its beginning has one."""
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
    """One that closes what it reads from, and counts what it unpacks."""

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
        """Close both."""
        super().close()
        self._packed.close()
