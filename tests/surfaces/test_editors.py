"""Real text editors, set up as the how-to says, into which somebody types and takes a word."""

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
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import final

import pytest

from program import PATIENCE, Program

pytestmark = pytest.mark.all

HOW_TO = Path(__file__).parents[2] / "docs/how-to/editors.md"
SOON_SECONDS = 10.0
TYPED, TAKEN = "See you tom", "See you tomorrow "


def block(language: str, number: int = 0) -> str:
    """A block of the how-to."""
    found = re.finditer(rf"^```{language}\n(.*?)^```", HOW_TO.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str([*found][number][1])


def editor(name: str, variable: str) -> str:
    """Where the editor is; the variable names one that is not in the path."""
    found: str | None = os.environ.get(variable) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed here")
    return found


def soon(seen: Callable[[], object], seconds: float = SOON_SECONDS) -> bool:
    """Wait for so long until it is so."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def wait_for(seen: Callable[[], object], what: str) -> None:
    """Wait until it is so.

    An attempt to type is made anew until it succeeds: before the server has started, an editor shows nothing.
    """
    assert soon(seen, PATIENCE / 3), f"{what} was not seen"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home folder of its own, and `foreword` in the path, with a memory that has words."""
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
    """An editor in a terminal of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process_id, self._terminal = pty.fork()
        if self.process_id == 0:
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = b""

    def type(self, keys: str) -> None:
        """Press keys; what was seen before is forgotten."""
        self.seen = b""
        for key in keys:
            os.write(self._terminal, key.encode())
            self.look(0.05)

    def look(self, seconds: float = 0.02) -> str:
        """What the editor has drawn since the last keys, with its control sequences taken out."""
        while select.select([self._terminal], [], [], seconds)[0]:
            try:
                self.seen += os.read(self._terminal, 65536)
            except OSError:
                break
        return re.sub(
            r"\x1b(\[[0-9;:?<>=]*[a-zA-Z~]|[()].|[\]P].*?(\x07|\x1b\\))",
            "",
            self.seen.decode(errors="ignore"),
        )

    def close(self) -> None:
        """End it."""
        os.kill(self.process_id, signal.SIGKILL)
        os.waitpid(self.process_id, 0)
        os.close(self._terminal)


@contextmanager
def screen(*command: str, environment: dict[str, str]) -> Iterator[Screen]:
    """An editor that is ended at the end."""
    started = Screen([*command], environment)
    try:
        yield started
    finally:
        started.close()


@pytest.mark.parametrize("variable", ["", "FOREWORD_TEST_NVIM"])
def test_neovim(variable: str, environment: dict[str, str], tmp_path: Path) -> None:
    """The one that is installed, and a second one, say a newer, that a variable names."""
    path = editor("a second Neovim" if variable else "nvim", variable)
    config = tmp_path / "config/nvim"
    config.mkdir(parents=True)
    (config / "init.lua").write_text(block("lua"))
    file = tmp_path / "letter.md"
    with screen(path, str(file), environment=environment) as neovim:
        wait_for(lambda: "letter.md" in neovim.look(), "Neovim")

        def attempt() -> bool:
            neovim.type("\x1b")
            neovim.look(0.5)  # or Esc and the next key are one
            neovim.type(f"ggdGi{TYPED}")
            if not soon(lambda: "tomorrow" in neovim.look(), 2):
                neovim.type("\x18\x0f")  # one before 0.11 offers nothing unless asked
            if not soon(lambda: "tomorrow" in neovim.look()):
                return False
            neovim.type("\tat the quay.\x1b")
            neovim.look(0.5)
            neovim.type(":w\r")
            return soon(lambda: file.exists() and file.read_text() == f"{TAKEN}at the quay.\n")

        wait_for(attempt, "the word in the file")
        program = Program(Path(environment["FOREWORD_HOME"]))
        wait_for(lambda: "quay" in program("memory", "list").out, "what was learned")


def test_helix(environment: dict[str, str], tmp_path: Path) -> None:
    path = editor("hx", "FOREWORD_TEST_HELIX")
    config = tmp_path / "config/helix"
    config.mkdir(parents=True)
    (config / "languages.toml").write_text(block("toml"))
    file = tmp_path / "letter.txt"
    file.write_text("\n")
    with screen(path, str(file), environment=environment) as helix:
        wait_for(lambda: "NOR" in helix.look(), "Helix")

        def attempt() -> bool:
            helix.type("\x1b")
            helix.look(0.5)  # or Esc and the next key are one
            helix.type(f"%di{TYPED}")
            if not soon(lambda: "tomorrow" in helix.look()):
                return False
            helix.type("\t\r\x1b")
            helix.look(0.5)
            helix.type(":w\r")
            return soon(lambda: file.read_text() == f"{TAKEN}\n")

        wait_for(attempt, "the word in the file")


def test_emacs(environment: dict[str, str], tmp_path: Path) -> None:
    path = editor("emacs", "FOREWORD_TEST_EMACS")
    folder = tmp_path / ".emacs.d"
    folder.mkdir()
    (folder / "init.el").write_text(block("elisp"))
    file = tmp_path / "letter.txt"
    with screen(path, "-nw", str(file), environment=environment) as emacs:
        wait_for(lambda: "eglot" in emacs.look(), "the server")

        def attempt() -> bool:
            emacs.type(f"\x01\x0b{TYPED}")  # what an attempt before left in the line goes
            if not soon(lambda: "orrow" in emacs.look()):
                return False
            emacs.type("\t\x18\x13")
            return soon(lambda: file.exists() and file.read_text().strip("\n") == TAKEN)

        wait_for(attempt, "the word in the file")
