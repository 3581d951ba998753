"""Signal: what three programs and Signal itself make of its chats as JSON."""

import json
from typing import Any

from chat_readings import fits, tried
from foreword.sources.chats import signal as signal_json
from foreword.sources.chats import signal_folder
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report


def lines(*objects: Any) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def exported(sender: str, body: str, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"quote": "", "sticker": None, "reactions": [], "attachments": []}
    return {"date": "2020-01-15T10:15:33.5", "sender": sender, "body": body} | plain | more


def test_signals_own_export_names_people_by_number() -> None:
    found = tried(
        signal_json,
        lines(
            {"version": "1", "backupTimeMs": "1700000000000"},
            {"account": {"givenName": "Ana"}},
            {"recipient": {"id": "1", "self": {}}},
            {"recipient": {"id": "2", "contact": {"profileGivenName": "Ben", "profileFamilyName": "X"}}},
            {"recipient": {"id": "3", "contact": {"e164": "491234"}}},
            {"recipient": {"id": "4", "contact": {"nickname": {"given": "Cy"}, "profileGivenName": "Cyrus"}}},
            {"chat": {"id": "1", "recipientId": "2"}},
            {"chatItem": {"chatId": "1", "authorId": "2", "dateSent": "1600000003000", "incoming": {},
                          "standardMessage": {"text": {"body": "hello\nyou"}, "quote": {"text": {"body": "old"}}}}},
            {"chatItem": {"chatId": "1", "authorId": "1", "dateSent": "1600000000000", "outgoing": {},
                          "standardMessage": {"text": {"body": "hi"}, "attachments": [{}]},
                          "revisions": [{"standardMessage": {"text": {"body": "ho"}}}]}},
            {"chatItem": {"chatId": "1", "authorId": "3", "dateSent": 1600000001000, "incoming": {},
                          "standardMessage": {"text": {"body": "ok"}}}},
            {"chatItem": {"chatId": "1", "authorId": "4", "dateSent": "1600000002000", "incoming": {},
                          "directStoryReplyMessage": {"textReply": {"text": {"body": "nice"}}}}},
            {"chatItem": {"chatId": "1", "authorId": "1", "dateSent": "1", "directionless": {}, "updateMessage": {}}},
            {"chatItem": {"chatId": "1", "authorId": "1", "dateSent": "1", "incoming": {}, "stickerMessage": {}}},
            {"chatItem": {"chatId": "1", "authorId": "1", "dateSent": "1", "incoming": {}, "remoteDeletedMessage": {}}},
            {"stickerPack": {"packId": "x"}},
        ),
    )  # fmt: skip
    assert found.said == [("Me", "hi"), ("+491234", "ok"), ("Cy", "nice"), ("Ben X", "hello\nyou")]
    assert found.messages[0].time is not None
    assert found.messages[0].time.timestamp() == 1600000000
    assert found.report.left_out == {
        "quoted message": 1, "media message": 1, "system message": 1, "sticker": 1, "deleted message": 1,
    }  # fmt: skip
    assert not found.report.unreadable


def test_signal_exports_json_and_a_last_line_that_is_cut() -> None:
    found = tried(
        signal_json,
        lines(
            exported("Me", "hi  "),
            exported("Ana", "  ", attachments=[{"name": "a.jpg"}]),
            exported("Ana", "Missed video call  "),
            exported("Ana", "gone", deleted=True),
            exported("Ana", "yes  ", quote="> hi"),
        )
        + '{"date": "2020-01-15T1',
    )
    assert found.said == [("Me", "hi"), ("Ana", "yes")]
    assert found.times == ["2020-01-15 10:15:33.500000"] * 2
    assert found.report.left_out == {
        "media message": 1,
        "system message": 1,
        "deleted message": 1,
        "quoted message": 1,
    }
    assert [each.where for each in found.report.first_unreadable] == ["line 6"]


def test_sigtops_json_is_an_array() -> None:
    rows = [
        {
            "id": "a",
            "conversationId": "c",
            "type": "incoming",
            "sent_at": 1600000000000,
            "source": "+49",
            "body": "hi",
        },
        {"id": "b", "conversationId": "c", "type": "outgoing", "sent_at": 1600000001000, "body": "ho"},
        {"id": "c", "conversationId": "c", "type": "verified-change", "sent_at": 1600000002000},
    ]
    found = tried(signal_json, "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    assert found.said == [("+49", "hi"), ("Me", "ho")]
    assert found.report.left_out == {"system message": 1}


def test_lines_that_are_not_as_they_should_be_are_counted_never_raised() -> None:
    good = lines(exported("Me", "hi"))
    bad = [
        '{"chatItem": 5}',
        '{"chatItem": {"dateSent": "x"}}',
        "[1]",
        "7",
        "null",
        '{"sender": "x"}',
        '{"chatItem": {"dateSent": 1e30}}',
    ]
    found = tried(signal_json, good + "\n".join(bad) + "\n" + "[" * 100_000)
    assert found.said == [("Me", "hi")]
    assert found.report.unreadable == len(bad) + 1


def test_other_json_is_not_taken_for_it() -> None:
    for text in (
        '{"name": "x", "messages": []}',
        "[1, 2]",
        '{"participants": [], "messages": []}\n',
        "{}",
        "[",
    ):
        assert not fits(signal_json, text)


def test_a_chat_that_is_there_three_times_is_read_once() -> None:
    texts = {
        "Ana/data.json": lines(exported("Me", "hi")),
        "Ana/chat.md": "[2020-01-15 10:15:33] Me: hi  \n\n",
        "Ana/index.html": "<html>",
        "notes/chat.md": "# Of chats\n",
        "style.css": "",
    }
    files = {path: opened_bytes(path, text.encode()) for path, text in texts.items()}
    assert sorted(signal_folder.fits(files)) == [
        "Ana/chat.md",
        "Ana/data.json",
        "Ana/index.html",
    ]
    assert [message.text for message in signal_folder.read(files, Report())] == ["hi"]
