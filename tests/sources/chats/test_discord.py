"""Exports of DiscordChatExporter in JSON."""

import json

import pytest

from chat_exports import fits, read
from foreword.sources.chats import discord

ANA = {"id": "1", "name": "ana", "nickname": "Ana", "isBot": False}
BARE = {"timestamp": "2024-01-15T10:30:00+00:00", "content": "hi", "author": {"name": "ana"}}


def message(number: int, **keys: object) -> dict[str, object]:
    time = f"2024-01-15T10:{number:02}:00.123+01:00"
    common = {"id": str(number), "type": "Default", "timestamp": time, "content": f"text {number}"}
    return {**common, "author": ANA, **keys}


def written(*messages: object) -> str:
    return json.dumps({"guild": {"id": "5"}, "channel": {"id": "6"}, "messages": messages}, indent=2)


def test_a_person_is_called_by_the_nickname_else_by_the_name_and_offsets_of_times_count() -> None:
    early = {"timestamp": "2024-01-15T10:00:00+02:00", "type": "Reply"}
    found = read(written(message(1), message(2, author={"id": "2", "name": "bo", "nickname": None}, **early)))
    assert found.said == [("bo", "text 2"), ("Ana", "text 1")]


def test_what_was_typed_beside_something_else_is_read() -> None:
    mentions = [{"id": "2", "name": "bo", "nickname": "Bo"}, {"id": "3", "name": "cy"}]
    found = read(
        written(
            message(1, content="> you said\nI did", attachments=[{"fileName": "image.png"}]),
            message(2, content="https://example.org", embeds=[{"title": "An example"}]),
            message(3, content="", stickers=[{"name": "Wave"}]),
            message(4, content=""),
            message(5, type="20", author={**ANA, "isBot": True}),
            message(6, content="<@2> and <@!3> and <@4>: <:wave:5> <a:party:6> 1 < 2", mentions=mentions),
            message(7, content="<@2>", mentions=None),
        )
    )
    marks = ["@Bo and @cy and <@4>: :wave: :party: 1 < 2", "<@2>"]
    assert found.texts == ["I did", "https://example.org", *marks]
    left = ("quoted line", "media message", "message without text", "system message")
    assert found.report.left_out == dict.fromkeys(left, 1)


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (written(), True),
        (json.dumps({"messages": [{**message(1), "isPinned": False}]}), True),
        (json.dumps({"messages": [BARE]}), True),
        (json.dumps({"messages": [{**BARE, "author": "ana"}]}), False),
        ('{"messages": [{"sender_name": "a", "timestamp_ms": 1}]}', False),
        ('{"guild": {}}', False),
        ("Guild: none", False),
    ],
)
def test_exports_are_known_by_what_is_in_them(content: str, known: bool) -> None:
    assert fits(discord, content) == known
