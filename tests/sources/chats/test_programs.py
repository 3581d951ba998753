"""What is special in the exports of each program that writes JSON; what they share is in `test_laws`."""

import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import chat_exports as made
from chat_exports import START, among, fits, lines, read
from foreword.sources.chats import discord, meta, signal, slack, telegram
from foreword.sources.chats.slack import Workspace, unmarked
from foreword.sources.detect import read_source
from foreword.sources.report import Report

Said = list[tuple[str | None, str]]


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def told(number: int, **more: Any) -> dict[str, Any]:
    return made.telegram("Ana", f"text {number}", at(number), from_id="user7", **more)


def chat(*messages: object, **head: object) -> str:
    return among(**{"name": "Ana", "type": "personal_chat", "id": 7, **head})([*messages])


def server(*messages: object) -> str:
    return among(guild={"id": "5"}, channel={"id": "6"})([*messages])


def facebook(*messages: object) -> str:
    return json.dumps({"participants": [{"name": "Ana"}], "messages": messages})


PARTS = ["see ", {"type": "link", "text": "https://a.org"}, " ", {"type": "custom_emoji", "text": "🔥"}]
QUOTED = [{"type": "blockquote", "text": "are you\nthere?"}, "\nyes, ", {"type": "bold", "text": "sure"}]
OLD = {"id": 1, "type": "message", "date": "2019-05-01T22:10:05", "from": "Ana", "from_id": 4, "text": "old"}
POST = {key: value for key, value in told(1).items() if "from" not in key}
NEWS = json.loads(chat(POST, name="News", type="public_channel"))
BOT = made.telegram("Me", "text 2", at(2), from_id="user8")
MENTIONS = [{"id": "2", "name": "bo", "nickname": "Bo"}, {"id": "3", "name": "cy"}]
LINK = {"share": {"link": "https://example.org"}}
CONTACTS = {
    "2": {"profileGivenName": "Ben", "profileFamilyName": "X"},
    "3": {"e164": "491234"},
    "4": {"nickname": {"given": "Cy"}, "profileGivenName": "Cyrus"},
}


REPLY = {"directStoryReplyMessage": {"textReply": {"text": {"body": "nice"}}}}


def item(author: str, milliseconds: object, text: str, **more: Any) -> dict[str, Any]:
    """An item of Signal's own export, with `more` of its message."""
    message = {"standardMessage": {"text": {"body": text}, **more}}
    return {
        "chatItem": {"chatId": "1", "authorId": author, "dateSent": milliseconds, "incoming": {}, **message}
    }


CASES: dict[str, tuple[Any, Said, dict[str, int]]] = {
    "Telegram, a text in parts": (
        chat(
            told(1) | {"text": PARTS},
            told(2) | {"text": QUOTED},
            told(3) | {"text": None},
            told(4) | {"text": " \n"},
        ),
        [("Ana", "see https://a.org 🔥"), ("Ana", "yes, sure")],
        {"quoted line": 2, "message without text": 2},
    ),
    "Telegram, deleted accounts": (
        chat(told(1) | {"from": None}, told(2) | {"from": None, "from_id": "user9"}),
        [("Deleted Account (user7)", "text 1"), ("Deleted Account (user9)", "text 2")],
        {},
    ),
    "Telegram, posts of a channel": (json.dumps(NEWS), [("News", "text 1")], {}),
    "Telegram, its name last": (json.dumps(dict(reversed(NEWS.items()))), [("News", "text 1")], {}),
    "Telegram, a chat with a bot": (
        chat(told(1), BOT, type="bot_chat"),
        [("Me", "text 2")],
        {"bot message": 1},
    ),
    "Discord, nicknames and offsets of times": (
        server(
            made.discord("Ana", "later", at(1)),
            made.discord(
                "Bo", "first", START, timestamp="2024-01-15T10:00:00+02:00", author={"id": "2", "name": "bo"}
            ),
        ),
        [("bo", "first"), ("Ana", "later")],
        {},
    ),
    "Discord, beside the text": (
        server(
            made.discord("Ana", "> you said\nI did", at(1), attachments=[{"fileName": "image.png"}]),
            made.discord("Ana", "https://example.org", at(2), embeds=[{"title": "An example"}]),
            made.discord("Ana", "", at(3), stickers=[{"name": "Wave"}]),
            made.discord("Ana", "", at(4)),
            made.discord("Ana", "x", at(5), type="20", author={"name": "ana", "isBot": True}),
            made.discord(
                "Ana", "<@2> and <@!3> and <@4>: <:wave:5> <a:party:6> 1 < 2", at(6), mentions=MENTIONS
            ),
            made.discord("Ana", "<@2>", at(7), mentions=None),
        ),
        [
            *(("Ana", "I did"), ("Ana", "https://example.org")),
            *(("Ana", "@Bo and @cy and <@4>: :wave: :party: 1 < 2"), ("Ana", "<@2>")),
        ],
        dict.fromkeys(("quoted line", "media message", "message without text", "system message"), 1),
    ),
    "Messenger, letters that were meant": (
        facebook(
            made.messenger("Ana", "café 👍 日本\n…", at(3)),
            made.messenger("Zoë", "b", at(2)),
            made.messenger("", "a", START),
        ),
        [("Facebook user", "a"), ("Zoë", "b"), ("Ana", "café 👍 日本\n…")],
        {},
    ),
    "Messenger, letters that are right already": (
        facebook(*(made.messenger("Ana", "", START, content=text) for text in ("«CAFÉ» naïve", "日本 Ã©"))),
        [("Ana", "«CAFÉ» naïve"), ("Ana", "日本 Ã©")],
        {},
    ),
    "Messenger, beside the text": (
        facebook(
            made.messenger("Ana", "", at(1), photos=[{"uri": "photo.jpg"}]),
            made.messenger("Ana", "", at(2), reactions=[{"reaction": "❤", "actor": "Bo"}]),
            made.messenger(
                "Ana", "Ana added Bo to the group.", at(3), type="Subscribe", users=[{"name": "Bo"}]
            ),
            made.messenger("Ana", "Ana sent an attachment.", at(4), **LINK),
            made.messenger("Ana", "look: https://example.org", at(5), type="Share", **LINK),
        ),
        [("Ana", "look: https://example.org")],
        {"media message": 2, "message without text": 1, "system message": 1},
    ),
    "Messenger, the files of a conversation are one": (
        {
            "inbox/bo_1/message_1.json": facebook(
                made.messenger("Ana", "4", at(50)), made.messenger("Ana", "3", at(40))
            ),
            "inbox/bo_1/message_2.json": facebook(
                *[made.messenger("Ana", "2", at(9)), made.messenger("Ana", "1", at(9))]
            ),
            "inbox/cy_2/message_1.json": facebook(*[made.messenger("Ana", "0", at(5))] * 2),
            "e2e/Di_1.json": among()([made.encrypted("Di", "a", at(1))]),
            "e2e/Di_2.json": among()([made.encrypted("Di", "b", at(2))]),
            "photo.jpg": b"\xff\xd8\xff",
        },
        [("Di", "a"), ("Di", "b"), *(("Ana", each) for each in "01234")],
        {"repeated message": 1},
    ),
    "Signal, people by number": (
        lines(
            [
                {"version": "1", "backupTimeMs": "1700000000000"},
                {"account": {"givenName": "Ana"}},
                {"recipient": {"id": "1", "self": {}}},
                *({"recipient": {"id": number, "contact": contact}} for number, contact in CONTACTS.items()),
                {"chat": {"id": "1", "recipientId": "2"}},
                item("2", "1600000003000", "hello\nyou", quote={"text": {"body": "old"}}),
                item("1", "1600000000000", "hi", attachments=[{}]) | {"revisions": [{}], "outgoing": {}},
                item("3", 1600000001000, "ok"),
                {"chatItem": {"authorId": "4", "dateSent": "1600000002000", "incoming": {}, **REPLY}},
                {"stickerPack": {"packId": "x"}},
            ]
        ),
        [("Me", "hi"), ("+491234", "ok"), ("Cy", "nice"), ("Ben X", "hello\nyou")],
        {"quoted message": 1, "media message": 1},
    ),
    "Signal, signal-export": (
        lines(
            [
                made.signal_export("Me", "hi  ", at(1)),
                made.signal_export("Ana", "  ", at(2), attachments=[{"name": "a.jpg"}]),
                made.signal_export("Ana", "yes  ", at(3), quote="> hi"),
                made.signal_export("Ana", "", at(4), quote="> hi"),
            ]
        ),
        [("Me", "hi"), ("Ana", "yes")],
        {"media message": 1, "quoted message": 2, "empty message": 1},
    ),
    "Signal, the owner is who sent by sigtop": (
        made.in_rows([made.sigtop("+49", "hi", at(1)), made.sigtop("+49", "ho", at(2), type="outgoing")]),
        [("+49", "hi"), ("Me", "ho")],
        {},
    ),
    "Signal, a chat that is there three times": (
        {
            "Ana/data.json": lines([made.signal_export("Me", "hi", START)]),
            "Ana/chat.md": "[2020-01-15 10:15:33] Me: hi  \n\n",
            "Ana/index.html": "<html>",
            "notes/chat.md": "# Of chats\n",
        },
        [(None, "Of chats"), ("Me", "hi")],
        {},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_said_what_and_what_is_left_out(case: str) -> None:
    content, said, left_out = CASES[case]
    found = read(content)
    assert (found.said, found.report.left_out, found.report.unreadable) == (said, left_out, 0)


def test_an_edited_message_of_telegram_is_read_as_it_was_last_at_its_first_time() -> None:
    found = read(chat(told(1, id=1), told(2), made.telegram("Ana", "edited", at(1), id=1)))
    assert (found.texts, found.messages[0].time) == (["edited", "text 2"], at(1))
    assert read(chat(OLD)).times == ["2019-05-01 22:10:05"]  # by the clock of this computer


@pytest.mark.parametrize("messages", [{}, 5, None, "none"])
def test_messages_of_telegram_of_the_wrong_shape_are_no_error(messages: object) -> None:
    assert read(json.dumps({**NEWS, "messages": messages})).messages == []


def test_all_chats_of_an_account_are_read() -> None:
    them = [chat(told(20), told(30)), chat(told(10), told(40), type="saved_messages"), chat()]
    left = [chat(told(5), type="private_group"), chat(5)]
    account = {
        "contacts": {"about": "", "list": [{"user_id": 1, "date": "2020-01-01T00:00:00"}]},
        "chats": {"about": "", "list": [json.loads(each) for each in them]},
        "left_chats": {"about": "", "list": [json.loads(each) for each in left]},
    }
    found = read(json.dumps(account))
    assert found.texts == [f"text {number}" for number in (5, 10, 20, 30, 40)]
    assert found.places == ["chat 2, message 1"]


STUBS = {
    "media message": "Ana Silva sent an attachment.|You sent a photo.|Ana sent a voice message."
    "|Ana Silva hat einen Anhang gesendet.|Du hast einen Anhang gesendet.|Ana Silva a envoyé une pièce jointe."
    "|Ana Silva envió un archivo adjunto.|Ana Silva ha inviato un allegato.|Ana Silva enviou um anexo."
    "|Failed to download media",
    "reaction": "Liked a message|Ana Silva liked a message|Reacted ❤️ to your message "
    "|Ana Silva reacted 👍🏽 to your message",
    "unsent message": "You unsent a message",
    "call": "Video chat ended|You missed a call from Ana.|Missed a call with Ana Silva.|Ana started a video chat",
    "system message": "Ana named the group Us two.|Ana set your nickname to A.|You changed the group photo."
    "|You are now connected on Messenger",
    None: "I sent an attachment to your address|Bo left the group|named the group after you|she called you"
    "|Liked a message, did you|call ended at nine|You know that I sent a photo. Look at it.|Ana|",
}


@pytest.mark.parametrize("kind", STUBS)
def test_metas_sentences_are_told_from_what_people_write(kind: str | None) -> None:
    kinds = {content: meta.kind_of_stub(content, "Ana Silva") for content in STUBS[kind].split("|")}
    assert kinds == dict.fromkeys(kinds, kind)


LINE = (
    "[1]|7|null|no JSON|"
    '{"chatItem": 5}|{"chatItem": {"dateSent": "x"}}|{"sender": "x"}|{"chatItem": {"dateSent": 1e30}}'
)


@pytest.mark.parametrize("line", [*LINE.split("|"), "[" * 100_000])
def test_a_line_of_signal_that_is_not_as_it_should_be_is_counted_never_raised(line: str) -> None:
    found = read(
        lines([made.signal_export("Me", "hi", at(1)), made.signal_export("Ana", "ho", at(2))]) + line + "\n"
    )
    assert (found.said, found.places) == ([("Me", "hi"), ("Ana", "ho")], ["line 3"])


PEOPLE = [
    {"id": "U1", "name": "ana", "profile": {"display_name": "Ana", "real_name": "Ana Silva"}},
    {"id": "U2", "name": "bo", "profile": {"display_name": "", "real_name": "Bo Berg"}},
    {"id": "U3", "name": "helper", "is_bot": True, "profile": {}},
]
LISTS = {"users.json": PEOPLE, "channels.json": [{"id": "C1", "name": "general"}], "dms.json": [{"id": "D1"}]}


def typed(number: int, who: str | None = "U1", text: str = "", **more: Any) -> dict[str, Any]:
    return made.slack("", "", at(number)) | {"user": who, "text": text or f"text {number}"} | more


def workspace(days: dict[str, list[dict[str, Any]]], below: str = "") -> dict[str, str | bytes]:
    return {f"{below}{path}": json.dumps(content) for path, content in {**LISTS, **days}.items()}


@pytest.mark.parametrize("below", ["", "Home export/", "a/b/"])
def test_all_days_of_slack_are_read_wherever_the_export_lies(below: str) -> None:
    days: dict[str, list[dict[str, Any]]] = {
        "general/2024-01-16.json": [typed(50), typed(40, "U2")],
        "general/2024-01-15.json": [typed(10), typed(20, thread_ts="1705315210.000010")],
        "D1/2024-01-15.json": [typed(5), typed(60)],
        "general/2024-01-17.json": [],
    }
    found = read({**workspace(days, below), "notes.txt": "a note"})
    people = {5: "Ana", 10: "Ana", 20: "Ana", 40: "Bo Berg", 50: "Ana", 60: "Ana"}
    assert found.said == [(None, "a note"), *((who, f"text {number}") for number, who in people.items())]
    assert (found.report.formats, found.report.left_out) == ({"Slack": 1, "text": 1}, {})


def test_slacks_bots_and_uploads_are_left_out_and_people_who_are_not_listed_have_names() -> None:
    upload: dict[str, Any] = {"subtype": "file_share", "file": {"name": "b.png"}}
    shared = "<@U1|ana> uploaded a file: <https://a/b|b.png>"
    day = [
        typed(1, text="Build failed", subtype="bot_message", bot_id="B1"),
        *(typed(2, "U3"), typed(3, "USLACKBOT"), typed(4, text=shared, **upload)),
        typed(5, text=f"{shared} and commented: look", **upload),
        typed(6, subtype="thread_broadcast"),
        typed(7, text="waves", subtype="me_message"),
        typed(8, text="&gt; you said\nI did", files=[{"name": "image.png"}]),
        typed(9, "U8", user_profile={"display_name": "Cy", "real_name": "Cy Long"}),
        *(typed(10, "U9"), typed(11, None, username="di")),
    ]
    found = read(workspace({"general/2024-01-15.json": day}))
    others = [("Cy", "text 9"), ("U9", "text 10"), ("di", "text 11")]
    assert found.said == [*(("Ana", text) for text in ("look", "text 6", "waves", "I did")), *others]
    assert found.report.left_out == {"bot message": 3, "media message": 1, "quoted line": 1}


@pytest.mark.parametrize(
    "people", ['{"a": 1}', "[1, null, {}]", "[", '[{"id": 5, "profile": 7}]', '[{"id": [], "is_bot": 1}]']
)
def test_a_list_of_people_of_the_wrong_shape_is_no_error(people: str) -> None:
    assert read({**workspace({"g/2024-01-15.json": [typed(1)]}), "users.json": people}).said == [
        ("U1", "text 1")
    ]


def test_of_a_day_that_is_cut_or_damaged_the_other_days_are_read(tmp_path: Path) -> None:
    """In a zip archive, damage shows only where the member is read to its end."""
    contents = workspace({"g/2024-01-15.json": [typed(1), typed(2)], "g/2024-01-16.json": [typed(3)]})
    contents["g/2024-01-15.json"] = contents["g/2024-01-15.json"][:-20]
    found = read(contents)
    assert (found.texts, found.report.unreadable) == (["text 1", "text 3"], 1)
    with zipfile.ZipFile(tmp_path / "it.zip", "w", zipfile.ZIP_STORED) as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    (tmp_path / "it.zip").write_bytes((tmp_path / "it.zip").read_bytes().replace(b"text 3", b"text 9"))
    report = Report()
    assert [each.text for each in read_source(str(tmp_path / "it.zip"), report=report)] == ["text 1"]
    assert any("2024-01-16.json is damaged" in note for note in report.notes)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U1> and <@U9|zed> and <@U9>", "@Ana and @zed and @U9"),
        ("<#C1> <#C1|> <#C9|old-name>", "#general #general #old-name"),
        ("<!here> <!channel|@channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@cooks> <!subteam^S1>", "@cooks @S1"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("<https://example.org|example.org> <http://a.b/c?d=e&amp;f>", "example.org http://a.b/c?d=e&f"),
        ("<mailto:a@example.org|a@example.org> <mailto:a@example.org>", "a@example.org a@example.org"),
        ("&amp;lt; &lt;b&gt; &quot; 1 &lt; 2", "&lt; <b> &quot; 1 < 2"),
        ("<>", ""),
    ],
)
def test_a_text_of_slack_reads_as_it_was_typed(text: str, shown: str) -> None:
    assert unmarked(text, Workspace(people={"U1": "Ana"}, channels={"C1": "general"})) == shown


BARE = {"timestamp": "2024-01-15T10:30:00+00:00", "content": "hi", "author": {"name": "ana"}}


@pytest.mark.parametrize(
    ("reader", "content", "known"),
    [
        (telegram, '{"name": null, "type": "private_supergroup", "id": 1, "messages": []}', True),
        (telegram, '{"about": "…", "personal_information": {}}', True),
        (telegram, '\ufeff{\n "messages": [{"id": 1, "from_id": 44, "text": ""}]}', True),
        *((telegram, text, False) for text in ('{"messages": [{"sender_name": "a"}]}', '{"type": "message"}')),
        *((discord, text, True) for text in (server(), among()([BARE]), among()([made.discord("a", "b", START)]))),
        *((discord, text, False) for text in (among()([{**BARE, "author": "ana"}]), "Guild: none")),
        *((discord, text, False) for text in (among()([{"sender_name": "a"}]), '{"guild": {}}')),
        *((meta, text, False) for text in ('{"messages": [{"from": "a"}]}', '{"sender_name": "a"}')),
        *((slack, text, False) for text in ("[1, 2]", '[{"ts": "1705315200.0"}]')),
        *((signal, text, False) for text in ('{"name": "x", "messages": []}', "[1, 2]", '{"participants": []}', "{}")),
    ],
)  # fmt: skip
def test_exports_are_known_by_what_is_in_them(reader: ModuleType, content: str, known: bool) -> None:
    assert fits(reader, content) == known
