"""Exports of Telegram Desktop."""

import json
from datetime import UTC, datetime

import pytest

from foreword.sources.chats.telegram import fits, read
from readings import local, opened, reading, said, texts

HEAD = {"name": "Ana", "type": "personal_chat", "id": 7}


def message(number: int, **keys: object) -> dict[str, object]:
    minute = f"2024-01-15T10:{number:02}:00"
    seconds = str(1705314600 + 60 * number)
    ordinary = {
        "id": number,
        "type": "message",
        "date": minute,
        "date_unixtime": seconds,
        "from": "Ana",
        "from_id": "user7",
    }
    return {**ordinary, "text": f"text {number}", **keys}


def chat(*messages: object, **keys: object) -> dict[str, object]:
    return {**HEAD, **keys, "messages": list(messages)}


def written(*messages: object, **keys: object) -> str:
    return json.dumps(chat(*messages, **keys), ensure_ascii=False, indent=1)


def test_messages_have_text_author_and_time() -> None:
    documents, report = reading(
        read, written(message(1), message(2, **{"from": "Bo: the 2nd", "text": "日本 👍\nzwei"}))
    )
    assert said(documents) == [("Ana", "text 1"), ("Bo: the 2nd", "日本 👍\nzwei")]
    assert documents[0].time == datetime(2024, 1, 15, 10, 31, tzinfo=UTC)
    assert (report.unreadable, dict(report.left_out)) == (0, {})


def test_a_text_in_parts_is_joined_and_quotations_are_left_out() -> None:
    parts = [
        "see ",
        {"type": "link", "text": "https://example.org"},
        " ",
        {"type": "custom_emoji", "text": "🔥"},
    ]
    quoted = [{"type": "blockquote", "text": "are you\nthere?"}, "\nyes, ", {"type": "bold", "text": "sure"}]
    documents, report = reading(read, written(message(1, text=parts), message(2, text=quoted)))
    assert texts(documents) == ["see https://example.org 🔥", "yes, sure"]
    assert report.left_out == {"quoted line": 2}


def test_what_the_sender_did_not_write_is_left_out_and_counted() -> None:
    documents, report = reading(
        read,
        written(
            message(1, type="service", action="phone_call", text=""),
            message(2, forwarded_from="A channel"),
            message(3, forwarded_from=None),
            message(4, text="", media_type="sticker", file="sticker.webp"),
            message(5, via_bot="@gif"),
            {"id": 6, "type": "unsupported"},
            message(7, text="look", photo="photos/1.jpg"),
            message(8, text=None),
        ),
    )
    assert texts(documents) == ["look"]
    assert report.left_out == {
        "system message": 1,
        "forwarded message": 2,
        "media message": 2,
        "bot message": 1,
        "message without text": 1,
    }


def test_an_edited_message_counts_once_and_at_its_first_time() -> None:
    edited = message(1, edited="2024-01-16T08:00:00", edited_unixtime="1705392000")
    documents, _ = reading(read, written(edited))
    assert [document.time for document in documents] == [datetime(2024, 1, 15, 10, 31, tzinfo=UTC)]


def test_a_message_that_stands_there_twice_counts_once_as_it_was_last() -> None:
    documents, report = reading(read, written(message(1), message(2), message(1, text="edited")))
    assert texts(documents) == ["edited", "text 2"]
    assert report.left_out == {"repeated message": 1}
    unnumbered = [{**message(1), "id": None}, message(1, text="another", date_unixtime="1705314700")]
    assert len(reading(read, written(*unnumbered))[0]) == 2


def test_deleted_accounts_keep_a_name() -> None:
    documents, _ = reading(
        read, written(message(1, **{"from": None}), message(2, **{"from": None, "from_id": "user9"}))
    )
    assert said(documents) == [("Deleted Account (user7)", "text 1"), ("Deleted Account (user9)", "text 2")]


def test_old_exports_without_seconds_are_read_by_the_clock_of_this_computer() -> None:
    old = {
        "id": 1,
        "type": "message",
        "date": "2019-05-01T22:10:05",
        "from": "Ana",
        "from_id": 4400,
        "text": "old",
    }
    documents, _ = reading(read, written(old))
    assert documents[0].time == local(2019, 5, 1, 22, 10, 5)


def test_posts_of_a_channel_are_its_own() -> None:
    post = message(1)
    del post["from"], post["from_id"]
    documents, _ = reading(read, written(post, name="News", type="public_channel"))
    assert said(documents) == [("News", "text 1")]
    documents, _ = reading(read, json.dumps({"messages": [post], "type": "public_channel", "name": "News"}))
    assert said(documents) == [("News", "text 1")]


def test_the_words_of_a_bot_are_left_out_of_its_chat() -> None:
    documents, report = reading(
        read, written(message(1), message(2, **{"from": "Me", "from_id": "user8"}), type="bot_chat")
    )
    assert said(documents) == [("Me", "text 2")]
    assert report.left_out == {"bot message": 1}


def test_all_chats_of_an_account_come_one_after_the_other() -> None:
    later = chat(message(20), message(30), name="Later")
    account = {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 8, "first_name": "Me"},
        "contacts": {"about": "", "list": [{"user_id": 1, "first_name": "x", "date": "2020-01-01T00:00:00"}]},
        "chats": {
            "about": "",
            "list": [later, chat(message(10), message(40), type="saved_messages"), chat()],
        },
        "left_chats": {"about": "", "list": [chat(message(5), type="private_group")]},
    }
    content = json.dumps(account)
    assert fits(opened(content))
    documents, report = reading(read, content)
    assert texts(documents) == ["text 5", "text 10", "text 40", "text 20", "text 30"]
    assert report.unreadable == 0


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        None,
        "text",
        [],
        {},
        message(1, text=5),
        message(1, text=[3]),
        message(1, text=[{"type": "bold"}]),
        message(1, date="never", date_unixtime="soon"),
        {"id": 1, "type": "message", "from": "Ana", "text": "no date"},
    ],
)
def test_wrong_shapes_are_counted_and_the_rest_is_read(wrong: object) -> None:
    documents, report = reading(read, written(wrong, message(2)))
    assert texts(documents) == ["text 2"]
    assert report.unreadable == 1
    assert report.first_unreadable[0].where == "message 1"


def test_messages_of_the_wrong_shape_are_no_error() -> None:
    for messages in ({"a": 1}, 5, None, "none"):
        assert reading(read, json.dumps({**HEAD, "messages": messages}))[0] == []


def test_a_file_cut_anywhere_gives_all_whole_messages() -> None:
    content = written(message(1, text="Привет"), message(2, text="мир 👍"), message(3)).encode()
    for end in range(content.index(b"messages"), len(content), 7):
        documents, report = reading(read, content[:end])
        assert len(documents) == content[:end].count(b"\n  }")
        assert report.unreadable == 1


@pytest.mark.parametrize(
    "content",
    [
        written(message(1)),
        '{"name": null, "type": "private_supergroup", "id": 1, "messages": []}',
        '{"about": "…", "personal_information": {}}',
        '\ufeff{\n "messages": [{"id": 1, "from_id": 44, "text": ""}]}',
    ],
)
def test_exports_are_known_by_what_is_in_them(content: str) -> None:
    assert fits(opened(content))


@pytest.mark.parametrize(
    "content", ['{"messages": [{"sender_name": "a"}]}', "[]", "text", '{"type": "message"}']
)
def test_others_are_not(content: str) -> None:
    assert not fits(opened(content))
