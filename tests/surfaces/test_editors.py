"""Real text editors, set up as the how-to says; the test types text and takes a word."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, final

import pyte
import pytest

from program import PATIENCE, Program, soon

pytestmark = pytest.mark.all

HOW_TO = Path(__file__).parents[2] / "docs/how-to/editors.md"
TYPED, TAKEN, GOES_ON = "See you tom", "See you tomorrow ", "at the quay."
FLUENT = "While many people write long letters to their friends about weather, we walk along rivers. " * 3


def block(language: str, number: int = 0) -> str:
    found = re.finditer(rf"^```{language}\n(.*?)^```", HOW_TO.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str([*found][number][1])


def editor(name: str, variable: str) -> str:
    """The path of the editor; the variable can name an editor outside PATH."""
    found: str | None = os.environ.get(variable) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed here")
    return found


def wait_for(seen: Callable[[], object], what: str) -> None:
    """Wait until the condition is true.

    An attempt to type is repeated until it succeeds: an editor shows nothing before the server has started.
    """
    assert soon(seen, PATIENCE / 3), f"{what} was not seen"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A separate home folder, `foreword` in PATH, and a memory with words."""
    pytest.importorskip("pygls")
    program = Program(tmp_path / "data")
    program("learn", "-", stdin=b"See you tomorrow\n" * 20)
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "foreword"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m foreword "$@"\n')
    command.chmod(0o755)
    settings = tmp_path / "config/foreword"
    settings.mkdir(parents=True)
    (settings / "settings.toml").write_text("learn = true\n")
    return program.environment(
        PATH=f"{folder}:{os.environ['PATH']}",
        HOME=str(tmp_path),
        XDG_CONFIG_HOME=str(tmp_path / "config"),
        XDG_STATE_HOME=str(tmp_path / "state"),
        XDG_DATA_HOME=str(tmp_path / "share"),
        XDG_CACHE_HOME=str(tmp_path / "cache"),
        FOREWORD_CONFIG=str(settings),
        TERM="xterm-256color",
    )


@final
class Screen:
    """An editor in its own terminal."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process_id, self._terminal = pty.fork()
        if self.process_id == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            os.execvpe(command[0], command, environment)
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def type(self, keys: str, *, pause: float = 0.05) -> None:
        """Press keys; a key waits until the editor has written nothing for `pause` seconds."""
        for key in keys:
            os.write(self._terminal, key.encode())
            self.look(pause)

    def look(self, seconds: float = 0.02) -> str:
        """The screen, when the editor has written nothing for so long."""
        while select.select([self._terminal], [], [], seconds)[0]:
            try:
                self._stream.feed(os.read(self._terminal, 65536))
            except OSError:
                break
        return "\n".join(self._screen.display)

    def close(self) -> None:
        os.kill(self.process_id, signal.SIGKILL)
        os.waitpid(self.process_id, 0)
        os.close(self._terminal)


@final
class Tried(NamedTuple):
    """An editor: how to start it, and what to type."""

    command: str
    variable: str  # can name an editor outside PATH
    settings: str  # the file for the block of the how-to
    language: str  # the language of that block
    ready: str  # what the editor shows when it accepts keys
    begin: tuple[str, ...]  # keys that empty the text, also after a failed attempt
    save: tuple[str, ...]
    ask: str = ""  # keys that open the list, if it does not open by itself
    take: str = "\t"  # keys that take the first word


ESCAPE = "\x1b"
WRITE = (ESCAPE, ":w\r")
NEOVIM = Tried("nvim", "", "config/nvim/init.lua", "lua", "letter", (ESCAPE, "ggdGi"), WRITE, "\x18\x0f")
EDITORS = {
    "Neovim": NEOVIM,
    "Helix": Tried(
        *("hx", "FOREWORD_TEST_HELIX", "config/helix/languages.toml", "toml", "NOR"),
        begin=(ESCAPE, "%di"),
        save=WRITE,
    ),
    "Emacs": Tried(
        *("emacs -nw", "FOREWORD_TEST_EMACS", ".emacs.d/init.el", "elisp", "eglot"),
        begin=("\x07", "\x18h\x17"),
        save=("\x18\x13",),
        take="\x1bn\x1bp\t",  # to the second word and back
    ),
}
if "FOREWORD_TEST_NVIM" in os.environ:
    EDITORS["a second Neovim"] = NEOVIM._replace(variable="FOREWORD_TEST_NVIM")


@pytest.mark.parametrize("name", EDITORS)
def test_an_editor_takes_and_teaches_words(name: str, environment: dict[str, str], tmp_path: Path) -> None:
    tried = EDITORS[name]
    program, *options = tried.command.split()
    path = editor(program, tried.variable)
    settings = tmp_path / tried.settings
    settings.parent.mkdir(parents=True)
    settings.write_text(block(tried.language))
    file = tmp_path / "letter.txt"
    with closing(Screen([path, *options, str(file)], environment)) as shown:
        wait_for(lambda: tried.ready in shown.look(), name)

        def begin() -> None:
            for keys in tried.begin:
                shown.type(keys)
                shown.look(0.5)  # otherwise Esc and the next key count as one key

        def save(text: str) -> bool:
            for keys in tried.save:
                shown.look(0.5)
                shown.type(keys)
            return soon(lambda: file.exists() and file.read_text().strip("\n") == text)

        def attempt() -> bool:
            begin()
            shown.type(TYPED)
            if tried.ask and not soon(lambda: "tomorrow" in shown.look(), 2):
                shown.type(tried.ask)
            if not soon(lambda: "orrow" in shown.look()):
                return False
            shown.type(tried.take + GOES_ON)
            return save(TAKEN + GOES_ON)

        assert soon(attempt, PATIENCE / 3), f"the word in the file was not seen, but:\n{shown.look()}"
        foreword = Program(Path(environment["FOREWORD_HOME"]))
        wait_for(lambda: "quay" in foreword("memory", "list").out, "what was learned")
        begin()
        shown.type(FLUENT, pause=0.01)  # faster than words are found
        assert save(FLUENT), f"letters were lost: {file.read_text()}"
