"""A file as readers see it: its first bytes, to tell what it is, and all of it, as often as they ask."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, final

from foreword.errors import SourceMissing, SourceNotText
from foreword.text.readers.plain import encoding_of, read_plain

HEAD: Final = 1 << 16
"""Bytes by which a format is told."""

BLOCK: Final = 1 << 18
"""Bytes read at a time: what a text costs in memory, whatever its length."""


@final
@dataclass(frozen=True, kw_only=True)
class Opened:
    """Bytes with a name, unpacked where they were compressed.

    Attributes:
        name: what errors and notes call it: a path, "standard input", "chat.zip: _chat.txt".
        opening: opens the bytes from their beginning; may be called more than once.
        encoding: the one that was asked for; None is UTF-8, or what a mark at the beginning says.
        is_packed: whether they were compressed, and may turn out damaged.
    """

    name: str
    opening: Callable[[], io.BufferedIOBase]
    encoding: str | None = None
    is_packed: bool = False

    @cached_property
    def head(self) -> bytes:
        """The first bytes, `HEAD` of them at most; errors as those of `blocks`."""
        return next(self.blocks(HEAD), b"")

    @cached_property
    def start(self) -> str:
        """The text of the first bytes, as well as it can be read: to look at, not to keep."""
        return self.head.decode(encoding_of(self.head, self.encoding), "replace").removeprefix("\ufeff")

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """All of its bytes, a block at a time.

        Raises:
            SourceMissing: it cannot be read.
            SourceNotText: its compression is damaged.
        """
        try:
            with self.opening() as stream:
                while block := stream.read(size):
                    yield block
        except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
            raise SourceNotText(
                f"{self.name} is damaged: its compressed data cannot be unpacked ({error}); fetch it again"
            ) from None
        except OSError as error:
            raise SourceMissing(f"{self.name} cannot be read: {error.strerror or error}") from None

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
        rest = ""
        for piece in self.pieces():
            *whole, rest = (rest + piece).split("\n")
            yield from (line.removesuffix("\r") for line in whole)
        if rest:
            yield rest.removesuffix("\r")


def opened_bytes(name: str, data: bytes, *, encoding: str | None = None) -> Opened:
    """Bytes that are at hand, such as a member of an archive."""
    return Opened(name=name, opening=lambda: io.BytesIO(data), encoding=encoding)
