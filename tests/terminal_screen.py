"""An editor that reads keys from a pipe and draws on a screen that tests read, in its own event loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, final

from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from foreword.keyboard.offers import Offer
from foreword.terminal.edited_file import EditedFile
from foreword.terminal.editor import ESCAPE_SECONDS, Editor, EditorSettings, Outcome
from guessing import Guessing

PATIENCE_SECONDS = 60.0
SETTINGS = EditorSettings(limit=3, confidence=0.3, is_private=False, model="toy", option=" -m work")


@final
class Screen:
    """The editor as a person sees it in a terminal."""

    def __init__(self, editor: Editor, keys: PipeInput) -> None:
        self.editor = editor
        self._keys = keys
        self._pressed = 0
        self._answered: str | None = None
        self._deliver = editor._delivered
        editor._delivered = self._delivered  # type: ignore[method-assign]
        editor.app.key_processor.after_key_press += self._count

    def _count(self, _: object) -> None:
        self._pressed += 1

    def _delivered(self, offer: Offer) -> None:
        self._answered = offer.before
        self._deliver(offer)

    @property
    def is_settled(self) -> bool:
        """Whether the words for the current text were found, if any are wanted, and drawn."""
        return self.editor.writing.wants() in (None, self._answered) and not self.editor.app.invalidated

    async def press(self, *keys: str) -> None:
        """Press keys; after each one, wait until it took effect and words were found for the text."""
        for each in keys:
            pressed = self._pressed
            self.send(each)
            if each.endswith("\x1b"):  # Esc alone is recognised because nothing follows it
                await asyncio.sleep(10 * ESCAPE_SECONDS)
            await self.until(partial(self._has_answered, pressed))

    def _has_answered(self, before: int) -> bool:
        return self.has_ended or (self._pressed > before and self.is_settled)

    def send(self, keys: str) -> None:
        self._keys.send_text(keys)

    def hang_up(self) -> None:
        self._keys.close()

    @property
    def has_ended(self) -> bool:
        return not self.editor.app.is_running or self.editor.app.is_done

    async def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < ends, self.shown()
            await asyncio.sleep(0.005)

    @property
    def text(self) -> str:
        return self.editor.writing.draft.text

    def rows(self) -> list[str]:
        screen = self.editor.app.renderer.last_rendered_screen
        assert screen is not None
        rows = (screen.data_buffer[row] for row in range(screen.height))
        return ["".join(row[column].char for column in range(80)).rstrip() for row in rows]

    def shown(self) -> str:
        return "\n".join(self.rows())

    async def see(self, words: str) -> None:
        await self.until(lambda: words in self.shown())


class Terminal(DummyOutput):
    """A terminal with these rows and columns, which shows nothing; `placed` holds its escape sequences."""

    def __init__(self, rows: int, columns: int = 80) -> None:
        self.rows, self.columns = rows, columns
        self.placed: list[str] = []

    def write_raw(self, data: str) -> None:
        self.placed.append(data)

    def get_size(self) -> Size:
        return Size(rows=self.rows, columns=self.columns)


Play = Callable[[Screen], Awaitable[None]]


@final
@dataclass(frozen=True)
class Shows:
    """These words appear on the screen."""

    words: str


@final
@dataclass(frozen=True)
class Holds:
    """The editor, or a file, contains this text."""

    text: str
    path: Path | None = None


def played(home: Path, *steps: str | Shows | Holds, **options: Any) -> Outcome:
    """Start an editor, press keys with checks between them, and return how it ends; the last keys must end it."""

    async def play(screen: Screen) -> None:
        for step in steps:
            if isinstance(step, str):
                await screen.press(step)
            elif isinstance(step, Shows):
                await screen.see(step.words)
            else:
                assert (step.path.read_text("utf-8") if step.path else screen.text) == step.text

    return run(play, home, **options)


def keep(home: Path, text: str, path: Path | None = None) -> None:
    """Leave an unsaved draft behind, as an editor that is killed does."""
    edited = EditedFile(home, path)
    edited.keep(text)
    edited.leave()


def hung_up(home: Path, *keys: str, **options: Any) -> Outcome:
    """Start an editor, press keys, close its terminal, and return how it ends."""

    async def play(screen: Screen) -> None:
        await screen.press(*keys)
        screen.hang_up()

    return run(play, home, **options)


def run(
    play: Play,
    home: Path,
    *,
    keyboard: Guessing | None = None,
    path: Path | None = None,
    settings: EditorSettings = SETTINGS,
    rows: int = 40,
    columns: int = 80,
) -> Outcome:
    """Start an editor, run `play`, and return how it ends; `play` must end it."""

    async def go() -> Outcome:
        with create_pipe_input() as keys, create_app_session(input=keys, output=Terminal(rows, columns)):
            guessing = keyboard or Guessing({"tomorrow": 0.9, "today": 0.4})
            editor = Editor(guessing, EditedFile(home, path), settings)
            running = asyncio.ensure_future(editor.run())
            screen = Screen(editor, keys)
            await screen.until(lambda: editor.app.renderer.last_rendered_screen is not None)
            playing = asyncio.ensure_future(play(screen))
            await asyncio.wait([running, playing], return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await playing
            outcome = await asyncio.wait_for(running, PATIENCE_SECONDS)
            await playing
            return outcome

    return asyncio.run(go())
