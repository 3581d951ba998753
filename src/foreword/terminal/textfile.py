"""Text files: what is not changed is written back byte by byte."""

import contextlib
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import SourceError, SourceMissing, SourceNotText, WrongEncoding

LARGEST_BYTES: Final = 2_000_000
"""The largest file that is opened: the text is drawn anew at each key."""

_MARK: Final = b"\xef\xbb\xbf"

Newline = Literal["\n", "\r\n", "\r"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file, and what the editor does not show of it.

    Attributes:
        newline: what ends its lines. In a file of several kinds it is a line feed, and the others are in the text.
        ends_line: whether there is a newline behind the last line.
        has_mark: whether it begins with a byte order mark.
        digest: the hash of its bytes when it was last read or written; None if there is no file yet.
    """

    path: Path
    newline: Newline = "\n"
    ends_line: bool = True
    has_mark: bool = False
    digest: bytes | None = None

    @classmethod
    def open(cls, path: Path) -> tuple["TextFile", str]:
        """The file at a path and its text; a new file if there is none.

        Raises:
            SourceMissing: it cannot be read, or its folder is missing.
            SourceNotText: it is not a file, too large, or holds NUL characters.
            WrongEncoding: it is not UTF-8.
        """
        data = _read(path)
        if data is None:
            return cls(path=path), ""
        text = _decoded(data, path)
        newline = _newline(text)
        text = text.replace(newline, "\n")
        ends_line = text.endswith("\n") and text != "\n"  # a lone newline is all there is to see
        found = cls(
            path=path,
            newline=newline,
            ends_line=ends_line or not text,
            has_mark=data.startswith(_MARK),
            digest=_digest(data),
        )
        return found, text.removesuffix("\n") if ends_line else text

    def has_changed(self) -> bool:
        """Whether another program has changed the file since it was last read or written."""
        try:
            data = _read(self.path)
        except SourceError:
            return True
        return data is not None and _digest(data) != self.digest

    def write(self, text: str) -> "TextFile":
        """Put the text in the file, whole or not at all, with the mode, the line ends and the last newline it had.

        Raises:
            OSError: it could not be written; what was there is as it was.
        """
        ended = text + "\n" if self.ends_line and text else text
        data = (_MARK if self.has_mark else b"") + ended.replace("\n", self.newline).encode()
        write_whole(self.path, data)
        return replace(self, digest=_digest(data))


def write_whole(path: Path, data: bytes, *, mode: int | None = None, durable: bool = True) -> None:
    """Write a draft beside the file at `path`, or where a link leads, and put it in its place.

    The owner and the mode of the old file stay. A new file gets `mode`, or what the system gives new files. A write
    that is not `durable` survives the end of the program, perhaps not that of the machine, and is faster.

    Raises:
        OSError: it could not be written; what was there is as it was.
    """
    place = path.resolve()
    before = _status(place)
    if before is not None and not os.access(place, os.W_OK):
        raise PermissionError(13, "it may only be read", str(path))
    draft = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
            if before is not None and os.name == "posix":
                with contextlib.suppress(OSError):  # not everybody may give a file to another owner
                    os.fchown(descriptor, before.st_uid, before.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
            file.write(data)
            file.flush()
            if durable:
                os.fsync(descriptor)
        os.replace(draft, place)  # noqa: PTH105 - both words for it are as good
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    if durable and os.name == "posix":
        folder = os.open(place.parent, os.O_RDONLY)
        with contextlib.suppress(OSError):  # a file system may not do that; the file itself is on the disk
            os.fsync(folder)
        os.close(folder)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _read(path: Path) -> bytes | None:
    """The bytes of the file; None if there is no file, but its folder is there."""
    try:
        found = _status(path)
        if found is None and path.parent.is_dir():
            return None
        if found is None:
            raise SourceMissing(f"there is no folder {path.parent}; make it, or name another file")
        if not stat.S_ISREG(found.st_mode):
            raise SourceNotText(f"{path} is not a file; name a text file")
        if found.st_size > LARGEST_BYTES:
            raise SourceNotText(
                f"{path} has {found.st_size:,} bytes; the editor opens at most {LARGEST_BYTES:,}; cut it into several"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceMissing(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}") from None


def _decoded(data: bytes, path: Path) -> str:
    if b"\0" in data:
        raise SourceNotText(f"{path} is not text: it holds NUL characters; name a text file")
    try:
        return data.removeprefix(_MARK).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WrongEncoding(
            f"{path} is not UTF-8 text: byte 0x{data[error.start]:02X} in line {line}; convert it to UTF-8"
        ) from None


def _newline(text: str) -> Newline:
    """What ends all lines of a text; a line feed if they differ."""
    pairs, returns, feeds = text.count("\r\n"), text.count("\r"), text.count("\n")
    if pairs and pairs == returns == feeds:
        return "\r\n"
    return "\r" if returns and not feeds else "\n"


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
