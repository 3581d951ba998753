"""Another keyboard in its own process, so its Python, libraries and crashes do not affect ours.

`keyboard_service.py` is the other end, and describes the data in the pipes. The time of a list is measured on this
side, so it includes both pipes.
"""

import json
import math
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO, Any, final

from benchmarks.peers.environments import Unavailable, last_line
from foreword.keyboard.suggest import Suggestion
from foreword.text.words import word_start

CHECKOUT = Path(__file__).parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"
"""The interpreter for which the packages of Debian are made."""

LEARNING_SECONDS = 300
ANSWERING_SECONDS = 30
HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")


@final
@dataclass(frozen=True, kw_only=True)
class Peer:
    """Another keyboard: its name for people, and its module in this package."""

    key: str
    title: str
    program: str

    @property
    def command(self) -> list[str]:
        """The command that starts it."""
        return [SYSTEM_PYTHON, "-m", f"benchmarks.peers.{self.program}"]


PEERS = (
    Peer(key="onboard", title="Onboard", program="onboard_words"),
    Peer(key="presage", title="Presage", program="presage_words"),
    Peer(key="ibus", title="ibus-typing-booster", program="ibus_words"),
)


@final
class KeyboardProcess:
    """The keyboard that the replay uses. Each request raises `Unavailable` if the program has ended or is silent."""

    def __init__(self, title: str, questions: IO[bytes], answers: "SimpleQueue[bytes]", errors: Path) -> None:
        self._title = title
        self._questions = questions
        self._answers = answers
        self._errors = errors
        self.version = str(self._answer("version", LEARNING_SECONDS))

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """Its words, best first, without probabilities."""
        words = self._ask({"suggest": text, "limit": limit}, "words")
        replace = len(text) - word_start(text)
        return [
            Suggestion(text=word, replace=replace, insert=f"{word} ", probability=math.nan) for word in words
        ]

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        """Does nothing: these programs do not use what a person saw."""

    def learn(self, text: str) -> int:
        """Have it learn one message."""
        self._ask({"learn": text}, "learned")
        return 1

    def copy(self) -> "KeyboardProcess":
        """Itself: its learning ends with the process, and nothing else uses it."""
        return self

    def _ask(self, question: Mapping[str, object], wanted: str) -> Any:
        with suppress(OSError):  # it has ended, and its last output gives the reason
            self._questions.write(json.dumps(question).encode() + b"\n")
            self._questions.flush()
        return self._answer(wanted, ANSWERING_SECONDS)

    def _answer(self, wanted: str, seconds: float) -> Any:
        try:
            line = self._answers.get(timeout=seconds)
        except Empty:
            raise Unavailable(f"{self._title} did not answer within {seconds:.0f} seconds") from None
        if not line:
            self._answers.put(line)  # the next request has the same answer
            said = self._errors.read_text(encoding="utf-8", errors="replace")
            raise Unavailable(f"{self._title} ended: {last_line(said)}")
        try:
            answer = json.loads(line)
            if "unavailable" in answer:
                raise Unavailable(answer["unavailable"])
            return answer[wanted]
        except (ValueError, TypeError, KeyError):
            raise Unavailable(f"{self._title} answered {line[:60]!r}, which has no {wanted!r}") from None


@contextmanager
def started(title: str, command: Sequence[str], train: Path) -> Iterator[KeyboardProcess]:
    """The program, once it has learned the file `train`; it has its own home, and ends with the block.

    Raises:
        Unavailable: It cannot be started, or reports that it is missing.
    """
    answers: SimpleQueue[bytes] = SimpleQueue()
    with TemporaryDirectory(prefix="foreword-peer-", ignore_cleanup_errors=True) as scratch:
        errors = Path(scratch) / "errors.txt"
        with (
            errors.open("wb") as said,
            _process(title, [*command, str(train.resolve()), scratch], said) as process,
        ):
            assert process.stdin is not None
            reader = Thread(target=_pass_on, args=(process, answers))
            reader.start()
            try:
                yield KeyboardProcess(title, process.stdin, answers, errors)
            finally:
                process.kill()
                reader.join()
                with suppress(OSError):  # a request that it ended without reading
                    process.stdin.close()


def _process(title: str, command: list[str], errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    # The paths of our Python would mislead another one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= dict.fromkeys(HOMES, command[-1])
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=CHECKOUT,
            env=environment,
        )
    except OSError as error:
        raise Unavailable(f"{title} needs {command[0]}, and it cannot be run: {error.strerror}") from None


def _pass_on(process: "subprocess.Popen[bytes]", answers: "SimpleQueue[bytes]") -> None:
    """Pass on all lines as they come, and an empty one after the last output."""
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    process.wait()
    answers.put(b"")
