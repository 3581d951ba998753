"""A memory as lines of JSON, to look at, to keep elsewhere, and to bring into another memory.

    {"format": "foreword-memory", "version": 1}
    {"text": "see you tomorrow", "time": "2026-11-25T09:30:00+00:00"}
    {"blocked": "5f0c…", "key": "9e1d…"}

Only messages travel, and the hashes of forgotten words: the counts follow from the messages. What is there already,
the same text of the same second, is not learned again, so that a memory may be imported or merged twice.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, final

from foreword.errors import SourceMissing, SourceNotText
from foreword.keyboard.counts import Message, moment
from foreword.keyboard.forget import DIGEST_BYTES
from foreword.keyboard.memory import Memory
from foreword.keyboard.memory_file import is_memory

FORMAT: Final = "foreword-memory"
VERSION: Final = 1
PIECE: Final = 1_000


@final
class _Lines:
    """Exported lines, read: the messages and the hashes of forgotten words."""

    def __init__(self, lines: Iterable[str], name: str) -> None:
        """Read all of them, or raise.

        Raises:
            SourceNotText: they were not exported from a memory.
        """
        self.messages: list[Message] = []
        self.blocked: list[tuple[bytes, bytes]] = []
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    self._take(json.loads(line), number)
                except (
                    ValueError,
                    TypeError,
                    KeyError,
                    AttributeError,
                    RecursionError,
                    OverflowError,
                    sqlite3.Error,
                ):
                    raise SourceNotText(
                        f"{name}, line {number}, is not of an exported memory; name a file that foreword memory export "
                        "has written, or learn a text with: foreword learn"
                    ) from None

    def _take(self, row: dict[str, str], number: int) -> None:
        if number == 1:
            if row["format"] != FORMAT or int(row["version"]) > VERSION:
                raise ValueError
        elif "blocked" in row:
            digest, key = bytes.fromhex(row["blocked"]), bytes.fromhex(row["key"])
            if len(digest) != DIGEST_BYTES or not 0 < len(key) <= hashlib.blake2b.MAX_KEY_SIZE:
                raise ValueError
            self.blocked.append((digest, key))
        else:
            message = Message(text=str(row["text"]), time=datetime.fromisoformat(row["time"]))
            moment(message.seconds)  # a time that could not be read again is no time
            self.messages.append(message)


def exported(memory: Memory) -> Iterator[str]:
    """The lines of a memory."""
    yield json.dumps({"format": FORMAT, "version": VERSION})
    for message in memory.messages():
        row = {"text": message.text, "time": message.time.isoformat()}
        yield json.dumps(row, ensure_ascii=False)
    for digest, key in memory.blocked_digests():
        yield json.dumps({"blocked": digest.hex(), "key": key.hex()})


def import_lines(memory: Memory, lines: Iterable[str], name: str) -> int:
    """Bring exported lines into a memory; how many messages were new.

    Raises:
        SourceNotText: `lines`, which `name` names, were not exported from a memory.
    """
    read = _Lines(lines, name)
    memory.block_digests(read.blocked)
    there = Counter((message.text, message.seconds) for message in memory.messages())
    return _learn_new(memory, read.messages, there)


def merge(memory: Memory, other: Path) -> int:
    """Bring the memory in another file into this one; how many of its messages were new.

    Raises:
        SourceMissing, SourceNotText: there is no such file, or it is no memory, or a damaged one.
    """
    if not other.is_file():
        raise SourceMissing(f"there is no file {other}; name the file of a memory")
    if not is_memory(other):
        raise SourceNotText(f"{other} is not a memory of Foreword's; learn a text with: foreword learn")
    opened = Memory.open(other)
    try:
        learned = import_lines(memory, exported(opened), str(other))
    finally:
        opened.close()
    if opened.notes:
        raise SourceNotText(opened.notes[0])
    return learned


def _learn_new(memory: Memory, messages: Iterable[Message], there: Counter[tuple[str, int]]) -> int:
    """Learn the messages of which there are fewer in the memory."""
    from foreword.text.secrets.scrubbing import Scrubber  # noqa: PLC0415 - its patterns take a while

    scrubber = Scrubber(Counter())

    def new() -> Iterator[Message]:
        for message in messages:
            same = scrubber.message(message.text), message.seconds  # as it was learned
            there[same] -= 1
            if there[same] < 0:
                yield message

    rest, learned = new(), 0
    while piece := list(islice(rest, PIECE)):
        learned += len(memory.learn_messages(piece))
    return learned
