"""Telegram: the `result.json` of Telegram Desktop, of one chat or of the whole account.

Its writer is `export_output_json.cpp` (docs/sources.md): a text is a string or a list of strings and marked parts,
dates are local with the seconds since 1970 beside them, `from` is null for deleted accounts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, cast, final

from foreword.sources.chats.conversations import Found, last_versions, oldest_first
from foreword.sources.chats.streams import Path, place, walk
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.sources.timestamps import from_iso, from_unix
from foreword.text.documents import Document

_SIGNS: Final = re.compile(
    r'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|replies|verification_codes'
    r'|(?:private|public)_(?:group|supergroup|channel))"'
    r'|"(?:personal_information|frequent_contacts|left_chats)"\s*:'
    r'|"date_unixtime"\s*:|"from_id"\s*:\s*(?:"(?:user|channel|chat))?[0-9]'
)
_ENTERED: Final = {(), ("messages",)} | {
    (chats, *rest)
    for chats in ("chats", "left_chats")
    for rest in ((), ("list",), ("list", 0), ("list", 0, "messages"))
}
_FACTS: Final = (("name",), ("type",), ("id",))
_DELETED: Final = "Deleted Account"
_QUOTED: Final = "blockquote"
_MEDIA: Final = frozenset(
    {"photo", "file", "media_type", "poll", "place_name", "location_information", "contact_information"}
    | {"game_title", "invoice_information"}
)


@final
@dataclass(slots=True, kw_only=True)
class _Chat:
    """What is known of a chat (`name`, `type`, `id`), and its messages with what makes them the same.

    Those without an author are the chat's own.
    """

    facts: dict[str, object] = field(default_factory=dict)
    messages: list[Found] = field(default_factory=list)


def fits(opened: Opened) -> bool:
    """Whether it begins like an export of Telegram Desktop."""
    return opened.start.lstrip().startswith("{") and _SIGNS.search(opened.start) is not None


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of all chats, without forwarded ones, what bots wrote, media and service messages."""
    chats: dict[Path, _Chat] = {}
    for path, value in walk(opened, _entered, report):
        if path[-2:-1] == ("messages",):
            chat = chats.setdefault(path[:-2], _Chat())
            document = _document(value, chat, opened.name, path, report)
            if document:
                identity = value.get("id", path) if isinstance(value, dict) else path
                chat.messages.append(((str(identity), document.time), document))
        elif path[-1:] in _FACTS:
            chats.setdefault(path[:-1], _Chat()).facts[str(path[-1])] = value
    yield from oldest_first([_signed(chat, report) for chat in chats.values()])


def _entered(path: Path) -> bool:
    return tuple(0 if isinstance(step, int) else step for step in path) in _ENTERED


def _document(value: object, chat: _Chat, name: str, path: Path, report: Report) -> Document | None:
    message = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    reason = _reason_to_leave_out(message, chat)
    text = "" if reason else _text(message, report)
    time = from_unix(message.get("date_unixtime")) or from_iso(message.get("date"))
    if message and text is not None and not text.strip():
        report.leave_out(reason or ("media message" if _MEDIA & message.keys() else "message without text"))
    elif text is None or time is None:
        report.not_understood(name, place(path), str(value))
    else:
        return Document(text=text, author=_author(message), time=time)
    return None


def _reason_to_leave_out(message: dict[str, object], chat: _Chat) -> str | None:
    kind = message.get("type", "message")
    if kind == "unsupported":
        return "media message"
    if kind != "message":
        return "system message"
    if "forwarded_from" in message or "saved_from" in message:
        return "forwarded message"
    of_a_bot = (
        chat.facts.get("type") == "bot_chat" and message.get("from_id") == f"user{chat.facts.get('id')}"
    )
    return "bot message" if of_a_bot or message.get("via_bot") else None


def _text(message: dict[str, object], report: Report) -> str | None:
    """The text of a message without quotations; None if it has none of the known shapes."""
    text = message.get("text")
    text = message.get("text_entities", "") if text is None else text
    parts = text if isinstance(text, list) else [text]
    kept, quoted = [], 0
    for part in parts:
        marked = part if isinstance(part, dict) else {"text": part}
        words = marked.get("text")
        if not isinstance(words, str):
            return None
        if marked.get("type") == _QUOTED:
            quoted += len(words.splitlines())
        else:
            kept.append(words)
    if quoted:
        report.leave_out("quoted line", quoted)
        return "".join(kept).strip("\n")
    return "".join(kept)


def _author(message: dict[str, object]) -> str | None:
    """Who wrote it; None where nobody is named, as in old exports of channels."""
    author, identity = message.get("from"), message.get("from_id")
    if isinstance(author, str) and author:
        return author
    if "from" not in message and identity is None:
        return None
    return f"{_DELETED} ({identity})" if identity else _DELETED


def _signed(chat: _Chat, report: Report) -> list[Document]:
    """The messages of a chat, with its name where they have no author: it is a channel."""
    name = chat.facts.get("name")
    author = name if isinstance(name, str) and name else _DELETED
    messages = last_versions(chat.messages, report)
    return [message if message.author else replace(message, author=author) for message in messages]
