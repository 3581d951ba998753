"""Whose words are taken of a chat, and what is said where that is not known."""

from collections import Counter

import pytest

from foreword.errors import PersonUnknown
from foreword.sources.people import OTHERS, listed, own_words
from foreword.sources.report import Report
from foreword.text.documents import Document

CHAT = [
    Document(text="hello", author="Ana Silva"),
    Document(text="hi", author="Ben"),
    Document(text="how are you", author="Ana Silva"),
    Document(text="a note"),
]


@pytest.mark.parametrize("me", ["Ana Silva", "ana silva", "ANA  SILVA", " Ana Silva "])
def test_what_others_wrote_is_left_out_and_counted(me: str) -> None:
    """Capitals and spaces of a name do not count; a text that names nobody is the person's own."""
    report = Report()
    found = own_words("chat.txt", CHAT, me, report)
    assert [each.text for each in found] == ["hello", "how are you", "a note"]
    assert report.left_out[OTHERS] == 1


@pytest.mark.parametrize(
    ("me", "message"),
    [
        (None, "chat.txt has messages of Ana Silva (2), Ben (1); say whose words are yours with --me"),
        ("Cem", "chat.txt has no messages of 'Cem'; there are those of Ana Silva (2), Ben (1)"),
    ],
)
def test_where_the_person_is_not_known_those_who_wrote_are_named(me: str | None, message: str) -> None:
    with pytest.raises(PersonUnknown) as found:
        list(own_words("chat.txt", CHAT, me, Report()))
    assert str(found.value) == message
    assert found.value.people == {"Ana Silva": 2, "Ben": 1}


@pytest.mark.parametrize("me", [None, "Ana Silva"])
def test_where_one_person_alone_or_nobody_is_named_all_is_read(me: str | None) -> None:
    assert list(own_words("it", CHAT[3:], me, Report())) == CHAT[3:]
    assert list(own_words("it", CHAT[::2], me, Report())) == CHAT[::2]


def test_many_people_are_listed_by_their_messages_and_the_last_counted() -> None:
    people = Counter({f"n{at}": 12 - at for at in range(12)})
    assert listed(people, most=2) == "n0 (12), n1 (11), 10 others"
