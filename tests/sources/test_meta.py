r"""Exports of Instagram and Messenger."""

import json
from datetime import UTC, datetime

import pytest

from foreword.sources.chats.meta import fits, fits_files, read, read_files
from readings import files, opened, reading, reading_of_files, said, texts

START = 1705315200000  # 2024-01-15 10:40 UTC


def message(minute: int, **keys: object) -> dict[str, object]:
    return {
        "sender_name": "Ana",
        "timestamp_ms": START + 60_000 * minute,
        "content": f"text {minute}",
        **keys,
    }


def written(*messages: object, **keys: object) -> str:
    """An export as Meta writes it: the bytes of UTF-8 as escapes of Latin-1."""
    conversation = {
        "participants": [{"name": "Ana"}, {"name": "Bo"}],
        "messages": messages,
        "title": "Ana",
        **keys,
    }
    plain = json.dumps(conversation, ensure_ascii=False)
    return json.dumps(json.loads(plain.encode().decode("latin-1"), strict=False))


def test_letters_are_those_that_were_meant_in_texts_and_names() -> None:
    content = written(message(2, content="café 👍 日本\n…"), message(1, sender_name="Zoë"))
    assert r"caf\u00c3\u00a9 \u00f0\u009f" in content
    documents, report = reading(read, content)
    assert said(documents) == [("Zoë", "text 1"), ("Ana", "café 👍 日本\n…")]
    assert documents[0].time == datetime(2024, 1, 15, 10, 41, tzinfo=UTC)
    assert report.unreadable == 0


def test_letters_that_are_right_already_stay() -> None:
    content = json.dumps(
        {"messages": [message(1, content="«CAFÉ» naïve"), message(2, content="日本 Ã©")]}, ensure_ascii=False
    )
    assert texts(reading(read, content)[0]) == ["«CAFÉ» naïve", "日本 Ã©"]


def test_messages_of_one_moment_keep_their_order_in_a_file_from_new_to_old() -> None:
    newest_first = [message(2), message(1, content="c"), message(1, content="b"), message(1, content="a")]
    assert texts(reading(read, written(*newest_first))[0]) == ["a", "b", "c", "text 2"]


def test_what_nobody_wrote_is_left_out_and_counted() -> None:
    media = message(1, photos=[{"uri": "photo.jpg"}])
    del media["content"]
    nothing = message(2, reactions=[{"reaction": "❤", "actor": "Bo"}])
    del nothing["content"]
    documents, report = reading(
        read,
        written(
            media,
            nothing,
            message(3, is_unsent=True),
            message(4, call_duration=12, content="Ana called you."),
            message(5, type="Subscribe", users=[{"name": "Bo"}], content="Ana added Bo to the group."),
            message(6, content="Ana sent an attachment.", share={"link": "https://example.org"}),
            message(7, content="Liked a message"),
            message(8, content="Reacted 😂 to your message "),
            message(
                9, content="look: https://example.org", share={"link": "https://example.org"}, type="Share"
            ),
            message(10, content=None),
        ),
    )
    assert texts(documents) == ["look: https://example.org"]
    assert report.left_out == {
        "media message": 2,
        "message without text": 2,
        "unsent message": 1,
        "call": 1,
        "system message": 1,
        "reaction": 2,
    }


def test_end_to_end_encrypted_chats_have_other_keys() -> None:
    messages = [
        {
            "senderName": "Ana",
            "text": "naïve 👍",
            "timestamp": START,
            "type": "text",
            "isUnsent": False,
            "media": [],
        },
        {
            "senderName": "Zoë",
            "text": "",
            "timestamp": START + 1,
            "type": "media",
            "media": [{"uri": "./media/a.jpeg"}],
        },
        {"senderName": "Zoë", "text": "gone", "timestamp": START + 2, "type": "text", "isUnsent": True},
        {"senderName": "Zoë", "text": "Call", "timestamp": START + 3, "type": "placeholder"},
        {"senderName": "Zoë", "text": "https://example.org", "timestamp": START + 4, "type": "link"},
    ]
    content = json.dumps(
        {"participants": ["Ana", "Zoë"], "threadName": "Zoë_4", "messages": messages}, ensure_ascii=False
    )
    assert fits(opened(content))
    documents, report = reading(read, content)
    assert said(documents) == [("Ana", "naïve 👍"), ("Zoë", "https://example.org")]
    assert report.left_out == {"media message": 1, "unsent message": 1, "system message": 1}


def test_the_files_of_a_conversation_are_one_and_conversations_follow_one_another() -> None:
    contents: dict[str, str | bytes] = {
        "inbox/bo_1/message_1.json": written(message(50), message(40)),
        "inbox/bo_1/message_2.json": written(message(30), message(20)),
        "inbox/bo_1/message_10.json": written(message(10, content="second"), message(10, content="first")),
        "inbox/cy_2/message_1.json": written(message(60), message(5)),
        "e2e/Di_1.json": json.dumps(
            {"threadName": "Di_1", "messages": [{"senderName": "Di", "text": "a", "timestamp": START}]}
        ),
        "e2e/Di_2.json": json.dumps(
            {"threadName": "Di_2", "messages": [{"senderName": "Di", "text": "b", "timestamp": START + 1}]}
        ),
        "profile.json": '{"profile": {}}',
        "photo.jpg": b"\xff\xd8\xff",
    }
    assert fits_files(files(contents)) == [path for path in contents if path.startswith(("inbox", "e2e"))]
    documents, _ = reading_of_files(read_files, contents)
    assert texts(documents) == [
        "a", "b", "text 5", "text 60", "first", "second", "text 20", "text 30", "text 40", "text 50",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        12345,
        "text",
        [],
        {},
        message(1, content=5),
        message(1, timestamp_ms=None),
        message(1, timestamp_ms="soon"),
        message(1, timestamp_ms=10**300),
        message(1, sender_name=None),
    ],
)
def test_wrong_shapes_are_counted_and_the_rest_is_read(wrong: object) -> None:
    documents, report = reading(read, written(wrong, message(2)))
    assert texts(documents) == ["text 2"]
    assert (report.unreadable, report.first_unreadable[0].where) == (1, "message 1")


def test_one_without_a_name_has_left() -> None:
    assert said(reading(read, written(message(1, sender_name="")))[0]) == [("Facebook user", "text 1")]


def test_a_cut_file_gives_the_messages_before_the_cut() -> None:
    content = written(message(3), message(2), message(1, content="日本"))
    documents, report = reading(read, content[: content.index(r"\u00e6") + 3])
    assert texts(documents) == ["text 2", "text 3"]
    assert (report.unreadable, report.first_unreadable[0].where) == (1, "message 3")


def test_others_are_not_known() -> None:
    assert not fits(opened('{"messages": [{"from": "a"}]}'))
    assert not fits(opened('{"sender_name": "a"}'))
    assert fits_files(files({"a.txt": written(message(1))})) == []
