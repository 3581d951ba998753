"""SMS and MMS of a telephone: the XML of SMS Backup & Restore for Android, and of programs that write the same.

A message in parts (MMS) is an element around its parts and the numbers of its people. Source: SyncTech, "Fields in XML
Backup Files" (docs/sources.md). Some versions write an emoji as two references to the halves of a surrogate pair, which
no parser of XML accepts. A double quote in a value stands in single quotes; "null" is no value.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from foreword.sources.chats.json_messages import Meaning
from foreword.sources.dates import from_unix
from foreword.sources.decoding import lines_of
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

Values = dict[str, str]

_FIRST: Final = re.compile(r"(?:<\?xml[^<>]*>|<!--[^<>]*-->|\s+)*+<smses\b")
_VALUE: Final = r"""\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*')"""
_TAG: Final = re.compile(rf"([/?]?[\w-]+)((?:{_VALUE})*+)\s*[/?]?>\s*")
_NAMED: Final = re.compile(r"""\s([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_KEPT: Final = frozenset({"address", "body", "contact_name", "ct", "date", "msg_box", "text", "type"})
_HALF: Final = re.compile(r"&#(5[5-7]\d{3});")
_ME: Final = "Me"
_RECEIVED, _DRAFT, _SENDER = "1", "3", "137"
_OF_PEOPLE: Final = frozenset("12456")  # received; own, which are sent, in the outbox, failed, queued
_REACTION: Final = ("\u200a", "\u200b")  # begin reactions by Google Messages, which quote the other person


def fits(opened: Opened) -> bool:
    """Whether the file begins like a backup of messages."""
    return _FIRST.match(opened.start) is not None


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages in the order of the file, without drafts and pictures; errors as in `lines_of`."""
    message: Values = {}
    for name, values, place in _tags(opened, report):
        if name in ("sms", ""):
            message = values
        elif name == "mms":
            message = {**values, "body": "", "type": values.get("msg_box", "")}
        elif name == "part" and values.get("ct") == "text/plain":
            message["body"] = f"{message.get('body', '')}\n{values.get('text', '')}".strip("\n")
        elif name == "addr" and values.get("type") == _SENDER and "~" in message.get("address", ""):
            message["contact_name"] = values.get("address", "")
        if name in ("sms", "/mms"):
            meaning, message = _meaning(message), {}
            if meaning is None:
                report.not_understood(opened.name, *place)
            elif isinstance(meaning, str):
                report.leave_out(meaning)
            else:
                yield meaning
    if message:
        report.not_understood(opened.name, "the end", "a message without its end")


def _tags(opened: Opened, report: Report) -> Iterator[tuple[str, Values, tuple[str, str]]]:
    """The name of each tag, its values and its place; no name if damaged: what follows may be of another message."""
    number = 1
    for tag in lines_of(opened, report.notes, "<"):  # no value has this character
        place = f"line {number}", tag[:99].strip()
        number += tag.count("\n")
        if found := _TAG.fullmatch(tag):
            name, inside = found.groups()
            named = _NAMED.findall(inside)
            yield name, {key: _text(one + other) for key, one, other in named if key in _KEPT}, place
        elif place[1] and not tag.startswith("!"):
            report.not_understood(opened.name, *place)
            yield "", {}, place


def _meaning(message: Values) -> Meaning:
    time, body = from_unix(message.get("date"), per_second=1000), message.get("body")
    kind, name = message.get("type"), message.get("contact_name", "").replace("(Unknown)", "")
    if kind == _DRAFT:
        return "draft"
    if time is None or body is None or kind not in _OF_PEOPLE:
        return None
    if not body.strip():
        return "media message" if "msg_box" in message else "message without text"
    if body.startswith(_REACTION):
        return "reaction"
    if kind != _RECEIVED:
        return Document(text=body, author=_ME, time=time, own=True)
    return Document(text=body, author=name or message.get("address") or "Unknown", time=time)


def _text(value: str) -> str:
    """A value without references to characters."""
    whole = "" if value == "null" else unescape(_HALF.sub(lambda found: chr(int(found[1])), value))
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
