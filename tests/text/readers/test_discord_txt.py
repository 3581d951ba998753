"""Exports of DiscordChatExporter in plain text."""

import pytest

from foreword.text.readers.discord import fits, read
from readings import local, opened, reading, said, texts

RULE = "=" * 62
HEAD = f"{RULE}\nGuild: Home\nChannel: Text / general\nTopic: a [topic]\n{RULE}\n\n"
FOOT = f"{RULE}\nExported 2 message(s)\n{RULE}\n"


def message(date: str, author: str, content: str = "", more: str = "") -> str:
    return f"[{date}] {author}\n{content}\n\n{more}\n"


def test_messages_have_text_author_and_time() -> None:
    content = (
        HEAD
        + message("1/15/2024 10:30\u202fAM", "Ana", "first\n\nthird [2] line")
        + message("1/15/2024 3:31 PM", "bo (pinned)", "ja 👍")
        + FOOT
    )
    assert fits(opened(content))
    for ends in ("\n", "\r\n"):
        documents, report = reading(read, content.replace("\n", ends))
        assert said(documents) == [("Ana", "first\n\nthird [2] line"), ("bo", "ja 👍")]
        assert [document.time for document in documents] == [
            local(2024, 1, 15, 10, 30),
            local(2024, 1, 15, 15, 31),
        ]
        assert (report.unreadable, report.notes) == (0, [])


def test_what_stands_below_headings_is_no_text() -> None:
    attached = "{Attachments}\nhttps://cdn.example/image.png\n\n"
    embedded = "{Embed}\nA title\nWords of others\n\n{Reactions}\n👍 (2) ❤️\n"
    documents, report = reading(
        read,
        HEAD
        + message("15.01.2024 10:30", "Ana", "look", attached)
        + message("15.01.2024 10:31", "Ana", "", attached)
        + message("15.01.2024 10:32", "Ana", "https://example.org", embedded)
        + message("15.01.2024 10:33", "Ana", "Joined the server.")
        + message("15.01.2024 10:34", "Ana", "> you?\nme")
        + FOOT,
    )
    assert texts(documents) == ["look", "https://example.org", "me"]
    assert report.left_out == {"media message": 1, "system message": 1, "quoted line": 1}


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["1/2/2024 9:00 AM", "1/13/2024 9:00 AM"], [(1, 2), (1, 13)]),
        (["01/02/2024 09:00", "13/02/2024 09:00"], [(2, 1), (2, 13)]),
        (["2.1.2024 9.00", "3.1.2024 9.00"], [(1, 2), (1, 3)]),
        (["2024-01-02 09:00", "2024/01/03 09:00"], [(1, 2), (1, 3)]),
        (["2024. 1. 2. 오전 9:00", "2024. 1. 3. 오전 9:00"], [(1, 2), (1, 3)]),
        (["09:00 02/01/2024", "09:00 03/01/2024"], [(1, 2), (1, 3)]),
        (["02-Jan-24 09:00 AM", "03-Jan-24 09:00 AM"], [(1, 2), (1, 3)]),
    ],
)
def test_dates_of_many_countries_are_read(dates: list[str], days: list[tuple[int, int]]) -> None:
    documents, _ = reading(read, HEAD + "".join(message(date, "Ana", "a") for date in dates) + FOOT)
    assert [document.time for document in documents] == [local(2024, month, day, 9) for month, day in days]


def test_a_cut_file_gives_what_stands_before_the_cut() -> None:
    content = HEAD + message("15.01.2024 10:30", "Ana", "one") + message("15.01.2024 10:31", "Bo", "two 日")
    documents, report = reading(read, content.encode()[:-4])
    assert texts(documents) == ["one", "two "]
    assert report.notes == ["it.json has no end: it was cut off; export it again to have the rest"]
    documents, report = reading(read, content + "[15.01.20")
    assert texts(documents) == ["one", "two 日"]
    assert [bad.text for bad in report.first_unreadable] == ["[15.01.20"]


def test_an_empty_channel_is_no_error() -> None:
    assert reading(read, HEAD + FOOT)[0] == []


def test_a_heading_between_rules_is_no_head() -> None:
    assert not fits(opened(f"{RULE}\nA heading\n{RULE}\n"))


def test_old_exports_have_no_foot_and_attachments_below_the_text() -> None:
    image = "https://cdn.discordapp.com/attachments/1/2/image.png"
    head = f"{RULE}\nGuild:    Home\nChannel:  general\nTopic:    \nMessages: 1,002\nRange:    \n{RULE}\n\n"
    body = f"[15-Jan-18 10:30 PM] Ana#1234\none\ntwo\n{image}\n\n[15-Jan-18 10:31 PM] Bo#0002\n\n{image}\n\n"
    assert fits(opened(head + body))
    documents, report = reading(read, head + body)
    assert said(documents) == [("Ana#1234", "one\ntwo")]
    assert (report.left_out, report.notes) == ({"media message": 1}, [])


def test_a_file_without_its_beginning_is_read() -> None:
    messages = (
        message("1/15/2024 10:30 AM", "Ana", "one")
        + message("1/15/2024 10:31 AM", "bo", "two", "{Stickers}\na\n")
        + message("1/15/2024 10:32 AM", "Ana", "three")
    )
    documents, report = reading(read, messages + FOOT)
    assert said(documents) == [("Ana", "one"), ("bo", "two"), ("Ana", "three")]
    assert (report.unreadable, report.notes) == (0, [])
    documents, report = reading(read, f"nd of a message\n\n\n{messages}{FOOT}")
    assert said(documents) == [("Ana", "one"), ("bo", "two"), ("Ana", "three")]
    assert [(each.where, each.text) for each in report.first_unreadable] == [("line 1", "nd of a message")]


@pytest.mark.parametrize(
    "text",
    [
        "[2024-01-15 10:30:00] server started\n[2024-01-15 10:31:00] ready\n",
        "[2024-01-15 10:30] <ana> hi\n[2024-01-15 10:31] <bo> ho\nho\n",
        "[2024-01-15 10:30] Ana: hi\nthere\n[2024-01-15 10:31] bo: ho\nho\n",
        "[15.1.2024 10:30] A walk\nIt was long.\n[16.1.2024 9:00] A book\nGood.\n[17.1.2024 8:00] Rain\nAll day.\n",
        "[2024-01-15 10:30] At the beach\nIt was.\n\n[2024-01-16 10:30] Rain\nAll day.\n",
        "Prose.\n" * 300
        + "[2024-01-15 10:30] ana\nhi\n[2024-01-15 10:31] bo\nho\n[2024-01-15 10:32] ana\nha\n",
        "[one] two\nthree\n",
        f"{RULE}\r\nGuild: x\r\n" + "\r\n" * 5_000,
        "",
    ],
    ids=["log", "IRC", "WhatsApp", "diary", "two days", "notes", "brackets", "half a head", "nothing"],
)
def test_other_texts_with_times_in_brackets_are_none(text: str) -> None:
    assert not fits(opened(text))
