"""The text on the screen: its rows, the selection, and the inline suggestion after the cursor.

A row ends between words. It is one column narrower than the screen: that column is for the space at the break, or for
the cursor. The inline suggestion never moves a row: it is cut if it does not fit.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Final, final

import numpy as np
import regex
from prompt_toolkit.data_structures import Point
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyBindingsBase
from prompt_toolkit.layout.controls import UIContent, UIControl
from prompt_toolkit.layout.screen import Char
from prompt_toolkit.utils import get_cwidth

from foreword.terminal.buffer import common_start
from foreword.terminal.text_entry import TextEntry

TAB: Final = "    "

_CLUSTER: Final = regex.compile(r"\p{RI}{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\X")
"""A letter with its marks. At a flag, \\X alone would count all the flags before it."""
_DISPUTED: Final = regex.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff]")
"""Code points that join letters into one picture in some terminals only: terminals disagree about its width."""


def shown(letter: str) -> str:
    """A letter with its marks as the screen shows it: a tab as spaces, a control character as terminals name it."""
    return TAB if letter == "\t" else Char.display_mappings.get(letter, letter)


def columns(letter: str) -> int:
    """The width of a letter with its marks, in columns."""
    return get_cwidth(shown(letter))


def letters(text: str, start: int = 0, stop: int | None = None) -> Iterator[str]:
    """The letters of a text from `start` to before `stop`, each with its marks."""
    if text.isascii():
        return iter(text[start:stop])
    return (found.group() for found in _CLUSTER.finditer(text, start, stop))


@final
class Rows:
    """The rows of a whole text on a screen of `width` columns; `starts` holds the first index of each row."""

    def __init__(self, text: str, width: int, before: "Rows | None" = None) -> None:
        """Break the text into rows; reuse the rows of `before` where its text is the same.

        A row ends before the first letter that does not fit; a tab can end two rows at once. So a change can move the
        two breaks before it, but none above them.
        """
        self.text = text
        self.width = width
        if before is None or before.width != width:
            self.starts = np.array([0, *row_starts(text, 0, width)], dtype=np.int64)
            return
        same = common_start(before.text, text)
        end = len(text) - common_start(before.text[same:][::-1], text[same:][::-1])
        longer = len(text) - len(before.text)
        kept = before.starts[: max(before.row(same) - 2, 0) + 1]
        new, rest = [], before.starts[:0]
        for start in row_starts(text, int(kept[-1]), width):
            at = int(np.searchsorted(before.starts, start - longer))
            if start >= end and at < len(before) and before.starts[at] == start - longer:
                rest = before.starts[at:] + longer
                break
            new.append(start)
        self.starts = np.concatenate([kept, np.array(new, dtype=np.int64), rest])

    def __len__(self) -> int:
        return len(self.starts)

    def row(self, index: int) -> int:
        """The row of an index of the text."""
        return int(np.searchsorted(self.starts, index, side="right")) - 1

    def span(self, row: int) -> tuple[int, int]:
        """The start and end of the text of a row, without the newline."""
        start = int(self.starts[row])
        if row + 1 == len(self):
            return start, len(self.text)
        end = int(self.starts[row + 1])
        return start, end - (end > start and self.text[end - 1] == "\n")

    def column(self, index: int) -> int:
        """The column of the cursor at an index."""
        start, _ = self.span(self.row(index))
        return sum(map(columns, letters(self.text[start:index])))

    def index(self, row: int, column: int) -> int:
        """The index in a row that is nearest to a column and not after it. `row` is limited to the rows of the text."""
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
    """The starts of the rows after the row that starts at `at`."""
    room = max(width - 1, 2)
    while True:
        end = text.find("\n", at)
        stop = len(text) if end == -1 else end
        line = text[at:stop]
        if not line.isprintable() or (len(line) if line.isascii() else get_cwidth(line)) > room:
            yield from _broken(text, at, stop, room)
        if end == -1:
            return
        at = end + 1
        yield at


def _broken(text: str, at: int, stop: int, room: int) -> Iterator[int]:
    """The same for the rest of one line, up to `stop`."""
    start, column, breakable = at, 0, (at, 0)  # breakable: an index, and its column
    for letter in letters(text, at, stop):
        wide = columns(letter)
        while wide and column + wide > room + (letter == " ") and at > start:  # a tab can need two
            start, its_column = breakable if breakable[0] > start else (at, column)
            yield start
            column -= its_column
        column, at = column + wide, at + len(letter)
        if letter.isspace() or wide > 1:
            breakable = (at, column)


@final
class Page(UIControl):
    """Draws a `TextEntry`; `keys` are the key bindings while the text has the focus."""

    def __init__(self, writing: Callable[[], TextEntry]) -> None:
        self._writing = writing
        self.keys: KeyBindingsBase = KeyBindings()
        self.height = 20  # rows on the screen
        self._width = 80
        self._rows = Rows("", self._width)
        self._column = (-1, 0)  # the cursor after the last move between rows, and the column to keep

    @property
    def writing(self) -> TextEntry:
        """The `TextEntry` that is drawn."""
        return self._writing()

    def is_focusable(self) -> bool:
        """True: the text receives the keys."""
        return True

    def get_key_bindings(self) -> KeyBindingsBase:
        """The key bindings of the text."""
        return self.keys

    @property
    def rows(self) -> Rows:
        """The rows of the text as it is now."""
        text = self.writing.draft.text
        if self._rows.width != self._width or self._rows.text != text:
            self._rows = Rows(text, self._width, self._rows)
        return self._rows

    def above(self, by: int) -> int:
        """The index `by` rows above the cursor (below, if negative), in the column where these moves began."""
        cursor, rows = self.writing.draft.cursor, self.rows
        column = self._column[1] if self._column[0] == cursor else rows.column(cursor)
        row = rows.row(cursor) - by
        index = 0 if row < 0 else len(rows.text) if row >= len(rows) else rows.index(row, column)
        self._column = index, column
        return index

    def row_start(self) -> int:
        """The start of the cursor's row."""
        return self.rows.span(self.rows.row(self.writing.draft.cursor))[0]

    def row_end(self) -> int:
        """The last place for the cursor in its row."""
        return self.rows.index(self.rows.row(self.writing.draft.cursor), 10**9)

    def create_content(self, width: int, height: int) -> UIContent:
        """The content that prompt_toolkit draws, row by row."""
        self._width, self.height = width, max(height, 1)
        rows, draft = self.rows, self.writing.draft
        row = rows.row(draft.cursor)
        before = "".join(map(shown, letters(draft.text[rows.span(row)[0] : draft.cursor])))
        x = len(before) - (get_cwidth(before) >= width)  # stay on the space in the last column
        return UIContent(self._drawn, line_count=len(rows), cursor_position=Point(x=x, y=row))

    def _drawn(self, row: int) -> StyleAndTextTuples:
        """One row, and a space after it for the cursor."""
        draft, rows = self.writing.draft, self.rows
        start, end = rows.span(row)
        styled = [*self._styled(start, end), ("", " ")]
        if row == rows.row(draft.cursor):
            inline = letters(self._inline(self._width - rows.column(draft.cursor)))
            at = len(list(letters(draft.text[start : draft.cursor])))
            styled[at:at] = [("class:inline", letter) for letter in inline]
        return placed(styled)

    def _styled(self, start: int, end: int) -> Iterator[tuple[str, str]]:
        """The letters of a part of the text, each with its style."""
        draft, at = self.writing.draft, start
        first, last = draft.selection or (0, 0)
        for letter in letters(draft.text[start:end]):
            yield "class:selected" if first <= at < last else "", letter
            at += len(letter)

    def _inline(self, room: int) -> str:
        """The text that the inline suggestion adds, cut to `room` columns."""
        inline = self.writing.offer.inline
        rest = inline.rest.rstrip() if inline else ""
        if get_cwidth(rest) <= room:
            return rest
        ends = accumulate(map(columns, letters(rest)))
        return "".join(letter for letter, end in zip(letters(rest), ends, strict=True) if end < room) + "…"


def placed(styled: Iterable[tuple[str, str]]) -> StyleAndTextTuples:
    """Texts of one row as the screen shows them. After a letter of disputed width, an escape sequence sets the column.

    A space must follow such a letter at the end. A class of its own makes the screen draw the next letter again when
    the disputed one changes.
    """
    found: StyleAndTextTuples = []
    column, disputed = 0, ""
    for style, text in styled:
        for letter in letters(text):
            if disputed:
                found.append(("[ZeroWidthEscape]", f"\x1b[{column + 1}G"))
            found.append((f"{style} {disputed}" if disputed else style, shown(letter)))
            column += columns(letter)
            is_disputed = not letter.isascii() and _DISPUTED.search(letter) is not None
            disputed = f"class:placed class:after-{(style + letter).encode().hex()}" if is_disputed else ""
    return found
