r"""JSON read one value at a time: large files in little memory, and cut ones as far as they go.

A reader says into which objects and arrays to go; everything else is handed out as a value of its own. Memory holds one
such value and a block of text.

Telegram Desktop writes control characters as `\x1B`, which is not JSON (its `SerializeString`, docs/sources.md);
they are read as what they mean.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import Final, final

from foreword.text.readers.cut_files import pieces_before_the_cut
from foreword.text.readers.opened import Opened
from foreword.text.readers.report import LONGEST_SHOWN, Report

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_DECODER: Final = json.JSONDecoder(strict=False)  # line breaks within strings are none of our business
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_HEXADECIMAL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_CLOSING: Final = {"{": "}", "[": "]"}
_WORDS: Final = {"list": "chat", "messages": "message"}


def walk(opened: Opened, enter: Callable[[Path], bool], report: Report) -> Iterator[tuple[Path, object]]:
    """The values of a JSON file with their paths; objects and arrays for whose path `enter` holds are gone into.

    Where the file breaks off or is no JSON, the walk ends, and the report says so.

    Raises:
        SourceEmpty, SourceMissing, SourceNotText, WrongEncoding: as `Opened.pieces` says.
    """
    window = _Window(pieces_before_the_cut(opened))
    try:
        yield from _walk(window, (), enter)
        if window.mark():
            raise _Broken(())
    except _Broken as broken:
        where = place(broken.path)
        report.not_understood(opened.name, where, window.ahead())
        report.notes.append(
            f"{opened.name} was read up to {where}: there it breaks off or is damaged; export it again to have the rest"
        )


def place(path: Path) -> str:
    """Where a value is, in words: "chat 4, message 13"."""
    steps = [
        f"{_WORDS.get(str(key), key)} {step + 1:,}"
        for key, step in pairwise(("messages", *path))
        if isinstance(step, int)
    ]
    return ", ".join(steps) or "its end"


def _walk(window: "_Window", path: Path, enter: Callable[[Path], bool]) -> Iterator[tuple[Path, object]]:
    opening = window.mark()
    if opening not in _CLOSING or not enter(path):
        yield path, window.value(path)
        return
    window.at += 1
    if window.skip(_CLOSING[opening]):
        return
    for index in count():
        step = window.key(path) if opening == "{" else index
        yield from _walk(window, (*path, step), enter)
        if window.skip(_CLOSING[opening]):
            return
        if not window.skip(","):
            raise _Broken((*path, step))


class _Broken(Exception):
    """The text is no JSON from here on; `path` leads there."""

    def __init__(self, path: Path) -> None:
        self.path = path


@final
class _Window:
    """The text from where it is read on, and more of it as it is needed."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.pieces = pieces
        self.text = ""
        self.at = 0

    def mark(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def skip(self, mark: str) -> bool:
        """Go past `mark` if it comes next."""
        found = self.mark() == mark
        self.at += found
        return found

    def key(self, path: Path) -> str:
        """The key of an object's member, and past its colon."""
        key = self.value(path)
        if not isinstance(key, str) or not self.skip(":"):
            raise _Broken(path)
        return key

    def value(self, path: Path) -> object:
        """The value that comes next."""
        self.mark()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except RecursionError:
                raise _Broken(path) from None
            except ValueError as error:
                if not self.mended(error) and not self.more():
                    raise _Broken(path) from None
            else:
                if end + len("e+") < len(self.text) or not self.more():  # a number might go on
                    self.at = end
                    return value

    def mended(self, error: ValueError) -> bool:
        r"""Whether there was something like `\x1B` to set right."""
        if not isinstance(error, json.JSONDecodeError) or not error.msg.startswith("Invalid \\escape"):
            return False
        self.text, changes = _HEXADECIMAL.subn(r"\1\\u00\2", self.text[self.at :])
        self.at = 0
        return changes > 0

    def more(self) -> bool:
        """Take in as much again as is left, and drop what has been read; false at the end of the file."""
        left, taken = len(self.text) - self.at, 0
        parts = [self.text[self.at :]]
        for piece in self.pieces:
            parts.append(piece)
            taken += len(piece)
            if taken >= left:
                break
        if taken:
            self.text, self.at = "".join(parts), 0
        return taken > 0

    def ahead(self) -> str:
        """How it goes on, to be shown."""
        return self.text[self.at : self.at + LONGEST_SHOWN]
