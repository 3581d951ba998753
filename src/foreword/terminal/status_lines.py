"""The lines below the text: questions, choices, status and keys."""

from collections.abc import Callable, Mapping
from typing import Final, final

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, HSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl, UIControl
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.utils import get_cwidth

from foreword.terminal.page import Rows, placed
from foreword.terminal.text_entry import Tally, TextEntry
from foreword.text.cleaning import clean
from foreword.text.plural import counted

Answers = Mapping[str, Callable[[], None]]

KEYS: Final = " ^G help  Tab takes the word  ↓ chooses  Esc hides  ^Z undo  ^S save  ^Q leave"
"""It fits in 80 columns."""
SHORT: Final = 30  # columns of a message in the status line

HELP: Final = """\
Words
  Tab, →        take the word in grey; if there is none, Tab takes choice 1
  Alt+1 …       take a choice by its number
  ↓             into the choices: arrows move, Enter takes, Delete forgets
  Esc           hide the words until the next one begins
  Enter takes a word only in the choices; the space bar never does.

Text
  Ctrl-Z        undo, a word taken as a whole    Ctrl-Y      redo
  Shift+arrows  select                           Ctrl-C X V  copy, cut, paste
  Ctrl+← →      word by word                     Ctrl+Home   to the beginning
  Ctrl-W        delete the word before           Ctrl-K      delete the rest

Files
  Ctrl-S        save                             Alt+S       save as
  Ctrl-O        open another file                Ctrl-Q      leave

A comma replaces the space after a word taken. Any key but ↑ and ↓ goes back."""


def choices(writing: TextEntry, columns: int) -> StyleAndTextTuples:
    """The numbered choices. The typed letters and the chosen one have styles of their own.

    If the chosen one would be outside a screen of `columns` columns, the first ones are left out.
    """
    found: list[list[tuple[str, str]]] = []
    for number, choice in enumerate(writing.offer.choices):
        chosen = " class:chosen" if writing.chosen == number else ""
        typed = f"{choice.replaces}→" if choice.replaces else choice.typed.lstrip()
        word = ("class:typed" + chosen, typed), ("class:rest" + chosen, choice.rest.strip())
        found.append([("", " "), (chosen, f"{number + 1} "), *word, ("", " ")])
    widths = [sum(get_cwidth(text) for _, text in each) for each in found]
    first, last = 0, writing.chosen or 0
    while first < last and sum(widths[first : last + 1]) > columns:
        first += 1
    return placed(each for choice in found[first:] for each in choice)


def is_short(message: str, name: str, columns: int) -> bool:
    """Whether a message fits in the status line, after the name of the file. A longer one has lines of its own."""
    return not message or get_cwidth(message) <= min(SHORT, columns - get_cwidth(clean(name)) - 3)


def long(message: str, columns: int) -> StyleAndTextTuples:
    """A long message, broken into lines for a screen of `columns` columns."""
    rows = Rows(message, columns - 1)
    lines = [placed([("", f" {message[slice(*rows.span(row))]} ")]) for row in range(len(rows))]
    return [each for line in lines for each in (*line, ("", "\n"))][:-1]


def status(*, name: str, message: str, tally: Tally, model: str, columns: int) -> StyleAndTextTuples:
    """The status line: the file, a message, the keys saved, the model."""
    name = clean(name)
    while get_cwidth(name) > max(columns - 2, 2):  # its end says whether the text is saved
        name = f"…{name[2:]}"
    left = f" {name}{f'  {message}' if message else ''}"
    share = tally.saved / max(tally.written, 1)
    keys = f"{tally.saved:,} of {counted(tally.written, 'key')} saved ({share:.0%})"
    right = f"{keys if tally.written else 'no keys yet'} · {model} "
    space = " " * max(2, columns - get_cwidth(left) - get_cwidth(right))
    return placed([("", left + space + right)])


@final
class Questions:
    """Asks for one key, or for the name of a file. Then the text gets the focus back. Esc cancels."""

    def __init__(self, page: UIControl) -> None:
        self._page = page
        self._question: tuple[str, Answers] | None = None
        self._naming: tuple[str, Callable[[str], None]] | None = None
        self._name = Buffer(multiline=False, accept_handler=self._named)
        answers, cancels = KeyBindings(), KeyBindings()
        answers.add("<any>")(self._answered)
        for bindings in (answers, cancels):
            for key in ("escape", "c-c", "c-g"):
                bindings.add(key, eager=True)(lambda _: self._close())
        cancels.add("c-q", eager=True)(lambda _: self._close())  # else it would quote the next key
        cancels.add(Keys.BracketedPaste)(lambda each: self._name.insert_text("".join(each.data.splitlines())))
        self._keys = FormattedTextControl(self._lines, focusable=True, key_bindings=answers)
        asked = BeforeInput(lambda: f" {self._naming[0] if self._naming else ''} ")
        self._line = BufferControl(self._name, [asked], key_bindings=cancels)
        question = Window(self._keys, dont_extend_height=True, style="class:question")
        line = Window(self._line, height=1, style="class:question")
        asks = ConditionalContainer(question, Condition(lambda: self._question is not None))
        names = ConditionalContainer(line, Condition(lambda: self._naming is not None))
        self.container = HSplit([asks, names])

    def _lines(self) -> StyleAndTextTuples:
        return long(self._question[0], get_app().output.get_size().columns) if self._question else []

    def ask(self, text: str, answers: Answers) -> None:
        """Ask for one key; `answers` has an action for each small letter."""
        self._question = text, answers
        get_app().layout.focus(self._keys)

    def ask_name(self, text: str, then: Callable[[str], None]) -> None:
        """Ask for the name of a file, and call `then` with it."""
        self._naming = text, then
        self._name.reset()
        get_app().layout.focus(self._line)

    def _close(self) -> None:
        self._question = self._naming = None
        get_app().layout.focus(self._page)

    def _answered(self, event: KeyPressEvent) -> None:
        answer = self._question[1].get(event.data.lower()) if self._question else None
        if answer is not None:
            self._close()
            answer()

    def _named(self, buffer: Buffer) -> bool:
        naming, name = self._naming, buffer.text.strip()
        self._close()
        if naming is not None and name:
            naming[1](name)
        return True
