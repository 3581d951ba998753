"""The output of the commands: results on stdout, messages and progress on stderr.

Texts, tokens and names of files or folders may contain control characters, which steer terminals. They are escaped.
Signs that change the direction of writing are escaped, too: with them, a name can look like another one. The output
to a pipe is also escaped, because a terminal may show it later.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap
from threading import Timer
from typing import TYPE_CHECKING, Final, final

import typer

from foreword.files import FULL, fault_of_disk, write_whole

if TYPE_CHECKING:
    from collections import Counter

    from rich.progress import Progress

    from foreword.sources.reading import Choose
    from foreword.text.document import Document

PATIENCE: Final = 2.0  # seconds before progress is shown
NARROWEST: Final = 60  # columns of a terminal with two columns of text
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def say(text: str, *, nl: bool = True) -> None:
    """Print `text`, by default as a line."""
    typer.echo(printable(text), nl=nl, color=True)  # else echo strips colours


def say_json(value: object) -> None:
    """Print `value` as a line of JSON, in which each control character is escaped."""
    line = json.dumps(value, ensure_ascii=False)
    typer.echo(_CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", line))


def tell(message: str) -> None:
    """Print a message as one line on stderr."""
    typer.echo(one_line(message), err=True)


def write_picture(path: Path, png: bytes) -> None:
    """Write a picture, after all other output: the disk may be full."""
    write_whole(path, png, private=False)
    tell(f"The picture is in {path}")


def printable(text: str) -> str:
    r"""`text` with escapes such as `\x1b` for control characters; newlines and tabs stay."""
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text.replace("\r\n", "\n"))


def in_words(error: MemoryError | OSError) -> str:
    """The error of the system, its file and the remedy. All our own writing of files names them."""
    if isinstance(error, MemoryError):
        return "this computer has too little memory free; end other programs, then try again"
    unnamed = "standard output" if error.errno in FULL else "a file"
    fault, remedy = fault_of_disk(error, error.filename or unnamed)
    return f"{fault}; {remedy}, then try again"


def local(time: datetime) -> datetime:
    """`time` in this computer's time zone; in UTC if it is before 1970 and this is Windows, whose clock begins then."""
    try:
        return time.astimezone()
    except OSError:
        return time.astimezone(UTC)


def one_line(text: str) -> str:
    """`text` like `printable`, with a space for each newline: for names and messages."""
    return " ".join(printable(text).splitlines())


def beside(label: str, text: str, *lines: str) -> str:
    """`label`, and beside it, or below it in a narrow terminal, `text` in lines that fit, and these whole `lines`."""
    width = shutil.get_terminal_size().columns
    first, indent = (label, len(label)) if width >= NARROWEST else (f"{label.rstrip()}\n  ", 2)
    wrapped = wrap(text, max(1, width - indent), break_long_words=False, break_on_hyphens=False)
    return first + f"\n{' ' * indent}".join([*wrapped, *lines])


@final
class Waiting:
    """Shows the present task and, if known, the share of it that is done."""

    def __init__(self, progress: "Progress | None" = None) -> None:
        self._progress = progress

    def says(self, what: str, share: float | None = None) -> None:
        """Show the task `what` from now on, and its `share` from 0 to 1."""
        if self._progress is not None:
            task, total = self._progress.task_ids[0], None if share is None else 1.0
            self._progress.update(task, description=one_line(what), completed=share or 0.0, total=total)

    def interrupted_by(self, ask: "Choose") -> "Choose":
        """A question that ends the display of progress, then calls `ask`."""

        def asked(source: str, people: "Counter[str]") -> str | None:
            if self._progress is not None:
                self._progress.stop()
                self._progress.disable = True
            return ask(source, people)

        return asked

    def reading(self, documents: Iterable["Document"], name: str) -> "Iterator[Document]":
        """The documents of a source; the characters read so far are shown."""
        characters = 0
        for document in documents:
            characters += len(document.text)
            self.says(f"reading {name}: {characters:,} characters")
            yield document


@contextmanager
def waiting(what: str, *, as_json: bool = False) -> Iterator[Waiting]:
    """Show progress at the bottom of the terminal, if stderr is a terminal and the work takes longer than 2 seconds.

    It leaves nothing on the screen. Print nothing inside the `with` block.
    """
    if as_json or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Waiting()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False, emoji=False),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    progress.add_task(one_line(what), total=None)
    timer = Timer(PATIENCE, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield Waiting(progress)
    finally:
        timer.cancel()
        timer.join()
        progress.stop()
