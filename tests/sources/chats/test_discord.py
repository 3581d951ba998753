"""Exports of DiscordChatExporter in JSON."""

import json

import pytest

from chat_exports import fits, read
from foreword.sources.chats import discord

ANA = {"id": "1", "name": "ana", "discriminator": "0000", "nickname": "Ana", "isBot": False}
BARE = {"timestamp": "2024-01-15T10:30:00+00:00", "content": "hi", "author": {"name": "ana"}}


def message(number: int, **keys: object) -> dict[str, object]:
    time = f"2024-01-15T10:{number:02}:00.123+01:00"
    common = {"id": str(number), "type": "Default", "timestamp": time, "timestampEdited": None}
    return {**common, "content": f"text {number}", "author": ANA, "attachments": [], **keys}


def written(*messages: object) -> str:
    return json.dumps({"guild": {"id": "5"}, "channel": {"id": "6"}, "messages": messages}, indent=2)


def test_a_person_is_called_by_the_nickname_else_by_the_name() -> None:
    other = {"id": "2", "name": "bo", "nickname": None}
    assert read(written(message(1), message(2, author=other, type="Reply"))).said == [
        ("Ana", "text 1"), ("bo", "text 2"),
    ]  # fmt: skip


def test_what_was_typed_beside_something_else_is_read() -> None:
    found = read(
        written(
            message(1, content="> you said\nI did", attachments=[{"fileName": "image.png"}]),
            message(2, content="https://example.org", embeds=[{"title": "An example"}]),
            message(3, content="", stickers=[{"name": "Wave"}]),
            message(4, content=""),
            message(5, type="20", author={**ANA, "isBot": True}),
        )
    )
    assert found.texts == ["I did", "https://example.org"]
    assert found.report.left_out == dict.fromkeys(
        ("quoted line", "media message", "message without text", "system message"), 1
    )


def test_times_are_compared_across_offsets() -> None:
    early = message(1, timestamp="2024-01-15T10:00:00+02:00")
    assert read(written(message(2, timestamp="2024-01-15T09:00:00+00:00"), early)).texts == [
        "text 1",
        "text 2",
    ]


def test_discords_own_marks_read_as_what_was_typed() -> None:
    mentions = [{"id": "2", "name": "bo", "nickname": "Bo"}, {"id": "3", "name": "cy"}]
    marked = message(1, content="<@2> and <@!3> and <@4>: <:wave:5> <a:party:6> 1 < 2", mentions=mentions)
    found = read(written(marked, message(2, content="<@2>", mentions=None)))
    assert found.texts == ["@Bo and @cy and <@4>: :wave: :party: 1 < 2", "<@2>"]


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (written(), True),
        (json.dumps({"messages": [message(1)]}), True),
        (json.dumps({"messages": [BARE]}), True),
        (json.dumps({"messages": [{**BARE, "author": "ana"}]}), False),
        ('{"messages": [{"sender_name": "a", "timestamp_ms": 1}]}', False),
        ('{"guild": {}}', False),
        ("Guild: none", False),
    ],
)
def test_exports_are_known_by_what_is_in_them(content: str, known: bool) -> None:
    assert fits(discord, content) == known
