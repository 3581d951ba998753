"""The words of one person in a chat; and the report of everything left out or not understood."""

import pickle
from collections import Counter

import pytest

from chat_exports import read
from foreword.errors import PersonUnknown, SourceNotText
from foreword.sources.reading import listed, own_words, same_person
from foreword.sources.report import SKIPPED_SHOWN, Report
from foreword.text.document import Document

SAID = {"hello": "Ana Silva", "hi": "Ben", "how are you": "Ana Silva", "a note": None}
CHAT = [Document(text=text, author=author) for text, author in SAID.items()]


def test_name_matching_ignores_case_and_spaces_and_keeps_texts_without_an_author() -> None:
    found = own_words("chat.txt", CHAT, " ANA  silva ", Report())
    assert [each.text for each in found] == ["hello", "how are you", "a note"]
    for author, me in (("İrem", "irem"), ("~ \u202aAna\u202c", "~ ana"), ("Ana ❤\ufe0f", "Ana ❤")):
        assert same_person(author, me)


def test_the_report_says_if_the_text_of_a_named_person_has_no_authors() -> None:
    """Of a chat in no known format, the words of all people would be learned without a word."""
    (note,) = read("Ana: hi\nBen: hello\n", me="Ana").report.notes
    assert note.startswith("no people were found in ")
    assert note.endswith("it.txt: all its text counts as yours")


def test_a_text_whose_lines_begin_with_the_name_of_the_person_is_not_learned_as_theirs() -> None:
    with pytest.raises(
        PersonUnknown, match=r"as 'Ana: b\(\)', .* each message on one line, such as Ana: hello"
    ):
        read("a()\nAna: b()\n10:15 ANA: hi\n", me="Ana")
    for text in (
        "Ana:\nhi\nBen:\nhi you\n",
        "[Ana]: hi\n[Ben]: hi you\n",
        "**Ana**: hi\nyou\n**Ben**: hi\nyou\n",
    ):
        with pytest.raises(PersonUnknown, match="each message on one line"):
            read(text * 2, me="Ana")
    folder = read({"a.txt": "a note\n", "b.txt": "a()\nAna: b()\nAna: c()\n"}, me="Ana")
    assert (folder.texts, folder.report.left_out) == (["a note\n"], {"text that has lines of others": 1})
    assert read("Вчера сказал Иван: да.\nИ снова сказал Иван: нет.\n", me="Иван").said  # a story


@pytest.mark.parametrize(
    ("me", "message"),
    [
        (None, "chat.txt has messages of Ana Silva (2), Ben (1); choose your name with --me"),
        ("Cem", "chat.txt has no messages of 'Cem'; it has those of Ana Silva (2), Ben (1)"),
    ],
)
def test_a_missing_or_unknown_person_is_an_error_that_lists_the_authors(me: str | None, message: str) -> None:
    with pytest.raises(PersonUnknown) as found:
        list(own_words("chat.txt", CHAT, me, Report()))
    assert str(found.value) == message
    assert found.value.people == {"Ana Silva": 2, "Ben": 1}
    from_a_pool = pickle.loads(pickle.dumps(found.value))  # else the pool waits for ever
    assert (str(from_a_pool), from_a_pool.people) == (message, found.value.people)


def test_messages_marked_as_own_belong_to_a_person_with_another_name_in_other_chats() -> None:
    marked = Document(text="hey", author="Me", own=True)
    mixed = [*CHAT, marked, Document(text="of another", author="Me")]
    assert [each.text for each in own_words("chats", mixed, "Ben", Report())] == ["hi", "a note", "hey"]
    assert [each.text for each in own_words("chats", mixed, "Me", Report())] == [
        "a note",
        "hey",
        "of another",
    ]
    chosen = own_words("chats", mixed, None, Report(), lambda *_: "Ben")
    assert [each.text for each in chosen] == ["a note", "hi", "hey"]
    with pytest.raises(PersonUnknown):
        list(own_words("chats", mixed, None, Report()))


def test_messages_that_several_exports_of_a_folder_have_are_read_once() -> None:
    lines = [
        f"12/01/2024, 10:{15 + at // 2} - Ana: {said}\n"
        for at, said in enumerate(["hi", "ok", "ok", "ok", "so"])
    ]
    found = read({"1.txt": "".join(lines[:4]), "2.txt": "".join(lines[1:]), "3.txt": "".join(lines[:4])})
    assert found.texts == ["hi", "ok", "ok", "ok", "so"]
    assert found.report.left_out == {"repeated message": 7}
    assert found.report.formats == {"WhatsApp": 3}


def test_the_chosen_person_is_in_the_report() -> None:
    report = Report()
    found = own_words("chat.txt", CHAT, None, report, lambda _, people: min(people))
    assert [each.text for each in found] == ["a note", "hello", "how are you"]
    assert (report.me, report.left_out) == ("Ana Silva", {"message of others": 1})


@pytest.mark.parametrize("me", [None, "Ana Silva"])
def test_a_source_with_at_most_one_author_is_read_whole(me: str | None) -> None:
    assert list(own_words("it", CHAT[3:], me, Report())) == CHAT[3:]
    assert list(own_words("it", CHAT[::2], me, Report())) == CHAT[::2]


def test_the_list_shows_people_with_most_messages_and_counts_the_others() -> None:
    people = Counter({f"n{at}": 12 - at for at in range(12)})
    assert listed(people).startswith("n0 (12), n1 (11), ")
    assert listed(people).endswith("n9 (3), 2 others")


def test_the_report_describes_everything_in_sentences() -> None:
    report = Report(notes=["the day comes first"])
    report.leave_out("media message", 1_200)
    report.leave_out("message of others")
    report.not_understood("chat.txt", "line 12", "??")
    report.add(Report(notes=["folder 1"], skipped=[f"file {number}" for number in range(SKIPPED_SHOWN + 5)]))
    assert report.sentences() == [
        "left out: 1,200 media messages, 1 message of others",
        "not understood: 1 place: line 12 of chat.txt: '??'",
        f"skipped: {SKIPPED_SHOWN + 5} files; the first {SKIPPED_SHOWN} are listed",
        *(f"skipped: file {number}" for number in range(SKIPPED_SHOWN)),
        *("the day comes first", "folder 1"),
    ]
    assert Report().sentences() == []


def test_a_mostly_unreadable_source_is_an_error_with_the_first_place() -> None:
    report = Report(messages=2)
    for line in range(3):
        report.check()
        report.not_understood("chat.txt", f"line {line}", "?" * 200)
    with pytest.raises(SourceNotText, match=r"chat\.txt is mostly unreadable: 3 .* is line 0: '\?{80}'"):
        report.check()
