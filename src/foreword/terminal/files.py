"""Opening, saving and keeping: what becomes of the text outside the editor."""

from datetime import datetime
from pathlib import Path
from typing import Final, final

from foreword.terminal.lessons import Lessons
from foreword.terminal.recovery import Keeper, Kept, left_behind
from foreword.terminal.textfile import TextFile
from foreword.text.counting import counted

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
