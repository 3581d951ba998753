"""Chats in JSON of which one field is anything else: a wrong message is counted, and the rest is read."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foreword.errors import ForewordError
from foreword.sources.chats import slack
from foreword.sources.detect import _read
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document
from readings import files

LAST = "the last message"
SECONDS = 1_705_312_800
ANA = {"id": "1", "name": "ana", "nickname": "Ana", "isBot": False}
TEXT = {"text": {"body": LAST}}
TELEGRAM = [
    {"id": 1, "type": "message", "date": "2024-01-15T10:00:00", "from": "Ana", "from_id": "user1", "text": "hi"},
    {"id": 2, "type": "message", "date_unixtime": str(SECONDS), "from": "Ben", "from_id": "user2", "photo": "p",
     "text": ["a ", {"type": "bold", "text": "b"}], "forwarded_from": None},
    {"id": 3, "type": "message", "date_unixtime": str(SECONDS), "from": "Ben", "from_id": "user2", "text": LAST},
]  # fmt: skip
DISCORD = [
    {"id": "1", "type": "Default", "timestamp": "2024-01-15T10:00:00+00:00", "content": "hi <@2>", "author": ANA,
     "attachments": [], "mentions": [{"id": "2", "name": "b", "nickname": "B"}], "forwardedMessage": None},
    {"id": "3", "type": "Reply", "timestamp": "2024-01-15T10:01:00+00:00", "content": LAST, "author": ANA},
]  # fmt: skip
META = [
    {
        "sender_name": "Ana",
        "timestamp_ms": SECONDS * 1000,
        "content": "hi",
        "is_unsent": False,
        "photos": [{"uri": "x"}],
    },
    {"sender_name": "Ben", "timestamp_ms": SECONDS * 1000 + 1, "content": LAST},
]
ENCRYPTED = [
    {
        "senderName": "Ana",
        "timestamp": SECONDS * 1000,
        "text": "hi",
        "type": "text",
        "isUnsent": False,
        "media": [],
    },
    {"senderName": "Ben", "timestamp": SECONDS * 1000 + 1, "text": LAST, "type": "text"},
]
SLACK = [
    {"type": "message", "user": "U1", "ts": f"{SECONDS}.1", "text": "hi <@U2>", "user_profile": {"display_name": "ana"},
     "subtype": None, "files": [{"id": "F"}]},
    {"type": "message", "user": "U2", "ts": f"{SECONDS}.2", "text": LAST},
]  # fmt: skip
USERS = [
    {"id": "U1", "name": "ana", "is_bot": False, "profile": {"display_name": "ana"}},
    {"id": "U2", "name": "ben"},
]
SIGNAL = [
    {
        "date": "2020-01-15T10:15:33",
        "sender": "Ana",
        "body": "hi",
        "reactions": [],
        "quote": "",
        "attachments": [],
    },
    {"date": "2020-01-15T10:15:34", "sender": "Ben", "body": LAST, "reactions": []},
]
SIGNALS_OWN = [
    {"account": {"givenName": "Ana"}},
    {"recipient": {"id": "2", "contact": {"profileGivenName": "Ben", "nickname": {"given": "B"}, "e164": "49"}}},
    {"chatItem": {"authorId": "2", "dateSent": "1600000003000", "incoming": {},
                  "standardMessage": {"text": {"body": "hi"}, "quote": {}, "attachments": [{}]}}},
    {"chatItem": {"authorId": "2", "dateSent": "1600000003001", "directStoryReplyMessage": {"textReply": TEXT}}},
]  # fmt: skip
SIGTOP = [
    {
        "conversationId": "c",
        "type": "incoming",
        "sent_at": SECONDS * 1000,
        "source": "+49",
        "body": "hi",
        "quote": None,
    },
    {"conversationId": "c", "type": "outgoing", "sent_at": SECONDS * 1000 + 1, "body": LAST},
]


def indented(head: dict[str, Any], messages: list[Any]) -> str:
    return json.dumps({**head, "messages": messages}, indent=1)


def lines(messages: list[Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in messages)


EXPORTS: dict[str, tuple[list[Any], Callable[[list[Any]], str]]] = {
    "Telegram": (TELEGRAM, lambda them: indented({"name": "x", "type": "personal_chat", "id": 1}, them)),
    "Discord": (DISCORD, lambda them: indented({"guild": {"id": "1"}, "channel": {"id": "2"}}, them)),
    "Messenger": (META, lambda them: indented({"participants": [], "is_still_participant": True}, them)),
    "Messenger, encrypted": (ENCRYPTED, lambda them: indented({"threadName": "x"}, them)),
    "Slack": (SLACK, lambda them: json.dumps(them, indent=1)),
    "Signal": (SIGNAL, lines),
    "Signal's own": (SIGNALS_OWN, lines),
    "sigtop": (SIGTOP, lambda them: "[\n" + ",\n".join(map(json.dumps, them)) + "\n]\n"),
}
DEEP: list[Any] = []
for _ in range(300):
    DEEP = [DEEP]
VALUES: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        "\0",
        "\ud800",
        "9" * 50,
        "1e400",
        10**30,
        -(10**400),
        1e308,
        float("nan"),
        float("inf"),
    ),
    *(
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2024-13-45T99:99:99",
        253_402_300_800_000,
        -62_135_596_800,
    ),
    *([], [None], [[]], {}, {"a": 1}, {"text": 1}, [{"text": None}], [{"id": []}], DEEP, "a" * 100_000),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all fields, from the outermost one inwards."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def changed(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    whole = json.loads(json.dumps(whole))
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return whole


def checked(documents: Iterator[Document]) -> list[str]:
    """Their texts; each must be as all that comes after the readers takes it for."""
    found = list(documents)
    assert all(each.text.strip() and each.author for each in found)
    assert all(each.time and each.time.astimezone().isoformat() for each in found)
    return [each.text for each in found]


@pytest.mark.parametrize("name", EXPORTS)
def test_any_value_in_any_field_is_read_or_counted_and_what_follows_is_read(name: str) -> None:
    messages, written = EXPORTS[name]
    for path in places(messages[:-1]):
        for value in VALUES:
            export = written([messages[-1], *changed(messages, path, value)]).encode("utf-8", "surrogatepass")
            report = Report()
            try:
                assert LAST in checked(_read(opened_bytes("it.json", export), report))
                report.check()
            except ForewordError as refusal:
                assert report.unreadable or "is JSON of no program that is known" in str(refusal)  # noqa: PT017


@pytest.mark.parametrize("path", list(places(USERS)), ids=str)
def test_any_value_in_a_list_of_people_leaves_the_messages(path: tuple[Any, ...]) -> None:
    for value in VALUES:
        export = {
            "users.json": json.dumps(changed(USERS, path, value)),
            "g/2024-01-15.json": json.dumps(SLACK, indent=1),
        }
        assert len(checked(slack.read_files(files(export), Report()))) + (value is True) >= 1


@pytest.mark.parametrize(
    "odd", ['"\\q"', "[" * 100_000, '{"a":' * 100_000, "9" * 5000, "nul", '{"a": }', '"\\ud83d', "-"]
)
def test_an_element_that_is_no_json_is_counted_and_the_next_one_is_read(odd: str) -> None:
    export = EXPORTS["Messenger"][1](META).replace("  {\n", f"  {odd},\n  {{\n", 1)
    report = Report()
    assert checked(_read(opened_bytes("it.json", export.encode()), report))[-1:] == [LAST]
    assert report.unreadable == 1
