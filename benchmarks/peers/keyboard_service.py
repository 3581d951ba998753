"""The inner end of the pipes to another keyboard: it answers each line of JSON with a line of JSON.

    {"suggest": "see you tom", "limit": 3}   ->   {"words": ["tomorrow", "tom"]}
    {"learn": "see you tomorrow"}            ->   {"learned": true}

The first line is {"version": …} when the keyboard has learned the text that the program was started with, or
{"unavailable": …} with the reason. It runs in the system's Python and needs the standard library alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, Protocol

INSTALL = "benchmarks/peers/install-keyboards"


class Missing(Exception):
    """The keyboard is not installed; the message names what is missing."""


class Words(Protocol):
    """The interface of a keyboard here."""

    def suggest(self, text: str, limit: int) -> list[str]:
        """At most `limit` words for the end of `text`, best first."""
        ...

    def learn(self, text: str) -> None:
        """Learn a finished message."""
        ...


def serve(package: str, opened: Callable[[Path, Path], Words]) -> NoReturn:
    """Serve the keyboard that `opened` makes from a text to learn and a scratch folder, both on the command line.

    Output of libraries goes to stderr. The process exits without cleaning up, because pypredict crashes there.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)

        def say(answer: Mapping[str, object]) -> None:
            print(json.dumps(answer), file=answers, flush=True)

        train, scratch = map(Path, sys.argv[1:3])
        try:
            keyboard = opened(train, scratch)
        except Missing as reason:
            say({"unavailable": str(reason)})
            os._exit(0)
        say({"version": version_of(package)})
        for line in sys.stdin:
            say(answer_to(json.loads(line), keyboard))
    os._exit(0)


def answer_to(asked: Mapping[str, object], keyboard: Words) -> dict[str, object]:
    """The answer to a request; only then is the next line read."""
    if "learn" in asked:
        keyboard.learn(str(asked["learn"]))
        return {"learned": True}
    return {"words": keyboard.suggest(str(asked["suggest"]), int(str(asked["limit"])))}


def installed(path: str, package: str) -> Path:
    """The file or folder of a Debian package.

    Raises:
        Missing: It is not installed.
    """
    if not Path(path).exists():
        raise Missing(f"{package} is not installed ({path} is missing); as root, run {INSTALL}")
    return Path(path)


def version_of(package: str) -> str:
    """The version of a Debian package; "" if it is unknown."""
    command = ["dpkg-query", "--show", "--showformat=${Version}", package]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
