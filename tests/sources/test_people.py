"""Whose words are taken of a chat, and what is said where that is not known."""

from collections.abc import Iterator

import pytest

from foreword.errors import PersonUnknown
from foreword.sources.people import OTHERS, listed, own_words, people_of
from foreword.sources.report import Report
from foreword.text.documents import Document

CHAT = [
    Document(text="hello", author="Ana Silva"),
    Document(text="hi", author="Ben"),
    Document(text="how are you", author="Ana Silva"),
    Document(text="a note"),
]


def read(_: Report) -> Iterator[Document]:
    return iter(CHAT)


def taken(me: str | None, report: Report | None = None) -> list[str]:
    return [each.text for each in own_words("chat.txt", read, me, report or Report())]


@pytest.mark.parametrize("me", ["Ana Silva", "ana silva", "ANA  SILVA", " Ana Silva "])
def test_what_others_wrote_is_left_out_and_counted(me: str) -> None:
    """Capitals and spaces of a name do not count."""
    report = Report()
    assert taken(me, report) == ["hello", "how are you", "a note"]
    assert report.left_out[OTHERS] == 1


def test_whose_words_are_to_be_learned_must_be_said_where_there_are_several_people() -> None:
    with pytest.raises(PersonUnknown) as found:
        taken(None)
    assert str(found.value) == (
        "chat.txt has messages of Ana Silva (2), Ben (1); say whose words are yours with --me"
    )
    assert found.value.people == {"Ana Silva": 2, "Ben": 1}


def test_somebody_who_is_not_among_them_is_named_with_those_who_are() -> None:
    with pytest.raises(
        PersonUnknown, match=r"no messages of 'Cem'; there are those of Ana Silva \(2\), Ben \(1\)"
    ):
        taken("Cem")


def test_where_one_person_alone_wrote_nothing_need_be_said() -> None:
    alone = [Document(text="me", author="Ana"), Document(text="again", author="Ana")]
    found = own_words("it", lambda _: iter(alone), None, Report())
    assert [each.text for each in found] == ["me", "again"]


@pytest.mark.parametrize("me", [None, "Ana"])
def test_a_text_that_names_nobody_is_the_persons_own(me: str | None) -> None:
    assert list(own_words("it", lambda _: iter(CHAT[3:]), me, Report())) == CHAT[3:]


def test_many_people_are_listed_by_their_messages_and_the_last_counted() -> None:
    people = people_of(Document(text="", author=f"n{at}") for at in range(12) for _ in range(12 - at))
    assert listed(people, most=2) == "n0 (12), n1 (11), 10 others"
