"""Chats of Signal as JSON, an object on each line (docs/sources.md).

- Signal's own export, `main.jsonl`: people and chats first, then messages that refer to them by number;
- signal-export's `data.json`: one chat, its messages with the senders' names. Each chat is a folder. Its `chat.md`
  and `index.html` repeat the messages;
- sigtop's JSON: one chat, its messages as they are in Signal's database, in an array.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Final

from foreword.sources.chats.json_messages import Meaning, Message
from foreword.sources.dates import from_iso, from_unix
from foreword.sources.decoding import lines_of
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

_OWN: Final = re.compile(
    r'^\s*\{\s*"(?:version|account|recipient|chat|chatItem|backupTimeMs|mediaRootBackupKey)"\s*:'
)
_FRAME: Final = re.compile(r'^[ \t]*\{\s*"(?:account|recipient|chatItem)"\s*:\s*\{', re.MULTILINE)
_KEYS: Final = ("date", "sender", "body", "reactions")
_ME: Final = "Me"
"""The author of a person's own messages; until they are documents, None, because others may have this name."""
_CALL: Final = re.compile(r"(?:Incoming|Outgoing|Missed) (?:voice |video |group )?call(?: \(.*\))?")
_OTHER: Final = {
    "remoteDeletedMessage": "deleted message",
    "adminDeletedMessage": "deleted message",
    "stickerMessage": "sticker",
    "updateMessage": "system message",
    "poll": "poll",
}
_REST: Final = {"attachments": "media message", "sticker": "sticker", "quote": "quoted message"}


def fits(opened: Opened) -> bool:
    """Whether the file begins like one of these exports."""
    first, *rest = (line.strip() for line in opened.start.lstrip().split("\n", 2)[:2])
    if first == "[":  # sigtop
        return '"conversationId"' in opened.start and '"sent_at"' in opened.start
    lines = (first, *rest)  # the first line may be the end of a cut one
    if any(map(_OWN.match, lines)):
        return bool(_FRAME.search(opened.start))
    return any(line.startswith("{") and all(f'"{key}"' in line for key in _KEYS) for line in lines)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages in the order of the file; errors as in `lines_of`."""
    people: dict[str, str | None] = {}
    for number, line in enumerate(lines_of(opened, report.notes), 1):
        text = line.strip().removesuffix(",")
        if text in ("", "[", "]"):
            continue
        try:
            meaning = _meaning(json.loads(text), people, report)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            report.not_understood(opened.name, f"line {number}", text)
        else:
            if isinstance(meaning, str):
                report.leave_out(meaning)
            elif meaning is not None:
                yield meaning


def _meaning(found: Message, people: dict[str, str | None], report: Report) -> Meaning:
    """The message in one object, or its kind if it is left out; None if it is no message. `read` counts its errors."""
    if not isinstance(found, dict):
        raise TypeError("no object")
    if "chatItem" in found:
        return _of_item(found["chatItem"], people, report)
    if "recipient" in found:
        person = found["recipient"]
        people[str(person["id"])] = None if "self" in person else _name(person.get("contact") or {})
    elif "sender" in found:
        return _of_export(found, report)
    elif "conversationId" in found:
        return _of_database(found, report)
    return None


def _name(contact: Message) -> str:
    """A person's name in the address book, else the person's own, else a number or an id."""
    for source in ("system", "profile"):
        names = (contact.get(f"{source}{which}Name") for which in ("Given", "Family"))
        if name := " ".join(filter(None, names)):
            return name
    number = contact.get("e164")
    return f"+{number}" if number else str(contact.get("username") or contact.get("aci") or "Unknown")


def _of_item(item: Message, people: dict[str, str | None], report: Report) -> Meaning:
    if kind := next((kind for key, kind in _OTHER.items() if key in item), None):
        return kind
    message = item.get("standardMessage") or (item.get("directStoryReplyMessage") or {}).get("textReply")
    text = ((message or {}).get("text") or {}).get("body") or ""
    author = None if "outgoing" in item else people.get(str(item["authorId"]), "Unknown")
    time = from_unix(item["dateSent"], per_second=1000)
    return _document(text, author, time, message or {"attachments": True}, report)


def _of_export(found: Message, report: Report) -> Meaning:
    text = found["body"].rstrip(" ")  # two spaces break a line in Markdown
    if found.get("deleted"):
        return "deleted message"
    if found.get("call") or _CALL.fullmatch(text.strip()):
        return "system message"
    author = None if found["sender"] == _ME else str(found["sender"] or "Unknown")
    return _document(text, author, from_iso(found["date"]), found, report)


def _of_database(found: Message, report: Report) -> Meaning:
    kind = found.get("type")
    if kind not in ("incoming", "outgoing"):
        return "system message"
    if found.get("deletedForEveryone") or found.get("isErased"):
        return "deleted message"
    sources = map(found.get, ("source", "sourceServiceId", "sourceUuid", "conversationId"))
    author = None if kind == "outgoing" else str(next(filter(None, sources), None))
    time = from_unix(found.get("sent_at") or found["timestamp"], per_second=1000)
    return _document(found.get("body") or "", author, time, found, report)


def _document(
    text: object, author: str | None, time: dt.datetime | None, message: Message, report: Report
) -> Meaning:
    """The typed part of a message; the report counts the rest. Raises `ValueError` without time or text."""
    if time is None or not isinstance(text, str):
        raise ValueError("no time, or no text")
    rest = [kind for key, kind in _REST.items() if message.get(key)]
    for kind in rest:
        report.leave_out(kind)
    text = text.replace("\ufffc", "")  # in the place of a mentioned name
    if text.strip():
        return Document(text=text, author=author or _ME, time=time, own=author is None)
    return "empty message" if rest in ([], [_REST["quote"]]) else None
