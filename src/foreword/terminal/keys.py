"""What the keys do. In the list of choices the arrows, Enter, Esc and the digits have their own meaning."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, final
from unicodedata import category

from prompt_toolkit.filters import Condition, FilterOrBool
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from foreword.terminal.draft import (
    line_end,
    line_start,
    next_letter,
    next_word,
    previous_letter,
    previous_word,
)
from foreword.terminal.page import Page

Move = Callable[[Page, str, int], int]
"""From the page, its text and the cursor to where the cursor goes."""

_MOVES: Final[dict[str, Move]] = {
    "left": lambda _, text, at: previous_letter(text, at),
    "right": lambda _, text, at: next_letter(text, at),
    "c-left": lambda _, text, at: previous_word(text, at),
    "c-right": lambda _, text, at: next_word(text, at),
    "home": lambda page, _, __: page.row_start(),
    "end": lambda page, _, __: page.row_end(),
    "c-home": lambda *_: 0,
    "c-end": lambda _, text, __: len(text),
    "up": lambda page, _, __: page.above(1),
    "down": lambda page, _, __: page.above(-1),
    "pageup": lambda page, _, __: page.above(page.height - 1),
    "pagedown": lambda page, _, __: page.above(1 - page.height),
}
_ALSO: Final = {"c-a": "home", "c-e": "end", "escape left": "c-left", "escape b": "c-left"}
_DELETIONS: Final[dict[str, Move]] = {
    "delete": _MOVES["right"],
    "c-d": _MOVES["right"],
    "c-w": _MOVES["c-left"],
    "escape backspace": _MOVES["c-left"],
    "c-delete": _MOVES["c-right"],
    "c-k": lambda _, text, at: max(line_end(text, at), min(at + 1, len(text))),
    "c-u": lambda _, text, at: line_start(text, at),
}


def help_keys(scroll: Callable[[int, int], None], close: Callable[[], None]) -> KeyBindings:
    """The arrows scroll by pages and rows; every other key goes back to the text."""
    bindings = KeyBindings()
    bindings.add("<any>")(lambda _: close())
    for key, pages, rows in (("up", 0, -1), ("down", 0, 1), ("pageup", -1, 0), ("pagedown", 1, 0)):
        _bind(bindings, partial(scroll, pages, rows), key)
    return bindings


def text_keys(
    page: Page,
    commands: Mapping[str, Callable[[], None]],
    forget: Callable[[], None],
    say: Callable[[str], None],
) -> KeyBindings:
    """The keys while a person writes.

    Args:
        page: the text on the screen.
        commands: what other keys do, such as `c-s`.
        forget: forgets the chosen word.
        say: shows a message until the next key.
    """
    keys = _TextKeys(page, say)
    for key, command in commands.items():
        _bind(keys.bindings, command, key)
    keys.add_typing()
    keys.add_edits()
    keys.add_moves()
    keys.add_words()
    keys.add_list(forget)
    return keys.bindings


@final
class _TextKeys:
    """Of two bindings of a key, the later one counts, if its filter holds."""

    def __init__(self, page: Page, say: Callable[[str], None]) -> None:
        self.bindings = KeyBindings()
        self._page = page
        self._say = say
        self._clipboard = ""

    def add_typing(self) -> None:
        """What is typed, pasted and deleted."""

        def type_it(event: KeyPressEvent) -> None:
            if not isinstance(event.key_sequence[-1].key, Keys) and "Cc" not in map(category, event.data):
                self._page.writing.type(event.data)

        def escape_and_type(event: KeyPressEvent) -> None:
            """Alt and a key without a meaning; or Esc and a letter by fast hands, which must not be lost."""
            self._page.writing.escape()
            type_it(event)

        self.bindings.add("<any>")(type_it)
        self.bindings.add("escape", "<any>")(escape_and_type)
        self.bindings.add(Keys.BracketedPaste)(lambda event: self._page.writing.paste(event.data))
        self.bindings.add("c-l")(lambda event: event.app.renderer.clear())
        self._bind(lambda: self._page.writing.backspace(), "backspace")  # noqa: PLW0108 - not the writing of now
        self._bind(lambda: self._page.writing.type("\n"), "enter", "c-j")
        for key, move in _DELETIONS.items():
            self._bind(partial(self._delete, move), key)

    def add_edits(self) -> None:
        """What is copied, cut, pasted and undone."""

        def copy() -> None:
            found = self._page.writing.copy()
            self._clipboard = found or self._clipboard
            self._say("copied" if found else "nothing is selected; Ctrl-Q leaves")

        def cut() -> None:
            self._clipboard = self._page.writing.cut() or self._clipboard

        def undo() -> None:
            self._say("" if self._page.writing.undo() else "nothing to undo")

        def redo() -> None:
            self._say("" if self._page.writing.redo() else "nothing to do again")

        self._bind(copy, "c-c")
        self._bind(cut, "c-x")
        self._bind(lambda: self._page.writing.paste(self._clipboard), "c-v")
        self._bind(undo, "c-z", "c-_")
        self._bind(redo, "c-y")

    def add_moves(self) -> None:
        """What moves the cursor; with Shift, it selects."""
        for key, move in {**_MOVES, **{also: _MOVES[key] for also, key in _ALSO.items()}}.items():
            self._bind(partial(self._move, move), key)
        for key, move in _MOVES.items():
            shifted = key.replace("c-", "c-s-") if key.startswith("c-") else f"s-{key}"
            self._bind(partial(self._move, move, selecting=True), shifted)

    def add_words(self) -> None:
        """What takes or dismisses words."""

        def right() -> None:
            if not self._page.writing.take_inline():
                self._move(_MOVES["right"])

        def word_right() -> None:
            if not self._page.writing.take_word():
                self._move(_MOVES["c-right"])

        def down() -> None:
            if not self._page.writing.into_list():
                self._move(_MOVES["down"])

        self._bind(right, "right")
        self._bind(word_right, "escape right", "escape f")  # some terminals send the second for Alt+→
        self._bind(down, "down")
        self._bind(self._take, "tab")
        self._bind(lambda: self._page.writing.escape(), "escape")  # noqa: PLW0108 - not the writing of now
        for number in range(9):
            self._bind(partial(self._take, number), f"escape {number + 1}")

    def add_list(self, forget: Callable[[], None]) -> None:
        """The keys inside the list of choices."""
        in_list = Condition(lambda: self._page.writing.chosen is not None)

        def up() -> None:
            writing = self._page.writing
            if writing.chosen == 0:
                writing.leave_list()
            else:
                writing.walk(-1)

        self._bind(up, "up", when=in_list)
        self._bind(lambda: self._page.writing.walk(-1), "left", when=in_list)
        self._bind(lambda: self._page.writing.walk(1), "right", "down", when=in_list)
        self._bind(self._take, "enter", "c-j", when=in_list)
        self._bind(forget, "delete", when=in_list)
        for number in range(9):
            self._bind(partial(self._take, number), str(number + 1), when=in_list)

    def _bind(self, action: Callable[[], object], *keys: str, when: FilterOrBool = True) -> None:
        _bind(self.bindings, action, *keys, when=when)

    def _take(self, number: int | None = None) -> None:
        self._page.writing.take(number)

    def _delete(self, move: Move) -> None:
        self._page.writing.delete_to(self._moved(move))

    def _move(self, move: Move, *, selecting: bool = False) -> None:
        self._page.writing.move(self._moved(move), selecting=selecting)

    def _moved(self, move: Move) -> int:
        draft = self._page.writing.draft
        return move(self._page, draft.text, draft.cursor)


def _bind(bindings: KeyBindings, action: Callable[[], object], *keys: str, when: FilterOrBool = True) -> None:
    """Have each of these keys do something; a key can be several after one another, such as `escape right`."""

    def handler(_: KeyPressEvent) -> None:
        action()

    for key in keys:
        bindings.add(*key.split(), filter=when)(handler)
