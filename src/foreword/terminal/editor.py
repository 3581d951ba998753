"""The editor: a text, its file, the words offered for it, and the screen that shows all three."""

import asyncio
import contextlib
import errno
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import Any, Final, final

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, ScrollOffsets, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.styles import Style

from foreword.errors import ForewordError
from foreword.files import expanded, quoted
from foreword.keyboard.offers import KeyboardThread, Offer, Suggesting
from foreword.terminal import status_lines
from foreword.terminal.edited_file import EditedFile, Kept, TextFile
from foreword.terminal.key_bindings import help_keys, ignore_unknown_keys, text_keys
from foreword.terminal.page import Page
from foreword.terminal.text_entry import Tally, TextEntry
from foreword.text.plural import counted
from foreword.text.words import words

KEPT_EVERY_SECONDS: Final = 1.0  # the most typing that a power cut or SIGKILL can cost
ESCAPE_SECONDS: Final = 0.02
"""The time that Esc waits, twice, for the rest of a key: terminals send Alt+→ as Esc and more, at once."""

_STYLE: Final = Style.from_dict(
    {
        "inline": "fg:ansibrightblack italic",
        "selected": "reverse",
        "placed": "bg:default",  # a space with a style is drawn at the end of a row, too
        "typed": "bold underline",
        "chosen": "reverse",
        "status": "reverse",
        "question": "bold",
    }
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class EditorSettings:
    """The person's options."""

    limit: int  # choices
    confidence: float  # the least probability of an inline suggestion
    letters: int = 0  # typed letters of a word, after which less likely words enter the list
    is_private: bool  # the editor learns nothing
    model: str  # a short name
    option: str = ""  # the option that names the model in a command, such as ` -m work`
    has_memory: bool = True  # else a word is forgotten only until the editor ends


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a run of the editor."""

    was_stopped: bool  # by a signal, or the end of the terminal
    is_kept: bool  # the next editor offers an unsaved text
    problem: str  # why an unsaved text could not be kept; "" if none is lost
    unlearned: list[str]  # saved lines that there was no time to learn


@final
class Editor:
    """The editor on the screen; it runs once. `key_bindings.py` binds its methods to keys."""

    def __init__(self, keyboard: Suggesting, edited: EditedFile, settings: EditorSettings) -> None:
        self.edited = edited
        self.settings = settings
        self.writing = TextEntry(edited.saved)
        self._said = ""
        self._problem = ""  # why the unsaved text is not kept; "" if it is
        self._keeping = Lock()  # while the text is kept, or text and file change together
        self.page = Page(lambda: self.writing)
        self._is_helping = False
        self._help_row = 0
        self._questions = status_lines.Questions(self.page)
        self._earlier = Tally(written=0, saved=0)
        self._asked: str | None = None
        self._was_stopped = False
        open_another = partial(self._questions.ask_name, "Open:", self._open)
        commands = {
            "c-s": self._save,
            "escape s": lambda: self._questions.ask_name("Save as:", self._save_as),
            "c-o": lambda: self._settled("Save this text first? y, n, or Esc to stay", open_another),
            "c-q": lambda: self._settled("Save before leaving? y, n, or Esc to stay", self._leave),
            **dict.fromkeys(("c-g", "f1"), lambda: self._show_help(shown=True)),  # some terminals take F1
        }
        ignore_unknown_keys()
        self.page.keys = text_keys(self.page, commands, forget=self._forget_chosen, say=self._say)
        self._help = FormattedTextControl(
            self._help_lines,
            focusable=True,
            key_bindings=help_keys(self._scroll_help, lambda: self._show_help(shown=False)),
            show_cursor=False,
            get_cursor_position=lambda: Point(0, self._help_row),
        )
        self.app = self._application()
        self._keyboard_thread = KeyboardThread(
            keyboard,
            limit=settings.limit,
            confidence=settings.confidence,
            letters=settings.letters,
            deliver=lambda offer: self._in_loop(self._delivered, offer),
            fail=lambda error: self._in_loop(self._failed, error),
        )

    async def run(self) -> Outcome:
        """Run until the person leaves or something stops the editor. Unsaved text is always kept."""
        try:
            await self.app.run_async(self._begin, set_exception_handler=False)
        except (EOFError, OSError) as error:  # the terminal has gone
            if isinstance(error, OSError) and (error.errno != errno.EIO or error.filename is not None):
                raise  # with a file, it is the error of a disk
            self._was_stopped = True
        finally:
            self._keep()
            self.edited.leave()
            unlearned = self._keyboard_thread.end()
        is_left = self.is_unsaved and self._was_stopped
        return Outcome(
            was_stopped=self._was_stopped,
            is_kept=is_left and not self._problem,
            problem=self._problem if is_left else "",
            unlearned=unlearned,
        )

    @property
    def tally(self) -> Tally:
        """The keys saved since the start, in all texts."""
        return self._earlier + self.writing.tally

    @property
    def message(self) -> str:
        """What the last key or the keyboard says, else a warning while the unsaved text is not kept."""
        warning = f"unsaved text would not survive a crash: {self._problem}"
        return self._said or (warning if self._problem else "")

    @property
    def is_unsaved(self) -> bool:
        """Whether the text differs from the saved one."""
        return self.writing.draft.text != self.edited.saved

    @property
    def _name(self) -> str:
        return self.edited.name + (" *" if self.is_unsaved else "")

    @property
    def _columns(self) -> int:
        return self.app.output.get_size().columns

    @property
    def _is_short(self) -> bool:
        return status_lines.is_short(self.message, self._name, self._columns)

    def _application(self) -> Application[None]:
        is_helping = Condition(lambda: self._is_helping)
        is_long = Condition(lambda: not self._is_short)
        is_tall = Condition(lambda: self.app.output.get_size().rows >= 10)
        near = ScrollOffsets(top=1, bottom=1)
        text = Window(self.page, scroll_offsets=near, get_horizontal_scroll=lambda _: 0)
        help_text = Window(self._help, get_vertical_scroll=lambda _: self._help_row)
        long_message = FormattedTextControl(lambda: status_lines.long(self.message, self._columns))
        message = Window(long_message, dont_extend_height=True)
        choices = FormattedTextControl(lambda: status_lines.choices(self.writing, self._columns))
        keys = Window(FormattedTextControl(status_lines.KEYS), height=1)
        lines = HSplit(
            [
                ConditionalContainer(help_text, is_helping),
                ConditionalContainer(text, ~is_helping),
                self._questions.container,
                ConditionalContainer(message, is_long),
                Window(choices, height=1),
                Window(FormattedTextControl(self._status), height=1, style="class:status"),
                ConditionalContainer(keys, is_tall),
            ]
        )
        app: Application[None] = Application(Layout(lines, self.page), style=_STYLE, full_screen=True)
        app.ttimeoutlen = app.timeoutlen = ESCAPE_SECONDS
        app.key_processor.before_key_press += lambda _: self._say("")
        app.key_processor.after_key_press += lambda _: self._refresh()
        return app

    def _begin(self) -> None:
        """Start the tasks that need a running loop."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broken)
        for name, act in (("SIGTERM", self._stop), ("SIGHUP", self._stop), ("SIGTSTP", self._suspend)):
            with contextlib.suppress(NotImplementedError, AttributeError, ValueError, RuntimeError):
                loop.add_signal_handler(getattr(signal, name), act)  # Windows has none of them
        self.app.create_background_task(self._watch())
        self._offer_kept(self.edited.left_behind())
        self._refresh()

    def _say(self, message: str) -> None:
        self._said = message
        self.app.invalidate()

    def _status(self) -> StyleAndTextTuples:
        return status_lines.status(
            name=self._name,
            message=self.message if self._is_short else "",
            tally=self.tally,
            model=self.settings.model + (", private" if self.settings.is_private else ""),
            columns=self._columns,
        )

    def _show_help(self, *, shown: bool) -> None:
        self._is_helping, self._help_row = shown, 0
        self.app.layout.focus(self._help if shown else self.page)

    def _help_lines(self) -> StyleAndTextTuples:
        lines = status_lines.long(status_lines.HELP, self._columns)
        self._help_row = min(self._help_row, lines.count(("", "\n")))  # the terminal may be wider now
        return lines

    def _scroll_help(self, pages: int, rows: int) -> None:
        info = self.app.layout.current_window.render_info
        if info is not None:
            hidden = info.content_height - info.window_height
            self._help_row = max(0, min(self._help_row + pages * info.window_height + rows, hidden))

    def _forget_chosen(self) -> None:
        word = self.writing.chosen_word()
        if word is not None and next(words(word), None) is None:
            self._say(f"{word.strip()} is no word; only words can be forgotten")
        elif word is not None:
            until = "and never suggest it again" if self.settings.has_memory else "until the editor ends"
            question = f"Forget {word} {until}? y, n, or Esc to stay"
            self._questions.ask(question, {"y": partial(self._forget, word), "n": lambda: None})

    def _forget(self, word: str) -> None:
        self.writing.chosen = None
        again = f"; to allow it again: foreword memory allow{self.settings.option} {quoted(word)}"
        said = "forgotten" + (again if self.settings.has_memory else " until the editor ends")
        self._keyboard_thread.forget(word, lambda: self._in_loop(self._say, said))
        self._asked = None  # the same text has other choices now

    def _refresh(self) -> None:
        wanted = self.writing.wants()
        if wanted != self._asked:
            self._asked = wanted
            self._keyboard_thread.ask(wanted)

    def _delivered(self, offer: Offer) -> None:
        self.writing.give(offer)
        self.app.invalidate()

    def _failed(self, error: Exception) -> None:
        self._say(str(error) if isinstance(error, ForewordError) else f"no suggestions: {error!r}")

    def _in_loop(self, call: Callable[[Any], None], given: object) -> None:
        """Call a function in the loop's thread, unless the loop has ended."""
        with contextlib.suppress(RuntimeError):
            if self.app.loop is not None:
                self.app.loop.call_soon_threadsafe(call, given)

    async def _watch(self) -> None:
        """Keep unsaved text at regular intervals, and stop when the terminal has gone."""
        had_terminal = self._has_terminal()
        while True:
            await asyncio.sleep(KEPT_EVERY_SECONDS)
            await asyncio.to_thread(self._keep)  # keys do not wait for a slow disk
            if had_terminal and not self._has_terminal():
                self._stop()

    def _has_terminal(self) -> bool:
        with contextlib.suppress(NotImplementedError, OSError, ValueError):
            return os.isatty(self.app.input.fileno())
        return False

    def _keep(self) -> bool:
        """Keep unsaved text, if there is any; False if that fails."""
        with self._keeping:
            problem = ""
            try:
                self.edited.keep(self.writing.draft.text)
            except OSError as error:
                problem = error.strerror or str(error)
            if problem != self._problem:
                self._problem = problem
                self.app.invalidate()
            return not problem

    def _stop(self) -> None:
        """Keep the text and end, after a signal or the end of the terminal."""
        self._was_stopped = True
        self._keep()
        if self.app.is_running and not self.app.is_done:
            self.app.exit()

    def _suspend(self) -> None:
        """Give the terminal back to the shell until it continues this process; then draw again."""
        run_in_terminal(lambda: os.kill(os.getpid(), signal.SIGSTOP))

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Keep the text after an error of ours, and raise the error from `run`."""
        error = context.get("exception")
        if error is None:
            loop.default_exception_handler(context)
        elif self.app.is_running and not self.app.is_done:
            self._was_stopped = True
            self.app.exit(exception=error)

    def _offer_kept(self, kept: list[Kept]) -> None:
        """Ask about the texts that another editor left behind; if there are none, name other files with some."""
        if kept:
            about = f"{kept[0].time.astimezone():%Y-%m-%d %H:%M}, {counted(len(kept[0].text), 'character')}"
            question = f"There is an unsaved text ({about}). Bring it back?"
            answers = {"y": lambda: self._bring_back(kept[0]), "\x04": lambda: self._discard(kept)}
            self._questions.ask(f"{question} y, Ctrl-D to delete it, Esc for later", answers)
        elif self.edited.file is None and (elsewhere := self.edited.left_elsewhere()):
            self._say(f"unsaved texts of other files: {', '.join(map(str, elsewhere))}")

    def _bring_back(self, kept: Kept) -> None:
        with self._keeping:
            self.writing = TextEntry(kept.text)
            if self.edited.file is not None:  # if another program has changed it since, saving asks
                self.edited.file = replace(self.edited.file, digest=kept.digest)
        if self._keep():  # else the other copy stays
            self._say("brought back; it is not saved yet")
            with contextlib.suppress(OSError):  # it would be offered again
                kept.discard()

    def _discard(self, kept: list[Kept]) -> None:
        try:
            kept[0].discard()
        except OSError as error:
            self._say(f"not deleted: {error.strerror or error}")
        else:
            self._offer_kept(kept[1:])

    def _settled(self, question: str, then: Callable[[], None]) -> None:
        """Call `then` when nothing is unsaved, or the person gives the text up."""
        if self.is_unsaved:
            self._questions.ask(question, {"y": lambda: self._save(then), "n": then})
        else:
            then()

    def _leave(self) -> None:
        self.edited.saved = self.writing.draft.text  # saved or given up
        self.app.exit()

    def _open(self, name: str) -> None:
        try:
            with self._keeping:
                text = self.edited.open(expanded(name))
                self._earlier = self.tally
                self.writing = TextEntry(text)
        except ForewordError as error:
            self._say(str(error))
            return
        self._offer_kept(self.edited.left_behind())

    def _save(self, then: Callable[[], None] = lambda: None) -> None:
        """Save the text; ask for a name if there is none yet."""
        file = self.edited.file
        if file is None:
            self._questions.ask_name("Save as:", lambda name: self._save_as(name, then))
        elif file.has_changed():
            self._write(file, then, unless=f"Another program has changed {file.path.name}.")
        else:
            self._write(file, then)

    def _save_as(self, name: str, then: Callable[[], None] = lambda: None) -> None:
        try:
            file, _ = TextFile.open(expanded(name))
        except ForewordError as error:
            self._say(str(error))
            return
        self._write(file, then, unless=f"There is a file {file.path.name} already." if file.digest else "")

    def _write(self, file: TextFile, then: Callable[[], None], unless: str = "") -> None:
        """Write the text to a file; if there is an objection `unless`, only after the person agrees."""
        if unless:
            question = f"{unless} Write over it? y, n, or Esc to stay"
            self._questions.ask(question, {"y": partial(self._write, file, then), "n": lambda: None})
            return
        self.edited.known.know("\n".join(self.writing.foreign))
        self.writing.foreign.clear()
        try:
            with self._keeping:
                new = self.edited.save(file, self.writing.draft.text, self.writing.finished)
        except OSError as error:
            self._say(f"not saved: {error.strerror or error}")
            return
        if self.settings.is_private:
            new = []
        self._keyboard_thread.learn(new)
        self._say("saved" + (f"; learning {counted(len(new), 'line')}" if new else ""))
        then()
