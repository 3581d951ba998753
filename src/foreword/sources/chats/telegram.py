"""Telegram: the `result.json` of Telegram Desktop, for one chat or the whole account.

Source: `export_output_json.cpp` (docs/sources.md). A text is a string, or a list of strings and marked parts. Dates are
local, with the seconds since 1970 beside them. `from` is null for deleted accounts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from foreword.sources.chats.json_messages import Found, Meaning, Message, Path, found_in, last_versions, walk
from foreword.sources.dates import from_iso, from_unix
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

_SIGNS: Final = re.compile(
    r'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|replies|verification_codes'
    r'|(?:private|public)_(?:group|supergroup|channel))"'
    r'|"(?:personal_information|frequent_contacts|left_chats)"\s*:'
    r'|"date_unixtime"\s*:|"from_id"\s*:\s*(?:"(?:user|channel|chat))?[0-9]'
)
_DELETED: Final = "Deleted Account"
_MEDIA: Final = frozenset(
    {"photo", "file", "media_type", "poll", "place_name", "location_information", "contact_information"}
    | {"game_title", "invoice_information"}
)


def fits(opened: Opened) -> bool:
    """Whether the file begins like an export of Telegram Desktop."""
    return opened.start.lstrip().startswith("{") and _SIGNS.search(opened.start) is not None


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of all chats, without media and without forwarded, bot and service messages."""
    facts = defaultdict[Path, Message](dict)
    messages = defaultdict[Path, list[Found]](list)
    for path, value in walk(opened, _is_entered, report):
        if path[-2:-1] == ("messages",):
            meaning = partial(_meaning, chat=facts[path[:-2]], report=report)
            messages[path[:-2]] += found_in(value, path, meaning, opened.name, report)
        elif path[-1:] in (("name",), ("type",), ("id",)):
            facts[path[:-1]][str(path[-1])] = value
    for place, found in messages.items():
        name = facts[place].get("name")
        author = name if isinstance(name, str) and name else _DELETED
        for document in last_versions(found, report):  # a message without an author is the chat's own
            yield document if document.author else replace(document, author=author)


def _is_entered(path: Path) -> bool:
    in_chats = path[:1] in (("chats",), ("left_chats",)) and (len(path) < 4 or path[3:] == ("messages",))
    return not path or path == ("messages",) or in_chats


def _meaning(message: Message, chat: Message, report: Report) -> Meaning:
    kind = message.get("type", "message")
    if kind != "message":
        return "media message" if kind == "unsupported" else "system message"
    if "forwarded_from" in message or "saved_from" in message:
        return "forwarded message"
    is_bot = chat.get("type") == "bot_chat" and message.get("from_id") == f"user{chat.get('id')}"
    if is_bot or message.get("via_bot"):
        return "bot message"
    text = _text(message, report)
    time = from_unix(message.get("date_unixtime")) or from_iso(message.get("date"))
    if text is not None and not text.strip():
        return "media message" if _MEDIA & message.keys() else "message without text"
    return None if text is None or time is None else Document(text=text, author=_author(message), time=time)


def _text(message: Message, report: Report) -> str | None:
    """The text of a message without quotations and code; None if it has no known form."""
    text = message.get("text")
    text = message.get("text_entities", "") if text is None else text
    kept, quoted, codes = [], 0, 0
    for part in text if isinstance(text, list) else [text]:
        words = part.get("text") if isinstance(part, dict) else part
        if not isinstance(words, str):
            return None
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "blockquote":
            quoted += len(words.splitlines())
        elif kind == "pre":
            codes += 1
        else:
            kept.append(words)
    report.leave_out("quoted line", quoted)
    report.leave_out("code block", codes)
    return "".join(kept).strip("\n") if quoted + codes else "".join(kept)


def _author(message: Message) -> str | None:
    """The author of a message; None if nobody is named, as in old exports of channels."""
    author, identity = message.get("from"), message.get("from_id")
    if isinstance(author, str) and author:
        return author
    if "from" not in message and identity is None:
        return None
    return f"{_DELETED} ({identity})" if identity else _DELETED
