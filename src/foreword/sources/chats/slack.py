"""Slack: an exported workspace, `users.json`, `channels.json` … and a folder of days for each conversation.

A day is a list of messages, such as `general/2024-01-15.json`. Replies in threads are in the file of their own day.
Sources (docs/sources.md): Slack's reference of message events, for the subtypes that people write; its "Formatting
message text", for the marks of typed names, channels and links.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from foreword.sources.chats.json_messages import (
    Found,
    Meaning,
    Message,
    joined,
    last_versions,
    members_of,
    messages_of,
    own_text,
    walk,
)
from foreword.sources.dates import from_unix
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

_DAY: Final = re.compile(r"(?P<folder>(?:.*/)?)[0-9]{4}-[0-9]{2}-[0-9]{2}\.json", re.IGNORECASE)
_LISTS: Final = re.compile(
    r"(?:.*/)?(?P<of>(?:org_)?users|channels|groups|mpims|dms|integration_logs|content_flags|canvases|lists|huddle_transcripts"
    r"|file_conversations)\.json"
)
_SIGNS: Final = (
    re.compile(r"\A\s*\[\s*\{"),
    re.compile(r'"ts"\s*:\s*"?[0-9]{6}'),
    re.compile(r'"type"\s*:\s*"message"'),
)
_WRITTEN: Final = ("", "thread_broadcast", "me_message", "file_share")
_SLACKBOT: Final = "USLACKBOT"
_MARKED: Final = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Names of people and channels by their ids, and the ids of bots."""

    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=set)


def fits(opened: Opened) -> bool:
    """Whether the file begins like one day of a conversation in Slack."""
    return all(sign.search(opened.start) for sign in _SIGNS)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of one day; people's names come from the messages, because there is no list of people."""
    yield from last_versions(_messages(opened, Workspace(), report), report)


def fits_files(files: Mapping[str, Opened]) -> list[str]:
    """The paths of the days, and of the lists of people and conversations beside them; empty without days."""
    days = [path for path in files if _DAY.fullmatch(path)]
    days = [path for path in days if fits(files[path]) or "".join(files[path].start.split()) == "[]"]
    lists = [path for path in files if _LISTS.fullmatch(path) and files[path].start.lstrip().startswith("[")]
    return days + lists if days else []


def read_files(files: Mapping[str, Opened], report: Report) -> Iterator[Document]:
    """The messages of all conversations, without media and messages of bots or Slack itself."""
    workspace = Workspace(bots={_SLACKBOT})
    conversations: dict[str, list[Opened]] = {}
    for path in sorted(files):
        if day := _DAY.fullmatch(path):
            conversations.setdefault(day["folder"], []).append(files[path])
        elif found := _LISTS.fullmatch(path):
            _fill(workspace, found["of"], files[path], report)
    for days in conversations.values():
        yield from joined((_messages(day, workspace, report) for day in days), report)


def _fill(workspace: Workspace, of_what: str, opened: Opened, report: Report) -> None:
    names = workspace.people if of_what.endswith("users") else workspace.channels
    for _, value in walk(opened, lambda path: not path, report):
        entry = members_of(value)
        names[str(entry.get("id"))] = _name(entry)
        if entry.get("is_bot") is True:
            workspace.bots.add(str(entry.get("id")))


def _name(entry: Message) -> str:
    """The name of a person or channel: the display name, else the real name, else the account's name."""
    profile = members_of(entry.get("profile"))
    keys = ("display_name", "real_name")
    names = (*map(profile.get, keys), *map(entry.get, (*keys, "name")))
    return next((name for name in names if isinstance(name, str) and name), "")


def _messages(opened: Opened, workspace: Workspace, report: Report) -> Iterator[Found]:
    return messages_of(opened, report, lambda message: _meaning(message, workspace, report), within=())


def _meaning(message: Message, workspace: Workspace, report: Report) -> Meaning:
    author, time, text = _author(message, workspace), from_unix(message.get("ts")), message.get("text") or ""
    subtype = str(message.get("subtype") or "")
    if subtype.startswith("bot_") or message.get("bot_id") or str(message.get("user")) in workspace.bots:
        return "bot message"
    if subtype == "tombstone" or message.get("hidden") is True:
        return "deleted message"
    if subtype not in _WRITTEN or message.get("type", "message") != "message":
        return "system message"
    if not author or time is None or not isinstance(text, str):
        return None
    if not text.strip():
        return "media message"
    return Document(text=own_text(unmarked(text, workspace), report), author=author, time=time)


def _author(message: Message, workspace: Workspace) -> str:
    """The author's name in the workspace, else in the message, else the id; empty if there is none."""
    user = message.get("user")
    known = workspace.people.get(str(user)) or _name(members_of(message.get("user_profile")))
    return known or next((name for name in (message.get("username"), user) if isinstance(name, str)), "")


def unmarked(text: str, workspace: Workspace) -> str:
    """`text` as it was typed: without angle brackets around names, channels and links, and without entities."""
    text = _MARKED.sub(lambda found: _unmarked(found, workspace), text)
    # `&amp;` comes last, or `&amp;lt;` would become `<`.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unmarked(found: re.Match[str], workspace: Workspace) -> str:
    target, label = found["target"], found["label"] or ""
    match found["sign"]:
        case "@":
            return "@" + (workspace.people.get(target) or label.removeprefix("@") or target)
        case "#":
            return "#" + (label.removeprefix("#") or workspace.channels.get(target) or target)
        case "!" if target.startswith("date^"):  # <!date^1392734382^{date}|18 February>
            return label
        case "!":  # <!here>, <!subteam^S1|@cooks>
            return "@" + (label.removeprefix("@") or target.rpartition("^")[2])
        case _:
            return label or target.removeprefix("mailto:").removeprefix("tel:")
