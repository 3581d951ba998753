"""Signal: what three programs and Signal itself make of its chats, as text and as JSON."""

import json
import time
from typing import Any

import pytest

from chat_readings import fits, tried
from foreword.text.readers import signal, signal_folder, signal_json
from foreword.text.readers.opened import opened_bytes
from foreword.text.readers.report import Report

MARKDOWN = """\
[2020-01-15 10:15:33] Me: good morning  

[2020-01-15 10:16:33] Ana: 

> good morning
> you

hi

there  
(- Me: 👍, Ana: 😀 -)

[2020-01-15 10:17:33] Ana:   ![a.jpg](./media/a.jpg)  

[2020-01-15 10:18:33] Ana: look [here](https://example.org)  [b.pdf](./media/b.pdf)  

[2020-01-15 10:19:33] Ana: (This message was deleted)

[2020-01-15 10:20:33] Me: Outgoing voice call (accepted, 2m 3s)  

[2020-01-15 10:20:34] Me:   
(( 😀 ))

"""  # noqa: W291  # two spaces break a line in Markdown

BACKUP = """\
[Jan 15, 2020 10:15:33] *** Ana created the group
[Jan 15, 2020 10:15:34] <Ana B> good morning
all (Ben: 👍; Ana B: ❤️)
[Dec 15, 2020 10:15:35] *** <Ben> sent file "a.jpg"
[Dec 15, 2020 10:15:36] <Ben> Poll: where?
                                     [1] here
                                     [0] there
[Dec 15, 2020 10:15:37] <Ben> ok (see: you)
"""

BLOCKS = """\
Conversation: Ana (+491234)

From: Ana (+491234)
Type: incoming
Sent: Wed, 15 Jan 2020 10:15:33 +0000
Received: Wed, 15 Jan 2020 10:15:34 +0000
Reaction: 👍 from You

hello

From: there, he said

From: You
Type: outgoing
Sent: Wed, 15 Jan 2020 10:16:33 +0000
Attachment: a.jpg (image/jpeg, 3 bytes)

> From: Ana (+491234)
> Sent: Wed, 15 Jan 2020 10:15:33 +0000
>
> hello

yes

From: You
Type: outgoing
Sent: Wed, 15 Jan 2020 10:17:33 +0000
Edited: 2 versions

| Version: 2
| Sent: Wed, 15 Jan 2020 10:18:33 +0000
|
| new text
|
| Version: 1
| Sent: Wed, 15 Jan 2020 10:17:33 +0000
|
| old text

Type: call-history
Sent: Wed, 15 Jan 2020 10:19:33 +0000

"""

SHORT = """\
2020-01-15 10:15 Ana: hello
2020-01-15 10:16 You: [reply to Ana on 2020-01-15 10:15, edited, 1 attachment] hi
more
2020-01-15 10:17 Ana: [call-history message]
2020-01-15 10:18 You: [1 attachment]
2020-01-15 10:19 You: [sic] ok
"""


def lines(*objects: Any) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def exported(sender: str, body: str, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"quote": "", "sticker": None, "reactions": [], "attachments": []}
    return {"date": "2020-01-15T10:15:33.5", "sender": sender, "body": body} | plain | more


def test_signal_exports_markdown() -> None:
    found = tried(signal, MARKDOWN)
    assert found.said == [
        ("Me", "good morning"),
        ("Ana", "hi\n\nthere"),
        ("Ana", "look [here](https://example.org)"),
    ]
    assert found.times == ["2020-01-15 10:15:33", "2020-01-15 10:16:33", "2020-01-15 10:18:33"]
    assert found.report.left_out == {
        "quoted line": 2, "reaction": 1, "media message": 2, "deleted message": 1, "system message": 1, "sticker": 1,
    }  # fmt: skip


def test_its_older_lines_have_no_seconds() -> None:
    found = tried(
        signal, "[2019-12-24, 12:23] Jane Doe: Hello John!\n[2020-01-17, 21:49] John Doe: Hello\nJane!\n"
    )
    assert found.said == [("Jane Doe", "Hello John!"), ("John Doe", "Hello\nJane!")]
    assert found.times == ["2019-12-24 12:23:00", "2020-01-17 21:49:00"]


def test_an_iphones_whatsapp_is_not_taken_for_it() -> None:
    assert not fits(signal, "[2020-01-15 10:15:33] Ana: good morning\n[2020-01-15 10:15:34] Ben: and you\n")
    assert not fits(signal, "2020-01-15 10:15 Ana: hello\n2020-01-15 10:16 Ben: hi\n")
    assert not fits(signal, "Some prose: nothing else.\n")


def test_signalbackup_tools_text() -> None:
    found = tried(signal, BACKUP)
    assert found.said == [("Ana B", "good morning\nall"), ("Ben", "ok (see: you)")]
    assert found.times == ["2020-01-15 10:15:34", "2020-12-15 10:15:37"]
    assert found.report.left_out == {"system message": 1, "reaction": 1, "media message": 1, "poll": 1}


def test_sigtops_blocks() -> None:
    found = tried(signal, BLOCKS)
    assert found.said == [("Ana", "hello\n\nFrom: there, he said"), ("You", "yes"), ("You", "new text")]
    assert [message.time and message.time.timestamp() for message in found.messages] == [
        1579083333 + 60 * n for n in range(3)
    ]
    assert found.report.left_out == {"quoted line": 4, "media message": 1, "system message": 1}


def test_sigtops_short_lines() -> None:
    found = tried(signal, SHORT)
    assert found.said == [("Ana", "hello"), ("You", "hi\nmore"), ("You", "[sic] ok")]
    assert found.report.left_out == {"system message": 1, "media message": 1}


def test_a_text_cut_at_its_beginning_and_one_with_an_impossible_day() -> None:
    found = tried(signal, "est of it  \n\n[2020-13-45 10:15:33] Ana: no  \n\n" + MARKDOWN)
    assert found.said[0] == ("Me", "good morning")
    assert [each.where for each in found.report.first_unreadable] == ["line 1", "line 3"]


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
        "Ben/chat.md": "[2019-01-15 10:15:33] Me: ho  \n\n",
        "notes/chat.md": "# Of chats\n",
        "style.css": "",
    }
    files = {path: opened_bytes(path, text.encode()) for path, text in texts.items()}
    assert sorted(signal_folder.fits(files)) == [
        "Ana/chat.md",
        "Ana/data.json",
        "Ana/index.html",
        "Ben/chat.md",
    ]
    assert [message.text for message in signal_folder.read(files, Report())] == ["ho", "hi"]


@pytest.mark.parametrize(
    "odd",
    [
        "[",
        "[edited, ",
        "[reply to a on 2020-01-15 10:15, ",
        "\n(- ",
        "\n> ",
        " (a: b",
        " (a: 👍; ",
        "![a](./media/",
    ],
)
def test_odd_messages_take_no_longer_than_others(odd: str) -> None:
    begin = time.process_time()
    tried(signal, f"[2020-01-15 10:15:33] Me: a{odd * 20_000}  \n")
    tried(signal, f"2020-01-15 10:15 You: {odd * 20_000}\n")
    tried(signal, f"[Jan 15, 2020 10:15:34] <Ana> {odd * 20_000}\n")
    assert time.process_time() - begin < 5
