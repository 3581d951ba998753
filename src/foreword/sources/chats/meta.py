r"""Instagram and Messenger: the JSON of Meta's "Download your information", and that of end-to-end encrypted chats.

The former writes the bytes of UTF-8 as if they were Latin-1 (`\u00c3\u00a9` for é), its messages from new to old, and
long conversations as `message_1.json`, the newest, to `message_N.json`, the oldest, in one folder. The latter has a
file for each conversation, with other keys and right letters (docs/sources.md).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Final, cast

from foreword.errors import SourceError
from foreword.sources.chats.conversations import Found, last_versions, oldest_first, unless_damaged
from foreword.sources.chats.meta_stubs import kind_of_stub
from foreword.sources.chats.streams import Path, place, walk
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.sources.timestamps import from_unix
from foreword.text.documents import Document

_MESSAGES: Final = re.compile(r'"messages"\s*:\s*\[')
_SENDER: Final = re.compile(r'"(?:sender_name|senderName)"\s*:')
_CONVERSATION: Final = re.compile(r'"(?:is_still_participant|thread_path|threadName)"\s*:')
_ONE_OF_SEVERAL: Final = re.compile(r"(?P<folder>(?:.*/)?)message_(?P<number>[0-9]+)\.json")
_MEDIA: Final = ("photos", "videos", "audio_files", "gifs", "sticker", "files", "share", "media")
_NAMELESS: Final = "Facebook user"  # as its pages call those who have left


def fits(opened: Opened) -> bool:
    """Whether it begins like a conversation of Instagram or Messenger."""
    start = opened.start
    return (
        start.lstrip().startswith("{")
        and _MESSAGES.search(start) is not None
        and (_SENDER.search(start) or _CONVERSATION.search(start)) is not None
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of one file, without media, calls, reactions and what was taken back."""
    yield from oldest_first([last_versions(_documents(opened, report), report)])


def fits_files(files: Mapping[str, Opened]) -> list[str]:
    """The conversations among the files."""
    return [path for path, opened in files.items() if path.lower().endswith(".json") and _fits(opened)]


def read_files(files: Mapping[str, Opened], report: Report) -> Iterator[Document]:
    """The messages of all conversations; files `message_1.json`, `message_2.json` … of a folder are one."""
    conversations: dict[str, list[tuple[int, str]]] = {}
    for path in fits_files(files):
        part = _ONE_OF_SEVERAL.fullmatch(path)
        key, number = (part["folder"], int(part["number"])) if part else (path, 1)
        conversations.setdefault(key, []).append((number, path))
    yield from oldest_first(
        last_versions(
            chain(*(unless_damaged(_documents(files[path], report), report) for _, path in sorted(parts))),
            report,
        )
        for parts in conversations.values()
    )


def _fits(opened: Opened) -> bool:
    try:
        return fits(opened)
    except SourceError:  # whoever reads it for itself will say so
        return False


def _documents(opened: Opened, report: Report) -> Iterator[Found]:
    """The messages; one of the same person, moment and text is the same, for they have no numbers."""
    for path, value in walk(opened, _entered, report):
        if path[:1] == ("messages",):
            document = _document(value, opened.name, path, report)
            if document:
                yield document, document


def _entered(path: Path) -> bool:
    return path in ((), ("messages",))


def _document(value: object, name: str, path: Path, report: Report) -> Document | None:
    message = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    author = mended(message.get("sender_name", message.get("senderName")))
    content = mended(message.get("content") or message.get("text") or "")
    time = _time(message)
    if author is None or content is None or time is None:
        report.not_understood(name, place(path), str(value))
        return None
    reason = _reason_to_leave_out(message, content, author)
    if reason:
        report.leave_out(reason)
        return None
    return Document(text=content, author=author or _NAMELESS, time=time)


def _reason_to_leave_out(message: dict[str, object], content: str, author: str) -> str | None:
    kind = str(message.get("type", "")).casefold()
    if message.get("is_unsent") is True or message.get("isUnsent") is True:
        return "unsent message"
    if kind == "call" or "call_duration" in message:
        return "call"
    if kind in ("subscribe", "unsubscribe", "placeholder") or message.get("msg_type") == "placeholder":
        return "system message"
    if not content.strip():
        return "media message" if any(message.get(key) for key in _MEDIA) else "message without text"
    return kind_of_stub(content, author)


def _time(message: dict[str, object]) -> datetime | None:
    return from_unix(message.get("timestamp_ms"), per_second=1000) or from_unix(
        message.get("timestamp"), per_second=1000
    )


def mended(text: object) -> str | None:
    """`text` with the letters that were meant, where it holds the bytes of UTF-8; None if it is no text."""
    if not isinstance(text, str) or text.isascii():
        return text if isinstance(text, str) else None
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
