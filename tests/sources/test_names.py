"""Lines of "name: message": chats, and all that looks like them."""

from pathlib import Path

import pytest

from chat_readings import fits, tried
from foreword.sources import refused
from foreword.sources.chats import names, signal, whatsapp
from foreword.sources.opened import opened_bytes

CHAT = """\
Ana: good morning
Ben: good morning to you: slept well?
Ana: yes
Ana: and you?
Ben: fine thanks
"""


def test_each_line_is_a_message() -> None:
    found = tried(names, CHAT)
    assert found.said == [
        ("Ana", "good morning"),
        ("Ben", "good morning to you: slept well?"),
        ("Ana", "yes"),
        ("Ana", "and you?"),
        ("Ben", "fine thanks"),
    ]
    assert found.times == ["never"] * 5
    assert not found.report.unreadable


def test_a_line_without_a_name_goes_on_and_what_stands_once_is_then_no_name() -> None:
    found = tried(names, CHAT + "PS: bring the book\n\nand the other\n" + CHAT)
    assert found.said[4] == ("Ben", "fine thanks\nPS: bring the book\nand the other")
    assert len(found.said) == 10


def test_who_speaks_once_is_somebody_where_every_line_is_a_message() -> None:
    assert tried(names, CHAT + "Cy: hello all of you\n").said[-1] == ("Cy", "hello all of you")


@pytest.mark.parametrize(
    "name", ["Ana Silva", "ana", "+49 170 1234567", "王", "🤓", "Ana-Lena", "user42", "Dr Ana"]
)
def test_names_of_all_kinds(name: str) -> None:
    assert tried(names, CHAT.replace("Ana:", f"{name}:")).said[0] == (name, "good morning")


def test_wide_colons_and_tabs() -> None:
    assert tried(names, CHAT.replace(": ", "：")).said[0] == ("Ana", "good morning")
    assert tried(names, CHAT.replace(": ", ":\t")).said[2] == ("Ana", "yes")


@pytest.mark.parametrize(
    "text",
    [
        "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n\n" * 5,
        "HAMLET: To be or not to be\nOPHELIA: My lord how does\n" * 4,
        "name: Ana Silva here\nage: twelve years\ncity: Rome or so\n" * 5,
        "host: localhost\nport: 8080\nhost: example\nport: 9090\n",
        "title: A page\ndate: 2020-01-15\ntags: one two\n---\nSome text here.\n",
        "a:\n  b: one thing\n  c: another thing\n  b: one thing\n  c: another thing\n",
        "INFO: started the thing\nINFO: did the thing\nERROR: failed the thing\nINFO: did the thing\nERROR: no thing\n",
        "From: ana@example.org\nTo: ben@example.org\nSubject: hello there\nDate: Tue, 15 Jan\n\nhi\n",
        "He said: this is so.\nThen they went. It rained.\nShe said: it is not.\nThey stayed.\n" * 3,
        "Monday: buy the milk\nTuesday: read the book\nWednesday: call the aunt\nThursday: rest a little\n",
        "case one: return thing();\ncase two: return thing();\n" * 4,
        "Flour: 200 g\nSugar: 100 g\nFlour: 200 g\nSugar: 50 g\n",
        "http://example.org: a page\nhttp://example.org: a page\n" * 3,
        "Ana: one message alone\nAna: and another of hers\nAna: and a third\nAna: and a fourth\n",
        "Ana: too few\nBen: too few\n",
        "",
    ],
)
def test_other_texts_are_not_taken_for_it(text: str) -> None:
    assert not fits(names, text)


@pytest.mark.parametrize(
    "text",
    [
        "tinyshakespeare/input.txt",
        "nietzsche/nietzsche.txt",
        "common-voice-en/all.txt",
        "tatoeba-en/sentences.txt",
    ],
)
def test_whole_books_and_lists_of_sentences_are_none_of_these_formats(text: str) -> None:
    path = Path(__file__).parents[4] / "shared" / "data" / text
    if not path.exists():
        pytest.skip("the texts for measuring are not here")
    with path.open("rb") as file:
        opened = opened_bytes(text, file.read(1 << 16))
    assert not [reader.__name__ for reader in (signal, refused, whatsapp, names) if reader.fits(opened)]


@pytest.mark.parametrize("clock", ["[00:01:02] ", "10:15 ", "10:15 AM - ", "[9:15 pm] ", "00:00:12.340 "])
def test_a_time_before_the_name_is_no_part_of_it(clock: str) -> None:
    text = "".join(f"{clock}{name}: and so it goes on at 10:15: yes\n" for name in ("Ana Rao", "Ben") * 2)
    found = tried(names, text)
    assert found.said == [(name, "and so it goes on at 10:15: yes") for name in ("Ana Rao", "Ben") * 2]


def test_a_log_with_times_is_no_chat() -> None:
    text = "12:00:01 worker: starting the job\n12:00:02 scheduler: one job was found\n" * 4
    assert not fits(names, text)
