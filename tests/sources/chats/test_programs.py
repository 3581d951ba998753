"""The special features of each program's JSON export; `test_laws` covers the common rules."""

import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import chat_exports as made
import packed_documents as packed
from chat_exports import START, among, fits, lines, read
from foreword.sources.chats import discord, meta, slack, telegram
from foreword.sources.chats.slack import Workspace, unmarked
from foreword.sources.reading import documents
from foreword.sources.report import Report


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
MENTIONS = [{"id": "2", "name": "bo", "nickname": "Bo"}, {"id": "3", "name": "cy"}]
LINK: dict[str, Any] = {"share": {"link": "https://example.org"}}
CONTACTS = {
    "2": {"profileGivenName": "Ben", "profileFamilyName": "X"},
    "3": {"e164": "491234"},
    "4": {"systemGivenName": "Cy", "profileGivenName": "Cyrus"},
}
PEOPLE_OF_SIGNAL = [
    *({"version": "1", "backupTimeMs": "1700000000000"}, {"account": {"givenName": "Ana"}}),
    {"recipient": {"id": "1", "self": {}}},
    *({"recipient": {"id": number, "contact": contact}} for number, contact in CONTACTS.items()),
    *({"chat": {"id": "1", "recipientId": "2"}}, {"stickerPack": {"packId": "x"}}),
]
REPLY = {"directStoryReplyMessage": {"textReply": {"text": {"body": "nice"}}}}


def discord_says(text: str, **more: Any) -> str:
    return server(made.discord("Ana", text, START, **more))


def meta_says(text: str, who: str = "Ana", **more: Any) -> str:
    return facebook(made.messenger(who, text, START, **more))


def signal_says(author: str, text: str, **more: Any) -> str:
    """Signal's own export; `more` goes into the item and into its message."""
    message = {"standardMessage": {"text": {"body": text}, **more}}
    item = {"chatId": "1", "authorId": author, "dateSent": "1600000000000", "incoming": {}, **message, **more}
    return lines([*PEOPLE_OF_SIGNAL, {"chatItem": item}])


def exported(text: str, **more: Any) -> str:
    return lines([made.signal_export("Ana", text, START, **more)])


SAID_OK = '<part ct="text/plain" text="ok" />'


def mms_says(*inside: str, box: str = "1", people: str = "+49") -> str:
    head = f'<mms date="1705312800000"\n msg_box="{box}" address="{people}" contact_name ="Ana">'
    return made.in_smses([head, "<parts>", '<part ct="image/png" data="iVBORw0" />', *inside, "</mms>"])


SAYS: list[tuple[str, tuple[str, str] | str]] = [
    # Telegram
    (chat(told(1) | {"text": PARTS}), ("Ana", "see https://a.org 🔥")),
    (chat(told(1) | {"text": QUOTED}), ("Ana", "yes, sure")),
    (chat(told(1) | {"text": [{"type": "pre", "text": "x = 1"}, "\nrun it"]}), ("Ana", "run it")),
    *((chat(told(1) | {"text": text}), "message without text") for text in (None, " \n")),
    (chat(told(1) | {"from": None}), ("Deleted Account (user7)", "text 1")),
    *((json.dumps(news), ("News", "text 1")) for news in (NEWS, dict(reversed(NEWS.items())))),
    (chat(told(1), type="bot_chat"), "bot message"),
    (chat(made.telegram("Me", "text 2", at(2), from_id="user8"), type="bot_chat"), ("Me", "text 2")),
    # Discord
    (discord_says("first", author={"id": "2", "name": "bo"}), ("bo", "first")),
    (discord_says("> you said\nI did", attachments=[{"fileName": "image.png"}]), ("Ana", "I did")),
    (discord_says("https://example.org", embeds=[{"title": "An example"}]), ("Ana", "https://example.org")),
    (discord_says("", stickers=[{"name": "Wave"}]), "media message"),
    (discord_says(""), "message without text"),
    (discord_says("x", type="20", author={"name": "ana", "isBot": True}), "system message"),
    (discord_says("<@2> <@!3> <@4>: <:a:5> <a:b:6> 1 < 2", mentions=MENTIONS), ("Ana", "@Bo @cy : :a: :b: 1 < 2")),
    (discord_says("see\n```py\nx = 1\n```\nor ```y``` `z`"), ("Ana", "see\n\nor  `z`")),
    (discord_says("```\nx = 1\n```"), "code block"),
    (discord_says("see <#12> at <t:1715760000:R>, </play:5>", mentions=None), ("Ana", "see  at , ")),
    # Messenger
    (meta_says("café 👍 日本\n…", who="Zoë"), ("Zoë", "café 👍 日本\n…")),
    (meta_says("a", who=""), ("Facebook user", "a")),
    *((meta_says("", content=text), ("Ana", text)) for text in ("«CAFÉ» naïve", "日本 Ã©")),  # already correct
    (meta_says("", photos=[{"uri": "photo.jpg"}]), "media message"),
    (meta_says("", reactions=[{"reaction": "❤", "actor": "Bo"}]), "message without text"),
    (meta_says("Ana added Bo to the group.", type="Subscribe", users=[{"name": "Bo"}]), "system message"),
    (meta_says("Ana sent an attachment.", **LINK), "media message"),
    (meta_says("look: https://example.org", type="Share", **LINK), ("Ana", "look: https://example.org")),
    # Signal
    (signal_says("2", "hello\nyou", quote={"text": {"body": "old"}}), ("Ben X", "hello\nyou")),
    (signal_says("1", "hi", attachments=[{}], outgoing={}, revisions=[{}]), ("Me", "hi")),
    (signal_says("3", "ok"), ("+491234", "ok")),
    (signal_says("2", "hey \ufffc come"), ("Ben X", "hey  come")),
    (signal_says("4", "", standardMessage=None, **REPLY), ("Cy", "nice")),
    (exported("yes  ", quote="> hi"), ("Ana", "yes")),
    (exported("  ", attachments=[{"name": "a.jpg"}]), "media message"),
    (exported("", quote="> hi"), "empty message"),
    (made.in_rows([made.sigtop("+49", "hi", START)]), ("+49", "hi")),
    (made.in_rows([made.sigtop("+49", "ho", START, type="outgoing")]), ("Me", "ho")),
    # SMS Backup & Restore
    (made.in_smses([made.sms("Ana", "ha > 'b' \"c\"", START, type="2")]), ("Me", "ha > 'b' \"c\"")),
    (made.in_smses([made.sms("(Unknown)", "&#55357;", START, address="+49")]), ("+49", "&#55357;")),
    (made.in_smses([made.sms("Ana", "@@", START)]).replace("@@", "&#55357;&#56832; &#9829;"), ("Ana", "😀 ♥")),
    (mms_says('<part ct="text/plain" text="see" />', '<part ct="text/plain" text="you" />'), ("Ana", "see\nyou")),
    (mms_says(SAID_OK, box="2"), ("Me", "ok")),
    (mms_says(SAID_OK, '<addr address="+1" type="137" />', people="+1~+2"), ("+1", "ok")),
    (mms_says('<part ct="text/plain" text="null" />'), "media message"),
    (made.in_smses([made.sms("Ana", "@@", START, type="2")]).replace("@@", "a\nb"), ("Me", "a\nb")),
    (made.in_smses([made.sms("null", "null", START)]), "message without text"),
    (made.in_smses([made.sms("Ana", "\u200aRemoved \u200c👍\u200c from “\u200ahi”", START, type="2")]), "reaction"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "meaning"), SAYS, ids=range(len(SAYS)))
def test_a_message_is_read_or_left_out_by_kind(content: str, meaning: tuple[str, str] | str) -> None:
    found = read(content)
    assert found.said == ([] if isinstance(meaning, str) else [meaning])
    assert not isinstance(meaning, str) or found.report.left_out[meaning] == 1
    assert not found.report.unreadable


NOT_SENT = [
    made.sms("Ana", "no", START, type="10485780"),
    '<mms date="1705312800000" msg_box="2" address="+1">\n</\n<part ct="text/plain" text="no" />\n</mms>\n',
]
MARKED_OWN = [
    signal_says("2", "hi", outgoing={}),
    signal_says("1", "hi"),
    lines([made.signal_export("Me", "hi", START)]),
    made.in_rows([made.sigtop("+49", "hi", START, type="outgoing")]),
    made.in_smses([made.sms("Ana", "hi", START, type="2"), *[made.sms("Ana", "ho", START)] * 5, *NOT_SENT]),
]


@pytest.mark.parametrize("content", MARKED_OWN, ids=range(5))
def test_of_all_messages_by_me_only_marked_ones_belong_to_a_person_with_another_name(content: str) -> None:
    names = "Me: one\nMum: two\nMe: three and more\nMum: four and more\n"
    assert read({"a.json": content, "b.txt": names}, me="Mum").texts == ["two", "four and more", "hi"]


def test_the_files_of_a_messenger_conversation_are_read_in_order_of_time() -> None:
    three, two, one = (made.messenger("Ana", str(at_), at(at_)) for at_ in (3, 2, 1))
    found = read(
        {
            "inbox/bo_1/message_1.json": facebook(three),
            "inbox/bo_1/message_2.json": facebook(two, one),
            "inbox/cy_2/message_1.json": facebook(*[made.messenger("Ana", "0", START)] * 2),
            "e2e/Di_1.json": among()([made.encrypted("Di", "4", at(4))]),
            "photo.jpg": b"\xff\xd8\xff",
        }
    )
    assert (found.texts, found.report.left_out) == (list("01234"), {"repeated message": 1})


def test_a_signal_chat_in_three_formats_is_read_once() -> None:
    export = {"Ana/data.json": exported("hi"), "Ana/chat.md": "[2020-01-15 10:15:33] Me: hi  \n\n"}
    found = read({**export, "Ana/index.html": "<html>", "notes/chat.md": "# Of chats\n"})
    assert found.said == [(None, "Of chats"), ("Ana", "hi")]


def test_an_edited_telegram_message_has_its_last_text_and_first_time() -> None:
    found = read(chat(told(1, id=1), told(2), made.telegram("Ana", "edited", at(1), id=1)))
    assert (found.texts, found.messages[0].time) == (["edited", "text 2"], at(1))
    assert read(chat(OLD)).times == ["2019-05-01 22:10:05"]  # by the clock of this computer


def test_all_chats_of_a_telegram_account_are_read() -> None:
    them = [chat(told(20), told(30)), chat(told(10), told(40), type="saved_messages"), chat()]
    left = [chat(told(5), type="private_group"), chat(5)]
    account = {
        "contacts": {"about": "", "list": [{"user_id": 1, "date": "2020-01-01T00:00:00"}]},
        "chats": {"about": "", "list": [json.loads(each) for each in them]},
        "left_chats": {"about": "", "list": [json.loads(each) for each in left]},
    }
    found = read(json.dumps(account))
    assert found.texts == [f"text {number}" for number in (5, 10, 20, 30, 40)]
    assert found.places == ["entry 2.1"]


STUBS = {
    "media message": "Ana Silva sent an attachment.|You sent a photo.|Du hast einen Anhang gesendet."
    "|Ana Silva a envoyé une pièce jointe.|Failed to download media"
    "|Ana Silva sent a GIF from GIPHY.",
    "reaction": "Liked a message|Ana Silva liked a message|Reacted ❤️ to your message |Replied to their story"
    "|Ana Silva mentioned you in their story",
    "unsent message": "You unsent a message|Ana removed a message.",
    "call": "Video chat ended|You missed a call from Ana.|Missed a call with Ana Silva.|Ana started a video chat"
    "|Ana joined the video call.",
    "system message": "Ana named the group Us two.|You changed the group photo.|You are now connected on Messenger"
    "|You can now call each other and see when you've read messages.|This poll is no longer available."
    "|Bo wasn't notified about this message because they're in quiet mode.",
    None: "I sent an attachment to your address|Bo left the group|named the group after you|she called you"
    "|Liked a message, did you|call ended at nine|You know that I sent a photo. Look at it.|Ana|",
}


@pytest.mark.parametrize("kind", STUBS)
def test_automatic_sentences_of_meta_are_distinguished_from_typed_text(kind: str | None) -> None:
    kinds = {content: meta.kind_of_stub(content, "Ana Silva") for content in STUBS[kind].split("|")}
    assert kinds == dict.fromkeys(kinds, kind)


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
def test_all_days_of_a_slack_export_are_read_from_any_folder(below: str) -> None:
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


def test_slack_bots_and_files_are_left_out_and_unlisted_people_have_names() -> None:
    day = [
        typed(1, text="Build failed", subtype="bot_message", bot_id="B1"),
        *(typed(2, "U3"), typed(3, "USLACKBOT"), typed(4, text=" ", files=[{"name": "b.png"}])),
        typed(6, subtype="thread_broadcast"),
        typed(7, text="waves", subtype="me_message"),
        typed(8, text="&gt; you said\nI did", files=[{"name": "image.png"}]),
        typed(9, "U8", user_profile={"display_name": "Cy", "real_name": "Cy Long"}),
        *(typed(10, "U9"), typed(11, None, username="di")),
    ]
    found = read(workspace({"general/2024-01-15.json": day}))
    others = [("Cy", "text 9"), ("U9", "text 10"), ("di", "text 11")]
    assert found.said == [*(("Ana", text) for text in ("text 6", "waves", "I did")), *others]
    assert found.report.left_out == {"bot message": 3, "media message": 1, "quoted line": 1}


def test_a_cut_or_damaged_day_of_slack_does_not_affect_other_days(tmp_path: Path) -> None:
    """In a zip archive, damage shows only after the member is read to its end."""
    contents = workspace({"g/2024-01-15.json": [typed(1), typed(2)], "g/2024-01-16.json": [typed(3)]})
    contents["g/2024-01-15.json"] = contents["g/2024-01-15.json"][:-20]
    found = read(contents)
    assert (found.texts, found.report.unreadable) == (["text 1", "text 3"], 1)
    with zipfile.ZipFile(tmp_path / "it.zip", "w", zipfile.ZIP_STORED) as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    (tmp_path / "it.zip").write_bytes((tmp_path / "it.zip").read_bytes().replace(b"text 3", b"text 9"))
    report = Report()
    assert [each.text for each in documents(str(tmp_path / "it.zip"), report=report)] == ["text 1"]
    assert any("2024-01-16.json is damaged" in reason for reason in report.skipped)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U1> and <@U9|zed> and <@U9>", "@Ana and @zed and @U9"),
        ("<#C1> <#C1|> <#C9|old-name> <#C9>", "#general #general #old-name #C9"),
        ("<!here> <!channel|@channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@cooks> <!subteam^S1>", "@cooks @S1"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("<https://example.org|example.org> <http://a.b/c?d=e&amp;f>", "example.org http://a.b/c?d=e&f"),
        ("<mailto:a@example.org|a@example.org> <mailto:a@example.org>", "a@example.org a@example.org"),
        ("&amp;lt; &lt;b&gt; &quot; 1 &lt; 2", "&lt; <b> &quot; 1 < 2"),
        ("<>", ""),
    ],
)
def test_slack_markup_becomes_the_typed_text(text: str, shown: str) -> None:
    assert unmarked(text, Workspace(people={"U1": "Ana"}, channels={"C1": "general"})) == shown


@pytest.mark.parametrize(
    ("reader", "content", "known"),
    [
        (telegram, '{"name": null, "type": "private_supergroup", "id": 1, "messages": []}', True),
        (telegram, '{"about": "…", "personal_information": {}}', True),
        (telegram, '\ufeff{\n "messages": [{"id": 1, "from_id": 44, "text": ""}]}', True),
        (discord, '{"messages": [{"isPinned": false}]}', True),
        (discord, '{"messages": [{"content": "hi"}]}', False),
        *((meta, text, False) for text in ('{"messages": [{"from": "a"}]}', '{"sender_name": "a"}')),
        *((slack, text, False) for text in ("[1, 2]", '[{"ts": "1705315200.0"}]')),
    ],
)
def test_each_export_is_recognised_by_its_content(reader: ModuleType, content: str, known: bool) -> None:
    assert fits(reader, content) == known


WHATSAPP = "".join(f"15/01/20, 10:1{minute} - {who}: hi\n" for minute, who in enumerate(("Ana", "Ben")))
SENT: dict[str, str | bytes] = {
    "essay.txt": "Ben's essay",
    "Cy.vcf": "BEGIN:VCARD\nFN:Cy\n",
    "cy.zip": packed.zipped({"a": "b"}),
}
NO_DATA = ("c/no-data.txt", "d/no-data.txt", "archive_browser.html")
PACKED = {"WhatsApp Chat with Ben.txt": WHATSAPP}


def with_sent(files: dict[str, str], folder: str = "") -> dict[str, str | bytes]:
    """The files of an export, and those that were sent, in `folder`."""
    return {**files, **{f"{folder}{name}": content for name, content in SENT.items()}}


@pytest.mark.parametrize(
    ("export", "kept"),
    [
        ({"it.zip": packed.zipped(with_sent(PACKED))}, ["hi"]),
        ({"it.zip": packed.zipped(with_sent({"Ben/_chat.txt": WHATSAPP}, "Ben/"))}, ["hi"]),
        ({"it.zip": packed.zipped(with_sent({"محادثة واتساب مع Ben.txt": WHATSAPP}))}, ["hi"]),
        (with_sent({"WhatsApp Chat - Ben/_chat.txt": WHATSAPP}, "WhatsApp Chat - Ben/"), ["hi"]),
        (with_sent({"result.json": chat(told(1))}, "files/"), ["text 1"]),
        (with_sent({"a/result.json": chat(told(1))}, "a/chats/chat_01/files/"), ["text 1"]),
        (with_sent({"Ben/data.json": exported("hi")}, "Ben/media/"), ["hi"]),
        (with_sent({"c.json": discord_says("hi")}, "c.json_Files/"), ["hi"]),
        (with_sent({"b/message_1.json": meta_says("hi")}, "b/files/"), ["hi"]),
        (with_sent({"messages.html": "<html><body>", "it.txt": "hi"}, "files/"), ["hi"]),
        ({"b/message_1.json": meta_says("hi"), **dict.fromkeys(NO_DATA, "no data")}, ["hi"]),
    ],
)
def test_files_that_were_sent_in_a_chat_are_left_out_and_counted(export: Any, kept: list[str]) -> None:
    found = read(export, me="Ana")
    assert (found.texts, found.report.left_out["attachment"]) == (kept, len(SENT))
    assert not found.report.skipped


OWN = {"essay.txt": "my essay"}


@pytest.mark.parametrize(
    "own",
    [
        {**PACKED, **OWN},
        {"it.zip": packed.zipped({**PACKED, "WhatsApp Chat with Cy.txt": WHATSAPP, **OWN})},
        {"result.json": chat(told(1)), "essays/files/essay.txt": "my essay"},
        {
            "it.zip": packed.zipped({"a.json": '{"a": 1}', "files/it.txt": "my essay", "more.txt": "and"}),
            **PACKED,
        },
    ],
)
def test_a_persons_own_texts_beside_exports_are_read(own: dict[str, str | bytes]) -> None:
    found = read(own, me="Ana")
    assert found.texts[0] == "my essay"
    assert not found.report.left_out["attachment"]


def test_the_package_of_a_persons_data_at_discord_has_their_own_messages() -> None:
    them = [
        {"ID": at_, "Timestamp": f"2024-01-15 10:0{at_}:00{zone}", "Contents": f"text {at_}"}
        for at_, zone in ((2, "+00:00"), (1, ""))
    ]
    rest = {"ID": 3, "Timestamp": "2024-01-15 10:03:00", "Contents": "", "Attachments": "https://a.org/a.png"}
    package = {"README.txt": "Welcome", "messages/index.json": '{"1": "Ben"}'}
    found = read({**package, "messages/c1/messages.json": json.dumps([rest, *them])}, me="Ana")
    assert [(each.author, each.text, each.time) for each in found.messages] == [
        (None, f"text {at_}", at(at_)) for at_ in (1, 2)
    ]
    assert found.report.formats["Discord"] == found.report.left_out["attachment"] == 1
    assert found.report.left_out["media message"] == 1
