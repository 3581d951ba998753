"""The text on the screen: rows of words, what is selected, and behind the cursor the word in grey.

The word in grey never moves a row: where it does not fit, it is cut, and the line of choices has it whole.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, final

import regex
from prompt_toolkit.data_structures import Point
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyBindingsBase
from prompt_toolkit.layout.controls import UIContent, UIControl
from prompt_toolkit.utils import get_cwidth

from foreword.terminal.rows import Rows, columns, letters, shown
from foreword.terminal.writing import Writing

NARROWEST: Final = 4
_DISPUTED: Final = regex.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff]")
"""What makes one picture of several in some terminals and not in others: they disagree on how wide it is."""


@final
class Page(UIControl):
    """Draws a `Writing`, and knows its rows.

    Attributes:
        keys: what the keys do while the text has the focus.
        height: the rows that are on the screen.
    """

    def __init__(self, writing: Callable[[], Writing]) -> None:
        self._writing = writing
        self.keys: KeyBindingsBase = KeyBindings()
        self._width = 80
        self._rows: Rows | None = None
        self._column: tuple[int, int] | None = None  # where the cursor was put, and the column it came from
        self.height = 20

    def is_focusable(self) -> bool:
        """The keys are for the text."""
        return True

    def get_key_bindings(self) -> KeyBindingsBase:
        """What the keys do while the text has the focus."""
        return self.keys

    @property
    def rows(self) -> Rows:
        """The rows of the text as of now."""
        text = self._writing().draft.text
        if self._rows is None or self._rows.width != self._width or self._rows.text != text:
            self._rows = Rows(text, self._width, self._rows)
        return self._rows

    def above(self, by: int) -> int:
        """The index so many rows above the cursor (below, if negative), in the column from which that began."""
        cursor, rows = self._writing().draft.cursor, self.rows
        goes_on = self._column is not None and self._column[0] == cursor
        column = self._column[1] if goes_on and self._column is not None else rows.column(cursor)
        row = rows.row(cursor) - by
        index = 0 if row < 0 else len(rows.text) if row >= len(rows) else rows.index(row, column)
        self._column = index, column
        return index

    def row_start(self) -> int:
        """Where the cursor's row begins."""
        return self.rows.span(self.rows.row(self._writing().draft.cursor))[0]

    def row_end(self) -> int:
        """The last place for the cursor in its row."""
        return self.rows.index(self.rows.row(self._writing().draft.cursor), 10**9)

    def create_content(self, width: int, height: int) -> UIContent:
        """What prompt_toolkit draws, row by row."""
        self._width, self.height = max(width, NARROWEST), max(height, 1)
        rows, draft = self.rows, self._writing().draft
        row = rows.row(draft.cursor)
        before = draft.text[rows.span(row)[0] : draft.cursor]
        return UIContent(
            get_line=self._drawn,
            line_count=len(rows),
            cursor_position=Point(x=sum(len(shown(each)) for each in letters(before)), y=row),
        )

    def _drawn(self, row: int) -> StyleAndTextTuples:
        """One row, and a blank behind it for the cursor."""
        draft, rows = self._writing().draft, self.rows
        start, end = rows.span(row)
        if row != rows.row(draft.cursor):
            return _placed([*self._styled(start, end), ("", " ")])
        ghost = self._ghost(self._width - rows.column(draft.cursor))
        return _placed(
            [
                *self._styled(start, draft.cursor),
                *(("class:ghost", letter) for letter in letters(ghost)),
                *self._styled(draft.cursor, end),
                ("", " "),
            ]
        )

    def _styled(self, start: int, end: int) -> Iterator[tuple[str, str]]:
        """The letters of a piece of the text, each with its style."""
        draft, at = self._writing().draft, start
        first, last = draft.selection or (0, 0)
        for letter in letters(draft.text[start:end]):
            yield "class:selected" if first <= at < last else "", letter
            at += len(letter)

    def _ghost(self, room: int) -> str:
        """What the word in grey adds, as far as there is room for it."""
        ghost = self._writing().offer.ghost
        rest = ghost.rest.rstrip() if ghost else ""
        if get_cwidth(rest) <= room:
            return rest
        cut = ""
        for letter in letters(rest):
            if get_cwidth(cut + letter) >= room:
                break
            cut += letter
        return cut + "…"


def _placed(styled: Iterable[tuple[str, str]]) -> StyleAndTextTuples:
    """The letters as they are shown. Behind one whose width is disputed, the terminal is told where to go on."""
    found: StyleAndTextTuples = []
    column, is_disputed = 0, False
    for style, letter in styled:
        if is_disputed:
            found.append(("[ZeroWidthEscape]", f"\x1b[{column + 1}G"))
        found.append((f"{style} class:placed" if is_disputed else style, shown(letter)))
        column += columns(letter)
        is_disputed = not letter.isascii() and _DISPUTED.search(letter) is not None
    return found
