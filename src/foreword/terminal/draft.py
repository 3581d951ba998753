"""A text under the pen: the cursor, what is selected, and the way back to what was there before."""

from dataclasses import dataclass
from typing import Final, Literal, final

from foreword.terminal.passage import EMPTY, Origin, Passage

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
