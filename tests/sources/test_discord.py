"""Exports of DiscordChatExporter in JSON."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from foreword.sources.chats.discord import fits, read
from readings import opened, reading, said, texts

ANA = {"id": "1", "name": "ana", "discriminator": "0000", "nickname": "Ana", "isBot": False}
HEAD = {
    "guild": {"id": "5", "name": "Home"},
    "channel": {"id": "6", "type": "GuildTextChat", "name": "general"},
}


def message(number: int, **keys: object) -> dict[str, object]:
    return {
        "id": str(number),
        "type": "Default",
        "timestamp": f"2024-01-15T10:{number:02}:00.123+01:00",
        "timestampEdited": None,
        "content": f"text {number}",
        "author": ANA,
        "attachments": [],
        "embeds": [],
        **keys,
    }


def written(*messages: object) -> str:
    return json.dumps(
        {**HEAD, "messages": messages, "messageCount": len(messages)}, ensure_ascii=False, indent=2
    )


def test_messages_have_text_author_and_time() -> None:
    bo = {"id": "2", "name": "bo", "nickname": None}
    documents, _ = reading(
        read, written(message(1), message(2, author=bo, type="Reply", content="ja 👍\nna"))
    )
    assert said(documents) == [("Ana", "text 1"), ("bo", "ja 👍\nna")]
    assert documents[0].time == datetime(2024, 1, 15, 10, 1, 0, 123000, tzinfo=timezone(timedelta(hours=1)))


def test_what_the_author_did_not_write_is_left_out_and_counted() -> None:
    documents, report = reading(
        read,
        written(
            message(1, type="GuildMemberJoin", content="Joined the server."),
            message(2, type="20", author={**ANA, "isBot": True}),
            message(3, author={**ANA, "isBot": True}),
            message(4, content="", attachments=[{"fileName": "image.png"}]),
            message(5, content="", stickers=[{"name": "Wave"}]),
            message(6, content="", forwardedMessage={"content": "of others"}),
            message(7, content=""),
            message(8, content="> you said\nI did", attachments=[{"fileName": "image.png"}]),
            message(9, content="https://example.org", embeds=[{"title": "An example"}]),
        ),
    )
    assert texts(documents) == ["I did", "https://example.org"]
    assert report.left_out == {
        "system message": 2,
        "bot message": 1,
        "media message": 2,
        "forwarded message": 1,
        "message without text": 1,
        "quoted line": 1,
    }


def test_an_export_from_new_to_old_is_turned() -> None:
    documents, _ = reading(read, written(message(3), message(2), message(1)))
    assert texts(documents) == ["text 1", "text 2", "text 3"]


@pytest.mark.parametrize(
    "wrong", [3, None, [], {}, message(1, content=5), message(1, timestamp="never"), message(1, author="Ana")]
)
def test_wrong_shapes_are_counted_and_the_rest_is_read(wrong: object) -> None:
    documents, report = reading(read, written(wrong, message(2)))
    assert texts(documents) == ["text 2"]
    assert (report.unreadable, report.first_unreadable[0].where) == (1, "message 1")


def test_a_cut_file_gives_the_messages_before_the_cut() -> None:
    content = written(message(1), message(2, content="日本"), message(3)).encode()
    documents, report = reading(read, content[: content.index("本".encode()) + 1])
    assert texts(documents) == ["text 1"]
    assert (report.unreadable, report.first_unreadable[0].where) == (1, "message 2")
    assert report.notes == [
        "it.json was read up to message 2: there it breaks off or is damaged; export it again to have the rest"
    ]


def test_exports_are_known_by_what_is_in_them() -> None:
    assert fits(opened(written()))
    assert fits(opened(json.dumps({"messages": [message(1)]})))
    bare = {"timestamp": "2024-01-15T10:30:00+00:00", "content": "hi", "author": {"name": "ana"}}
    assert fits(opened(json.dumps({"messages": [bare]})))
    assert not fits(opened(json.dumps({"messages": [{**bare, "author": "ana"}]})))
    assert not fits(opened('{"messages": [{"sender_name": "a", "timestamp_ms": 1}]}'))
    assert not fits(opened('{"guild": {}}'))
    assert not fits(opened("Guild: none"))


def test_times_are_compared_across_offsets() -> None:
    early = message(1, timestamp="2024-01-15T10:00:00+02:00")
    documents, _ = reading(read, written(message(2, timestamp="2024-01-15T09:00:00+00:00"), early))
    assert [document.time for document in documents] == [
        datetime(2024, 1, 15, 8, tzinfo=UTC),
        datetime(2024, 1, 15, 9, tzinfo=UTC),
    ]


def test_a_message_that_stands_there_twice_counts_once() -> None:
    documents, report = reading(read, written(message(1), message(1), message(2)))
    assert texts(documents) == ["text 1", "text 2"]
    assert report.left_out == {"repeated message": 1}


def test_discords_own_marks_read_as_what_was_typed() -> None:
    marked = message(1, content="<@2> and <@!3> and <@4>: <:wave:5> <a:party:6> 1 < 2")
    marked["mentions"] = [{"id": "2", "name": "bo", "nickname": "Bo"}, {"id": "3", "name": "cy"}]
    documents, _ = reading(read, written(marked, message(2, content="<@2>", mentions=None)))
    assert texts(documents) == ["@Bo and @cy and <@4>: :wave: :party: 1 < 2", "<@2>"]
