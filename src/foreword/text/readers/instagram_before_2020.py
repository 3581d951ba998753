"""Instagram until 2020: `messages.json`, all conversations in one list, each from its newest message to its oldest.

What its messages may hold is known from other people's parsers (docs/sources.md).
"""

import re
from collections.abc import Iterator
from typing import Final, cast

from foreword.text.documents import Document
from foreword.text.readers.conversations import Found, last_versions, oldest_first
from foreword.text.readers.meta import mended
from foreword.text.readers.opened import Opened
from foreword.text.readers.partial_json import Path, place, walk
from foreword.text.readers.report import Report
from foreword.text.readers.timestamps import from_iso

_SIGNS: Final = (
    re.compile(r"\A\s*\[\s*\{"),
    re.compile(r'"participants"\s*:\s*\['),
    re.compile(r'"conversation"\s*:\s*\['),
)
_OTHER: Final = {
    "heart": "reaction",
    "action": "system message",
    "video_call_action": "call",
    "live_video_invite": "system message",
}


def fits(opened: Opened) -> bool:
    """Whether it begins like such a list."""
    return all(sign.search(opened.start) for sign in _SIGNS)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of all conversations, without media, hearts and calls."""
    conversations: dict[Path, list[Found]] = {}
    for path, value in walk(opened, _entered, report):
        if path[1:2] == ("conversation",) and len(path) == 3:
            document = _document(value, opened.name, path, report)
            if document:
                conversations.setdefault(path[:1], []).append((document, document))
    yield from oldest_first([last_versions(each, report) for each in conversations.values()])


def _entered(path: Path) -> bool:
    return len(path) < 2 or path[1:] == ("conversation",)


def _document(value: object, name: str, path: Path, report: Report) -> Document | None:
    message = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    author, text = mended(message.get("sender")), mended(message.get("text") or "")
    time = from_iso(message.get("created_at"))
    if not author or text is None or time is None:
        report.not_understood(name, place(path), str(value))
    elif not text.strip():
        report.leave_out(next((kind for key, kind in _OTHER.items() if key in message), "media message"))
    else:
        return Document(text=text, author=author, time=time)
    return None
