"""Slack: an exported workspace, `users.json`, `channels.json` … and a folder of days for each conversation.

A day is `general/2024-01-15.json`, a list of messages; replies in threads are among them, on the day they were written.
Which subtypes people write themselves is in Slack's reference of message events (docs/sources.md).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, cast, final

from foreword.errors import SourceError
from foreword.sources.chats.conversations import Found, last_versions, oldest_first, unless_damaged
from foreword.sources.chats.slack_markup import plain
from foreword.sources.chats.streams import Path, place, walk
from foreword.sources.opened import Opened
from foreword.sources.quotations import without_quotations
from foreword.sources.report import Report
from foreword.sources.timestamps import from_unix
from foreword.text.documents import Document

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
_WRITTEN: Final = frozenset({"", "thread_broadcast", "me_message", "file_share"})
_SLACKBOT: Final = "USLACKBOT"
_UPLOAD: Final = re.compile(
    r"\A<@[^>]*> (?:uploaded|shared) a file: .*?(?: and commented: (?P<comment>.*))?\Z", re.DOTALL
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Workspace:
    """Names by ids, and the ids of bots."""

    people: dict[str, str]
    channels: dict[str, str]
    bots: set[str]


def fits(opened: Opened) -> bool:
    """Whether it begins like one day of a conversation in Slack."""
    return all(sign.search(opened.start) for sign in _SIGNS)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of one day; people are called as the messages say, for want of a list of them."""
    workspace = _Workspace(people={}, channels={}, bots=set())
    yield from oldest_first([last_versions(_documents(opened, workspace, report), report)])


def fits_files(files: Mapping[str, Opened]) -> list[str]:
    """The days among the files, and the lists of people and conversations beside them; none without days."""
    days = [path for path, opened in files.items() if _DAY.fullmatch(path) and _is_day(_start(opened))]
    if not days:
        return []
    return days + [
        path for path, opened in files.items() if _LISTS.fullmatch(path) and _start(opened).startswith("[")
    ]


def read_files(files: Mapping[str, Opened], report: Report) -> Iterator[Document]:
    """The messages of all conversations, without those of bots, of Slack itself and media."""
    taken = fits_files(files)
    lists = [(found["of"], files[path]) for path in taken if (found := _LISTS.fullmatch(path))]
    workspace = _workspace(lists, report)
    conversations: dict[str, list[Opened]] = {}
    for path in sorted(taken):
        if day := _DAY.fullmatch(path):
            conversations.setdefault(day["folder"], []).append(files[path])
    yield from oldest_first(
        last_versions(
            chain(*(unless_damaged(_documents(day, workspace, report), report) for day in days)), report
        )
        for days in conversations.values()
    )


def _start(opened: Opened) -> str:
    try:
        return opened.start.lstrip()
    except SourceError:  # whoever reads it for itself will say so
        return ""


def _is_day(start: str) -> bool:
    return all(sign.search(start) for sign in _SIGNS) or start.split() in (["[]"], ["[", "]"])


def _workspace(lists: Iterable[tuple[str, Opened]], report: Report) -> _Workspace:
    workspace = _Workspace(people={}, channels={}, bots={_SLACKBOT})
    for of_what, opened in lists:
        names = workspace.people if of_what.endswith("users") else workspace.channels
        for _, value in walk(opened, _entered, report):
            entry = cast("dict[str, object]", value) if isinstance(value, dict) else {}
            identity = str(entry.get("id"))
            names[identity] = _name(entry)
            if entry.get("is_bot") is True:
                workspace.bots.add(identity)
    return workspace


def _name(entry: Mapping[str, object]) -> str:
    """What people call one of them: the name they gave themselves, or the real one, or that of the account."""
    profile = entry.get("profile")
    inner = cast("Mapping[str, object]", profile) if isinstance(profile, dict) else {}
    names = (
        inner.get("display_name"),
        inner.get("real_name"),
        *map(entry.get, ("display_name", "real_name", "name")),
    )
    return next((name for name in names if isinstance(name, str) and name), "")


def _documents(opened: Opened, workspace: _Workspace, report: Report) -> Iterator[Found]:
    """The messages; within a conversation, one of the same person and moment is the same."""
    for path, value in walk(opened, _entered, report):
        document = _document(value, workspace, opened.name, path, report)
        if document:
            yield (document.author, document.time), document


def _entered(path: Path) -> bool:
    return path == ()


def _document(value: object, workspace: _Workspace, name: str, path: Path, report: Report) -> Document | None:
    message = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    author, time, text = _author(message, workspace), from_unix(message.get("ts")), message.get("text") or ""
    reason = _reason_to_leave_out(message, workspace)
    if message and reason:
        report.leave_out(reason)
    elif not author or time is None or not isinstance(text, str):
        report.not_understood(name, place(path), str(value))
    elif typed := _typed(message, text, workspace, report):
        return Document(text=typed, author=author, time=time)
    return None


def _reason_to_leave_out(message: Mapping[str, object], workspace: _Workspace) -> str | None:
    subtype = str(message.get("subtype") or "")
    if subtype.startswith("bot_") or message.get("bot_id") or str(message.get("user")) in workspace.bots:
        return "bot message"
    if subtype == "tombstone" or message.get("hidden") is True:
        return "deleted message"
    return None if subtype in _WRITTEN and message.get("type", "message") == "message" else "system message"


def _author(message: Mapping[str, object], workspace: _Workspace) -> str:
    user, profile = message.get("user"), message.get("user_profile")
    known = workspace.people.get(user, "") if isinstance(user, str) else ""
    told = _name(cast("Mapping[str, object]", profile)) if isinstance(profile, dict) else ""
    named = message.get("username")
    return (
        known or told or (named if isinstance(named, str) else "") or (user if isinstance(user, str) else "")
    )


def _typed(message: Mapping[str, object], text: str, workspace: _Workspace, report: Report) -> str:
    """What the author typed; empty where that is nothing, and the report says why."""
    upload = _UPLOAD.match(text) if message.get("files") or message.get("file") else None
    written = (upload["comment"] or "") if upload else text
    if not written.strip():
        report.leave_out("media message")
        return ""
    return without_quotations(plain(written, workspace.people, workspace.channels), report)
