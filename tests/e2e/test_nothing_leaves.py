"""All commands and the Python API, under strace: no data leaves the computer, no stray file stays on it.

Root runs them in a separate network namespace, where only the loopback address can be reached.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

import pytest
import typer

from foreword.cli.main import app_of
from messages import RECIPE_FILE, write_messages
from program import PATIENCE


def works(*command: str) -> bool:
    """Whether this command can run here."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


STRACE = ("strace", "-f", "--seccomp-bpf", "-qq")
APART = ("unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


@functools.cache
def traced() -> tuple[str, ...]:
    """The prefix that runs a command under strace, and without a network if the system allows it."""
    if sys.platform != "linux" or shutil.which("strace") is None or not works(*STRACE, "true"):
        pytest.skip("strace is Linux's, must be installed, and must be allowed")
    return (*(APART if works(*APART, "true") else ()), *STRACE)


SECONDS = 30
"""How long a long command is watched: a library may wait before it reports usage."""

CALLS = "execve,network,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
CREATES = re.compile(r"^\d+ +(?:open\w*\(.*O_CREAT|creat|mkdir|rename|link|symlink)")

COMMANDS = {
    "suggest": "suggest see",
    "suggest --characters": "suggest see --characters --json",
    "generate": "generate see -n 300 --no-copy messages.txt",
    "generate --passages": "generate see -n 50 --passages 3",
    "learn": "learn messages.txt",
    "preview": "preview messages.txt",
    "preview page.html": "preview page.html",
    "compare": "compare messages.txt --steps 2 --architecture window",
    "preview sample:chitchat": "preview sample:chitchat",
    "explain": "explain see",
    "inspect": "inspect",
    "audit": "audit messages.txt",
    "evaluate": "evaluate",
    "memory list": "memory list",
    "memory messages": "memory messages bread",
    "memory blocked": "memory blocked",
    "memory export": "memory export",
    "memory import": "memory import exported.jsonl",
    "memory merge": "memory merge other.memory",
    "forget": "forget bread",
    "memory allow": "memory allow bread",
    "memory clear": "memory clear --yes",
    "models list": "models list",
    "train --more": "train messages.txt --more --steps 20",
    "rollback": "rollback",
    "train --recipe": "train messages.txt -o two --steps 20 --recipe tiny.toml",
    "train --tensorboard": "train messages.txt -o board --steps 20 --recipe tiny.toml --tensorboard log --html r.html",
    "models delete": "models delete two --yes",
    "lsp": "lsp",
    "doctor": "doctor",
    "an error": "suggest see -m nobody",
}
"""The short commands, in a sequence in which each finds the files it needs."""

WRITE = f"""
import os, pty, sys, threading
process, terminal = pty.fork()
if not process:
    os.execv(sys.executable, [sys.executable, "-m", "foreword", "write", "note.txt"])
threading.Timer(3, os.write, (terminal, b"see you tom")).start()
threading.Timer({SECONDS}, os.write, (terminal, b"\\x13\\x11")).start()
try:
    while os.read(terminal, 4096): pass
except OSError:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
"""

API = f"""
import time
import foreword

model = foreword.load("me")
foreword.generate_many(model, "I think ", passages=3, characters=50)
foreword.next_tokens(model, "see you tom", limit=5)
foreword.bits_per_character(model, "some text")
foreword.audit(model, "messages.txt")
keyboard = foreword.Keyboard.open("me")
keyboard.suggest("see you tom")
foreword.train("messages.txt", minutes=0.1, to="api")
until = time.monotonic() + {SECONDS}
while time.monotonic() < until:
    "".join(foreword.generate(model, "I think ", characters=200))
"""

SERVE = """
import json, re, signal, subprocess, sys, urllib.request
command = [sys.executable, "-m", "foreword", "serve", "--port", "0"]
serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
address, token = re.match("(.*)/#token=(.*)", serving.stdout.readline()).groups()
for path, body in {
    "/": None,
    "/v1/models/me": None,
    "/v1/suggest": {"text": "see you tom"},
    "/v1/learn": {"text": "see you at the bakery"},
    "/v1/completions": {"prompt": "see", "stream": True},
}.items():
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    urllib.request.urlopen(urllib.request.Request(address + path, data, headers)).read()
serving.send_signal(signal.SIGTERM)
sys.exit(serving.wait())
"""


@final
@dataclass
class Traces:
    """A separate home folder, and what strace saw of the commands that ran there."""

    folder: Path
    seen: dict[str, str] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def own(self) -> list[Path]:
        """Foreword's folders, the temporary folder, and the working folder, which gets the requested files."""
        own = ("home/.local/share/foreword", "home/.cache/foreword", "tmp", "here")
        return [self.folder / each for each in own]

    def run(self, name: str, *command: str) -> None:
        trace = self.file(name, "trace")
        with self.file(name, "out").open("wb") as out, self.file(name, "err").open("wb") as err:
            done = subprocess.run(
                [*traced(), "-e", CALLS, "-o", str(trace), *command],
                cwd=self.folder / "here",
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=PATIENCE,
                check=False,
            )
        self.seen[name], self.codes[name] = trace.read_text("utf-8", "replace"), done.returncode

    def file(self, name: str, kind: str) -> Path:
        """The file with the trace or the output of a command."""
        return self.folder / f"{name.replace(' ', '_')}.{kind}"

    def environment(self) -> dict[str, str]:
        """An environment without signs of a test, because some libraries report nothing in tests."""
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        folders = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp")}
        return {**kept, **folders, "PYTHONDONTWRITEBYTECODE": "1", "TERM": "xterm", "LANG": "C.UTF-8"}

    def sockets(self, name: str) -> list[str]:
        return [line for line in self.seen[name].splitlines() if "AF_INET" in line]

    def strays(self, name: str) -> list[str]:
        """The files and folders that were created outside the allowed folders."""
        made = [line for line in self.seen[name].splitlines() if CREATES.match(line) and " = -1 " not in line]
        quoted = [re.findall(r'"([^"]*)"', line)[-1] for line in made if '"' in line]
        paths = [self.folder / "here" / each for each in quoted if not each.startswith("/dev/")]
        return [
            str(path)
            for path in paths
            if not any(path.is_relative_to(own) or own.is_relative_to(path) for own in self.own)
        ]


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    """All commands, run once: one training first, then the long commands in parallel with the short ones."""
    found = Traces(tmp_path_factory.mktemp("traces"))
    for name in ("home", "tmp", "here"):
        (found.folder / name).mkdir()
    here = found.folder / "here"
    write_messages(here, lines=200)
    (here / "long.txt").write_bytes((here / "messages.txt").read_bytes() * 200)
    (here / "page.html").write_text("<!DOCTYPE html><p>See you tomorrow.</p>", encoding="utf-8")
    (here / "tiny.toml").write_text(RECIPE_FILE, encoding="utf-8")
    foreword = (sys.executable, "-m", "foreword")
    found.run("train", *foreword, "train", "messages.txt", "--minutes", str(SECONDS / 60))
    long = {
        "write": (sys.executable, "-c", WRITE),
        "the Python API": (sys.executable, "-c", API),
        "demo": (*foreword, "demo", "--minutes", "0.2"),
        "evaluate SOURCE": ("timeout", "-s", "INT", str(SECONDS), *foreword, "evaluate", "long.txt"),
    }
    threads = [threading.Thread(target=found.run, args=(name, *command)) for name, command in long.items()]
    for thread in threads:
        thread.start()
    found.run("serve", sys.executable, "-c", SERVE)
    for name, line in COMMANDS.items():
        found.run(name, *foreword, *line.split())
        if name == "memory export":
            shutil.copy(found.file(name, "out"), here / "exported.jsonl")
            shutil.copy(found.own[0] / "me.memory", here / "other.memory")
    for thread in threads:
        thread.join()
    return found


RUNS = ["train", "serve", "write", "the Python API", "demo", "evaluate SOURCE", *COMMANDS]


def commands(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield from commands(command, f"{name} ") if hasattr(command, "commands") else [before + name]


def test_each_command_is_traced() -> None:
    """Only commands whose purpose is a socket or files elsewhere may be missing."""
    assert set(commands(typer.main.get_command(app_of()))) - {"serve", "ibus install"} <= set(RUNS)


@pytest.mark.all
def test_no_command_opens_a_socket_or_leaves_a_file_elsewhere(traces: Traces) -> None:
    """One test, because all commands take minutes. It checks exit codes: a failed command would leave nothing."""
    codes = dict.fromkeys(RUNS, 0) | {"an error": 1, "evaluate SOURCE": 124}
    traces.codes["rollback"] = 0  # a previous version exists or not, depending on the training
    assert traces.codes == codes
    others = [name for name in RUNS if name != "serve"]
    assert {name: found for name in others if (found := traces.sockets(name))} == {}
    calls = traces.sockets("serve")  # also of its client in this test
    assert len([call for call in calls if " bind(" in call and " = 0" in call]) == 1
    assert {each for call in calls for each in re.findall(r'inet_addr\("([^"]*)"\)', call)} == {"127.0.0.1"}
    assert not any("inet_pton" in call for call in calls)
    assert {name: found for name in RUNS if (found := traces.strays(name))} == {}
    assert list((traces.folder / "tmp").iterdir()) == []
    given = {"messages.txt", "long.txt", "page.html", "tiny.toml", "exported.jsonl", "other.memory"}
    asked_for = {"note.txt", "log", "r.html"}
    assert {path.name for path in (traces.folder / "here").iterdir()} == given | asked_for


def test_suggest_opens_no_socket_and_creates_no_file_elsewhere(tmp_path: Path) -> None:
    found = Traces(tmp_path)
    for name in ("home", "tmp", "here"):
        (tmp_path / name).mkdir()
    found.run("suggest", sys.executable, "-m", "foreword", "suggest", "see you tom")
    assert found.codes["suggest"] == 0
    assert found.sockets("suggest") == []
    assert found.strays("suggest") == []
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []
