r"""JSON read one value at a time: large files in little memory, and cut ones as far as they go.

A reader says into which objects and arrays to go; everything else is handed out as a value of its own. Memory holds one
such value and a block of text.

Telegram Desktop writes control characters as `\x1B`, which is not JSON (its `SerializeString`, docs/sources.md);
they are read as what they mean.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, final

from foreword.sources.lines import pieces_of
from foreword.sources.opened import Opened
from foreword.sources.report import LONGEST_SHOWN, Report

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

LONGEST_TOKEN: Final = 16
r"""Characters of what may be cut within: `-Infinity`, `\ud83d\ude00`."""

LONGEST_VALUE: Final = 1 << 26
"""Characters; a longer value is taken for a damaged one, or that could fill the memory with all that follows."""

MOST_DAMAGED: Final = 1000
"""Elements that may be damaged; after more, the walk ends there, for each costs a look at all that is in memory."""

_DECODER: Final = json.JSONDecoder(strict=False)  # line breaks within strings are none of our business
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_HEXADECIMAL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_ESCAPE: Final = re.compile(r"\\x[0-9A-Fa-f]{2}")
_CLOSING: Final = {"{": "}", "[": "]"}


def walk(opened: Opened, enter: Callable[[Path], bool], report: Report) -> Iterator[tuple[Path, object]]:
    """The values of a JSON file with their paths; objects and arrays for whose path `enter` holds are gone into.

    Where an element of an array is damaged, the walk goes on with the next one that begins on a line of its own, as far
    in as this one; where there is none, it ends. The report says so.

    Raises:
        SourceEmpty, SourceMissing, SourceNotText, WrongEncoding: as `pieces_of` says.
    """
    walker = _Walker(_Window(pieces_of(opened)), enter, opened.name, report)
    try:
        yield from walker.values(())
        walker.end()
    except _Broken as broken:
        walker.not_understood(broken)
        report.notes.append(
            f"{opened.name} was read up to {place(broken.path)}: there it breaks off or is damaged; "
            "export it again to have the rest"
        )


def place(path: Path) -> str:
    """Where a value is, in words: "chat 4, message 13"."""
    steps = [(key, step) for key, step in pairwise(("", *path)) if isinstance(step, int)]
    names = ["chat"] * len(steps[:-1]) + ["chat" if key == "list" else "message" for key, _ in steps[-1:]]
    return (
        ", ".join(f"{name} {step + 1:,}" for name, (_, step) in zip(names, steps, strict=True)) or "its end"
    )


class _Broken(Exception):
    """The text is no JSON from here on; `path` leads there, `text` is how it goes on."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text


@final
class _Walker:
    """Goes from value to value; state is the window's alone."""

    def __init__(self, window: "_Window", enter: Callable[[Path], bool], name: str, report: Report) -> None:
        self.window = window
        self.enter = enter
        self.name = name
        self.report = report
        self.damaged = 0

    def values(self, path: Path, sibling: str = "") -> Iterator[tuple[Path, object]]:
        """The value at `path`, or those in it; one that holds `sibling` is damaged, and goes on with its neighbours."""
        opening = self.window.mark()
        if opening not in _CLOSING or not self.enter(path):
            yield path, self.window.value(path, sibling)
        elif self.window.skip(opening) and not self.window.skip(_CLOSING[opening]):
            yield from self.members(path) if opening == "{" else self.elements(path)

    def members(self, path: Path) -> Iterator[tuple[Path, object]]:
        """Those in an object, behind its brace."""
        more = True
        while more:
            inner = (*path, self.window.key(path))
            yield from self.values(inner)
            more = self.more("}", inner)

    def elements(self, path: Path) -> Iterator[tuple[Path, object]]:
        """Those in an array, behind its bracket."""
        more, index = True, 0
        while more:
            inner = (*path, index)
            lead = self.window.lead()
            sibling = f"{lead}{{" if "\n" in lead else ""
            try:
                yield from self.values(inner, sibling)
                more = self.more("]", inner)
            except _Broken as broken:
                self.damaged += 1
                if self.damaged > MOST_DAMAGED or not self.window.find(sibling):
                    raise
                self.not_understood(broken)
            index += 1

    def more(self, closing: str, path: Path) -> bool:
        """Whether a comma follows, not the end."""
        if self.window.skip(closing):
            return False
        if self.window.skip(","):
            return True
        raise _Broken(path, self.window.ahead())

    def end(self) -> None:
        """See that nothing follows."""
        if self.window.mark():
            raise _Broken((), self.window.ahead())

    def not_understood(self, broken: _Broken) -> None:
        """Report what could not be read."""
        self.report.not_understood(self.name, place(broken.path), broken.text)


@final
class _Window:
    """The text from where it is read on, and more of it as it is needed."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.pieces = pieces
        self.text = ""
        self.at = 0
        self.space = ""

    def mark(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.space += space[0] if space else ""
            self.at += len(space[0]) if space else 0
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def lead(self) -> str:
        """The space before the next character that is none."""
        self.mark()
        return self.space

    def skip(self, mark: str) -> bool:
        """Go past `mark` if it comes next."""
        if self.mark() != mark:
            return False
        self.go(self.at + 1)
        return True

    def find(self, mark: str) -> bool:
        """Go to the last character of `mark`, a brace behind space, wherever it comes next; false if nowhere."""
        self.go(self.at + 1)
        while mark:
            found = self.text.find(mark, self.at)
            if found >= 0:
                self.go(found + len(mark) - 1)
                self.space = mark[:-1]
                return True
            self.go(max(self.at, len(self.text) - len(mark)))
            if not self.more():
                break
        return False

    def go(self, at: int) -> None:
        """Go to a place that is no space."""
        self.at = at
        self.space = ""

    def key(self, path: Path) -> str:
        """The key of an object's member, and past its colon."""
        key = self.value(path)
        if not isinstance(key, str) or not self.skip(":"):
            raise _Broken(path, self.ahead())
        return key

    def value(self, path: Path, sibling: str = "") -> object:
        """The value that comes next; it must not hold `sibling`."""
        self.mark()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except RecursionError:
                raise _Broken(path, self.ahead()) from None
            except ValueError as error:
                if not self.mended(error) and (self.is_wrong(error) or not self.more()):
                    raise _Broken(path, self.ahead()) from None
            else:
                if end + len("e+") < len(self.text) or not self.more():  # a number might go on
                    if sibling and self.text.find(sibling, self.at, end) >= 0:
                        raise _Broken(path, self.ahead())
                    self.go(end)
                    return value

    def is_wrong(self, error: ValueError) -> bool:
        """Whether no more text could set this right: it is wrong before the end, or longer than any value."""
        if not isinstance(error, json.JSONDecodeError) or len(self.text) - self.at > LONGEST_VALUE:
            return True
        return error.pos + LONGEST_TOKEN < len(self.text) and not error.msg.startswith("Unterminated string")

    def mended(self, error: ValueError) -> bool:
        r"""Whether there was something like `\x1B` to set right."""
        if not isinstance(error, json.JSONDecodeError) or not _ESCAPE.match(self.text, error.pos):
            return False
        self.text, self.at = _HEXADECIMAL.sub(r"\1\\u00\2", self.text[self.at :]), 0
        return True

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
