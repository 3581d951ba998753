"""Exported workspaces of Slack."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foreword.sources.chats.slack import fits, fits_files, read, read_files
from foreword.sources.files import files_of_archive, opened_file
from foreword.sources.report import Report
from readings import files, opened, reading, reading_of_files, said, texts

PEOPLE = [
    {
        "id": "U1",
        "name": "ana",
        "real_name": "Ana Silva",
        "profile": {"display_name": "Ana", "real_name": "Ana Silva"},
    },
    {"id": "U2", "name": "bo", "profile": {"display_name": "", "real_name": "Bo Berg"}},
    {"id": "U3", "name": "helper", "is_bot": True, "profile": {}},
]
CHANNELS = [{"id": "C1", "name": "general", "members": ["U1"]}]


def message(number: int, **keys: object) -> dict[str, object]:
    return {
        "type": "message",
        "user": "U1",
        "text": f"text {number}",
        "ts": f"17053152{number:02}.000{number:03}",
        **keys,
    }


def workspace(days: dict[str, list[object]], below: str = "") -> dict[str, str | bytes]:
    lists = {
        "users.json": PEOPLE,
        "channels.json": CHANNELS,
        "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
    }
    return {f"{below}{path}": json.dumps(content) for path, content in {**lists, **days}.items()}


@pytest.mark.parametrize("below", ["", "Home export/", "a/b/"])
def test_conversations_are_read_day_by_day_wherever_the_export_lies(below: str) -> None:
    contents = workspace(
        {
            "general/2024-01-16.json": [message(50), message(40, user="U2")],
            "general/2024-01-15.json": [message(10), message(20, thread_ts="1705315210.000010")],
            "D1/2024-01-15.json": [message(5), message(60)],
            "general/2024-01-17.json": [],
        },
        below,
    )
    contents["notes.txt"] = "a note"
    taken = fits_files(files(contents))
    assert set(taken) == set(contents) - {"notes.txt"}
    documents, report = reading_of_files(read_files, contents)
    assert said(documents) == [
        ("Ana", "text 5"), ("Ana", "text 60"),
        ("Ana", "text 10"), ("Ana", "text 20"), ("Bo Berg", "text 40"), ("Ana", "text 50"),
    ]  # fmt: skip
    assert documents[0].time == datetime(2024, 1, 15, 10, 40, 5, tzinfo=UTC) + timedelta(microseconds=5)
    assert report.unreadable == 0


def test_what_nobody_wrote_is_left_out_and_counted() -> None:
    day = [
        message(1, subtype="channel_join", text="<@U1> has joined the channel"),
        message(2, subtype="bot_message", bot_id="B1", text="Build failed"),
        message(3, user="U3"),
        message(4, user="USLACKBOT"),
        message(5, bot_id="B2"),
        message(6, text="", files=[{"name": "image.png"}]),
        message(
            7,
            subtype="file_share",
            text="<@U1|ana> uploaded a file: <https://a/b|b.png>",
            file={"name": "b.png"},
        ),
        message(8, subtype="tombstone", text="This message was deleted."),
        message(
            9,
            subtype="file_share",
            text="<@U1> uploaded a file: <https://a/b|b.png> and commented: look",
            file={},
            upload=True,
        ),
        message(10, subtype="thread_broadcast"),
        message(11, subtype="me_message", text="waves"),
        message(
            12,
            text="&gt; you said\nI did",
            files=[{"name": "image.png"}],
            edited={"user": "U1", "ts": "1705315299.0"},
        ),
    ]
    day[8]["files"] = [{"name": "b.png"}]
    documents, report = reading_of_files(read_files, workspace({"general/2024-01-15.json": [*day]}))
    assert texts(documents) == ["look", "text 10", "waves", "I did"]
    assert report.left_out == {
        "system message": 1,
        "bot message": 4,
        "media message": 2,
        "deleted message": 1,
        "quoted line": 1,
    }


def test_text_reads_as_it_was_typed() -> None:
    text = "<@U2> see <#C1|general> &amp; <https://example.org/?a=1&amp;b=2|the page>, 1 &lt; 2"
    documents, _ = reading_of_files(
        read_files, workspace({"general/2024-01-15.json": [message(1, text=text)]})
    )
    assert texts(documents) == ["@Bo Berg see #general & the page, 1 < 2"]


def test_people_who_are_not_listed_are_called_as_their_messages_say() -> None:
    day = [
        message(1, user="U8", user_profile={"display_name": "Cy", "real_name": "Cy Long"}),
        message(2, user="U9"),
        message(3, user=None, username="di"),
    ]
    documents, _ = reading_of_files(read_files, workspace({"general/2024-01-15.json": [*day]}))
    assert said(documents) == [("Cy", "text 1"), ("U9", "text 2"), ("di", "text 3")]


def test_one_day_alone_is_read() -> None:
    content = json.dumps([message(2), message(1)])
    assert fits(opened(content))
    assert said(reading(read, content)[0]) == [("U1", "text 1"), ("U1", "text 2")]


@pytest.mark.parametrize(
    "wrong",
    [
        3,
        None,
        "text",
        [],
        {},
        message(1, ts="soon"),
        message(1, ts=None),
        message(1, user=None),
        message(1, text=5),
    ],
)
def test_wrong_shapes_are_counted_and_the_rest_is_read(wrong: object) -> None:
    contents = workspace({"general/2024-01-15.json": [message(2), wrong]})
    documents, report = reading_of_files(read_files, contents)
    assert texts(documents) == ["text 2"]
    assert (report.unreadable, report.first_unreadable[0].where) == (1, "message 2")


@pytest.mark.parametrize(
    "people", ['{"a": 1}', "[1, null, {}]", "[", '[{"id": "U1"}, {"id": 5, "profile": 7}]']
)
def test_a_list_of_people_of_the_wrong_shape_is_no_error(people: str) -> None:
    contents = workspace({"general/2024-01-15.json": [message(1)]})
    documents, _ = reading_of_files(read_files, {**contents, "users.json": people})
    assert said(documents) == [("U1", "text 1")]


def test_a_cut_day_gives_the_messages_before_the_cut() -> None:
    contents = workspace(
        {"general/2024-01-15.json": [message(1), message(2)], "general/2024-01-16.json": [message(3)]}
    )
    contents["general/2024-01-15.json"] = contents["general/2024-01-15.json"][:-20]
    documents, report = reading_of_files(read_files, contents)
    assert texts(documents) == ["text 1", "text 3"]
    assert report.unreadable == 1


def test_folders_of_something_else_are_not_taken() -> None:
    assert fits_files(files({"users.json": json.dumps(PEOPLE), "a/2024-01-15.json": '{"a": 1}'})) == []
    assert not fits(opened("[1, 2]"))
    assert not fits(opened('[{"ts": "1705315200.0"}]'))


def test_a_day_whose_compression_is_damaged_is_left_out_with_a_note(tmp_path: Path) -> None:
    long = [message(2), message(3, text="x" * 200_000)]
    days = workspace({"general/2024-01-15.json": [message(1)], "general/2024-01-16.json": [*long]})
    with zipfile.ZipFile(tmp_path / "it.zip", "w", zipfile.ZIP_STORED) as archive:
        for path, content in days.items():
            archive.writestr(path, content)
    data = (tmp_path / "it.zip").read_bytes().replace(b"text 2", b"text 9")
    (tmp_path / "it.zip").write_bytes(data)
    report = Report()
    documents = list(read_files(files_of_archive(opened_file(tmp_path / "it.zip", None)), report))
    assert texts(documents) == ["text 1"]
    assert len(report.notes) == 1
    assert "2024-01-16.json is damaged" in report.notes[0]
