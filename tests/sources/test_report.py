"""What is told of what a reader left out and did not understand."""

import pytest

from foreword.errors import SourceNotText
from foreword.sources.report import SKIPPED_SHOWN, Report


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
