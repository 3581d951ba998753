"""What the keys do. In the list of choices the arrows, Enter, Esc and the digits have their own meaning."""

from collections.abc import Callable
from typing import Final, Protocol, runtime_checkable
from unicodedata import category

from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from foreword.terminal import draft as moves
from foreword.terminal.page import Page
from foreword.terminal.writing import Writing


@runtime_checkable
class Commands(Protocol):
    """What keys can have done: an `Editor`.

    Attributes:
        message: what is said in the status line until the next key.
        clipboard: what was cut or copied last.
    """

    writing: Writing
    message: str
    clipboard: str

    @property
    def page(self) -> Page:
        """The text on the screen."""

    def save(self) -> None:
        """Save."""

    def save_as(self) -> None:
        """Save under another name."""

    def open(self) -> None:
        """Open another file."""

    def leave(self) -> None:
        """End."""

    def show_help(self, *, shown: bool) -> None:
        """Show what the keys do, or the text again."""

    def scroll_help(self, rows: int) -> None:
        """Show the rows of the help further down."""

    def forget_chosen(self) -> None:
        """Never suggest the chosen word again."""


Move = Callable[[Commands, str, int], int]
"""From the editor, its text and the cursor to where the cursor goes."""

_MOVES: Final[dict[str, Move]] = {
    "left": lambda _, text, at: moves.previous_letter(text, at),
    "right": lambda _, text, at: moves.next_letter(text, at),
    "c-left": lambda _, text, at: moves.previous_word(text, at),
    "c-right": lambda _, text, at: moves.next_word(text, at),
    "home": lambda editor, _, __: editor.page.row_start(),
    "end": lambda editor, _, __: editor.page.row_end(),
    "c-home": lambda *_: 0,
    "c-end": lambda _, text, __: len(text),
    "up": lambda editor, _, __: editor.page.above(1),
    "down": lambda editor, _, __: editor.page.above(-1),
    "pageup": lambda editor, _, __: editor.page.above(editor.page.height - 1),
    "pagedown": lambda editor, _, __: editor.page.above(1 - editor.page.height),
}
_ALSO: Final = {"c-a": "home", "c-e": "end"}
_DELETIONS: Final[dict[str, Move]] = {
    "delete": _MOVES["right"],
    "c-d": _MOVES["right"],
    "c-w": _MOVES["c-left"],
    "c-delete": _MOVES["c-right"],
    "c-k": lambda _, text, at: max(moves.line_end(text, at), min(at + 1, len(text))),
    "c-u": lambda _, text, at: moves.line_start(text, at),
}


def help_keys(editor: Commands) -> KeyBindings:
    """The arrows scroll; every other key goes back to the text."""
    bindings = KeyBindings()
    bindings.add("<any>")(lambda _: editor.show_help(shown=False))
    for key, pages, rows in (("up", 0, -1), ("down", 0, 1), ("pageup", -1, 0), ("pagedown", 1, 0)):
        bindings.add(key)(_scrolling(editor, pages, rows))
    return bindings


def text_keys(editor: Commands) -> KeyBindings:
    """The keys while a person writes."""
    bindings = KeyBindings()
    _add_text(bindings, editor)
    _add_edits(bindings, editor)
    _add_moves(bindings, editor)
    _add_words(bindings, editor)
    _add_list(bindings, editor)
    _add_files(bindings, editor)
    return bindings


def _add_text(bindings: KeyBindings, editor: Commands) -> None:
    """What is typed, pasted and deleted."""

    def type_it(event: KeyPressEvent) -> None:
        if not isinstance(event.key_sequence[-1].key, Keys) and "Cc" not in map(category, event.data):
            editor.writing.type(event.data)

    def escape_and_type(event: KeyPressEvent) -> None:
        """Alt and a key that has no meaning with it; or Esc and a letter by quick hands, which must not be lost."""
        editor.writing.escape()
        type_it(event)

    bindings.add("<any>")(type_it)
    bindings.add("escape", "<any>")(escape_and_type)

    @bindings.add(Keys.BracketedPaste)
    def _paste(event: KeyPressEvent) -> None:
        editor.writing.paste(event.data)

    bindings.add("backspace")(lambda _: editor.writing.backspace())
    for key in ("enter", "c-j"):
        bindings.add(key)(lambda _: editor.writing.type("\n"))
    for key, move in _DELETIONS.items():
        bindings.add(key)(_deleting(editor, move))
    bindings.add("escape", "backspace")(_deleting(editor, _MOVES["c-left"]))


def _add_edits(bindings: KeyBindings, editor: Commands) -> None:
    """What is copied, cut, and undone."""

    @bindings.add("c-c")
    def _copy(_: KeyPressEvent) -> None:
        editor.clipboard = editor.writing.copy() or editor.clipboard
        editor.message = "copied" if editor.writing.copy() else "nothing is selected; Ctrl-Q leaves"

    @bindings.add("c-x")
    def _cut(_: KeyPressEvent) -> None:
        editor.clipboard = editor.writing.cut() or editor.clipboard

    def undo(_: KeyPressEvent) -> None:
        editor.message = "" if editor.writing.undo() else "nothing to undo"

    def redo(_: KeyPressEvent) -> None:
        editor.message = "" if editor.writing.redo() else "nothing to do again"

    for key in ("c-z", "c-_"):
        bindings.add(key)(undo)
    bindings.add("c-y")(redo)
    bindings.add("c-v")(lambda _: editor.writing.paste(editor.clipboard))


def _add_moves(bindings: KeyBindings, editor: Commands) -> None:
    """What moves the cursor; with Shift, it selects."""
    for key, move in _MOVES.items():
        shifted = key.replace("c-", "c-s-") if key.startswith("c-") else f"s-{key}"
        bindings.add(key)(_moving(editor, move, selecting=False))
        bindings.add(shifted)(_moving(editor, move, selecting=True))
    for key, other in _ALSO.items():
        bindings.add(key)(_moving(editor, _MOVES[other], selecting=False))
    bindings.add("escape", "left")(_moving(editor, _MOVES["c-left"], selecting=False))
    bindings.add("escape", "b")(_moving(editor, _MOVES["c-left"], selecting=False))


def _add_words(bindings: KeyBindings, editor: Commands) -> None:
    """What takes words, or sends them away."""
    forward = _moving(editor, _MOVES["right"], selecting=False)
    word_forward = _moving(editor, _MOVES["c-right"], selecting=False)

    @bindings.add("right")
    def _right(event: KeyPressEvent) -> None:
        if not editor.writing.take_ghost():
            forward(event)

    def take_word(event: KeyPressEvent) -> None:
        if not editor.writing.take_word():
            word_forward(event)

    bindings.add("escape", "right")(take_word)
    bindings.add("escape", "f")(take_word)  # as some terminals call Alt+→

    @bindings.add("down")
    def _down(event: KeyPressEvent) -> None:
        if not editor.writing.into_list():
            _moving(editor, _MOVES["down"], selecting=False)(event)

    bindings.add("tab")(lambda _: _done(editor.writing.take()))
    bindings.add("escape")(lambda _: editor.writing.escape())
    for number in range(1, 10):
        bindings.add("escape", str(number))(_taking(editor, number))


def _add_list(bindings: KeyBindings, editor: Commands) -> None:
    """The keys inside the list of choices, which come before the others."""
    in_list = Condition(lambda: editor.writing.chosen is not None)
    for key, steps in {"left": -1, "right": 1, "down": 1}.items():
        bindings.add(key, filter=in_list)(_walking(editor, steps))

    @bindings.add("up", filter=in_list)
    def _up(_: KeyPressEvent) -> None:
        if editor.writing.chosen == 0:
            editor.writing.leave_list()
        else:
            editor.writing.walk(-1)

    for key in ("enter", "c-j"):
        bindings.add(key, filter=in_list)(lambda _: _done(editor.writing.take()))
    bindings.add("delete", filter=in_list)(lambda _: editor.forget_chosen())
    for number in range(1, 10):
        bindings.add(str(number), filter=in_list)(_taking(editor, number))


def _add_files(bindings: KeyBindings, editor: Commands) -> None:
    """Saving, opening, leaving, help."""
    bindings.add("c-s")(lambda _: editor.save())
    bindings.add("escape", "s")(lambda _: editor.save_as())
    bindings.add("c-o")(lambda _: editor.open())
    bindings.add("c-q")(lambda _: editor.leave())
    bindings.add("c-l")(lambda event: event.app.renderer.clear())
    bindings.add("f1")(lambda _: editor.show_help(shown=True))


def _moving(editor: Commands, move: Move, *, selecting: bool) -> Callable[[KeyPressEvent], None]:
    def moved(_: KeyPressEvent) -> None:
        draft = editor.writing.draft
        editor.writing.move(move(editor, draft.text, draft.cursor), selecting=selecting)

    return moved


def _deleting(editor: Commands, move: Move) -> Callable[[KeyPressEvent], None]:
    def deleted(_: KeyPressEvent) -> None:
        draft = editor.writing.draft
        editor.writing.delete_to(move(editor, draft.text, draft.cursor))

    return deleted


def _taking(editor: Commands, number: int) -> Callable[[KeyPressEvent], None]:
    return lambda _: _done(editor.writing.take(number - 1))


def _walking(editor: Commands, steps: int) -> Callable[[KeyPressEvent], None]:
    return lambda _: editor.writing.walk(steps)


def _scrolling(editor: Commands, pages: int, rows: int) -> Callable[[KeyPressEvent], None]:
    return lambda _: editor.scroll_help(pages * editor.page.height + rows)


def _done(_: object) -> None:
    """There is nothing to be said about it: a key that takes no word does nothing."""
