"""The editor: a text, its file, the words offered for it, and the screen on which a person sees all three."""

import asyncio
import contextlib
import os
import shlex
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, ScrollOffsets, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.styles import Style

from foreword.errors import ForewordError
from foreword.terminal import bars
from foreword.terminal.bars import Questions
from foreword.terminal.files import Files, Kept, described
from foreword.terminal.keys import help_keys, text_keys
from foreword.terminal.page import Page
from foreword.terminal.suggestions import Asker, Offer, Suggesting
from foreword.terminal.textfile import TextFile
from foreword.terminal.writing import Tally, Writing
from foreword.text.counting import counted

KEPT_EVERY_SECONDS: Final = 1.0
"""How often what is not saved is kept: so much of typing a power cut or SIGKILL can cost."""

ESCAPE_SECONDS: Final = 0.02
"""How long Esc waits, twice, for the rest of a key's name: terminals send Alt+→ and its like as Esc and more. They send
it at once, and people type slower than that."""

_STYLE: Final = Style.from_dict(
    {
        "ghost": "fg:ansibrightblack italic",
        "selected": "reverse",
        "number": "fg:ansibrightblack",
        "typed": "bold underline",
        "chosen": "reverse",
        "status": "reverse",
        "question": "bold",
        "keys": "fg:ansibrightblack",
    }
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person chose.

    Attributes:
        limit: how many choices are shown.
        confidence: how likely a word must be to be shown behind the cursor.
        is_private: whether nothing that is written is learned.
        model: what the model is, in a few words.
        option: what makes a command ask the same memory, such as ` -m work`.
    """

    limit: int
    confidence: float
    is_private: bool
    model: str
    option: str = ""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How it ended.

    Attributes:
        was_stopped: whether the person did not leave, but a signal or the terminal's end did it.
        is_kept: whether there is something unsaved, which the next editor offers.
        unlearned: saved lines for whose learning there was no time yet.
    """

    was_stopped: bool
    is_kept: bool
    unlearned: list[str]


@final
class Editor:
    """Runs once. What can be done in it are its methods, which `keys.py` binds to keys."""

    def __init__(self, keyboard: Suggesting, files: Files, settings: Settings) -> None:
        self.files = files
        self.settings = settings
        self.writing = Writing(files.saved)
        self.clipboard = ""
        self.message = ""
        self.is_helping = False
        self._help_row = 0
        self.page: Page = Page(lambda: self.writing)
        self.page.keys = text_keys(self)
        self.questions = Questions(self.page)
        self._earlier = Tally(written=0, saved=0)
        self._asked: str | None = None
        self._was_stopped = False
        self._help = FormattedTextControl(
            bars.HELP,
            focusable=True,
            key_bindings=help_keys(self),
            show_cursor=False,
            get_cursor_position=lambda: Point(0, self._help_row),
        )
        self.app = self._application()
        self._asker = Asker(
            keyboard,
            limit=settings.limit,
            confidence=settings.confidence,
            deliver=lambda offer: self._in_loop(self._delivered, offer),
            fail=lambda error: self._in_loop(self._failed, error),
        )

    def run(self) -> Ending:
        """Let a person write, until they leave or are made to."""
        return asyncio.run(self.run_async())

    async def run_async(self) -> Ending:
        """The same in a loop that runs already. Whatever happens, what is not saved is kept."""
        try:
            await self.app.run_async(self._begin, set_exception_handler=False)
        except EOFError:  # the terminal has gone
            self._was_stopped = True
        finally:
            is_kept = self.is_unsaved and self._was_stopped
            if self.is_unsaved:
                self._keep(durable=True)
            else:
                self.files.drop()
            self.files.leave()
            unlearned = self._asker.end()
        return Ending(was_stopped=self._was_stopped, is_kept=is_kept, unlearned=unlearned)

    @property
    def tally(self) -> Tally:
        """Keys saved since the start, in all texts."""
        return self._earlier + self.writing.tally

    @property
    def is_unsaved(self) -> bool:
        """Whether something of the text is not in the file."""
        return self.writing.draft.text != self.files.saved

    def save(self) -> None:
        """Save, under a name to be asked for where there is none yet."""
        self._save(lambda: None)

    def save_as(self) -> None:
        """Save under another name."""
        self.questions.ask_name("Save as:", lambda name: self._save_as(name, lambda: None))

    def open(self) -> None:
        """Open another file, after what is unsaved was saved or given up."""
        self._settled("Save this text first? y, n, or Esc to stay", self._open)

    def leave(self) -> None:
        """Leave, after what is unsaved was saved or given up."""
        self._settled("Save before leaving? y, n, or Esc to stay", self._leave)

    def show_help(self, *, shown: bool) -> None:
        """Show what the keys do, or the text again."""
        self.is_helping, self._help_row = shown, 0
        self.app.layout.focus(self._help if shown else self.page)

    def scroll_help(self, rows: int) -> None:
        """Show the rows of the help further down, as far as there are any."""
        hidden = bars.HELP.count("\n") + 1 - self.page.height
        self._help_row = max(0, min(self._help_row + rows, hidden))

    def forget_chosen(self) -> None:
        """Never suggest the chosen word again, after the person has agreed."""
        word = self.writing.chosen_word()
        if word is not None:
            self.questions.ask(
                f"Forget {word} and never suggest it again? y, or Esc to stay",
                {"y": lambda: self._forget(word)},
            )

    def _forget(self, word: str) -> None:
        self.writing.leave_list()
        self._asker.forget(word)
        self._asked = None  # the same text has other choices now
        allow = f"foreword memory allow{self.settings.option} {shlex.quote(word)}"
        self.message = f"forgotten; to allow it again: {allow}"

    def _begin(self) -> None:
        """What can be done only when the loop runs."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broken)
        for name in ("SIGTERM", "SIGHUP"):
            with contextlib.suppress(NotImplementedError, AttributeError, ValueError, RuntimeError):
                loop.add_signal_handler(getattr(signal, name), self._stop)  # Windows has neither
        self.app.create_background_task(self._watch())
        self._offer_kept(self.files.left_behind())
        self._refresh()

    def _application(self) -> Application[None]:
        is_helping = Condition(lambda: self.is_helping)
        text = Window(self.page, scroll_offsets=ScrollOffsets(top=1, bottom=1), wrap_lines=False)
        lines = HSplit(
            [
                ConditionalContainer(
                    Window(self._help, get_vertical_scroll=lambda _: self._help_row), is_helping
                ),
                ConditionalContainer(text, ~is_helping),
                self.questions.container(),
                ConditionalContainer(
                    Window(FormattedTextControl(self._long_message), dont_extend_height=True),
                    Condition(lambda: not bars.is_short(self.message)),
                ),
                Window(FormattedTextControl(lambda: bars.choices(self.writing)), height=1),
                Window(FormattedTextControl(self._status), height=1, style="class:status"),
                ConditionalContainer(
                    Window(FormattedTextControl(f" {bars.KEYS}"), height=1, style="class:keys"),
                    Condition(lambda: self.app.output.get_size().rows >= 10),
                ),
            ]
        )
        app: Application[None] = Application(Layout(lines, self.page), style=_STYLE, full_screen=True)
        app.ttimeoutlen = app.timeoutlen = ESCAPE_SECONDS
        app.key_processor.before_key_press += lambda _: self._forget_message()
        app.key_processor.after_key_press += lambda _: self._refresh()
        return app

    def _long_message(self) -> str:
        return bars.long(self.message, self.app.output.get_size().columns)

    def _status(self) -> str:
        return bars.status(
            name=self.files.name + (" *" if self.is_unsaved else ""),
            message=self.message if bars.is_short(self.message) else "",
            tally=self.tally,
            model=self.settings.model + (", private" if self.settings.is_private else ""),
            columns=self.app.output.get_size().columns,
        )

    def _forget_message(self) -> None:
        self.message = ""

    def _refresh(self) -> None:
        """Have words found for the text as it is now."""
        wanted = self.writing.wants()
        if wanted != self._asked:
            self._asked = wanted
            self._asker.ask(wanted)

    def _delivered(self, offer: Offer) -> None:
        self.writing.give(offer)
        self.app.invalidate()

    def _failed(self, error: Exception) -> None:
        self.message = f"no words: {error}" if isinstance(error, ForewordError) else f"no words: {error!r}"
        self.app.invalidate()

    def _in_loop(self, call: Callable[[Any], None], given: object) -> None:
        """Have something done in the loop's thread, unless all is over."""
        with contextlib.suppress(RuntimeError):
            if self.app.loop is not None:
                self.app.loop.call_soon_threadsafe(call, given)

    async def _watch(self) -> None:
        """Keep what is not saved, again and again, and see whether the terminal is there still."""
        had_terminal = self._has_terminal()
        while True:
            await asyncio.sleep(KEPT_EVERY_SECONDS)
            self._keep()
            if had_terminal and not self._has_terminal():
                self._stop()

    def _has_terminal(self) -> bool:
        try:
            return os.isatty(self.app.input.fileno())
        except (NotImplementedError, OSError, ValueError):
            return False

    def _keep(self, *, durable: bool = False) -> None:
        try:
            self.files.keep(self.writing.draft.text, durable=durable)
        except OSError as error:
            self.message = f"in case of a crash nothing is kept: {error.strerror}"

    def _stop(self) -> None:
        """A signal or the end of the terminal: the text first, then the end."""
        self._was_stopped = True
        if self.is_unsaved:
            self._keep(durable=True)
        if self.app.is_running and not self.app.is_done:
            self.app.exit()

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error of ours: the text is kept, and the error goes to who started the editor."""
        error = context.get("exception")
        self._keep(durable=True)
        if error is None:
            loop.default_exception_handler(context)
        elif self.app.is_running and not self.app.is_done:
            self._was_stopped = True
            self.app.exit(exception=error)

    def _offer_kept(self, kept: list[Kept]) -> None:
        """Ask what is to be done with what another editor left behind; else say where there is more."""
        if kept:
            self.questions.ask(
                f"There is an unsaved text ({described(kept[0])}). Bring it back? y, n to delete it, Esc for later",
                {"y": lambda: self._bring_back(kept[0]), "n": lambda: self._discard(kept)},
            )
            return
        elsewhere = self.files.left_elsewhere()
        if elsewhere and self.files.file is None:
            self.message = f"something unsaved is kept of: {', '.join(map(str, elsewhere))}"

    def _bring_back(self, kept: Kept) -> None:
        self.writing = Writing(kept.text)
        self._keep(durable=True)  # before the other is gone
        kept.discard()
        self.message = "brought back; it is not saved yet"

    def _discard(self, kept: list[Kept]) -> None:
        kept[0].discard()
        self._offer_kept(kept[1:])

    def _settled(self, question: str, then: Callable[[], None]) -> None:
        """Go on once nothing is unsaved, or was given up."""
        if not self.is_unsaved:
            then()
            return
        self.questions.ask(question, {"y": lambda: self._save(then), "n": then})

    def _leave(self) -> None:
        self.files.saved = self.writing.draft.text  # saved or given up
        self.app.exit()

    def _open(self) -> None:
        self.questions.ask_name("Open:", self._open_named)

    def _open_named(self, name: str) -> None:
        try:
            text = self.files.open(_path(name))
        except ForewordError as error:
            self.message = str(error)
            return
        self._earlier = self.tally
        self.writing = Writing(text)
        self._offer_kept(self.files.left_behind())

    def _save(self, then: Callable[[], None]) -> None:
        file = self.files.file
        if file is None:
            self.questions.ask_name("Save as:", lambda name: self._save_as(name, then))
        elif file.has_changed():
            self.questions.ask(
                f"Another program has changed {file.path.name}. Write over it? y, or Esc to stay",
                {"y": lambda: self._write(file, then)},
            )
        else:
            self._write(file, then)

    def _save_as(self, name: str, then: Callable[[], None]) -> None:
        try:
            file, _ = TextFile.open(_path(name))
        except ForewordError as error:
            self.message = str(error)
            return
        if file.digest is None:
            self._write(file, then)
            return
        self.questions.ask(
            f"There is a file {file.path.name} already. Write over it? y, or Esc to stay",
            {"y": lambda: self._write(file, then)},
        )

    def _write(self, file: TextFile, then: Callable[[], None]) -> None:
        try:
            new = self.files.save(file, self.writing.draft.text, self.writing.finished)
        except OSError as error:
            self.message = f"not saved: {error.strerror or error}"
            return
        if not self.settings.is_private:
            self._asker.learn(new)
        learning = f"; learning {counted(len(new), 'line')}" if new and not self.settings.is_private else ""
        self.message = f"saved{learning}"
        then()


def _path(name: str) -> Path:
    with contextlib.suppress(RuntimeError):  # nobody has the home folder named: then it is a file's name
        return Path(name).expanduser()
    return Path(name)
