"""Signal: what three programs and Signal itself make of its chats as JSON."""

import json
from typing import Any

import pytest

from chat_exports import fits, read
from foreword.sources.chats import signal


def lines(*objects: Any) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def item(author: str, milliseconds: object, **more: Any) -> dict[str, Any]:
    return {"chatItem": {"chatId": "1", "authorId": author, "dateSent": milliseconds, "incoming": {}, **more}}


def standard(text: str, **more: Any) -> dict[str, Any]:
    return {"standardMessage": {"text": {"body": text}, **more}}


def exported(sender: str, body: str, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"quote": "", "sticker": None, "reactions": [], "attachments": []}
    return {"date": "2020-01-15T10:15:33.5", "sender": sender, "body": body} | plain | more


def test_signals_own_export_names_people_by_number() -> None:
    people: dict[str, Any] = {
        "2": {"profileGivenName": "Ben", "profileFamilyName": "X"},
        "3": {"e164": "491234"},
        "4": {"nickname": {"given": "Cy"}, "profileGivenName": "Cyrus"},
    }
    mine = {**standard("hi", attachments=[{}]), "revisions": [standard("ho")], "outgoing": {}}
    found = read(
        lines(
            {"version": "1", "backupTimeMs": "1700000000000"},
            {"account": {"givenName": "Ana"}},
            {"recipient": {"id": "1", "self": {}}},
            *({"recipient": {"id": number, "contact": contact}} for number, contact in people.items()),
            {"chat": {"id": "1", "recipientId": "2"}},
            item("2", "1600000003000", **standard("hello\nyou", quote={"text": {"body": "old"}})),
            item("1", "1600000000000", **mine),
            item("3", 1600000001000, **standard("ok")),
            item("4", "1600000002000", directStoryReplyMessage={"textReply": {"text": {"body": "nice"}}}),
            {"stickerPack": {"packId": "x"}},
        )
    )
    assert found.said == [("Me", "hi"), ("+491234", "ok"), ("Cy", "nice"), ("Ben X", "hello\nyou")]
    assert found.report.left_out == {"quoted message": 1, "media message": 1}
    assert not found.report.unreadable


def test_what_is_beside_the_text_is_counted_and_the_text_is_read() -> None:
    objects = lines(
        exported("Me", "hi  "),
        exported("Ana", "  ", attachments=[{"name": "a.jpg"}]),
        exported("Ana", "yes  ", quote="> hi"),
        exported("Ana", "", quote="> hi"),
    )
    found = read(objects + '{"date": "2020-01-15T1')
    assert found.said == [("Me", "hi"), ("Ana", "yes")]
    assert found.times == ["2020-01-15 10:15:33.500000"] * 2
    assert found.report.left_out == {"media message": 1, "quoted message": 2, "empty message": 1}
    assert found.places == ["line 5"]


def test_in_sigtops_json_the_owner_is_who_sent() -> None:
    row = {"conversationId": "c", "sent_at": 1600000000000, "source": "+49", "body": "hi"}
    rows = [{**row, "type": "incoming"}, {**row, "type": "outgoing", "body": "ho"}]
    content = "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n"
    assert read(content).said == [("+49", "hi"), ("Me", "ho")]


@pytest.mark.parametrize(
    "line",
    [
        *('{"chatItem": 5}', '{"chatItem": {"dateSent": "x"}}', "[1]", "7", "null", '{"sender": "x"}', '"x"'),
        *('{"chatItem": {"dateSent": 1e30}}', "[" * 100_000, "no JSON"),
    ],
)
def test_a_line_that_is_not_as_it_should_be_is_counted_never_raised(line: str) -> None:
    found = read(lines(exported("Me", "hi"), exported("Ana", "ho")) + line + "\n")
    assert (found.said, found.places) == ([("Me", "hi"), ("Ana", "ho")], ["line 3"])


@pytest.mark.parametrize(
    "text", ['{"name": "x", "messages": []}', "[1, 2]", '{"participants": []}\n', "{}", "["]
)
def test_other_json_is_not_taken_for_it(text: str) -> None:
    assert not fits(signal, text)


def test_a_chat_that_is_there_three_times_is_read_once() -> None:
    again = {"Ana/chat.md": "[2020-01-15 10:15:33] Me: hi  \n\n", "Ana/index.html": "<html>"}
    found = read({"Ana/data.json": lines(exported("Me", "hi")), **again, "notes/chat.md": "# Of chats\n"})
    assert found.said == [(None, "Of chats"), ("Me", "hi")]
