"""A memory as lines of JSON: to read, to store elsewhere, and to import into another memory.

    {"format": "foreword-memory", "version": 1}
    {"text": "see you tomorrow", "time": "2026-11-25T09:30:00+00:00"}
    {"blocked": "5f0c…", "key": "9e1d…"}

The lines hold only messages and the hashes of forgotten words; the counts follow from the messages. A known message,
with the same text and the same minute, is not learned again. So a memory may be imported or merged twice.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from foreword.errors import MemoryDamaged, SourceEmpty, SourceMissing, SourceNotText
from foreword.keyboard.forgotten_words import DIGEST_BYTES
from foreword.keyboard.learn import portions
from foreword.keyboard.memory import Memory
from foreword.keyboard.memory_file import BESIDE, NEWER, NONSENSE, SET_ASIDE, blocked_in, is_memory, only_read
from foreword.keyboard.messages import Message, moment

FORMAT: Final = "foreword-memory"
VERSION: Final = 1
EXPORTED: Final = "name a file that foreword memory export has written"


def exported(memory: Memory) -> Iterator[str]:
    """The memory as lines of JSON."""
    yield json.dumps({"format": FORMAT, "version": VERSION})
    for message in memory.messages():
        row = {"text": message.text, "time": message.time.isoformat()}
        yield json.dumps(row, ensure_ascii=False)
    for digest, key in memory.blocked_digests():
        yield json.dumps({"blocked": digest.hex(), "key": key.hex()})


def import_lines(memory: Memory, lines: Iterable[str], name: str) -> int:
    """Import exported lines into a memory, and return the number of new messages; errors call the lines `name`.

    Raises:
        SourceEmpty, SourceNotText: `lines` were not exported from a memory.
    """
    number = 0
    messages: list[Message] = []
    blocked: list[tuple[bytes, bytes]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if number == 1:
                if row["format"] != FORMAT:
                    raise ValueError
                if int(row["version"]) > VERSION:
                    raise SourceNotText(f"{name} {NEWER}")
            elif "blocked" in row:
                blocked.append(_blocked(row))
            else:
                time = datetime.fromisoformat(row["time"])
                time.timestamp()  # refuses a time that this computer's clock has not
                messages.append(Message(text=str(row["text"]), time=time, is_dated=True))
        except (*NONSENSE, sqlite3.Error):
            raise SourceNotText(
                f"{name}, line {number}, is not from an exported memory; {EXPORTED}, "
                "or learn a text with: foreword learn"
            ) from None
    if number == 0:
        raise SourceEmpty(f"{name} is empty; {EXPORTED}")
    return _imported(memory, messages, blocked)


def _imported(memory: Memory, messages: list[Message], blocked: Iterable[tuple[bytes, bytes]]) -> int:
    memory.block_digests(blocked)
    learned, by_minute = 0, memory.by_minute()  # a look for each portion is slow
    for start, end in portions([len(each.text) for each in messages]):
        learned += len(memory.learn_messages(messages[start:end], by_minute=by_minute)[0])
    return learned


def merge(memory: Memory, other: Path) -> int:
    """Import the memory in another file into this one, and return the number of new messages.

    Raises:
        SourceMissing, SourceNotText: there is no such file, or it is no memory, or it is damaged.
    """
    if not other.is_file():
        raise SourceMissing(f"there is no file {other}; name the file of a memory")
    if not is_memory(other):
        raise SourceNotText(
            f"{other} is not a Foreword memory; for an export: foreword memory import; for a text: foreword learn"
        )
    try:
        with only_read(other) as database:
            rows = database.execute("SELECT text, time FROM messages ORDER BY id")
            messages = [Message(text=text, time=moment(time), is_dated=True) for text, time in rows]
            blocked = database.execute("SELECT digest, key FROM blocked").fetchall()
    except MemoryDamaged as damage:
        memory.block_digests({each for ending in BESIDE for each in blocked_in(Path(f"{other}{ending}"))})
        raise SourceNotText(f"{str(damage).removesuffix(SET_ASIDE)}put a copy back") from None
    return _imported(memory, messages, blocked)


def _blocked(row: dict[str, str]) -> tuple[bytes, bytes]:
    digest, key = bytes.fromhex(row["blocked"]), bytes.fromhex(row["key"])
    if len(digest) != DIGEST_BYTES or not 0 < len(key) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise ValueError
    return digest, key
