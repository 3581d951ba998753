"""The key bindings. In the list of choices the arrows, Enter, Esc and the digits have their own meaning."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from unicodedata import category

from prompt_toolkit.application.current import get_app
from prompt_toolkit.filters import Condition, FilterOrBool
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from foreword.terminal import buffer
from foreword.terminal.page import Page
from foreword.terminal.text_entry import TextEntry

Action = Callable[[Page], object]
Move = Callable[[Page, str, int], int]
"""From the page, its text and the cursor to the new cursor."""

_MOVES: Final[dict[str, Move]] = {
    "left": lambda _, text, at: buffer.previous_letter(text, at),
    "right": lambda _, text, at: buffer.next_letter(text, at),
    "c-left": lambda _, text, at: buffer.previous_word(text, at),
    "c-right": lambda _, text, at: buffer.next_word(text, at),
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
    "c-k": lambda _, text, at: max(buffer.line_end(text, at), min(at + 1, len(text))),
    "c-u": lambda _, text, at: buffer.line_start(text, at),
}


def _moved(page: Page, move: Move) -> int:
    return move(page, page.writing.draft.text, page.writing.draft.cursor)


def _moves(move: Move, *, selecting: bool = False) -> Action:
    return lambda page: page.writing.move(_moved(page, move), selecting=selecting)


def _deletes(move: Move) -> Action:
    return lambda page: page.writing.delete_to(_moved(page, move))


def _tries(take: Callable[[TextEntry], bool], otherwise: str) -> Action:
    """An action that takes a word, or moves the cursor if there is none."""
    return lambda page: take(page.writing) or _moves(_MOVES[otherwise])(page)


def _takes(number: int | None = None) -> Action:
    return lambda page: page.writing.take(number)


def _up_the_list(page: Page) -> None:
    if page.writing.chosen == 0:
        page.writing.escape()
    else:
        page.writing.walk(-1)


_KEYS: Final[dict[str, Action]] = {
    **{key: _moves(move) for key, move in _MOVES.items()},
    **{also: _moves(_MOVES[key]) for also, key in _ALSO.items()},
    **{  # with Shift, they select
        key.replace("c-", "c-s-") if key.startswith("c-") else f"s-{key}": _moves(move, selecting=True)
        for key, move in _MOVES.items()
    },
    **{key: _deletes(move) for key, move in _DELETIONS.items()},
    "backspace": lambda page: page.writing.backspace(),
    **dict.fromkeys(("enter", "c-j"), lambda page: page.writing.type("\n")),
    "right": _tries(TextEntry.take_inline, "right"),
    # some terminals send the second for Alt+→
    **dict.fromkeys(("escape right", "escape f"), _tries(TextEntry.take_inline, "c-right")),
    "down": _tries(TextEntry.into_list, "down"),
    "tab": _takes(),
    "escape": lambda page: page.writing.escape(),
    **{f"escape {number + 1}": _takes(number) for number in range(9)},
    "c-l": lambda _: get_app().renderer.clear(),
}
_IN_LIST: Final[dict[str, Action]] = {
    "up": _up_the_list,
    "left": lambda page: page.writing.walk(-1),
    **dict.fromkeys(("right", "down"), lambda page: page.writing.walk(1)),
    **dict.fromkeys(("enter", "c-j"), _takes()),
    **{str(number + 1): _takes(number) for number in range(9)},
}


def ignore_unknown_keys() -> None:
    """Let unknown keys do nothing, such as Shift-Enter. Else prompt_toolkit types their escape sequences."""
    for held in range(2, 17):  # xterm's numbers of the modifiers
        letters = (f"1;{held}{letter}" for letter in "ABCDEFHIMPQRSZ")
        numbers = (f"{number};{held}{end}" for number in range(1, 128) for end in "~u")
        others = (f"27;{held};{number}~" for number in range(1, 128))
        for sequence in (*letters, *numbers, *others, *"abcd"):  # the last are rxvt's Shift and an arrow
            ANSI_SEQUENCES.setdefault(f"\x1b[{sequence}", Keys.Ignore)


def help_keys(scroll: Callable[[int, int], None], close: Callable[[], None]) -> KeyBindings:
    """The keys of the help: arrow and page keys scroll; every other key goes back to the text."""
    bindings = KeyBindings()
    bindings.add("<any>")(lambda _: close())
    for key, pages, rows in (("up", 0, -1), ("down", 0, 1), ("pageup", -1, 0), ("pagedown", 1, 0)):
        _bind(bindings, partial(scroll, pages, rows), key)
    return bindings


def text_keys(
    page: Page,
    commands: Mapping[str, Callable[[], object]],
    forget: Callable[[], None],
    say: Callable[[str], None],
) -> KeyBindings:
    """The keys while a person writes. If a key has two bindings, the later one counts when its filter holds.

    Args:
        page: the text on the screen.
        commands: the actions of other keys, such as `c-s`.
        forget: forgets the chosen word.
        say: shows a message until the next key.
    """
    bindings, in_list = KeyBindings(), Condition(lambda: page.writing.chosen is not None)
    _bind_typing(bindings, page)
    for key, action in _KEYS.items():
        _bind(bindings, partial(action, page), key)
    for key, command in {**commands, **_edits(page, say)}.items():
        _bind(bindings, command, key)
    for key, action in _IN_LIST.items():
        _bind(bindings, partial(action, page), key, when=in_list)
    _bind(bindings, forget, "delete", when=in_list)
    return bindings


def _bind_typing(bindings: KeyBindings, page: Page) -> None:
    def type_it(event: KeyPressEvent) -> None:
        if not isinstance(event.key_sequence[-1].key, Keys) and "Cc" not in map(category, event.data):
            page.writing.type(event.data)

    def escape_and_type(event: KeyPressEvent) -> None:
        """Handle Alt with an unbound key, or a fast Esc and letter: the letter must not be lost."""
        page.writing.escape()
        type_it(event)

    bindings.add("<any>")(type_it)
    bindings.add("escape", "<any>")(escape_and_type)
    bindings.add(Keys.BracketedPaste)(lambda event: page.writing.paste(event.data, is_foreign=True))


def _edits(page: Page, say: Callable[[str], None]) -> dict[str, Callable[[], object]]:
    """The keys that copy, cut, paste, undo and redo."""
    return {
        "c-c": lambda: say("copied" if _held(page.writing.copy()) else "nothing is selected; Ctrl-Q leaves"),
        "c-x": lambda: _held(page.writing.cut()),
        "c-v": lambda: page.writing.paste(get_app().clipboard.get_data().text),
        **dict.fromkeys(("c-z", "c-_"), lambda: say("" if page.writing.undo() else "nothing to undo")),
        "c-y": lambda: say("" if page.writing.redo() else "nothing to redo"),
    }


def _held(text: str) -> bool:
    """Put a text in the clipboard; False if it is empty."""
    if text:
        get_app().clipboard.set_text(text)
    return bool(text)


def _bind(bindings: KeyBindings, action: Callable[[], object], key: str, when: FilterOrBool = True) -> None:
    """Bind an action to a key, or to a sequence of keys such as `escape right`."""

    def handler(_: KeyPressEvent) -> None:
        action()

    bindings.add(*key.split(), filter=when)(handler)
