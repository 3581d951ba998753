"""The order of messages and of conversations."""

from datetime import UTC, datetime, timedelta

from foreword.sources.chats.conversations import last_versions, oldest_first
from foreword.sources.report import Report
from foreword.text.documents import Document
from readings import texts

START = datetime(2024, 1, 1, tzinfo=UTC)


def conversation(*messages: tuple[str, int]) -> list[Document]:
    return [Document(text=text, time=START + timedelta(minutes=minute)) for text, minute in messages]


def test_conversations_follow_one_another_by_their_first_messages() -> None:
    documents = oldest_first([conversation(("c", 2), ("e", 9)), [], conversation(("a", 1), ("d", 8))])
    assert texts(list(documents)) == ["a", "d", "c", "e"]


def test_messages_of_the_same_minute_keep_their_order_also_in_a_file_from_new_to_old() -> None:
    forth = conversation(("a", 1), ("b", 1), ("c", 1), ("d", 2))
    assert texts(list(oldest_first([forth]))) == ["a", "b", "c", "d"]
    assert texts(list(oldest_first([forth[::-1]]))) == ["a", "b", "c", "d"]


def test_messages_out_of_order_are_sorted() -> None:
    mixed = conversation(("b", 2), ("a", 1), ("d", 4), ("c", 3))
    assert texts(list(oldest_first([mixed]))) == ["a", "b", "c", "d"]


def test_of_a_repeated_message_the_last_version_stays_in_the_first_place() -> None:
    report = Report()
    found = list(zip((1, 2, 1), conversation(("a", 1), ("b", 2), ("edited", 1)), strict=True))
    assert texts(last_versions(found, report)) == ["edited", "b"]
    assert report.left_out == {"repeated message": 1}
