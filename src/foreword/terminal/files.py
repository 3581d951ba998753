"""What of a text is new, and to be learned: each sentence once, however often the text is saved.

A line is learned as it is. Of one that had been learned or read before and has grown or changed since, only the
sentences that are new are: the memory counts words inside sentences, so that nothing is lost by it.
"""

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Final, final

import regex

from foreword.terminal.textfile import TextFile, write_whole
from foreword.text.counting import counted

_BETWEEN_SENTENCES: Final = regex.compile(
    r"(?V1)(?<=[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}\"']*)\s+|(?<=[。！？])(?=.)"
)


@final
class Lessons:
    """Remembers which sentences are known: those the text had when it was opened, and those learned since."""

    def __init__(self, text: str = "") -> None:
        self._known: set[str] = set()
        self.know(text)

    def know(self, text: str) -> None:
        """Take all of this text as known: somebody else may have written it, or it was learned another time."""
        for line in text.split("\n"):
            self._known.update(line[start:end] for start, end in _sentences(line))

    def new_in(self, text: str) -> list[str]:
        """The lines, or parts of lines, to be learned from this text; known from now on."""
        found: list[str] = []
        for line in text.split("\n"):
            fresh = ((span, line[slice(*span)] not in self._known) for span in _sentences(line))
            for is_new, run in groupby(fresh, key=lambda each: each[1]):
                spans = [span for span, _ in run]
                if is_new:
                    found.append(line[spans[0][0] : spans[-1][1]])
                    self._known.update(line[start:end] for start, end in spans)
        return found


def _sentences(line: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a line lie, without the blanks around them."""
    ends = [found.span() for found in _BETWEEN_SENTENCES.finditer(line)]
    starts = [0, *(end for _, end in ends)]
    for start, end in zip(starts, [*(start for start, _ in ends), len(line)], strict=True):
        sentence = line[start:end]
        if sentence and not sentence.isspace():
            yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())


# What is written and not yet saved, kept in the data folder in case the program is killed or the terminal goes.
#
# Each editor has a file of its own there, `NAME.json`, for its owner alone (mode 0600), as long as there is something
# unsaved in it. Beside it lies `NAME.lock`, which the editor holds: the system lets go of it when the editor ends,
# whatever ended it. So what lies there and is held by nobody was left behind.


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


# Opening, saving and keeping: what becomes of the text outside the editor.


DRAFTS: Final = "unsaved"
"""The folder in the person's data folder where unsaved texts are kept."""


@final
class Files:
    """The file that is written in, or none yet, and what of the text is not in it."""

    def __init__(self, home: Path, path: Path | None) -> None:
        """Read the file at a path; what `TextFile.open` raises, where it cannot be read.

        Args:
            home: the person's data folder.
            path: of the file, which may be one to be made.
        """
        self._drafts = home / DRAFTS
        self._keeper = Keeper(self._drafts)
        self._kept = ""
        self.file: TextFile | None = None
        self.saved = ""
        if path is not None:
            self.file, self.saved = TextFile.open(path)
        self.lessons = Lessons(self.saved)

    @property
    def name(self) -> str:
        """What the file is called."""
        return "no name yet" if self.file is None else self.file.path.name

    def open(self, path: Path) -> str:
        """Go over to another file; its text. What was kept of the one before is dropped.

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
        """See that what is not saved survives this program.

        Raises:
            OSError: it could not be written.
        """
        if text == self.saved:
            self.drop()
        elif text != self._kept or durable:
            self._keeper.keep(text, self.file.path if self.file else None, durable=durable)
            self._kept = text

    def drop(self) -> None:
        """What was kept is not needed any more."""
        self._keeper.drop()
        self._kept = ""

    def leave(self) -> None:
        """Let the next editor have what is kept."""
        self._keeper.leave()

    def left_behind(self) -> list[Kept]:
        """What was kept for this file, or for none, by editors that have ended; newest first."""
        path = None if self.file is None else self.file.path.absolute()
        return [each for each in left_behind(self._drafts) if each.path == path]

    def left_elsewhere(self) -> list[Path]:
        """The other files of which something unsaved is kept."""
        path = None if self.file is None else self.file.path.absolute()
        return sorted({each.path for each in left_behind(self._drafts) if each.path not in (path, None)})


def described(kept: Kept) -> str:
    """When something was kept, and how long it is."""
    time: datetime = kept.time.astimezone()
    return f"{time:%Y-%m-%d %H:%M}, {counted(len(kept.text), 'character')}"
