"""Text files as they were found: what is not changed is written back byte by byte."""

import contextlib
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import SourceError, SourceMissing, SourceNotText, WrongEncoding

LARGEST_BYTES: Final = 2_000_000
"""The largest file that is opened: what is drawn anew at each key has its limits."""

_MARK: Final = b"\xef\xbb\xbf"

Newline = Literal["\n", "\r\n", "\r"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file, and what of its bytes the text in the editor does not show.

    Attributes:
        path: where it is or will be.
        newline: what ends its lines. In a file of several kinds it is a line feed, and the others are in the text.
        ends_line: whether there is a newline behind the last line.
        has_mark: whether it begins with a byte order mark.
        digest: of its bytes when it was last read or written; None if there is none yet.
    """

    path: Path
    newline: Newline = "\n"
    ends_line: bool = True
    has_mark: bool = False
    digest: bytes | None = None

    @classmethod
    def open(cls, path: Path) -> tuple["TextFile", str]:
        """The file at a path, and its text; where there is none, one that will be made.

        Raises:
            SourceMissing: it cannot be read, or it has no folder to be made in.
            SourceNotText: it is no file, too large, or holds NUL characters.
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
        """Whether the file is another than it was when last read or written: another program's work is in it."""
        try:
            data = _read(self.path)
        except SourceError:
            return True
        return data is not None and _digest(data) != self.digest

    def write(self, text: str) -> "TextFile":
        """Put the text in the file, whole or not at all; with the mode, the line ends and the last newline it had.

        Raises:
            OSError: it could not be written; what was there is as it was.
        """
        ended = text + "\n" if self.ends_line and text else text
        data = (_MARK if self.has_mark else b"") + ended.replace("\n", self.newline).encode()
        write_whole(self.path, data)
        return TextFile(
            path=self.path,
            newline=self.newline,
            ends_line=self.ends_line,
            has_mark=self.has_mark,
            digest=_digest(data),
        )


def write_whole(path: Path, data: bytes, *, mode: int | None = None, durable: bool = True) -> None:
    """Write a file beside, see it on the disk, and put it in the place of the one at `path`, or where a link leads.

    It gets the mode of the one before; a new one `mode`, or what the system gives new files. Where it need not be
    `durable`, it survives the end of the program but perhaps not that of the machine, and takes a moment only.

    Raises:
        OSError: it could not be written; what was there is as it was.
    """
    place = path.resolve()
    before = _status(place)
    if before is not None and not os.access(place, os.W_OK):
        raise PermissionError(13, "it may only be read", str(path))
    beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
            if before is not None:
                _make_alike(file.fileno(), before)
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(beside, place)  # noqa: PTH105 - both words for it are as good
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    if durable:
        _sync(place.parent)


def _make_alike(descriptor: int, before: os.stat_result) -> None:
    """Give a new file the owner, if it may be given, and the mode of the one that it replaces."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _sync(folder: Path) -> None:
    """Have the system put the names in a folder on the disk."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError:
            pass  # a file system that knows no such thing; the file itself is on the disk
        finally:
            os.close(descriptor)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _read(path: Path) -> bytes | None:
    """The bytes of the file, None where there is none but could be one."""
    try:
        found = _status(path)
        if found is None and path.parent.is_dir():
            return None
        if found is None:
            raise SourceMissing(f"there is no folder {path.parent}; make it, or name another file")
        if not stat.S_ISREG(found.st_mode):
            raise SourceNotText(f"{path} is no file to write in; name one")
        if found.st_size > LARGEST_BYTES:
            raise SourceNotText(
                f"{path} has {found.st_size:,} bytes, and at most {LARGEST_BYTES:,} can be written in here; "
                "cut it into several"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceMissing(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}") from None


def _decoded(data: bytes, path: Path) -> str:
    if b"\0" in data:
        raise SourceNotText(f"{path} is not text: it holds NUL characters; name a text")
    try:
        return data.removeprefix(_MARK).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WrongEncoding(
            f"{path} is not UTF-8 text: byte 0x{data[error.start]:02X} in line {line}; convert it, or name a text"
        ) from None


def _newline(text: str) -> Newline:
    """What ends the lines of a text, if it is one and the same for all."""
    pairs, returns, feeds = text.count("\r\n"), text.count("\r"), text.count("\n")
    if pairs and pairs == returns == feeds:
        return "\r\n"
    return "\r" if returns and not feeds else "\n"


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
