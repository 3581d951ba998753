"""Text files: what is not changed is written back byte by byte."""

import hashlib
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import SourceError, SourceMissing, SourceNotText, WrongEncoding
from foreword.files import write_whole

LARGEST_BYTES: Final = 2_000_000
"""The largest file that is opened: the text is drawn anew at each key."""

_MARK: Final = b"\xef\xbb\xbf"

Newline = Literal["\n", "\r\n", "\r"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file, and what the editor does not show of it."""

    path: Path
    newline: Newline = "\n"  # a line feed if there are several kinds; the others are then in the text
    ends_line: bool = True  # there is a newline behind the last line
    has_mark: bool = False  # a byte order mark
    digest: bytes | None = None  # of its bytes when it was last read or written; None if there is no file yet

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
        newline, has_mark = _newline(text), data.startswith(_MARK)
        text = text.replace(newline, "\n")
        ends_line = text != "\n" and (
            text.endswith("\n") or not text
        )  # a lone newline is all there is to see
        found = cls(path=path, newline=newline, ends_line=ends_line, has_mark=has_mark, digest=_digest(data))
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
        write_whole(self.path, data, private=False)
        return replace(self, digest=_digest(data))


def _read(path: Path) -> bytes | None:
    """The bytes of the file; None if there is no file, but its folder is there."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SourceNotText(f"{path} is not a file; name a text file")
        if found.st_size > LARGEST_BYTES:
            limit = f"the editor opens at most {LARGEST_BYTES:,}; cut it into several"
            raise SourceNotText(f"{path} has {found.st_size:,} bytes; {limit}")
        return path.read_bytes()
    except FileNotFoundError:
        if path.parent.is_dir():
            return None
        raise SourceMissing(f"there is no folder {path.parent}; make it, or name another file") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceMissing(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}") from None


def _decoded(data: bytes, path: Path) -> str:
    if b"\0" in data:
        raise SourceNotText(f"{path} is not text: it holds NUL characters; name a text file")
    try:
        return data.removeprefix(_MARK).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = f"byte 0x{data[error.start]:02X} in line {line}"
        raise WrongEncoding(f"{path} is not UTF-8 text: {wrong}; convert it to UTF-8") from None


def _newline(text: str) -> Newline:
    """What ends all lines of a text; a line feed if they differ."""
    pairs, returns, feeds = text.count("\r\n"), text.count("\r"), text.count("\n")
    if pairs and pairs == returns == feeds:
        return "\r\n"
    return "\r" if returns and not feeds else "\n"


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
