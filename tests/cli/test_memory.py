"""`learn`, `forget` and `memory …`: what a person is told, and what a program reads."""

import json
import os
import stat
from pathlib import Path

import pytest

from program import CommandLine

CHAT = "see you tomorrow\nsee Anna at the station\nTomorrow, Anna?\nAnna's dog\n"


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    source = tmp_path / "chat.txt"
    source.write_text(CHAT, encoding="utf-8")
    return source


@pytest.fixture
def taught(foreword: CommandLine, chat: Path, home: Path) -> Path:
    assert foreword("learn", chat).code == 0
    return home / "me.memory"


def test_learn_says_how_much_how_long_where_and_what_next(
    foreword: CommandLine, chat: Path, home: Path
) -> None:
    outcome = foreword("learn", chat)
    assert outcome.code == 0
    assert outcome.out == ""
    first, second, third = outcome.err.splitlines()
    assert first.startswith("Learned 4 messages in ")
    assert first.endswith(f" s; they are kept in {home / 'me.memory'}.")
    assert second.startswith(
        "It has 4 messages now. See its words with: foreword memory list. Type with it: "
    )
    assert third == f"Train a network on them: foreword train {chat}"
    again = json.loads(foreword("learn", chat, "--json").out)
    assert (again["messages"], again["known"], again["memory"]) == (0, 4, str(home / "me.memory"))
    assert "Learned 0 messages (4 were known before)" in foreword("learn", chat).err


def test_sources_are_files_folders_pipes_and_encodings(
    foreword: CommandLine, chat: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("one\n\ntwo")
    (tmp_path / "latin.txt").write_bytes("drei Straßen\n".encode("latin-1"))
    assert "Learned 7 messages" in foreword("learn", chat, tmp_path / "folder", "-", stdin=b"three").err
    assert "try --encoding cp1252" in foreword("learn", tmp_path / "latin.txt").err
    assert "Learned 1 message in " in foreword("learn", tmp_path / "latin.txt", "--encoding", "latin-1").err


def test_a_memory_is_chosen_as_its_model_is(
    foreword: CommandLine, chat: Path, home: Path, tmp_path: Path
) -> None:
    foreword("learn", chat, "-m", "work")
    foreword("learn", chat, "-m", tmp_path / "models" / "mine")
    assert (home / "work.memory").is_file()
    assert (tmp_path / "models" / "mine.memory").is_file()
    assert json.loads(foreword("memory", "list", "--json").out) == []
    assert len(json.loads(foreword("memory", "list", "-m", "work", "--json").out)) > 0


def test_list_shows_the_words_used_most_with_counts_and_when_last(
    foreword: CommandLine, taught: Path
) -> None:
    lines = foreword("memory", "list", "-k", "2").out.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["Anna", "2"], ["see", "2"]]
    assert all(len(line.split("\t")[2]) == len("2026-11-25 09:30") for line in lines)
    rows = json.loads(foreword("memory", "list", "--json", "--limit", "1").out)
    assert [(row["word"], row["times"]) for row in rows] == [("Anna", 2)]


def test_an_empty_memory_says_how_to_teach_it(foreword: CommandLine, home: Path) -> None:
    outcome = foreword("memory", "list")
    assert (outcome.code, outcome.out) == (0, "")
    assert (
        outcome.err == f"{home / 'me.memory'} remembers nothing yet; teach it with: foreword learn SOURCE\n"
    )
    assert not (home / "me.memory").exists()


def test_forget_says_what_was_deleted_what_stays_blocked_and_what_it_cannot_do(
    foreword: CommandLine, taught: Path
) -> None:
    outcome = foreword("forget", "TOMORROW", "anna", "sta", "xyz")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.splitlines() == [
        "TOMORROW: deleted 2 times from 2 messages",
        "anna: deleted 3 times from 3 messages",
        "sta: was not there; still there as a part of station",
        "xyz: was not there",
        "Blocked until: foreword memory allow TOMORROW anna sta xyz",
        "The weights of a network may still carry them until it is trained again.",
    ]
    assert b"nna" not in taught.read_bytes()
    row = json.loads(foreword("forget", "dog", "--json").out)
    assert row == [{"word": "dog", "times": 1, "messages": 1, "inside": []}]
    words = [each["word"] for each in json.loads(foreword("memory", "list", "--json").out)]
    assert words == ["see", "at", "station", "the", "you"]


def test_allow_says_whether_it_was_blocked(foreword: CommandLine, taught: Path) -> None:
    foreword("forget", "Anna")
    outcome = foreword("memory", "allow", "ANNA", "you")
    assert outcome.err.splitlines() == [
        "ANNA may be learned and suggested again",
        "you was not blocked",
    ]


def test_what_is_no_word_stops_it_before_anything_is_forgotten(foreword: CommandLine, taught: Path) -> None:
    outcome = foreword("forget", "Anna", "two words")
    assert outcome.code == 2
    assert outcome.err == "foreword: 'two words' is not a word; give one or more words, each by itself\n"
    assert b"Anna" in taught.read_bytes()


def test_export_and_import_carry_a_memory(foreword: CommandLine, taught: Path, tmp_path: Path) -> None:
    lines = foreword("memory", "export").out
    assert [json.loads(line).get("text") for line in lines.splitlines()] == [None, *CHAT.splitlines()]
    file = tmp_path / "memory.jsonl"
    assert foreword("memory", "export", file).out == ""
    assert file.read_text("utf-8") == lines
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (
        foreword("memory", "import", file, "-m", "new").err == "Learned 4 messages that were not there yet\n"
    )
    assert (
        foreword("memory", "import", "-", "-m", "new", stdin=lines.encode()).err
        == "Learned 0 messages that were not there yet\n"
    )
    assert foreword("memory", "export", "-m", "new").out == lines


def test_merge_takes_another_memory_in(foreword: CommandLine, taught: Path, home: Path) -> None:
    foreword("learn", "-", "-m", "old", stdin=b"see me\nsee Xaver")
    foreword("forget", "Xaver", "-m", "old")
    assert (
        foreword("memory", "merge", home / "old.memory").err == "Learned 2 messages that were not there yet\n"
    )
    assert "Xaver" not in foreword("memory", "export").out
    assert "see me" in foreword("memory", "export").out


def test_clear_asks_first(foreword: CommandLine, taught: Path) -> None:
    refused = foreword("memory", "clear")
    assert refused.code == 2
    assert refused.err == "foreword: to delete everything that was learned, say so with --yes\n"
    outcome = foreword("memory", "clear", "--yes")
    assert outcome.err == "Deleted 4 messages; forgotten words stay blocked\n"
    assert json.loads(foreword("memory", "list", "--json").out) == []


def test_a_damaged_memory_is_told_of_and_the_learning_goes_on(
    foreword: CommandLine, chat: Path, home: Path
) -> None:
    home.mkdir()
    (home / "me.memory").write_bytes(b"no database at all" * 100)
    outcome = foreword("learn", chat)
    assert outcome.code == 0
    assert "it is kept as me.memory.damaged-1, and a new memory begins\nLearned 4 messages" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("learn nowhere.txt", "there is no file or folder nowhere.txt; check the name"),
        ("memory list -k 0", "limit must be at least 1, not 0"),
        ("memory import nowhere.txt", "there is no file nowhere.txt; check the name"),
        ("memory merge nowhere.txt", "there is no file nowhere.txt; name the file of a memory"),
        ("memory list -m me.memory", "'me.memory' cannot be the name of a model"),
        ("forget !", "'!' is not a word"),
    ],
)
def test_what_is_wrong_is_one_line(foreword: CommandLine, arguments: str, words: str) -> None:
    outcome = foreword(*arguments.split())
    assert outcome.code == (1 if "nowhere.txt" in arguments else 2)
    assert outcome.out == ""
    assert outcome.err.startswith(f"foreword: {words}")
    assert outcome.err.count("\n") == 1


def test_a_text_is_no_exported_memory(foreword: CommandLine, chat: Path, tmp_path: Path) -> None:
    outcome = foreword("memory", "import", chat)
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: {chat}, line 1, is not of an exported memory; name a file that")
    (tmp_path / "latin.txt").write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in foreword("memory", "import", tmp_path / "latin.txt").err
    merged = foreword("memory", "merge", chat)
    assert merged.code == 1
    assert merged.err.startswith(f"foreword: {chat} is not a memory of Foreword's; learn a text with")
    assert chat.read_text("utf-8") == CHAT
