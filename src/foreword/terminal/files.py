"""The text outside the editor: opened, saved, learned, and kept in case the program is killed.

Each editor keeps its unsaved text in a file of its own in the data folder, `unsaved/NAME.json`, readable by its owner
alone. Beside it lies `NAME.lock`, which the editor holds. The system releases the lock when the editor ends, whatever
ended it. So a file whose lock nobody holds was left behind.
"""

import contextlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, final

from filelock import FileLock, Timeout

from foreword.files import write_whole
from foreword.keyboard.learn import Lessons
from foreword.terminal.textfile import TextFile
from foreword.text.counting import counted

DRAFTS: Final = "unsaved"
FORMAT: Final = "foreword-unsaved"
VERSION: Final = 1


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An unsaved text that an editor left behind."""

    place: Path  # the file it was found in
    path: Path | None  # the file that was written in; None if it had no name yet
    text: str
    time: datetime

    @property
    def described(self) -> str:
        """When it was kept, and its length."""
        return f"{self.time.astimezone():%Y-%m-%d %H:%M}, {counted(len(self.text), 'character')}"

    def discard(self) -> None:
        """Delete it."""
        for each in (self.place, self.place.with_suffix(".lock")):
            each.unlink(missing_ok=True)


def left_behind(folder: Path) -> list[Kept]:
    """What editors that no longer run have left, newest first."""
    found = [kept for place in folder.glob("*.json") if (kept := _read(place)) and not _is_held(place)]
    return sorted(found, key=lambda each: each.time, reverse=True)


def _read(place: Path) -> Kept | None:
    """What a file keeps; None if it is not ours, or of a later version."""
    try:
        record = json.loads(place.read_bytes())
        if record["format"] != FORMAT or record["version"] != VERSION:
            return None
        path, time = record["path"] and Path(record["path"]), datetime.fromisoformat(record["time"])
        return Kept(place=place, path=path, text="" + record["text"], time=time)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _is_held(place: Path) -> bool:
    lock = place.with_suffix(".lock")
    with contextlib.suppress(OSError):
        try:
            if lock.exists():
                with FileLock(lock, mode=0o600, timeout=0):
                    return False
        except Timeout:
            return True
    return False


@final
class Files:
    """The file that is written in, if any, and what of the text is not in it."""

    def __init__(self, home: Path, path: Path | None) -> None:
        """Read the file at `path`, which may not exist yet; `home` is the person's data folder.

        Raises:
            SourceError: it cannot be read.
        """
        self._drafts = home / DRAFTS
        self._place = self._drafts / f"{secrets.token_hex(8)}.json"
        self._lock = FileLock(self._place.with_suffix(".lock"), mode=0o600, timeout=0, thread_local=False)
        self._kept = ""
        self.file: TextFile | None = None
        self.saved = ""
        if path is not None:
            self.file, self.saved = TextFile.open(path)
        self.lessons = Lessons(self.saved)

    @property
    def name(self) -> str:
        """The file's name."""
        return "no name yet" if self.file is None else self.file.path.name

    def open(self, path: Path) -> str:
        """Go over to another file; its text. What was kept of the file before is dropped.

        Raises:
            SourceError: it cannot be read; all is as it was.
        """
        self.file, self.saved = TextFile.open(path)
        self.lessons.know(self.saved)
        self.drop()
        return self.saved

    def save(self, file: TextFile, text: str, finished: str) -> list[str]:
        """Write the `finished` form of the text to a file and go on in that file. Return the lines to learn.

        Raises:
            OSError: it could not be written; the file is as it was.
        """
        self.file = file.write(finished)
        self.saved = text
        self.drop()
        return self.lessons.new_in(text)

    def keep(self, text: str, *, durable: bool = False) -> None:
        """Keep what is not saved, so that it survives this program; with `durable`, also a power cut.

        Raises:
            OSError: it could not be written.
        """
        if text == self.saved:
            self.drop()
        elif text != self._kept or durable:
            time = datetime.now(UTC).isoformat()
            path = None if self._path is None else str(self._path)
            record = {"format": FORMAT, "version": VERSION, "path": path, "time": time, "text": text}
            self._drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._lock.is_locked:
                with contextlib.suppress(OSError):  # without locks, the text is kept all the same
                    self._lock.acquire()
            write_whole(self._place, json.dumps(record).encode(), private=True, durable=durable)
            self._kept = text

    def drop(self) -> None:
        """Delete what is kept: there is nothing unsaved any more."""
        self._place.unlink(missing_ok=True)
        if self._lock.is_locked:
            self._place.with_suffix(".lock").unlink(missing_ok=True)
            self._lock.release()
        self._kept = ""

    def leave(self) -> None:
        """Leave what is kept for the next editor."""
        self._lock.release()

    def left_behind(self) -> list[Kept]:
        """What editors that no longer run have kept of this file, or of no file; newest first."""
        return [each for each in left_behind(self._drafts) if each.path == self._path]

    def left_elsewhere(self) -> list[Path]:
        """The other files of which something unsaved is kept."""
        return sorted({each.path for each in left_behind(self._drafts) if each.path} - {self._path})

    @property
    def _path(self) -> Path | None:
        return None if self.file is None else self.file.path.absolute()
