"""Whose words are taken of a chat; and what is told of what was left out and not understood."""

from collections import Counter

import pytest

from foreword.errors import PersonUnknown, SourceNotText
from foreword.sources.detect import listed, own_words
from foreword.sources.report import SKIPPED_SHOWN, Report
from foreword.text.documents import Document

SAID = {"hello": "Ana Silva", "hi": "Ben", "how are you": "Ana Silva", "a note": None}
CHAT = [Document(text=text, author=author) for text, author in SAID.items()]


def test_capitals_and_spaces_of_a_name_do_not_count_and_a_text_that_names_nobody_is_the_persons_own() -> None:
    found = own_words("chat.txt", CHAT, " ANA  silva ", Report())
    assert [each.text for each in found] == ["hello", "how are you", "a note"]


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


def test_all_of_it_is_told_in_sentences() -> None:
    report = Report(notes=["the day comes first"])
    report.leave_out("media message", 1_200)
    report.leave_out("message of others")
    report.not_understood("chat.txt", "line 12", "??")
    assert report.sentences() == [
        "left out: 1,200 media messages, 1 message of others",
        "not understood: 1 place: line 12 of chat.txt: '??'",
        "the day comes first",
    ]
    assert Report().sentences() == []


def test_a_source_of_which_most_is_unreadable_is_an_error_with_the_first_place() -> None:
    report = Report(messages=2)
    for line in range(3):
        report.check()
        report.not_understood("chat.txt", f"line {line}", "?" * 200)
    with pytest.raises(SourceNotText, match=r"chat\.txt is mostly unreadable: 3 .* is line 0: '\?{80}'"):
        report.check()


def test_of_many_folders_the_first_skipped_files_are_listed_and_all_are_counted() -> None:
    whole = Report(notes=["the day comes first"])
    for folder, count in enumerate((1, SKIPPED_SHOWN + 5, 5)):
        part = Report(notes=[f"folder {folder}"])
        for file in range(count):
            part.skip(SourceNotText(f"file {file} of {folder}"))
        whole.add(part)
    listed = [note for note in whole.notes if note.startswith("skipped: ")]
    assert (len(listed), listed[-1]) == (SKIPPED_SHOWN, f"skipped: file {SKIPPED_SHOWN - 2} of 1")
    assert whole.notes[-1] == "folder 2"
    first = f"skipped: {SKIPPED_SHOWN + 11} files; the first {SKIPPED_SHOWN} are listed"
    assert whole.sentences()[0] == first
