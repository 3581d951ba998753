"""What is told of what a reader left out and did not understand."""

import pytest

from foreword.errors import SourceNotText
from foreword.sources.report import Report
from foreword.text.counting import counted


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
        report.not_understood("chat.txt", f"line {line}", "?" * 200)
    with pytest.raises(
        SourceNotText,
        match=r"chat\.txt is mostly unreadable: 3 .* the first is line 0: '\?{80}'",
    ):
        report.check()


def test_a_few_unreadable_lines_are_no_error() -> None:
    report = Report(messages=3)
    for line in range(3):
        report.not_understood("chat.txt", f"line {line}", "?")
    report.check()


@pytest.mark.parametrize(
    ("count", "what", "told"),
    [
        (1, "quoted line", "1 quoted line"),
        (2, "quoted line", "2 quoted lines"),
        (2, "message of others", "2 messages of others"),
        (2, "file without text", "2 files without text"),
        (2, "reply", "2 replies"),
    ],
)
def test_the_plural_is_that_of_the_noun(count: int, what: str, told: str) -> None:
    assert counted(count, what) == told
