"""Text that knows of each code point how it came there, so that saved keys are counted by what still stands."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal, final

import regex

from foreword.text.words import words


@final
class Origin(IntEnum):
    """How a code point came into the text: it was there, or was pasted; a key typed it; a suggestion put it there."""

    THERE = 0
    TYPED = 1
    TAKEN = 2


@final
@dataclass(frozen=True, slots=True)
class Passage:
    """A text and, code point by code point, its origins."""

    text: str
    origins: bytes

    @classmethod
    def of(cls, text: str, origin: Origin) -> "Passage":
        """A text that came in one way."""
        return cls(text, bytes([origin]) * len(text))

    def piece(self, start: int, end: int) -> "Passage":
        """The code points from `start` to before `end`."""
        return Passage(self.text[start:end], self.origins[start:end])

    def replaced(self, start: int, end: int, new: "Passage") -> "Passage":
        """The same with `new` in the place of the code points from `start` to before `end`."""
        return Passage(
            self.text[:start] + new.text + self.text[end:],
            self.origins[:start] + new.origins + self.origins[end:],
        )

    def count(self, origin: Origin) -> int:
        """How many code points came in this way."""
        return self.origins.count(origin)


EMPTY: Final = Passage("", b"")


# Where the cursor goes: by letters with their marks, by words, to the ends of lines.


_CLUSTER: Final = regex.compile(r"\X")
_MARKED_LETTER: Final = regex.compile(r"[\p{L}\p{N}]\p{M}+")
_NEAR: Final = 128  # code points looked at to find a letter with its marks


def next_letter(text: str, cursor: int) -> int:
    """Behind the letter, with its marks, or the emoji at the cursor."""
    found = _CLUSTER.match(text, cursor)
    return found.end() if found else cursor


def previous_letter(text: str, cursor: int) -> int:
    """Before the letter, with its marks, or the emoji that the cursor is behind."""
    start = max(text.rfind("\n", 0, max(cursor - 1, 0)) + 1, cursor - _NEAR)
    *_, last = [start, *(found.start() for found in _CLUSTER.finditer(text, start, cursor))]
    return min(last, cursor)


def deleted_from(text: str, cursor: int) -> int:
    """What Backspace deletes begins here: the last mark of a letter alone, an emoji as a whole."""
    start = previous_letter(text, cursor)
    return cursor - 1 if _MARKED_LETTER.fullmatch(text, start, cursor) else start


def line_start(text: str, cursor: int) -> int:
    """The beginning of the line that the cursor is in."""
    return text.rfind("\n", 0, cursor) + 1


def line_end(text: str, cursor: int) -> int:
    """The end of the line that the cursor is in."""
    found = text.find("\n", cursor)
    return len(text) if found == -1 else found


def previous_word(text: str, cursor: int) -> int:
    """The last beginning of a word before the cursor, or else of the line; from there, the end of the line before."""
    start = line_start(text, cursor)
    if start == cursor:
        return max(cursor - 1, 0)
    begun = [start + found.start() for found in words(text[start : line_end(text, cursor)])]
    return max((each for each in begun if each < cursor), default=start)


def next_word(text: str, cursor: int) -> int:
    """The first end of a word behind the cursor, or else of the line; from there, the beginning of the next line."""
    start, end = line_start(text, cursor), line_end(text, cursor)
    if end == cursor:
        return min(cursor + 1, len(text))
    ended = [start + found.end() for found in words(text[start:end])]
    return min((each for each in ended if each > cursor), default=end)


# A text under the pen: the cursor, what is selected, and the way back to what was there before.


Kind = Literal["typing", "deleting", "other"]
"""What may be undone together: a word as it was typed, a run of deletions. All else is a step of its own."""

DEEPEST: Final = 5_000
"""Steps that can be undone: each holds only what it changed."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One replacement: at which index, of what, by what, and where the cursor was before."""

    at: int
    removed: Passage
    inserted: Passage
    cursor: int


@final
class Draft:
    """A text that is edited. Indices are code points."""

    def __init__(self, text: str = "", cursor: int = 0) -> None:
        self.passage = Passage.of(text, Origin.THERE)
        self.cursor = cursor
        self.anchor: int | None = None
        self._done: list[list[Change]] = []
        self._undone: list[list[Change]] = []
        self._open: Kind = "other"  # what the last step may still be joined by, unless "other"

    @property
    def text(self) -> str:
        """The whole text."""
        return self.passage.text

    @property
    def before(self) -> str:
        """The text before the cursor."""
        return self.text[: self.cursor]

    @property
    def after(self) -> str:
        """The text behind the cursor."""
        return self.text[self.cursor :]

    @property
    def selection(self) -> tuple[int, int] | None:
        """Where what is selected begins and ends; None if nothing is."""
        if self.anchor is None or self.anchor == self.cursor:
            return None
        return min(self.anchor, self.cursor), max(self.anchor, self.cursor)

    def replace(self, start: int, end: int, new: Passage = EMPTY, *, kind: Kind = "other") -> None:
        """Put `new` in the place of the text from `start` to before `end`, and the cursor behind it."""
        change = Change(at=start, removed=self.passage.piece(start, end), inserted=new, cursor=self.cursor)
        if self._joins(change, kind):
            self._done[-1].append(change)
        else:
            self._done.append([change])
            del self._done[:-DEEPEST]
        self._undone.clear()
        self._open = kind
        self._put(change.at, end, new)

    def move(self, cursor: int, *, selecting: bool = False) -> None:
        """Put the cursor somewhere else, and select what lies between if wanted."""
        if not selecting:
            self.anchor = None
        elif self.anchor is None:
            self.anchor = self.cursor
        self.cursor = max(0, min(cursor, len(self.text)))
        self._open = "other"

    def undo(self) -> bool:
        """Take the last step back; False if there is none."""
        if not self._done:
            return False
        group = self._done.pop()
        for change in reversed(group):
            self._put(change.at, change.at + len(change.inserted.text), change.removed)
        self.cursor = group[0].cursor
        self._undone.append(group)
        self._open = "other"
        return True

    def redo(self) -> bool:
        """Do again what was undone last; False if there is nothing."""
        if not self._undone:
            return False
        group = self._undone.pop()
        for change in group:
            self._put(change.at, change.at + len(change.removed.text), change.inserted)
        self._done.append(group)
        self._open = "other"
        return True

    def _put(self, start: int, end: int, new: Passage) -> None:
        self.passage = self.passage.replaced(start, end, new)
        self.cursor = start + len(new.text)
        self.anchor = None

    def _joins(self, change: Change, kind: Kind) -> bool:
        """Whether a change belongs to the step before it."""
        if kind == "other" or kind != self._open:
            return False
        last = self._done[-1][-1].inserted.text
        begins_word = last[-1:].isspace() and not change.inserted.text[:1].isspace()
        return kind == "deleting" or not begins_word


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
