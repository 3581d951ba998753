"""Exported workspaces of Slack."""

import json
import zipfile
from pathlib import Path

import pytest

from chat_exports import fits, read
from foreword.sources.chats import slack
from foreword.sources.chats.slack import Workspace, unmarked
from foreword.sources.detect import read_source
from foreword.sources.report import Report

PEOPLE = [
    {"id": "U1", "name": "ana", "profile": {"display_name": "Ana", "real_name": "Ana Silva"}},
    {"id": "U2", "name": "bo", "profile": {"display_name": "", "real_name": "Bo Berg"}},
    {"id": "U3", "name": "helper", "is_bot": True, "profile": {}},
]
LISTS = {"users.json": PEOPLE, "channels.json": [{"id": "C1", "name": "general"}], "dms.json": [{"id": "D1"}]}


def message(number: int, **keys: object) -> dict[str, object]:
    stamp = f"17053152{number:02}.000{number:03}"
    return {"type": "message", "user": "U1", "text": f"text {number}", "ts": stamp, **keys}


def workspace(days: dict[str, list[object]], below: str = "") -> dict[str, str | bytes]:
    return {f"{below}{path}": json.dumps(content) for path, content in {**LISTS, **days}.items()}


def one_day(*messages: object) -> dict[str, str | bytes]:
    return workspace({"general/2024-01-15.json": [*messages]})


@pytest.mark.parametrize("below", ["", "Home export/", "a/b/"])
def test_all_days_are_read_wherever_the_export_lies(below: str) -> None:
    days: dict[str, list[object]] = {
        "general/2024-01-16.json": [message(50), message(40, user="U2")],
        "general/2024-01-15.json": [message(10), message(20, thread_ts="1705315210.000010")],
        "D1/2024-01-15.json": [message(5), message(60)],
        "general/2024-01-17.json": [],
    }
    found = read({**workspace(days, below), "notes.txt": "a note"})
    assert found.said == [
        *((None, "a note"), ("Ana", "text 5"), ("Ana", "text 10"), ("Ana", "text 20")),
        *(("Bo Berg", "text 40"), ("Ana", "text 50"), ("Ana", "text 60")),
    ]
    assert found.report.formats == {"Slack": 1, "text": 1}
    assert not found.report.left_out


def test_what_nobody_wrote_is_left_out_and_counted() -> None:
    upload = {"subtype": "file_share", "file": {"name": "b.png"}}
    shared = "<@U1|ana> uploaded a file: <https://a/b|b.png>"
    found = read(
        one_day(
            message(1, subtype="bot_message", bot_id="B1", text="Build failed"),
            message(2, user="U3"),
            message(3, user="USLACKBOT"),
            message(4, **upload, text=shared),
            message(5, **upload, text=f"{shared} and commented: look"),
            message(6, subtype="thread_broadcast"),
            message(7, subtype="me_message", text="waves"),
            message(8, text="&gt; you said\nI did", files=[{"name": "image.png"}]),
        )
    )
    assert found.texts == ["look", "text 6", "waves", "I did"]
    assert found.report.left_out == {"bot message": 3, "media message": 1, "quoted line": 1}


def test_people_who_are_not_listed_are_called_as_their_messages_say() -> None:
    found = read(
        one_day(
            message(1, user="U8", user_profile={"display_name": "Cy", "real_name": "Cy Long"}),
            message(2, user="U9"),
            message(3, user=None, username="di"),
        )
    )
    assert found.said == [("Cy", "text 1"), ("U9", "text 2"), ("di", "text 3")]


@pytest.mark.parametrize(
    "people", ['{"a": 1}', "[1, null, {}]", "[", '[{"id": 5, "profile": 7}]', '[{"id": [], "is_bot": 1}]']
)
def test_a_list_of_people_of_the_wrong_shape_is_no_error(people: str) -> None:
    assert read({**one_day(message(1)), "users.json": people}).said == [("U1", "text 1")]


def test_of_a_day_that_is_cut_or_damaged_the_other_days_are_read(tmp_path: Path) -> None:
    """In a zip archive, damage shows only where the member is read to its end."""
    contents = workspace({"g/2024-01-15.json": [message(1), message(2)], "g/2024-01-16.json": [message(3)]})
    contents["g/2024-01-15.json"] = contents["g/2024-01-15.json"][:-20]
    found = read(contents)
    assert (found.texts, found.report.unreadable) == (["text 1", "text 3"], 1)
    with zipfile.ZipFile(tmp_path / "it.zip", "w", zipfile.ZIP_STORED) as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    data = (tmp_path / "it.zip").read_bytes().replace(b"text 3", b"text 9")
    (tmp_path / "it.zip").write_bytes(data)
    report = Report()
    assert [each.text for each in read_source(str(tmp_path / "it.zip"), report=report)] == ["text 1"]
    assert any("2024-01-16.json is damaged" in note for note in report.notes)


def test_files_of_something_else_are_not_taken() -> None:
    files = {"users.json": json.dumps(PEOPLE), "a/2024-01-15.json": '{"a": 1}', "b": "seen"}
    assert read(files).texts == ["seen"]
    assert not fits(slack, "[1, 2]")
    assert not fits(slack, '[{"ts": "1705315200.0"}]')


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("<@U1> and <@U9|zed> and <@U9>", "@Ana and @zed and @U9"),
        ("<#C1> <#C1|> <#C9|old-name>", "#general #general #old-name"),
        ("<!here> <!channel|@channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@cooks> <!subteam^S1>", "@cooks @S1"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("<https://example.org|example.org> <http://a.b/c?d=e&amp;f>", "example.org http://a.b/c?d=e&f"),
        ("<mailto:a@example.org|a@example.org> <mailto:a@example.org>", "a@example.org a@example.org"),
        ("&amp;lt; &lt;b&gt; &quot; 1 &lt; 2", "&lt; <b> &quot; 1 < 2"),
        ("<>", ""),
    ],
)
def test_text_reads_as_it_was_typed(text: str, typed: str) -> None:
    assert unmarked(text, Workspace(people={"U1": "Ana"}, channels={"C1": "general"})) == typed
