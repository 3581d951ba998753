"""An edited text: its cursor, its selection, and its history.

Indices and cursors count code points.
"""

from dataclasses import dataclass
from typing import Final, Literal, final

import regex

from foreword.text.words import words

Kind = Literal["typing", "deleting", "other"]
"""One undo takes back a run of changes of one kind: a typed word, or deletions. A change "other" is undone alone."""

DEEPEST: Final = 5_000  # steps that can be undone
NEAR: Final = 128  # code points searched for a letter with its marks

_CLUSTER: Final = regex.compile(r"\X")
_MARKED_LETTER: Final = regex.compile(r"[\p{L}\p{N}]\p{M}+")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One replacement at an index, and the cursor before it."""

    at: int
    removed: str
    inserted: str
    cursor: int


@final
class Draft:
    """The text, with undo and redo."""

    def __init__(self, text: str = "", cursor: int = 0) -> None:
        self.text = text
        self.cursor = cursor
        self.anchor: int | None = None
        self._done: list[list[Change]] = []
        self._undone: list[list[Change]] = []
        self._open: Kind = "other"  # the kind of change that still joins the last step

    @property
    def before(self) -> str:
        """The text before the cursor."""
        return self.text[: self.cursor]

    @property
    def selection(self) -> tuple[int, int] | None:
        """The start and end of the selection; None if nothing is selected."""
        if self.anchor is None or self.anchor == self.cursor:
            return None
        return min(self.anchor, self.cursor), max(self.anchor, self.cursor)

    def replace(self, start: int, end: int, new: str, *, kind: Kind = "other") -> None:
        """Replace the text from `start` to before `end` with `new`, and put the cursor after it."""
        change = Change(at=start, removed=self.text[start:end], inserted=new, cursor=self.cursor)
        if self._joins(change, kind):
            self._done[-1].append(change)
        else:
            self._done.append([change])
            del self._done[:-DEEPEST]
        self._undone.clear()
        self._put(start, end, new)
        self._open = kind

    def move(self, cursor: int, *, selecting: bool = False) -> None:
        """Move the cursor; with `selecting`, select the text between the anchor and the cursor."""
        if not selecting:
            self.anchor = None
        elif self.anchor is None:
            self.anchor = self.cursor
        self.cursor = max(0, min(cursor, len(self.text)))
        self._open = "other"

    def undo(self) -> bool:
        """Undo the last step; False if there is none."""
        if not self._done:
            return False
        self._undone.append(step := self._done.pop())
        for change in reversed(step):
            self._put(change.at, change.at + len(change.inserted), change.removed)
        self.cursor = step[0].cursor
        return True

    def redo(self) -> bool:
        """Redo the step undone last; False if there is none."""
        if not self._undone:
            return False
        self._done.append(step := self._undone.pop())
        for change in step:
            self._put(change.at, change.at + len(change.removed), change.inserted)
        return True

    def _put(self, start: int, end: int, new: str) -> None:
        self.text = self.text[:start] + new + self.text[end:]
        self.cursor = start + len(new)
        self.anchor = None
        self._open = "other"

    def _joins(self, change: Change, kind: Kind) -> bool:
        if kind == "other" or kind != self._open:
            return False
        last = self._done[-1][-1].inserted
        begins_word = last[-1:].isspace() and not change.inserted[:1].isspace()
        return kind == "deleting" or not begins_word


def next_letter(text: str, cursor: int) -> int:
    """The index after the letter at the cursor: a letter with its marks, or a whole emoji."""
    found = _CLUSTER.match(text, cursor)
    return found.end() if found else cursor


def previous_letter(text: str, cursor: int) -> int:
    """The start of the letter before the cursor: a letter with its marks, or a whole emoji."""
    start = max(text.rfind("\n", 0, max(cursor - 1, 0)) + 1, cursor - NEAR)
    *_, last = [start, *(found.start() for found in _CLUSTER.finditer(text, start, cursor))]
    return min(last, cursor)


def backspace_start(text: str, cursor: int) -> int:
    """The start of the text that Backspace deletes: only the last mark of a letter, or a whole emoji."""
    start = previous_letter(text, cursor)
    return cursor - 1 if _MARKED_LETTER.fullmatch(text, start, cursor) else start


def line_start(text: str, cursor: int) -> int:
    """The start of the line that the cursor is in."""
    return text.rfind("\n", 0, cursor) + 1


def line_end(text: str, cursor: int) -> int:
    """The end of the line that the cursor is in."""
    found = text.find("\n", cursor)
    return len(text) if found == -1 else found


def previous_word(text: str, cursor: int) -> int:
    """The last word start before the cursor, else the start of the line; from there, the end of the line before."""
    start = line_start(text, cursor)
    if start == cursor:
        return max(cursor - 1, 0)
    starts = [start + found.start() for found in words(text[start : line_end(text, cursor)])]
    return max((each for each in starts if each < cursor), default=start)


def next_word(text: str, cursor: int) -> int:
    """The first word end after the cursor, else the end of the line; from there, the start of the next line."""
    start, end = line_start(text, cursor), line_end(text, cursor)
    if end == cursor:
        return min(cursor + 1, len(text))
    ends = [start + found.end() for found in words(text[start:end])]
    return min((each for each in ends if each > cursor), default=end)


def common_start(one: str, other: str) -> int:
    """The length of the common start of both texts, in code points. It compares halves, to be fast in a long text."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
