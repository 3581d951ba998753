"""Discord: the JSON of a channel that DiscordChatExporter writes, in `JsonMessageWriter.cs` (docs/sources.md)."""

import re
from collections.abc import Iterator
from typing import Final, cast

from foreword.sources.chats.conversations import Found, last_versions, oldest_first
from foreword.sources.chats.streams import Path, place, walk
from foreword.sources.opened import Opened
from foreword.sources.quotations import without_quotations
from foreword.sources.report import Report
from foreword.sources.timestamps import from_iso
from foreword.text.documents import Document

_PLACES: Final = re.compile(r'"(?:guild|channel)"\s*:\s*\{')
_MESSAGE: Final = re.compile(
    r'"(?:timestampEdited|callEndedTimestamp|isPinned|discriminator|messageCount|dateRange)"\s*:'
)
_AUTHOR: Final = re.compile(r'"author"\s*:\s*\{[^{}]*"name"\s*:')
_TIME: Final = re.compile(r'"timestamp"\s*:\s*"\d{4}-')
_CONTENT: Final = re.compile(r'"content"\s*:\s*"')
_MESSAGES: Final = re.compile(r'"messages"\s*:\s*\[')
_WRITTEN: Final = frozenset(
    {"Default", "Reply", "0", "19"}
)  # kinds that the exporter has no name for are numbers
_MENTION: Final = re.compile(r"<@!?([0-9]+)>")
_EMOJI: Final = re.compile(r"<a?(:\w+:)[0-9]+>")
_THINGS: Final = ("attachments", "stickers", "embeds", "components", "poll")


def fits(opened: Opened) -> bool:
    """Whether it begins like an export of DiscordChatExporter."""
    start = opened.start
    if not start.lstrip().startswith("{") or not _MESSAGES.search(start):
        return False
    if _PLACES.search(start) or _MESSAGE.search(start):
        return True
    return all(sign.search(start) for sign in (_AUTHOR, _TIME, _CONTENT))  # its messages alone


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of a channel, without those of bots, of Discord itself, and media."""
    yield from oldest_first([last_versions(_documents(opened, report), report)])


def _documents(opened: Opened, report: Report) -> Iterator[Found]:
    for path, value in walk(opened, _entered, report):
        if path[:1] == ("messages",):
            document = _document(value, opened.name, path, report)
            if document:
                yield (str(_object(value).get("id", path)), document.time), document


def _entered(path: Path) -> bool:
    return path in ((), ("messages",))


def _document(value: object, name: str, path: Path, report: Report) -> Document | None:
    message = _object(value)
    person = _object(message.get("author"))
    author = person.get("nickname") or person.get("name")
    content, time = message.get("content") or "", from_iso(message.get("timestamp"))
    reason = _reason_to_leave_out(message, person)
    if reason:
        report.leave_out(reason)
    elif not isinstance(author, str) or not isinstance(content, str) or time is None:
        report.not_understood(name, place(path), str(value))
    elif not content.strip():
        report.leave_out("media message" if any(map(message.get, _THINGS)) else "message without text")
    else:
        text = without_quotations(_typed(content, message), report)
        return Document(text=text, author=author, time=time) if text.strip() else None
    return None


def _reason_to_leave_out(message: dict[str, object], person: dict[str, object]) -> str | None:
    if str(message.get("type", "Default")) not in _WRITTEN:
        return "system message"
    if person.get("isBot") is True:
        return "bot message"
    if message.get("forwardedMessage") and not message.get("content"):
        return "forwarded message"
    return None


def _typed(content: str, message: dict[str, object]) -> str:
    """`content` as it was typed, where the exporter was told to leave Discord's own marks in it."""
    if "<" not in content:
        return content
    mentions = message.get("mentions")
    people = [_object(each) for each in mentions] if isinstance(mentions, list) else []
    names = {str(each.get("id")): str(each.get("nickname") or each.get("name")) for each in people}
    content = _MENTION.sub(lambda found: f"@{names[found[1]]}" if found[1] in names else found[0], content)
    return _EMOJI.sub(r"\1", content)


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
