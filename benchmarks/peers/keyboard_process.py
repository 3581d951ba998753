"""Another keyboard in a process of its own: its Python, its libraries and its crashes are not ours.

`keyboard_service.py` is the other end, and says what goes through the pipes. What a list costs is measured on this
side, so it has the way through both pipes in it.
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
"""The interpreter that Debian's packages are made for."""

LEARNING_SECONDS = 300
ANSWERING_SECONDS = 30
HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")


@final
@dataclass(frozen=True, kw_only=True)
class Peer:
    """Another keyboard: what people call it, and its program among the modules of this package."""

    key: str
    title: str
    program: str

    @property
    def command(self) -> list[str]:
        """What starts it."""
        return [SYSTEM_PYTHON, "-m", f"benchmarks.peers.{self.program}"]


PEERS = (
    Peer(key="onboard", title="Onboard", program="onboard_words"),
    Peer(key="presage", title="Presage", program="presage_words"),
    Peer(key="ibus", title="ibus-typing-booster", program="ibus_words"),
)


@final
class KeyboardProcess:
    """What the replay types with. Each question raises `Unavailable` if the program has ended or is silent."""

    def __init__(self, title: str, questions: IO[bytes], answers: "SimpleQueue[bytes]", errors: Path) -> None:
        self._title = title
        self._questions = questions
        self._answers = answers
        self._errors = errors
        self.version = str(self._answer("version", LEARNING_SECONDS))

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """Its words, best first; it does not say how probable they are."""
        words = self._ask({"suggest": text, "limit": limit}, "words")
        replace = len(text) - word_start(text)
        return [
            Suggestion(text=word, replace=replace, insert=f"{word} ", probability=math.nan) for word in words
        ]

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        """Nothing: these programs do not ask what a person saw."""

    def learn(self, text: str) -> int:
        """Have it learn one message."""
        self._ask({"learn": text}, "learned")
        return 1

    def copy(self) -> "KeyboardProcess":
        """Itself: what it learns ends with the process, and nobody else types with it."""
        return self

    def _ask(self, question: Mapping[str, object], wanted: str) -> Any:
        with suppress(OSError):  # it has ended, and its last words tell why
            self._questions.write(json.dumps(question).encode() + b"\n")
            self._questions.flush()
        return self._answer(wanted, ANSWERING_SECONDS)

    def _answer(self, wanted: str, seconds: float) -> Any:
        try:
            line = self._answers.get(timeout=seconds)
        except Empty:
            raise Unavailable(f"{self._title} did not answer within {seconds:.0f} seconds") from None
        if not line:
            self._answers.put(line)  # the next question has the same answer
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
    """The program, once it has learned the file `train`; it has a home of its own, and ends with the block.

    Raises:
        Unavailable: It cannot be started, or says that it cannot be had.
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
                with suppress(OSError):  # a question that it did not live to read
                    process.stdin.close()


def _process(title: str, command: list[str], errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    # The paths of our own Python would lead another one astray.
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
    """All lines as they come, and an empty one when no more can and the last words are written."""
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    process.wait()
    answers.put(b"")
