"""Exports of Telegram Desktop."""

import json
from typing import Any

import pytest

from chat_exports import fits, read
from foreword.sources.chats import telegram

HEAD = {"name": "Ana", "type": "personal_chat", "id": 7}


def message(number: int, **keys: object) -> dict[str, object]:
    seconds = str(1705314600 + 60 * number)
    common = {"id": number, "type": "message", "date_unixtime": seconds, "from": "Ana", "from_id": "user7"}
    return {**common, "text": f"text {number}", **keys}


def chat(*messages: object, **keys: object) -> dict[str, Any]:
    return {**HEAD, **keys, "messages": list(messages)}


def written(*messages: object, **keys: object) -> str:
    return json.dumps(chat(*messages, **keys), ensure_ascii=False, indent=1)


def test_a_text_in_parts_is_joined_and_quotations_are_left_out() -> None:
    parts = ["see ", {"type": "link", "text": "https://a.org"}, " ", {"type": "custom_emoji", "text": "🔥"}]
    quoted = [{"type": "blockquote", "text": "are you\nthere?"}, "\nyes, ", {"type": "bold", "text": "sure"}]
    found = read(written(message(1, text=parts), message(2, text=quoted), message(3, text=None)))
    assert found.texts == ["see https://a.org 🔥", "yes, sure"]
    assert found.report.left_out == {"quoted line": 2, "message without text": 1}


def test_an_edited_message_is_read_as_it_was_last_at_its_first_time() -> None:
    found = read(written(message(1, edited_unixtime="1705392000"), message(2), message(1, text="edited")))
    assert found.texts == ["edited", "text 2"]
    assert found.messages[0].time is not None
    assert found.messages[0].time.timestamp() == 1705314660


def test_deleted_accounts_keep_a_name_and_posts_of_a_channel_are_its_own() -> None:
    deleted = {"from": None}
    found = read(written(message(1, **deleted), message(2, **deleted, from_id="user9")))
    assert found.said == [("Deleted Account (user7)", "text 1"), ("Deleted Account (user9)", "text 2")]
    post = {key: value for key, value in message(1).items() if "from" not in key}
    export = chat(post, name="News", type="public_channel")
    for turned in (export, dict(reversed(export.items()))):
        assert read(json.dumps(turned)).said == [("News", "text 1")]


def test_old_exports_without_seconds_are_read_by_the_clock_of_this_computer() -> None:
    old = {
        "id": 1,
        "type": "message",
        "date": "2019-05-01T22:10:05",
        "from": "Ana",
        "from_id": 4,
        "text": "old",
    }
    assert read(written(old)).times == ["2019-05-01 22:10:05"]


def test_the_words_of_a_bot_are_left_out_of_its_chat() -> None:
    found = read(written(message(1), message(2, **{"from": "Me", "from_id": "user8"}), type="bot_chat"))
    assert (found.said, found.report.left_out) == ([("Me", "text 2")], {"bot message": 1})


def test_all_chats_of_an_account_are_read() -> None:
    chats = [chat(message(20), message(30)), chat(message(10), message(40), type="saved_messages"), chat()]
    account = {
        "personal_information": {"user_id": 8},
        "contacts": {"about": "", "list": [{"user_id": 1, "date": "2020-01-01T00:00:00"}]},
        "chats": {"about": "", "list": chats},
        "left_chats": {"about": "", "list": [chat(message(5), type="private_group"), chat(5)]},
    }
    found = read(json.dumps(account))
    assert found.texts == [f"text {number}" for number in (5, 10, 20, 30, 40)]
    assert found.places == ["chat 2, message 1"]


@pytest.mark.parametrize("messages", [{}, 5, None, "none"])
def test_messages_of_the_wrong_shape_are_no_error(messages: object) -> None:
    assert read(json.dumps({**HEAD, "messages": messages})).messages == []


@pytest.mark.parametrize(
    ("content", "known"),
    [
        ('{"name": null, "type": "private_supergroup", "id": 1, "messages": []}', True),
        ('{"about": "…", "personal_information": {}}', True),
        ('\ufeff{\n "messages": [{"id": 1, "from_id": 44, "text": ""}]}', True),
        ('{"messages": [{"sender_name": "a"}]}', False),
        ('{"type": "message"}', False),
        ("[]", False),
    ],
)
def test_exports_are_known_by_what_is_in_them(content: str, known: bool) -> None:
    assert fits(telegram, content) == known
