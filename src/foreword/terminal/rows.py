"""A text as rows on a screen: broken between words, each letter as wide as the terminal shows it.

A row is one column narrower than the screen: there the blank hangs at which the row was broken, or the cursor stands.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, final

import regex
from prompt_toolkit.utils import get_cwidth

TAB: Final = "    "
_CLUSTER: Final = regex.compile(r"\X")


def shown(letter: str) -> str:
    """What a letter with its marks looks like: a tab as blanks, a control character as terminals name it."""
    if letter == "\t":
        return TAB
    code = ord(letter[0])
    if code < 0x20 or code == 0x7F:
        return f"^{chr(code ^ 0x40)}"
    return "�" if 0x80 <= code < 0xA0 else letter


def columns(letter: str) -> int:
    """How many columns a letter with its marks takes."""
    return get_cwidth(shown(letter))


def letters(text: str) -> Iterator[str]:
    """The letters of a text, each with its marks."""
    return iter(text) if text.isascii() else (found.group() for found in _CLUSTER.finditer(text))


def broken(line: str, width: int) -> tuple[int, ...]:
    """Where the rows of one line begin, on a screen of so many columns: 0 first."""
    room = max(width - 1, 2)
    if line.isascii() and line.isprintable() and len(line) <= room:
        return (0,)
    starts, column, at, breakable = [0], 0, 0, (0, 0)  # breakable: an index, and its column
    for letter in letters(line):
        wide = columns(letter)
        while wide and column + wide > room + (letter == " ") and at > starts[-1]:  # twice, where it is a tab
            index, its_column = breakable if breakable[0] > starts[-1] else (at, column)
            starts.append(index)
            column -= its_column
        column, at = column + wide, at + len(letter)
        if letter.isspace() or wide > 1:
            breakable = (at, column)
    return tuple(starts)


@final
class Rows:
    """The rows of a whole text on a screen of so many columns.

    Attributes:
        lines: where the rows begin in each line, by the line.
    """

    def __init__(self, text: str, width: int, before: "Rows | None" = None) -> None:
        """Break the text; the lines that the rows `before` had as well are not broken anew."""
        self.text = text
        self.width = width
        lines = text.split("\n")
        known: dict[str, tuple[int, ...]] = (
            before.lines if before is not None and before.width == width else {}
        )
        self.lines: dict[str, tuple[int, ...]] = {
            line: known.get(line) or broken(line, width) for line in set(lines)
        }
        begins = accumulate((len(line) + 1 for line in lines), initial=0)
        self.starts = [
            begin + start for begin, line in zip(begins, lines, strict=False) for start in self.lines[line]
        ]

    def __len__(self) -> int:
        return len(self.starts)

    def row(self, index: int) -> int:
        """The row that an index of the text is in."""
        return bisect_right(self.starts, index) - 1

    def span(self, row: int) -> tuple[int, int]:
        """Where the text of a row begins and ends, without the newline."""
        start = self.starts[row]
        end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
        return start, end - (self.text[end - 1 : end] == "\n" and end > start and row + 1 < len(self.starts))

    def column(self, index: int) -> int:
        """The column in which the cursor stands at an index."""
        start, _ = self.span(self.row(index))
        return sum(map(columns, letters(self.text[start:index])))

    def index(self, row: int, column: int) -> int:
        """The index in a row, from 0 to the last, that is nearest to a column and not behind it."""
        start, end = self.span(max(0, min(row, len(self) - 1)))
        is_broken = end < len(self.text) and self.text[end] != "\n"
        at = passed = 0
        for letter in letters(self.text[start:end]):
            passed += columns(letter)
            if passed > column or (is_broken and start + at + len(letter) >= end):
                break
            at += len(letter)
        return start + at
