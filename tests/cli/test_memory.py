"""`learn`, `forget` and `memory …`: their messages for people and their JSON for programs."""

import json
import os
import shutil
import stat
from pathlib import Path
from unittest.mock import Mock

import pytest

from foreword.errors import MemoryFull
from foreword.keyboard.memory_file import MemoryFile
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


def test_learn_prints_its_count_time_file_and_a_hint(foreword: CommandLine, chat: Path, home: Path) -> None:
    outcome = foreword("learn", chat)
    assert (outcome.code, outcome.out) == (0, "")
    first, second = outcome.err.splitlines()
    assert first.startswith("Learned 4 messages in ")
    assert first.endswith(f" s. The memory is {home / 'me.memory'}.")
    assert "has 4 messages now. See its words with: foreword memory list. Type with it: " in second
    again = json.loads(foreword("learn", chat, "--json").out)
    assert (again["messages"], again["known"], again["memory"]) == (0, 4, str(home / "me.memory"))


def test_memory_list_sorts_by_use_and_finds_any_case(foreword: CommandLine, home: Path, chat: Path) -> None:
    empty = foreword("memory", "list")
    assert (empty.code, empty.out) == (0, "")
    assert empty.err == f"{home / 'me.memory'} is empty; to fill it: foreword learn SOURCE\n"
    assert not (home / "me.memory").exists()
    foreword("learn", chat)
    lines = foreword("memory", "list", "-k", "2").out.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["Anna", "2"], ["see", "2"]]
    rows = json.loads(foreword("memory", "list", "--json", "--limit", "1").out)
    assert [(row["word"], row["times"]) for row in rows] == [("Anna", 2)]
    assert len(foreword("memory", "list", "TO").out.splitlines()) == 2
    assert foreword("memory", "list", "zebra").err == f"No word in {home / 'me.memory'} has 'zebra' in it\n"


def test_memory_messages_shows_each_message_with_the_word(foreword: CommandLine, taught: Path) -> None:
    shown = foreword("memory", "messages", "ANNA")
    assert [line.split("\t")[1] for line in shown.out.splitlines()] == CHAT.splitlines()[1:]
    assert shown.err == "3 messages with ANNA\n"
    (row,) = json.loads(foreword("memory", "messages", "dog", "--json").out)
    assert row["text"] == "Anna's dog"
    foreword("forget", "anna")
    assert foreword("memory", "messages", "Anna").err == "0 messages with Anna; the word is blocked\n"


def test_forget_reports_the_deleted_words_and_its_limits(foreword: CommandLine, taught: Path) -> None:
    outcome = foreword("forget", "TOMORROW", "anna", "sta", "xyz")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.splitlines() == [
        "TOMORROW: deleted 2 times from 2 messages",
        "anna: deleted 3 times from 3 messages",
        "sta: not in the memory; these words stay: station",
        "xyz: not in the memory",
        "Blocked; to allow again: foreword memory allow TOMORROW anna sta xyz",
        "The weights of a network may still know them until the next training",
    ]
    assert b"nna" not in taught.read_bytes()
    row = json.loads(foreword("forget", "dog", "--json").out)
    assert row == [{"word": "dog", "times": 1, "messages": 1, "inside": [], "files": []}]
    words = [each["word"] for each in json.loads(foreword("memory", "list", "--json").out)]
    assert words == ["see", "at", "station", "the", "you"]


def test_a_mistake_in_the_settings_is_found_before_words_are_forgotten_or_learned(
    foreword: CommandLine, taught: Path, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text("model = 3", "utf-8")
    before = taught.read_bytes()
    for arguments, given in (["forget", "anna"], ""), (["learn", "-"], "Zorblax"):
        outcome = foreword(*arguments, "-m", "me", stdin=given, FOREWORD_CONFIG=str(tmp_path))
        assert (outcome.code, outcome.err.count("\n")) == (2, 1)
        assert taught.read_bytes() == before


def test_forget_names_all_other_copies(foreword: CommandLine, taught: Path, home: Path, toy: Path) -> None:
    shutil.copytree(toy, home / "me")
    (home / "me.run" / "corpus" / "cleaned").mkdir(parents=True)
    (home / "me.run" / "corpus" / "cleaned" / "0.txt").write_text(CHAT, "utf-8")
    shutil.copy(taught, home / "me.memory.damaged-1")
    clear, delete = "foreword memory clear --damaged -m me", "foreword models delete me"
    first, second = json.loads(foreword("forget", "xyz", "anna", "--json").out)
    assert [each["command"] for each in first["files"]] == [clear]
    assert second["files"][1] == {"path": str(home / "me.run"), "command": f"{delete} --run"}
    assert foreword("forget", "anna").err.splitlines()[2:] == [
        f"{home / 'me.memory.damaged-1'}, a damaged memory that was set aside, still holds it",
        f"  to delete that: {clear}",
        f"{home / 'me.run'}, an interrupted training, still holds it, in corpus/cleaned/0.txt",
        f"  to delete that: {delete} --run",
        "The weights of me may still know it until the next training",
        f"  to delete them: {delete}",
    ]


def test_each_hint_names_the_model_of_the_command(foreword: CommandLine) -> None:
    foreword("learn", "-", "-m", "bard", stdin=b"my good Lord")
    told = foreword("forget", "-m", "bard", "good", "it's").err
    assert """Blocked; to allow again: foreword memory allow -m bard good 'it'"'"'s'""" in told
    assert "foreword memory blocked WORD -m bard" in foreword("memory", "blocked", "-m", "bard").err
    assert "to delete that: foreword forget -m bard lord\n" in foreword("forget", "lord").err


def test_memory_blocked_lists_and_looks_up_words(foreword: CommandLine, taught: Path, home: Path) -> None:
    assert foreword("memory", "blocked").err == "No word is blocked\n"
    (home / "me").mkdir()
    foreword("forget", "tomorrow", "Station", "Anna", "Xylophon42")
    (home / "me" / "lexicon.txt").write_text("see\nstation\nTomorrow\n", "utf-8")
    outcome = foreword("memory", "blocked")
    assert outcome.out.splitlines() == ["Tomorrow", "station"]
    assert outcome.err.startswith("2 other words are blocked and kept as hashes; to look a word up: foreword")
    looked_up = json.loads(foreword("memory", "blocked", "xylophon42", "see", "--json").out)
    assert looked_up == {"words": ["xylophon42"], "others": 3}
    assert foreword("memory", "blocked", "see", "you").err == "see, you: not blocked\n"
    allowed = foreword("memory", "allow", "TOMORROW", "you").err.splitlines()
    assert allowed == ["TOMORROW can be learned and suggested again", "you was not blocked"]
    assert foreword("memory", "blocked").out.splitlines() == ["station"]


def test_a_memory_can_be_copied(foreword: CommandLine, taught: Path, home: Path, tmp_path: Path) -> None:
    lines = foreword("memory", "export").out
    assert [json.loads(line).get("text") for line in lines.splitlines()] == [None, *CHAT.splitlines()]
    file = tmp_path / "memory.jsonl"
    file.write_text("it was there, and all could read it", encoding="utf-8")
    file.chmod(0o644)
    assert foreword("memory", "export", file).out == ""
    assert file.read_text("utf-8") == lines
    assert os.name != "posix" or stat.S_IMODE(file.stat().st_mode) == 0o600
    assert foreword("memory", "import", file, "-m", "new").err == "Learned 4 new messages\n"
    again = foreword("memory", "import", "-", "-m", "new", stdin=lines.encode("utf-8-sig"))
    assert again.err == "Learned 0 new messages\n"
    assert foreword("memory", "export", "-m", "new").out == lines
    foreword("learn", "-", "-m", "old", stdin=b"see me\nsee Xaver")
    foreword("forget", "Xaver", "-m", "old")
    assert foreword("memory", "merge", home / "old.memory").err == "Learned 2 new messages\n"
    assert "see me" in foreword("memory", "export").out


def test_an_export_replaces_neither_a_memory_nor_a_copy_with_nothing(
    foreword: CommandLine, taught: Path, home: Path, tmp_path: Path
) -> None:
    """The name after -m may be mistyped, and the file may be the only copy of a memory."""
    (home / "link").symlink_to(taught)
    foreword("memory", "export", tmp_path / "copy.jsonl")
    before = taught.read_bytes(), (tmp_path / "copy.jsonl").read_bytes()
    for file in (taught, home / "link"):
        outcome = foreword("memory", "export", file, "-m", "other")
        assert (outcome.code, outcome.err.count("\n")) == (2, 1)
        assert f"FILE {file} is a memory, which an export would replace;" in outcome.err
    outcome = foreword("memory", "export", tmp_path / "copy.jsonl", "-m", "mistyped")
    assert outcome.code == 2
    assert "mistyped.memory is empty, so FILE" in outcome.err
    assert (taught.read_bytes(), (tmp_path / "copy.jsonl").read_bytes()) == before


@pytest.mark.parametrize(
    "command", ["forget dog", "memory clear --yes", "memory import -", "memory merge OTHER"]
)
def test_a_deletion_is_done_and_fails_if_the_disk_has_no_room_to_rewrite_the_file(
    foreword: CommandLine, taught: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    foreword("forget", "dog", "-m", "other")
    words = command.replace("OTHER", str(taught.with_name("other.memory"))).split()
    exported = foreword("memory", "export", "-m", "other").out.encode()
    monkeypatch.setattr(MemoryFile, "wipe", Mock(side_effect=MemoryFull("no room")))
    outcome = foreword(*words, stdin=exported)
    assert outcome.code == 1
    assert f"traces of the deleted text may stay in {taught}; try again later (no room)\n" in outcome.err
    assert ("dog: deleted once" in outcome.err) == (words[0] == "forget")
    assert "dog" not in foreword("memory", "list").out
    monkeypatch.setattr(MemoryFile, "wipe", Mock(side_effect=[MemoryFull("no room"), True]))
    later = foreword("forget", "dog", "fox")  # there is room again at the second word
    assert (later.code, "traces" in later.err) == (0, False)


def test_clear_needs_yes_and_can_spare_the_memory(foreword: CommandLine, taught: Path, home: Path) -> None:
    shutil.copy(taught, home / "me.memory.damaged-1")
    for option, what in (("--damaged", "the damaged files"), (None, "everything that was learned")):
        refused = foreword("memory", "clear", *([option] if option else []))
        assert (refused.code, refused.err) == (2, f"foreword: to delete {what}, add --yes\n")
    told = foreword("memory", "clear", "--damaged", "--yes").err
    assert told == "Deleted me.memory.damaged-1; forgotten words stay blocked\n"
    assert len(json.loads(foreword("memory", "list", "--json").out)) > 0
    shutil.copy(taught, home / "me.memory.damaged-2")
    told = foreword("memory", "clear", "--yes").err
    assert told == "Deleted 4 messages and me.memory.damaged-2; forgotten words stay blocked\n"
    assert [each.name for each in home.iterdir()] == ["me.memory"]
    assert json.loads(foreword("memory", "list", "--json").out) == []
