"""A file as readers see it: its first bytes, to tell what it is, and all of it, as often as they ask."""

import io
import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import IO, Final, cast, final

from foreword.errors import SourceError, SourceMissing, SourceNotText
from foreword.sources.encodings import encoding_of, read_plain

HEAD: Final = 1 << 16
"""Bytes by which a format is told."""

BLOCK: Final = 1 << 18
"""Bytes read at a time: what a text costs in memory, whatever its length."""

DAMAGE: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
    struct.error,
    lzma.LZMAError,
    zlib.error,
)
"""What Python's modules raise on archives and compressed files that nobody should have written."""

UNPACKED_TIMES: Final = 100
LEAST_UNPACKED: Final = 1 << 28
"""What is compressed may unpack to so many times its size, or to so many bytes. Texts are a twentieth when packed."""
DEEPEST: Final = 4
"""Archives that may lie in one another."""
_SMALLEST: Final = 1 << 10
"""Bytes that even an empty file counts for: each costs time."""
_HELD: Final = 1 << 24


@final
class Budget:
    """The bytes that a compressed file may unpack to, with all that is compressed within it."""

    def __init__(self, packed: int) -> None:
        self._most = max(LEAST_UNPACKED, UNPACKED_TIMES * packed)
        self._taken: dict[str, int] = {}
        self._all = 0

    def take(self, name: str, size: int) -> None:
        """Count that `name` unpacks to `size` bytes or more; it counts once, however often it is unpacked.

        Raises:
            SourceNotText: all together is more than there may be.
        """
        more = max(0, max(size, _SMALLEST) - self._taken.get(name, 0))
        if self._all + more > self._most:
            raise SourceNotText(
                f"{name} would unpack to more than {self._most / 2**20:,.0f} MB, as no text does; "
                "unpack what you need of it, and name the folder"
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
        depth: in how many archives they lie, one within another.
        budget: what they, too, are counted in.
        fault: why they cannot be read, where that is known beforehand.
    """

    name: str
    opening: Callable[[], io.BufferedIOBase]
    encoding: str | None = None
    is_packed: bool = False
    depth: int = 0
    budget: Budget = field(default_factory=lambda: Budget(0))
    fault: SourceError | None = None

    @property
    def head(self) -> bytes:
        """The first bytes, `HEAD` of them at most; errors as those of `blocks`."""
        return _head(self)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The names of what is inside a zip file; none where it is none, or a damaged one."""
        if not self.head.startswith(b"PK\x03\x04"):
            return frozenset()
        try:
            with self.seekable() as stream, zipfile.ZipFile(stream) as package:
                return frozenset(package.namelist())
        except DAMAGE:
            return frozenset()

    @property
    def start(self) -> str:
        """The text of the first bytes, as well as it can be read: to look at, not to keep."""
        return self.head.decode(encoding_of(self.head, self.encoding), "replace").removeprefix("\ufeff")

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """All of its bytes, a block at a time.

        Raises:
            SourceMissing: it cannot be read.
            SourceNotText: its compression is damaged.
        """
        if self.fault is not None:
            raise self.fault
        try:
            with self.opening() as stream:
                yield from iter(partial(stream.read, size), b"")
        except DAMAGE as error:
            if isinstance(error, OSError) and error.strerror:
                raise SourceMissing(f"{self.name} cannot be read: {error.strerror}") from None
            raise SourceNotText(
                f"{self.name} is damaged: its compressed data cannot be unpacked ({error}); fetch it again"
            ) from None

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The bytes of a file that is read from its end, as zip files are; what is packed is unpacked for that."""
        with self.opening() as stream:
            if self.is_packed or not stream.seekable():
                with tempfile.SpooledTemporaryFile(max_size=_HELD) as copy:
                    shutil.copyfileobj(stream, copy)
                    copy.seek(0)
                    yield cast("IO[bytes]", copy)
            else:
                yield cast("IO[bytes]", stream)

    def bytes(self) -> bytes:
        """All of it; errors as those of `blocks`."""
        return b"".join(self.blocks())

    def pieces(self) -> Iterator[str]:
        """All of its text, a block at a time, without a byte order mark.

        Raises:
            SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
        """
        return (document.text for document in read_plain(self.blocks(), self.name, self.encoding))

    def text(self) -> str:
        """All of its text, without a byte order mark; errors as those of `pieces`."""
        return "".join(self.pieces())

    def lines(self) -> Iterator[str]:
        """Its lines, without their ends (LF, CR LF); errors as those of `pieces`."""
        rest: list[str] = []  # of a line that is longer than a block
        for piece in self.pieces():
            first, *more = piece.split("\n")
            rest.append(first)
            if more:
                *whole, last = more
                yield "".join(rest).removesuffix("\r")
                yield from (line.removesuffix("\r") for line in whole)
                rest = [last]
        if line := "".join(rest):
            yield line.removesuffix("\r")


@lru_cache(maxsize=64)  # not kept by each: a Maildir has a hundred thousand files
def _head(opened: Opened) -> bytes:
    return next(opened.blocks(HEAD), b"")


def opened_bytes(name: str, data: bytes, *, encoding: str | None = None) -> Opened:
    """Bytes that are at hand, such as a member of an archive."""
    return Opened(name=name, opening=lambda: io.BytesIO(data), encoding=encoding)
