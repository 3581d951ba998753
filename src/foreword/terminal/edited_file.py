"""The edited file: it is opened, saved and learned, and its unsaved text is kept in case the program is killed.

Each editor keeps its unsaved text in a private file of its own in the data folder, `unsaved/NAME.json`, and holds the
lock `NAME.lock` beside it. The system releases the lock when the editor ends, for any reason: then the file was left
behind.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import compress
from pathlib import Path
from typing import Final, final

from filelock import FileLock

from foreword.errors import SourceError, SourceMissing, SourceNotText, WrongEncoding
from foreword.files import is_locked, write_whole
from foreword.keyboard.learn import KnownSentences, own_lines

UNSAVED: Final = "unsaved"
FORMAT: Final = "foreword-unsaved"
VERSION: Final = 1
LARGEST_BYTES: Final = 2_000_000
"""The largest file that the editor opens and saves: each key draws the text again."""
_MARKDOWN: Final = re.compile(r"\.(md|mdown|mkdn?|markdown)$", re.IGNORECASE)

_MARK: Final = b"\xef\xbb\xbf"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file, with the properties that the editor does not show."""

    path: Path
    newline: str = "\n"  # "\r\n" if it ends all lines; else the text keeps each "\r"
    ends_line: bool = True  # a newline ends the last line
    has_mark: bool = False  # a byte order mark
    digest: str | None = None  # of the bytes last read or written; None if there is no file yet

    @classmethod
    def open(cls, path: Path) -> tuple["TextFile", str]:
        """The file at a path and its text; a new file if there is none.

        Raises:
            SourceMissing: it cannot be read, or its folder is missing.
            SourceNotText: it is not a file, is too large, or holds NUL characters.
            WrongEncoding: it is not UTF-8.
        """
        data = _bytes(path)
        if data is None:
            return cls(path=path), ""
        text = _decoded(data, path)
        pairs, has_mark = text.count("\r\n"), data.startswith(_MARK)
        newline = "\r\n" if 0 < pairs == text.count("\r") == text.count("\n") else "\n"
        text = text.replace(newline, "\n")
        ends_line = text != "\n" and (text.endswith("\n") or not text)  # a lone newline stays visible
        found = cls(path=path, newline=newline, ends_line=ends_line, has_mark=has_mark, digest=_digest(data))
        return found, text.removesuffix("\n") if ends_line else text

    def has_changed(self) -> bool:
        """Whether another program has changed the file since it was last read or written; not if its folder is gone."""
        try:
            data = _bytes(self.path)
        except SourceError:
            return os.path.isdir(self.path.parent)  # noqa: PTH112 - Path.is_dir raises if its server is gone
        return data is not None and _digest(data) != self.digest

    def write(self, text: str) -> "TextFile":
        """Write the text to the file, whole or not at all, and keep the file's mode, line ends and last newline.

        Raises:
            OSError: the file could not be written; it is unchanged.
        """
        ended = text + "\n" if self.ends_line and text else text
        data = (_MARK if self.has_mark else b"") + ended.replace("\n", self.newline).encode()
        if len(data) > LARGEST_BYTES:
            raise OSError(errno.EFBIG, f"the text {_too_large(len(data))}")
        write_whole(self.path, data, private=False)
        return replace(self, digest=_digest(data))


def _bytes(path: Path) -> bytes | None:
    """The bytes of the file; None if its folder exists but the file does not."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SourceNotText(f"{path} is not a file; name a text file")
        if found.st_size > LARGEST_BYTES:
            raise SourceNotText(f"{path} {_too_large(found.st_size)}")
        return path.read_bytes()
    except FileNotFoundError:
        if path.parent.is_dir():
            return None
        raise SourceMissing(f"there is no folder {path.parent}; make it, or name another file") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or error
        raise SourceMissing(f"{path} cannot be opened: {why}; mend that, or name another file") from None


def _too_large(size: int) -> str:
    return f"has {size:,} bytes; the editor opens at most {LARGEST_BYTES:,}; cut it into several"


def _decoded(data: bytes, path: Path) -> str:
    if b"\0" in data:
        raise SourceNotText(f"{path} is not text: it holds NUL characters; name a text file")
    try:
        return data.removeprefix(_MARK).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = f"byte 0x{data[error.start]:02X} in line {line}"
        raise WrongEncoding(f"{path} is not UTF-8 text: {wrong}; convert it to UTF-8") from None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An unsaved text that an editor left behind."""

    place: Path  # the file that keeps it
    path: Path | None  # the edited file; None if it had no name yet
    text: str
    digest: str | None  # of the file that it changes; None if there was none, or if it is not known
    time: datetime

    def discard(self) -> None:
        """Delete it."""
        for each in (self.place, self.place.with_suffix(".lock")):
            each.unlink(missing_ok=True)


def left_behind(folder: Path) -> list[Kept]:
    """The unsaved texts of editors that have ended, newest first."""
    kept = filter(None, map(_read, folder.glob("*.json")))
    found = (each for each in kept if not is_locked(each.place.with_suffix(".lock")))
    return sorted(found, key=lambda each: each.time, reverse=True)


def _read(place: Path) -> Kept | None:
    """The unsaved text in a file; None if the file is not ours or has another version."""
    try:
        record = json.loads(place.read_bytes())
        if record["format"] != FORMAT or record["version"] != VERSION:
            return None
        path = record["path"] and Path(os.path.realpath(record["path"]))
        time = datetime.fromisoformat(record["time"])
        text = "" + record["text"]  # a TypeError if it is no text
        return Kept(place=place, path=path, text=text, digest=record.get("digest"), time=time)
    except (OSError, ValueError, LookupError, TypeError):
        return None


@final
class EditedFile:
    """The file that is edited, if it has a name yet, and its unsaved text."""

    def __init__(self, home: Path, path: Path | None) -> None:
        """Read the file at `path`, which may not exist yet; `home` is the person's data folder.

        Raises:
            SourceError: it cannot be read.
        """
        self._folder = home / UNSAVED
        self._place = self._folder / f"{secrets.token_hex(8)}.json"
        self._lock = FileLock(self._place.with_suffix(".lock"), mode=0o600, timeout=0, thread_local=False)
        self._kept = ""
        self.file: TextFile | None = None
        self.saved = ""
        if path is not None:
            self.file, self.saved = TextFile.open(path)
        self.known = KnownSentences(self.saved)

    @property
    def name(self) -> str:
        """The file's name."""
        return "no name yet" if self.file is None else self.file.path.name

    def open(self, path: Path) -> str:
        """Change to another file and return its text. Drop the kept text of the file before.

        Raises:
            SourceError: it cannot be read; nothing has changed.
        """
        self.file, self.saved = TextFile.open(path)
        self.known.know(self.saved)
        self.drop()
        return self.saved

    def save(self, file: TextFile, text: str, finished: str) -> list[str]:
        """Write the `finished` form of the text to a file and go on in that file. Return the lines to learn.

        Raises:
            OSError: the file could not be written; it is unchanged.
        """
        self.file = file.write(finished)
        self.saved = text
        self.drop()
        language = "markdown" if _MARKDOWN.search(self.file.path.name) else ""
        return self.known.new_in("\n".join(compress(lines := text.split("\n"), own_lines(lines, language))))

    def keep(self, text: str) -> None:
        """Keep the unsaved text, so that it survives this program and a power cut.

        Raises:
            OSError: it could not be written.
        """
        if text == self.saved:
            self.drop()
        elif text != self._kept:
            time = datetime.now(UTC).isoformat()
            path = None if self._path is None else str(self._path)
            digest = None if self.file is None else self.file.digest
            record = {"format": FORMAT, "version": VERSION, "path": path, "digest": digest}
            record |= {"time": time, "text": text}
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._lock.is_locked:
                with contextlib.suppress(OSError):  # without a lock, still keep the text
                    self._lock.acquire()
            write_whole(self._place, json.dumps(record).encode(), private=True)
            self._kept = text

    def drop(self) -> None:
        """Delete the kept text: nothing is unsaved any more."""
        with contextlib.suppress(OSError):  # it is not there, or nothing can be changed there
            self._place.unlink()
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                self._place.with_suffix(".lock").unlink()
            self._lock.release()
        self._kept = ""

    def leave(self) -> None:
        """Leave the kept text for the next editor."""
        self._lock.release()

    def left_behind(self) -> list[Kept]:
        """The unsaved texts of this file (or of no file) from editors that have ended, newest first."""
        return [each for each in left_behind(self._folder) if each.path == self._path]

    def left_elsewhere(self) -> list[Path]:
        """The other files that have a kept text."""
        return sorted({each.path for each in left_behind(self._folder) if each.path} - {self._path})

    @property
    def _path(self) -> Path | None:
        return None if self.file is None else self.file.path.resolve()
