"""A text as rows on a screen: broken between words, each letter as wide as the terminal shows it.

A row is one column narrower than the screen: there the blank hangs at which the row was broken, or the cursor stands.
"""

from collections.abc import Callable, Iterator
from typing import Final, final

import numpy as np
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


def letters(text: str, start: int = 0, stop: int | None = None) -> Iterator[str]:
    """The letters of a text from `start` to before `stop`, each with its marks."""
    if text.isascii():
        return iter(text[start:stop])
    return (found.group() for found in _CLUSTER.finditer(text, start, stop))


@final
class Rows:
    """The rows of a whole text on a screen of so many columns.

    Attributes:
        starts: the index at which each row begins.
    """

    def __init__(self, text: str, width: int, before: "Rows | None" = None) -> None:
        """Break the text; where it agrees with the text of `before`, the rows of that one are kept.

        A row ends before the letter that has no room in it; a tab can end two rows at once. So a change can move the
        two breaks before it, and none further up.
        """
        self.text = text
        self.width = width
        if before is None or before.width != width:
            self.starts = np.array([0, *row_starts(text, 0, width)], dtype=np.int64)
            return
        same = common_beginning(before.text, text)
        ends = common_ending(before.text[same:], text[same:])
        longer = len(text) - len(before.text)
        kept = before.starts[: max(before.row(same) - 2, 0) + 1]
        new, rest = [], before.starts[:0]
        for start in row_starts(text, int(kept[-1]), width):
            at = int(np.searchsorted(before.starts, start - longer))
            if start >= len(text) - ends and at < len(before) and before.starts[at] == start - longer:
                rest = before.starts[at:] + longer
                break
            new.append(start)
        self.starts = np.concatenate([kept, np.array(new, dtype=np.int64), rest])

    def __len__(self) -> int:
        return len(self.starts)

    def row(self, index: int) -> int:
        """The row that an index of the text is in."""
        return int(np.searchsorted(self.starts, index, side="right")) - 1

    def span(self, row: int) -> tuple[int, int]:
        """Where the text of a row begins and ends, without the newline."""
        start = int(self.starts[row])
        end = int(self.starts[row + 1]) if row + 1 < len(self.starts) else len(self.text)
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


def row_starts(text: str, at: int, width: int) -> Iterator[int]:
    """Where the rows after the one that begins at `at` begin."""
    room = max(width - 1, 2)
    while True:
        end = text.find("\n", at)
        stop = len(text) if end == -1 else end
        line = text[at:stop] if stop - at <= room else ""
        if not (line.isascii() and line.isprintable()) or stop - at > room:
            yield from _broken(text, at, stop, room)
        if end == -1:
            return
        at = end + 1
        yield at


def _broken(text: str, at: int, stop: int, room: int) -> Iterator[int]:
    """The same for the rest of one line, which ends at `stop`."""
    start, column, breakable = at, 0, (at, 0)  # breakable: an index, and its column
    for letter in letters(text, at, stop):
        wide = columns(letter)
        while wide and column + wide > room + (letter == " ") and at > start:  # twice, where it is a tab
            index, its_column = breakable if breakable[0] > start else (at, column)
            start = index
            yield start
            column -= its_column
        column, at = column + wide, at + len(letter)
        if letter.isspace() or wide > 1:
            breakable = (at, column)


def common_beginning(one: str, other: str) -> int:
    """How many code points both texts begin with."""
    return _longest(min(len(one), len(other)), lambda start, stop: one[start:stop] == other[start:stop])


def common_ending(one: str, other: str) -> int:
    """How many code points both texts end with."""
    ends = len(one), len(other)
    return _longest(
        min(ends),
        lambda start, stop: one[ends[0] - stop : ends[0] - start] == other[ends[1] - stop : ends[1] - start],
    )


def _longest(most: int, agree: Callable[[int, int], bool]) -> int:
    """The largest length up to which all agrees: slices are halved, which is quick in long texts."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if agree(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
