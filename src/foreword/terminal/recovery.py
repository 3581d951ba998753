"""What is written and not yet saved, kept in the data folder in case the program is killed or the terminal goes.

Each editor has a file of its own there, `NAME.json`, for its owner alone (mode 0600), as long as there is something
unsaved in it. Beside it lies `NAME.lock`, which the editor holds: the system lets go of it when the editor ends,
whatever ended it. So what lies there and is held by nobody was left behind.
"""

import contextlib
import json
import os
import secrets
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, final

from foreword.terminal.textfile import write_whole

if sys.platform == "win32":
    import msvcrt

    def _hold(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


FORMAT: Final = "foreword-unsaved"
VERSION: Final = 1


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an editor has left behind.

    Attributes:
        place: the file it was found in.
        path: of the file it belongs to; None if it had no name yet.
        time: when it was last kept.
    """

    place: Path
    path: Path | None
    text: str
    time: datetime

    def discard(self) -> None:
        """Delete it."""
        for each in (self.place, self.place.with_suffix(".lock")):
            each.unlink(missing_ok=True)


@final
class Keeper:
    """Keeps the unsaved text of one editor."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = folder / f"{secrets.token_hex(8)}.json"
        self._lock: IO[bytes] | None = None

    def keep(self, text: str, path: Path | None, *, durable: bool) -> None:
        """Write the text down; `durable` waits until it would survive a power cut, too.

        Raises:
            OSError: it could not be written.
        """
        record = {
            "format": FORMAT,
            "version": VERSION,
            "path": None if path is None else str(path.absolute()),
            "time": datetime.now(UTC).isoformat(),
            "text": text,
        }
        if self._lock is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = self._taken()
        write_whole(self._place, json.dumps(record).encode(), mode=0o600, durable=durable)

    def drop(self) -> None:
        """There is nothing unsaved any more."""
        self._place.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            self._place.with_suffix(".lock").unlink(missing_ok=True)

    def leave(self) -> None:
        """Let go of what is kept, for the next editor to find."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _taken(self) -> IO[bytes]:
        """The lock, held. Where the file system has no locks, the text is kept all the same."""
        path = self._place.with_suffix(".lock")
        file = open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")  # noqa: PTH123, SIM115 - held to the end
        with contextlib.suppress(OSError):
            _hold(file)
        return file


def left_behind(folder: Path) -> list[Kept]:
    """What editors that are no longer running have left, newest first."""
    found = []
    for place in folder.glob("*.json"):
        kept = _read(place)
        if kept is not None and not _is_held(place.with_suffix(".lock")):
            found.append(kept)
    return sorted(found, key=lambda each: each.time, reverse=True)


def _read(place: Path) -> Kept | None:
    """What a file keeps; None if it is none of ours, or of a later version."""
    try:
        record = json.loads(place.read_bytes())
        if record["format"] != FORMAT or record["version"] != VERSION:
            return None
        path, text = record["path"], record["text"]
        time = datetime.fromisoformat(record["time"])
        return Kept(place=place, path=None if path is None else Path(path), text="" + text, time=time)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("r+b") as file:
            _hold(file)
    except (BlockingIOError, PermissionError):  # as Unix and as Windows say it
        return True
    except OSError:
        return False
    return False
