"""Shared by the tests of chats: exports written in the test, and the messages read from them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, final
from xml.sax.saxutils import quoteattr

from foreword.sources.reading import documents
from foreword.sources.report import Report
from foreword.text.document import Document
from opened import opened_bytes

Content = str | bytes
START = datetime(2024, 1, 15, 10, tzinfo=UTC)


@final
@dataclass(frozen=True)
class Reading:
    """The messages of an export, in the order in which they are learned."""

    messages: list[Document]
    report: Report

    @property
    def said(self) -> list[tuple[str | None, str]]:
        return [(message.author, message.text) for message in self.messages]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def times(self) -> list[str]:
        """Local times, as ISO 8601 has them, without a zone."""
        times = [each.time and each.time.astimezone().replace(tzinfo=None) for each in self.messages]
        return [time.isoformat(" ") if time else "never" for time in times]

    @property
    def places(self) -> list[str]:
        return [each.where for each in self.report.first_unreadable]


def read(
    export: Content | Mapping[str, Content], *, me: str | None = None, encoding: str | None = None
) -> Reading:
    """Read a file, or a folder of files by their paths: the messages of all, or of `me`."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "it.txt")
        for path, content in (export if isinstance(export, Mapping) else {".": export}).items():
            file = source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            file.write_bytes(data)
        report = Report()
        found = documents(str(source), me=me, everybody=me is None, encoding=encoding, report=report)
        return Reading(list(found), report)


def fits(reader: ModuleType, text: str) -> bool:
    return bool(reader.fits(opened_bytes("it.txt", text.encode())))


def seconds(time: datetime) -> int:
    return int(time.timestamp())


def local(time: datetime, form: str) -> str:
    return format(time.astimezone(), form)


def lines(objects: list[Any]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def in_rows(objects: list[Any]) -> str:
    return "[\n" + ",\n".join(json.dumps(each) for each in objects) + "\n]\n"


def among(**head: Any) -> Callable[[list[Any]], str]:
    """An object with the messages in it, indented as programs do."""
    return lambda them: json.dumps({**head, "messages": them}, indent=1, ensure_ascii=False)


def in_latin(text: str) -> str:
    return text.encode().decode("latin-1")


def telegram(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    common = {"id": seconds(time), "type": "message", "date_unixtime": str(seconds(time)), "from": who}
    return {**common, "from_id": f"user{who}", "text": text, **more}


def discord(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    author = {"id": who, "name": who.lower(), "nickname": who, "isBot": False}
    common = {"id": str(seconds(time)), "type": "Default", "timestamp": time.isoformat(), "isPinned": False}
    return {**common, "content": text, "author": author, **more}


def messenger(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    stamp = seconds(time) * 1000
    return {"sender_name": in_latin(who), "timestamp_ms": stamp, "content": in_latin(text), **more}


def encrypted(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    return {"senderName": who, "timestamp": seconds(time) * 1000, "text": text, "type": "text", **more}


def slack(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    typed = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"type": "message", "user": who, "ts": f"{seconds(time)}.0001", "text": typed, **more}


def signal_export(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    return {"date": local(time, "%Y-%m-%dT%H:%M:%S"), "sender": who, "body": text, "reactions": [], **more}


def signal(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    item = {"authorId": who, "dateSent": str(seconds(time) * 1000), "incoming": {}}
    return {"chatItem": {**item, "standardMessage": {"text": {"body": text}}, **more}}


def sigtop(who: str, text: str, time: datetime, **more: Any) -> dict[str, Any]:
    common = {"conversationId": "c", "type": "incoming", "sent_at": seconds(time) * 1000}
    return {**common, "source": who, "body": text, **more}


def sms(who: str, text: str, time: datetime, **more: str) -> str:
    values = {"date": f"{seconds(time)}000", "type": "1", "body": text, "contact_name": who} | more
    written = (f"{key}={quoteattr(value, {chr(10): '&#10;'})}" for key, value in values.items())
    return f"  <sms {' '.join(written)} />\n"


def in_smses(messages: list[str]) -> str:
    head = "<?xml version='1.0' encoding='UTF-8' ?>\n<!--File Created By SMS Backup & Restore-->\n"
    return f'{head}<smses count="9" type="full">\n{"".join(messages)}</smses>\n'


def recipients(objects: list[Any]) -> str:
    people = [{"recipient": {"id": who, "contact": {"profileGivenName": who}}} for who in ("Ana", "Ben")]
    return lines([{"account": {"givenName": "x"}}, *people, *objects])
