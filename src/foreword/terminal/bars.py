"""The lines below the text: the choices, the state of things, and the keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, final

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import ConditionalContainer, Container, HSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl, UIControl
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.utils import get_cwidth

from foreword.terminal.page import Rows
from foreword.terminal.writing import Tally, Writing
from foreword.text.cleaning import clean
from foreword.text.counting import counted

KEYS: Final = "F1 help  Tab takes the word  ↓ chooses  Esc hushes  ^Z undo  ^S save  ^Q leave"
"""As much as 80 columns hold."""

SHORT: Final = 30
"""Columns that a message may take in the line of state."""

HELP: Final = """\
 Words
   Tab, →        take the word in grey; if there is none, Tab takes choice 1
   Alt+→         take only the next word of a phrase
   Alt+1 …       take a choice by its number
   ↓             into the choices: arrows walk, Enter takes, Delete forgets
   Esc           no more words until the next one begins
   Enter and the space bar never take anything.

 Text
   Ctrl-Z        undo, a word taken as a whole      Ctrl-Y      redo
   Shift+arrows  select                             Ctrl-C X V  copy, cut, paste
   Ctrl+← →      word by word                       Ctrl+Home   to the beginning
   Ctrl-W        delete the word before             Ctrl-K      delete the rest

 Files
   Ctrl-S        save                               Alt+S       save as
   Ctrl-O        open another file                  Ctrl-Q      leave

 A comma replaces the space after a word taken. Any key but ↑ and ↓ goes back."""


def choices(writing: Writing) -> StyleAndTextTuples:
    """The choices by number, with what is typed of each set off; the one in the list that would be taken too."""
    found: StyleAndTextTuples = []
    for number, choice in enumerate(writing.offer.choices):
        chosen = " class:chosen" if writing.chosen == number else ""
        found += [
            ("", "  " if number else " "),
            ("class:number" + chosen, f"{number + 1} "),
            ("class:typed" + chosen, f"{choice.replaces}→" if choice.replaces else choice.typed),
            ("class:rest" + chosen, choice.rest.strip()),
        ]
    return found


def is_short(message: str) -> bool:
    """Whether there is room for a message in the line of state; another has a line to itself."""
    return get_cwidth(message) <= SHORT


def long(message: str, columns: int) -> str:
    """A message on a line of its own, or on several of so many columns."""
    rows = Rows(message, columns - 1)
    return "\n".join(f" {message[slice(*rows.span(row))]}" for row in range(len(rows)))


def status(*, name: str, message: str, tally: Tally, model: str, columns: int) -> str:
    """What is written in, what happened last, keys saved and by which model, in one line of so many columns."""
    left = f" {clean(name)}{f'  {message}' if message else ''}"
    right = f"{saved(tally)} · {model} "
    return left + " " * max(2, columns - get_cwidth(left) - get_cwidth(right)) + right


def saved(tally: Tally) -> str:
    """Keys saved so far, in words."""
    if not tally.written:
        return "no keys yet"
    return f"{tally.saved:,} of {counted(tally.written, 'key')} saved ({tally.share:.0%})"


# What the editor asks a person, on a line of its own: one key for an answer, or the name of a file.


Answers = Mapping[str, Callable[[], None]]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and what each key does for an answer. Esc takes it back."""

    text: str
    answers: Answers


@final
class Questions:
    """Asks one thing at a time; the text waits meanwhile, and then has the focus again."""

    def __init__(self, page: UIControl) -> None:
        self._page = page
        self.question: Question | None = None
        self._naming: tuple[str, Callable[[str], None]] | None = None
        self._name = Buffer(multiline=False, accept_handler=self._named)
        self._keys = FormattedTextControl(
            lambda: f" {self.question.text}" if self.question else "",
            focusable=True,
            key_bindings=self._key_bindings(),
        )
        self._line = BufferControl(
            self._name,
            [BeforeInput(lambda: f" {self._naming[0] if self._naming else ''} ")],
            key_bindings=self._name_bindings(),
        )

    def container(self) -> Container:
        """The line, where something is asked."""
        return HSplit(
            [
                ConditionalContainer(
                    Window(self._keys, height=1, style="class:question"),
                    Condition(lambda: self.question is not None),
                ),
                ConditionalContainer(
                    Window(self._line, height=1, style="class:question"),
                    Condition(lambda: self._naming is not None),
                ),
            ]
        )

    def ask(self, text: str, answers: Answers) -> None:
        """Ask for one key; each answer is a small letter."""
        self.question = Question(text=text, answers=answers)
        get_app().layout.focus(self._keys)

    def ask_name(self, text: str, then: Callable[[str], None]) -> None:
        """Ask for the name of a file, and go on with it."""
        self._naming = text, then
        self._name.reset()
        get_app().layout.focus(self._line)

    def take_back(self) -> None:
        """Go back to the text without an answer."""
        self.question = self._naming = None
        get_app().layout.focus(self._page)

    def _answered(self, event: KeyPressEvent) -> None:
        question = self.question
        answer = question.answers.get(event.data.lower()) if question else None
        if answer is not None:
            self.take_back()
            answer()

    def _named(self, buffer: Buffer) -> bool:
        naming = self._naming
        self.take_back()
        if naming is not None and buffer.text.strip():
            naming[1](buffer.text.strip())
        return True

    def _key_bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        bindings.add("<any>")(self._answered)
        self._add_escape(bindings)
        return bindings

    def _name_bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        self._add_escape(bindings)
        return bindings

    def _add_escape(self, bindings: KeyBindings) -> None:
        for key in ("escape", "c-c", "c-g"):
            bindings.add(key, eager=True)(lambda _: self.take_back())
