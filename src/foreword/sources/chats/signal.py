"""Chats of Signal as JSON, an object on each line (docs/sources.md).

- Signal's own export, `main.jsonl`: people and chats first, then messages that name them by number;
- signal-export's `data.json`: one chat, its messages with the names of who sent them;
- sigtop's JSON: one chat, its messages as they are in Signal's database, in an array.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final

from foreword.sources.lines import lines_of
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.sources.timestamps import from_iso, from_unix
from foreword.text.documents import Document

_OWN: Final = re.compile(
    r'^\s*\{\s*"(?:version|account|recipient|chat|chatItem|backupTimeMs|mediaRootBackupKey)"\s*:'
)
_FRAME: Final = re.compile(r'^\s*\{\s*"(?:account|recipient|chatItem)"\s*:\s*\{', re.MULTILINE)
_KEYS: Final = ("date", "sender", "body", "reactions")
_ME: Final = "Me"
_CALL: Final = re.compile(r"(?:Incoming|Outgoing|Missed) (?:voice |video |group )?call(?: \(.*\))?")
_OTHER: Final = {
    "remoteDeletedMessage": "deleted message",
    "adminDeletedMessage": "deleted message",
    "stickerMessage": "sticker",
    "updateMessage": "system message",
    "poll": "poll",
}

_Object = dict[str, Any]


def fits(opened: Opened) -> bool:
    """Whether it begins as one of these exports does."""
    first, *rest = (line.strip() for line in opened.start.lstrip().split("\n", 2)[:2])
    if first == "[":  # sigtop's
        second = opened.start.lstrip()[1:].lstrip()[:20_000]
        return second.startswith("{") and '"conversationId"' in second and '"sent_at"' in second
    lines = (first, *rest)  # the first may be the end of one that was cut
    if any(map(_OWN.match, lines)):
        return bool(_FRAME.search(opened.start))
    return any(line.startswith("{") and all(f'"{key}"' in line for key in _KEYS) for line in lines)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """Its messages, oldest first; what was left out or not understood is in the report.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    yield from sorted(_messages(opened, report), key=attrgetter("time"))


def _messages(opened: Opened, report: Report) -> Iterator[Document]:
    people: dict[str, str] = {}
    for number, line in enumerate(lines_of(opened, report.notes), 1):
        text = line.strip().removesuffix(",")
        if text in ("", "[", "]"):
            continue
        if not text.startswith("{"):
            report.not_understood(opened.name, f"line {number}", text)
            continue
        try:
            found = json.loads(text)
            message = _message(found, people, report)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError):
            report.not_understood(opened.name, f"line {number}", text)
        else:
            if message is not None:
                yield message


def _message(found: _Object, people: dict[str, str], report: Report) -> Document | None:
    """What one object says; None where it is no message, or nothing in it was typed.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError: it is not as it should be.
    """
    if "chatItem" in found:
        return _of_item(found["chatItem"], people, report)
    if "recipient" in found:
        person = found["recipient"]
        people[str(person["id"])] = _ME if "self" in person else _name(person.get("contact") or {})
    elif "sender" in found:
        return _of_export(found, report)
    elif "conversationId" in found:
        return _of_database(found, report)
    return None


def _name(contact: _Object) -> str:
    """A person's name as its owner sees it in Signal: a nickname, else as in the address book, else their own."""
    nickname = contact.get("nickname") or {}
    for parts in (
        (nickname.get("given"), nickname.get("family")),
        (contact.get("systemGivenName"), contact.get("systemFamilyName")),
        (contact.get("profileGivenName"), contact.get("profileFamilyName")),
        (contact.get("username"),),
    ):
        if name := " ".join(filter(None, parts)).strip():
            return name
    number = contact.get("e164")
    return f"+{str(number).removeprefix('+')}" if number else str(contact.get("aci") or "Unknown")


def _of_item(item: _Object, people: dict[str, str], report: Report) -> Document | None:
    time = _possible(from_unix(item["dateSent"], per_second=1000))
    for key, kind in _OTHER.items():
        if key in item:
            report.leave_out(kind)
            return None
    message = (
        item.get("standardMessage") or (item.get("directStoryReplyMessage") or {}).get("textReply") or {}
    )
    text = (message.get("text") or {}).get("body") or ""
    if message.get("quote"):
        report.leave_out("quoted message")
    if message.get("attachments") or not message:
        report.leave_out("media message")
    author = _ME if "outgoing" in item else people.get(str(item["authorId"]), "Unknown")
    return _document(text, author, time, report, rest=bool(message.get("attachments")) or not message)


def _of_export(found: _Object, report: Report) -> Document | None:
    time = _possible(from_iso(found["date"]))
    text = found["body"].rstrip(" ")  # two spaces break a line in Markdown
    if found.get("deleted"):
        report.leave_out("deleted message")
        return None
    if found.get("call") or _CALL.fullmatch(text.strip()):
        report.leave_out("system message")
        return None
    for key, kind in (("attachments", "media message"), ("sticker", "sticker"), ("quote", "quoted message")):
        if found.get(key):
            report.leave_out(kind)
    rest = bool(found.get("attachments") or found.get("sticker"))
    return _document(text, str(found["sender"] or "Unknown"), time, report, rest=rest)


def _of_database(found: _Object, report: Report) -> Document | None:
    kind = found.get("type")
    if kind not in ("incoming", "outgoing"):
        report.leave_out("system message")
        return None
    if found.get("deletedForEveryone") or found.get("isErased"):
        report.leave_out("deleted message")
        return None
    time = _possible(from_unix(found.get("sent_at") or found["timestamp"], per_second=1000))
    if found.get("attachments"):
        report.leave_out("media message")
    if found.get("quote"):
        report.leave_out("quoted message")
    sender = (
        found.get("source")
        or found.get("sourceServiceId")
        or found.get("sourceUuid")
        or found["conversationId"]
    )
    author = _ME if kind == "outgoing" else str(sender)
    return _document(found.get("body") or "", author, time, report, rest=bool(found.get("attachments")))


def _document(text: str, author: str, time: dt.datetime, report: Report, *, rest: bool) -> Document | None:
    """A message, if anything in it was typed; `rest` says that something else was in it and counted."""
    if text.strip():
        return Document(text=text, author=author, time=time)
    if not rest:
        report.leave_out("empty message")
    return None


def _possible(time: dt.datetime | None) -> dt.datetime:
    if time is None:
        raise ValueError("no time")
    return time
