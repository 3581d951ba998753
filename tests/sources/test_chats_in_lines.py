"""Laws of all readers of chats in lines: each is known, and none is upset by a file that is cut or spoilt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import SourceError, WrongEncoding
from foreword.sources.formats import FORMATS, format_of
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document

SAMPLES = {
    "WhatsApp": "15/01/20, 22:15 - Ana: one 👍\ntwo\n16/01/20, 10:15 - Ben: <Media omitted>\n"
    "16/01/20, 10:16 - Ben: naïve\n" * 3,
    "WhatsApp on an iPhone": "[15.01.20, 22:15:33] Ana: one\n[15.01.20, 22:16:33] Ben: \u200eimage omitted\n"
    * 3,
    "Signal, JSON": '{"date": "2020-01-15T10:15:33", "sender": "Ana", "body": "one 👍", "reactions": []}\n'
    * 3,
    "names and messages": "Ana: good morning 👍\nBen: good morning to you\nAna: and you?\nBen: and how\n" * 3,
}


def read(data: bytes) -> tuple[str | None, list[Document], Report]:
    opened, report = opened_bytes("it.txt", data), Report()
    found = format_of(opened)
    return (found.name, list(found.read(opened, report)), report) if found else (None, [], report)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_is_known_by_what_is_in_it(name: str) -> None:
    found, messages, report = read(SAMPLES[name].encode())
    assert found == name.split(",", maxsplit=1)[0].split(" on ", maxsplit=1)[0]
    assert len(messages) >= 3
    assert not report.unreadable
    report.check()


@pytest.mark.parametrize("name", SAMPLES)
def test_messages_have_authors_and_text_and_stand_in_order(name: str) -> None:
    _, messages, _ = read(SAMPLES[name].encode())
    assert all(message.author and message.text.strip() and not message.continued for message in messages)
    times = [message.time for message in messages if message.time]
    assert times == sorted(times)
    assert all(time.tzinfo for time in times)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_cut_anywhere_gives_what_stands_before_the_cut(name: str) -> None:
    whole = SAMPLES[name].encode()
    _, messages, _ = read(whole)
    first = {(message.author, message.text) for message in messages}
    for end in range(len(whole) * 2 // 3, len(whole)):
        _, found, report = read(whole[:end])
        assert len(found) >= len(messages) // 2
        assert sum((message.author, message.text) not in first for message in found) <= 1
        assert report.unreadable <= 1


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_begins_anywhere_is_still_read(name: str) -> None:
    whole = SAMPLES[name]
    for begin in range(1, len(whole) // 4, 3):
        _, found, report = read(whole[begin:].encode())
        assert len(found) + report.unreadable >= 1


@given(
    name=st.sampled_from(sorted(SAMPLES)),
    at=st.integers(0, 400),
    spoilt=st.text(max_size=20),
    data=st.binary(max_size=3),
)
def test_what_is_spoilt_is_an_error_of_ours_or_none(name: str, at: int, spoilt: str, data: bytes) -> None:
    whole = SAMPLES[name]
    try:
        read((whole[:at] + spoilt + whole[at:]).encode("utf-8", "replace"))
        read(whole[:at].encode() + data + whole[at:].encode())
    except SourceError:
        pass


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_byte_order_mark_says_the_encoding(name: str, encoding: str) -> None:
    """Windows' editors write these; the file may be cut within a character as well."""
    data = SAMPLES[name].encode(encoding)
    found, messages, report = read(data)
    assert (found, messages) == read(SAMPLES[name].encode())[:2]
    assert not report.unreadable
    assert len(read(data[:-1])[1]) >= len(messages) - 1


@pytest.mark.parametrize("name", SAMPLES)
def test_another_encoding_is_an_error_that_names_what_to_try(name: str) -> None:
    data = (
        SAMPLES[name]
        .replace("one", "café")
        .replace("good", "schön")
        .replace("👍", "")
        .encode("latin-1", "replace")
    )
    with pytest.raises(
        WrongEncoding, match=r"it\.txt is not in utf-8: byte 0x.*try --encoding cp1252 or latin-1"
    ):
        read(data)
    opened = opened_bytes("it.txt", data, encoding="latin-1")
    found = format_of(opened)
    assert found is not None
    assert any("é" in message.text or "ö" in message.text for message in found.read(opened, Report()))


def test_prose_is_none_of_these_formats() -> None:
    prose = "It was, she said, a quarter past ten: on 15/01/2020, 10:15 - or later - Ana: hello.\n\nThen it rained.\n"
    assert format_of(opened_bytes("it.txt", prose.encode())) is None
    assert len(FORMATS) >= 5
