"""Exports of DiscordChatExporter in CSV."""

from datetime import UTC, datetime

import pytest

from foreword.text.readers.discord import fits, read
from readings import local, opened, reading, said, texts

HEAD = "AuthorID,Author,Date,Content,Attachments,Reactions\r\n"


def row(*fields: str) -> str:
    return ",".join('"' + field.replace('"', '""') + '"' for field in fields) + "\r\n"


def message(number: int, content: str = "", attachments: str = "") -> str:
    return row("1", "Ana", f"2024-01-15T10:{number:02}:00.0000000+00:00", content, attachments, "")


def test_messages_have_text_author_and_time() -> None:
    content = (
        HEAD
        + message(1, 'she said "hi", twice\nand left')
        + row("2", "bo, the 2nd", "2024-01-15T10:02:00Z", "ja 👍", "", "")
    )
    assert fits(opened(content))
    documents, report = reading(read, content)
    assert said(documents) == [("Ana", 'she said "hi", twice\nand left'), ("bo, the 2nd", "ja 👍")]
    assert documents[0].time == datetime(2024, 1, 15, 10, 1, tzinfo=UTC)
    assert report.unreadable == 0


def test_media_and_notices_are_left_out() -> None:
    rows = (
        message(1, "", "https://cdn.example/image.png")
        + message(2, "Pinned a message.")
        + message(3)
        + message(4, "> a\nb")
    )
    documents, report = reading(read, HEAD + rows)
    assert texts(documents) == ["b"]
    assert report.left_out == {
        "media message": 1,
        "system message": 1,
        "message without text": 1,
        "quoted line": 1,
    }


def test_dates_of_a_country_are_told_over_the_whole_file() -> None:
    rows = [
        row("1", "Ana", date, date, "", "")
        for date in ("03/02/2024 10:00", "04/02/2024 10:00", "13/02/2024 10:00")
    ]
    documents, _ = reading(read, HEAD + "".join(rows))
    assert [document.time for document in documents] == [local(2024, 2, day, 10) for day in (3, 4, 13)]


def test_an_old_export_with_semicolons_is_read() -> None:
    content = '\ufeffAuthor;Date;Content;Attachments;\n"Ana#1234";"15-Jan-18 10:30 PM";"a;b";"";\n'
    assert fits(opened(content))
    documents, _ = reading(read, content)
    assert said(documents) == [("Ana#1234", "a;b")]
    assert documents[0].time == local(2018, 1, 15, 22, 30)


def test_a_cut_file_gives_the_rows_before_the_cut() -> None:
    content = (HEAD + message(1, "one") + message(2, "zwei 日本")).encode()
    documents, report = reading(read, content[: content.index("本".encode()) + 2])
    assert texts(documents) == ["one"]
    assert report.unreadable == 1
    assert report.first_unreadable[0].where == "line 3"


@pytest.mark.parametrize("date", ["", "soon", "99/99/2024 10:00", "1403/01/02 10:00"])
def test_rows_without_a_date_are_counted(date: str) -> None:
    documents, report = reading(read, HEAD + message(1, "one") + row("1", "Ana", date, "two", "", ""))
    assert texts(documents) == ["one"]
    assert report.unreadable == 1


def test_a_missing_quotation_mark_costs_no_more_than_what_cannot_be_told_apart() -> None:
    bad = '"1","Ana","2024-01-15T10:01:00Z","' + "x" * 200_000 + "\r\n"
    documents, report = reading(read, HEAD + message(1, "one") + bad + message(3, "three"))
    assert texts(documents) == ["one", "three"]
    assert report.unreadable == 1


def test_a_damaged_head_is_no_error() -> None:
    documents, report = reading(read, HEAD.replace("Reactions", "Rea\rctions") + message(1, "one"))
    assert documents == []
    assert report.unreadable == 2


def test_other_tables_are_not_known() -> None:
    assert not fits(opened("Author,Title,Year\nAna,Home,2020\n"))
