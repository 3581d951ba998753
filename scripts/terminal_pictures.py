"""Makes the pictures of the terminal: typing.svg, which moves, and editor.svg.

The real program runs in a pseudo-terminal with the model that comes with it; pyte reads what it draws. Each frame is a
screen that has come to rest. Its time is chosen here, not measured, so that the same program makes the same picture.
"""

import argparse
import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from itertools import groupby
from pathlib import Path
from typing import final

import pyte
from svg_screens import Frame, Row, Run, moving, still

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
PATIENCE_SECONDS = 60.0
REST_SECONDS = 0.4
"""A screen with the expected words is at rest if it has not changed for this time."""
BEFORE = """\
We meet at the Falkenhof on Sunday.
The choir sings at the Falkenhof at eight.
"""
"""Made-up text that the memory has learned before."""
COLUMNS = 84
PYTHON = [sys.executable, "-m", "foreword"]
LETTER, SHORT, PAUSE, READ = 0.07, 0.25, 0.7, 1.4  # the seconds of a letter, of two pauses and of a caption
DOWN, RIGHT = "\x1b[B", "\x1b[C"


@final
class Terminal:
    """A program on a pseudo-terminal, and the screen that a person would see."""

    def __init__(self, command: list[str], rows: int, columns: int, home: Path) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.end, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {
            name: value for name, value in os.environ.items() if name not in ("FOREWORD_MODEL", "NO_COLOR")
        }
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=its,
            stdout=its,
            stderr=its,
            cwd=home,
            start_new_session=True,
            env={**kept, "TERM": "xterm-256color", "FOREWORD_HOME": str(home), "FOREWORD_CONFIG": str(home)},
        )
        os.close(its)

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self.end, keys.encode())

    def rest(self, shows: str = "") -> None:
        """Wait until the screen shows these words and does not change any more."""
        end = time.monotonic() + PATIENCE_SECONDS
        quiet = time.monotonic()
        while time.monotonic() - quiet < REST_SECONDS or shows not in "\n".join(self.screen.display):
            if time.monotonic() > end:
                sys.exit(f"waited in vain for {shows!r}:\n" + "\n".join(self.screen.display))
            if self._read():
                quiet = time.monotonic()

    def until_ended(self) -> None:
        """Wait until the program has ended, and read all its output."""
        while self.process.poll() is None:
            self._read()
        while self._read():
            pass

    def _read(self) -> bool:
        if not select.select([self.end], [], [], 0.02)[0]:
            return False
        with contextlib.suppress(OSError):  # Linux raises this if the program has closed it
            if found := os.read(self.end, 65536):
                self._stream.feed(found)
                return True
        return False

    def rows(self) -> tuple[Row, ...]:
        """The screen as runs of letters."""
        return tuple(row_runs(self.screen, row) for row in range(self.screen.lines))


def row_runs(screen: pyte.Screen, row: int) -> Row:
    """The runs of one row; plain spaces are left out."""
    cells = [screen.buffer[row][column] for column in range(screen.columns)]
    cursor = screen.cursor
    styles = [style_of(cell) for cell in cells]
    if row == cursor.y and not cursor.hidden and cursor.x < len(styles):
        styles[cursor.x] += " cursor"
    runs, column = [], 0
    for style, group in groupby(zip(styles, cells, strict=True), key=lambda each: each[0]):
        text = "".join(cell.data for _, cell in group)
        if text.strip() or "reverse" in style or "cursor" in style:
            runs.append(Run(column, text, style.strip()))
        column += len(text)
    return tuple(runs)


def style_of(cell: pyte.screens.Char) -> str:
    """The classes of a letter in the picture."""
    marks = ("bold", "italics", "underscore", "reverse")
    colour = "" if cell.fg == "default" else f"c-{cell.fg}"
    return " ".join([*filter(None, [colour]), *(name for name in marks if getattr(cell, name))])


@final
class Typist:
    """A person who writes in the editor and is filmed."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.frames: list[Frame] = []
        self._caption = ""

    def look(self, seconds: float, caption: str | None = None, *, shows: str = "") -> None:
        """Take the screen at rest."""
        self.terminal.rest(shows)
        self._caption = self._caption if caption is None else caption
        self.frames.append(Frame(self.terminal.rows(), seconds, self._caption))

    def type(self, text: str) -> None:
        """Type letters like a person."""
        for letter in text:
            self.terminal.press(letter)
            self.look(LETTER)

    def press(self, keys: str, seconds: float, caption: str | None = None, *, shows: str = "") -> None:
        """Press a key, and take the resulting screen."""
        self.terminal.press(keys)
        self.look(seconds, caption, shows=shows)


def write(typist: Typist) -> None:
    """Write the letter of the picture."""
    typist.look(PAUSE, "", shows="^G help")
    typist.type("Than")
    typist.look(READ, "The likeliest word is shown in grey.", shows="Thanks")
    typist.press("\t", PAUSE, "Tab takes it.")
    for start, word in (("f", "for"), ("", "for the"), ("mess", "message")):
        typist.type(start)
        typist.look(SHORT, shows=word)
        typist.press("\t", SHORT)
    typist.press(".", LETTER)
    typist.type(" See you tom")
    typist.look(SHORT, "", shows="tomorrow")
    typist.press("\t", SHORT)
    typist.type("at the Fal")
    typist.look(
        READ, "The Falkenhof was in earlier letters: the memory has learned that name.", shows="Falkenhof"
    )
    typist.press("\t", PAUSE)
    typist.press(".", LETTER, "")
    typist.press("\r", LETTER)
    typist.type("We can pl")
    typist.look(SHORT, shows="play")
    typist.press("\t", SHORT)
    typist.type("Quimby.")
    typist.look(PAUSE, "Quimby is a new word.")
    typist.press("\x13", READ, "Ctrl-S saves the letter. The memory learns Quimby at once.", shows="saved")
    typist.press("\r", LETTER, "")
    typist.type("My grandm")
    typist.look(PAUSE, "The arrow keys go into the list; Enter takes a word.", shows="grandma")
    typist.press(DOWN, PAUSE)
    typist.press(RIGHT, PAUSE)
    typist.press("\r", PAUSE)
    typist.type("lov")
    typist.look(SHORT, "", shows="loves")
    typist.press("\t", SHORT)
    typist.type("Qu")
    typist.look(READ, "Quimby is offered now.", shows="Quimby")
    typist.press("\t", SHORT)
    typist.press(".", 3.0, "The status line counts the keys that were saved.")


def film(home: Path) -> list[Frame]:
    """All frames while the letter is written."""
    learn(home)
    terminal = Terminal([*PYTHON, "write", "letter.txt"], 10, COLUMNS, home)
    typist = Typist(terminal)
    try:
        write(typist)
    finally:
        terminal.process.kill()
        terminal.process.wait()
    return typist.frames


def learn(home: Path) -> None:
    """Teach an empty memory the earlier text."""
    (home / "letters.txt").write_text(BEFORE, "utf-8")
    taught = Terminal([*PYTHON, "learn", "letters.txt"], 10, COLUMNS, home)
    taught.until_ended()


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=PICTURES, help="where they go")
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as home:
        frames = film(Path(home))
    listed = next(frame for frame in frames if frame.caption.startswith("The arrow"))
    pictures = {
        "typing.svg": moving("Typing in foreword write", frames),
        "editor.svg": still(
            "foreword write letter.txt", listed.rows, "The editor with an open list of words"
        ),
    }
    for name, drawn in pictures.items():
        (folder / name).write_text(drawn, "utf-8")
        print(f"{folder / name}: {len(drawn.encode()):,} bytes")


if __name__ == "__main__":
    main()
