"""Discord: JSON of DiscordChatExporter (its `JsonMessageWriter.cs`, docs/sources.md), or of a person's data package."""

import re
from collections.abc import Iterator
from typing import Final

from foreword.sources.chats.json_messages import (
    Meaning,
    Message,
    last_versions,
    members_of,
    messages_of,
    own_text,
)
from foreword.sources.dates import from_iso
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

_MESSAGES: Final = re.compile(r'"messages"\s*:\s*\[')
_SIGNS: Final = re.compile(
    r'"(?:guild|channel)"\s*:\s*\{'
    r'|"(?:timestampEdited|callEndedTimestamp|isPinned|discriminator|messageCount|dateRange)"\s*:'
)
_PACKAGE: Final = re.compile(
    r'\s*\[\s*\{\s*"ID"\s*:\s*"?\d+"?\s*,\s*"Timestamp"\s*:\s*"[^"]*"\s*,\s*"Contents"\s*:'
)
_WRITTEN: Final = ("Default", "Reply", "0", "19")  # types without a name in the exporter are numbers
_MENTION: Final = re.compile(r"<@!?([0-9]+)>")
_PROGRAMS: Final = re.compile(r"<(?:@!?|@&|#|t:|id:|/[^<>:]{1,80}:)[\w:-]+>")
"""People, channels, times and commands, by their numbers; without names, nobody typed any of it."""
_EMOJI: Final = re.compile(r"<a?(:\w+:)[0-9]+>")
_THINGS: Final = ("attachments", "stickers", "embeds", "components", "poll")


def fits(opened: Opened) -> bool:
    """Whether the file begins like an export of DiscordChatExporter, or like Discord's package."""
    start = opened.start
    if _PACKAGE.match(start):
        return True
    return start.lstrip().startswith("{") and all(sign.search(start) for sign in (_MESSAGES, _SIGNS))


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of a channel, without media and messages of bots or Discord itself."""
    is_own = _PACKAGE.match(opened.start) is not None
    meaning, within = (_own_meaning, ()) if is_own else (_meaning, ("messages",))
    found = messages_of(opened, report, lambda message: meaning(message, report), within)
    yield from last_versions(found, report)


def _own_meaning(message: Message, report: Report) -> Meaning:
    """A message of Discord's package. It has no author: it is the person's own. Its time is in UTC."""
    content, stamp = message.get("Contents"), str(message.get("Timestamp"))
    time = from_iso(stamp if "+" in stamp else f"{stamp}+00:00")
    if not isinstance(content, str) or time is None:
        return None
    if not content.strip():
        return "media message" if message.get("Attachments") else "message without text"
    return Document(text=own_text(_typed(content, message), report), time=time)


def _meaning(message: Message, report: Report) -> Meaning:
    person = members_of(message.get("author"))
    author = person.get("nickname") or person.get("name")
    content, time = message.get("content") or "", from_iso(message.get("timestamp"))
    if str(message.get("type", "Default")) not in _WRITTEN:
        return "system message"
    if person.get("isBot") is True:
        return "bot message"
    if message.get("forwardedMessage") and not content:
        return "forwarded message"
    if not isinstance(author, str) or not isinstance(content, str) or time is None:
        return None
    if not content.strip():
        return "media message" if any(map(message.get, _THINGS)) else "message without text"
    return Document(text=own_text(_typed(content, message), report), author=author, time=time)


def _typed(content: str, message: Message) -> str:
    """`content` as it was typed. With one of its options, the exporter leaves Discord's own marks in it."""
    mentions = message.get("mentions")
    people = [members_of(each) for each in mentions] if isinstance(mentions, list) else []
    names = {str(each.get("id")): str(each.get("nickname") or each.get("name")) for each in people}
    content = _MENTION.sub(lambda found: f"@{names[found[1]]}" if found[1] in names else found[0], content)
    return _PROGRAMS.sub("", _EMOJI.sub(r"\1", content))
