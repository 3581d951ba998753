"""The real program, started in its own process or called in this one."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, final

import pytest

PATIENCE = 300.0
"""Seconds after which a process counts as stuck, even on a busy machine."""


def ran(*command: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
    """How a program of any kind has ended and what it printed."""
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


def soon(seen: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether the condition becomes true within so many seconds."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@final
@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a process ended and what it printed."""

    code: int
    out: str
    err: str


CommandLine = Callable[..., Outcome]
"""A callable that takes arguments and standard input as `Program` does."""


@final
@dataclass(frozen=True)
class Inside:
    """The command line in this process, as quick as a function. An uncaught error fails the test."""

    home: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path, stdin: str | bytes = b"", **environment: str) -> Outcome:
        """Run it to its end."""
        from foreword.cli.main import main  # noqa: PLC0415 - processes do without

        data = stdin.encode() if isinstance(stdin, str) else stdin
        with self.monkeypatch.context() as patch:
            for name, value in {"FOREWORD_HOME": str(self.home), **environment}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["foreword", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
            with pytest.raises(SystemExit) as left:
                main()
        printed = self.capsys.readouterr()
        return Outcome(code=int(left.value.code or 0), out=printed.out, err=printed.err)


@final
@dataclass(frozen=True)
class Program:
    """`foreword` with its own data folder."""

    home: Path

    def __call__(self, *arguments: str | Path, stdin: str | bytes = b"", **environment: str) -> Outcome:
        """Run it to its end."""
        done = subprocess.run(
            self.command(*arguments),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=self.environment(**environment),
            timeout=PATIENCE,
            check=False,
        )
        return Outcome(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    def start(self, *arguments: str | Path, stdout: int = subprocess.PIPE, **environment: str) -> "Running":
        """Start it without waiting; its output is read from pipes, unless `stdout` is a file."""
        return Running(self._begun(*arguments, stdout=stdout, **environment))

    def _begun(self, *arguments: str | Path, stdout: int, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=self.environment(**environment),
            encoding="utf-8",
        )

    @contextmanager
    def serving(self, model: Path, **environment: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
        """`foreword serve` at a free port, and the address that it prints."""
        process = self._begun("serve", "-m", model, "--port", "0", stdout=subprocess.PIPE, **environment)
        try:
            yield process, Running._stream(process.stdout).readline().strip()
        finally:
            process.kill()
            process.communicate()

    def environment(self, **more: str) -> dict[str, str]:
        """This environment with a fixed data folder and line width; output is buffered."""
        others = {"FOREWORD_MODEL", "PYTHONUNBUFFERED"}
        kept = {name: value for name, value in os.environ.items() if name not in others}
        return {**kept, "FOREWORD_HOME": str(self.home), "COLUMNS": "100", **more}

    @staticmethod
    def command(*arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "foreword", *map(str, arguments)]


@final
class Running:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.seen = ""

    def until(self, words: str) -> None:
        """Read its standard error up to a line with `words` in it."""
        stream = self._stream(self.process.stderr)
        for line in stream:
            self.seen += line
            if words in line:
                return
        raise AssertionError(f"it ended without saying {words!r}: {self.seen}")

    def stop(self, signal: int) -> Outcome:
        assert self.process.poll() is None, f"it had ended before it could be stopped: {self.seen}"
        self.process.send_signal(signal)
        out, err = self.process.communicate(timeout=PATIENCE)
        return Outcome(code=self.process.returncode, out=out, err=self.seen + err)

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream


@final
@dataclass(frozen=True, kw_only=True)
class Trained:
    """The model `tiny`, and the output of its training."""

    steps: ClassVar[int] = 600

    program: Program
    source: Path
    recipe: Path
    outcome: Outcome

    @property
    def folder(self) -> Path:
        return self.program.home / "tiny"
