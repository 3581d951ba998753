"""What the editor asks a person, on a line of its own: one key for an answer, or the name of a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import ConditionalContainer, Container, HSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl, UIControl
from prompt_toolkit.layout.processors import BeforeInput

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
