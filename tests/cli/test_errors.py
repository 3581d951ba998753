"""Each error is one line that says what is wrong, where, and what to do; and nothing changes.

The exit code is 1, or 2 if the command itself was wrong. More errors of `train` are in test_train.py.
"""

import sys
import time
from pathlib import Path
from unittest.mock import Mock

import pytest

from program import CommandLine, Outcome

CHAT = "see you tomorrow\nsee Anna at the station\n"


@pytest.fixture
def here(foreword: CommandLine, toy: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder with good and bad texts, a memory, and the toy as the default model."""
    monkeypatch.chdir(toy.parent)
    Path("chat.txt").write_text(CHAT, encoding="utf-8")
    Path("new.txt").write_text("Anna is late\n", encoding="utf-8")
    Path("empty.txt").write_bytes(b"")
    Path("latin.txt").write_bytes("eins\nzwei\ndrei Straßen\n".encode("latin-1"))
    foreword("learn", "chat.txt")
    monkeypatch.setenv("FOREWORD_MODEL", str(toy))
    return toy.parent


WRONG = [
    # Usage
    ("dance", 2, "there is no command dance; see: foreword --help"),
    ("sugest", 2, "there is no command sugest; perhaps suggest; see: foreword --help"),
    ("learn", 2, "SOURCE is missing; see: foreword learn --help"),
    ("suggest see you", 2, "you: too many arguments; give one TEXT, in quotes if it has spaces; see:"),
    ("write a b", 2, "b: too many arguments; give one FILE, in quotes if it has spaces; see: foreword write"),
    ("inspect toy", 2, "toy: too many arguments; name a model with -m; see: foreword inspect --help"),
    ("evaluate --json=3", 2, "--json takes no value"),
    ("write", 2, 'write needs a terminal; programs and pipes can use: foreword suggest "…"'),
    # Sources
    ("learn nowhere.txt", 1, "there is no file or folder nowhere.txt; check the name"),
    ("learn new.txt nowhere.txt -m me", 1, "there is no file or folder nowhere.txt; check the name"),
    ("learn empty.txt", 1, "empty.txt is empty; name a source with text in it"),
    ("learn latin.txt", 1, "latin.txt is not in utf-8: byte 0xDF at offset 19, in line 3"),
    # Models
    ("evaluate -m nobody", 1, "there is no model"),
    ("evaluate -m {here}", 1, "is a folder, but holds no model"),
    ("suggest abc -m me", 1, "train one with: foreword train SOURCE"),
    # Values
    ("generate a --no-copy-characters 9", 2, "--no-copy-characters needs --no-copy SOURCE"),
    ("generate a --encoding latin-1", 2, "--encoding needs --no-copy SOURCE"),
    ("generate --no-copy -", 2, "standard input is the SOURCE of --no-copy; give PROMPT in quotes"),
    ("evaluate", 1, "nothing was held out when toy was trained, so there is no figure to show"),
    ("evaluate chat.txt --messages -1", 2, "--messages must be at least 0, not -1"),
    ("evaluate --no-memory", 2, "--no-memory needs a SOURCE; name one, or leave out --no-memory"),
    *(
        (f"suggest a --characters {option}", 2, f"{option.split()[0]} has no effect with --characters;")
        for option in ("--phrases", "--confidence 0.1", "--why", "--no-memory")
    ),
    ("explain a --cells --gradients", 2, "--cells and --gradients cannot be combined; give one"),
    ("explain a --cells --plot no/x.png", 2, "--plot no/x.png cannot be written: there is no folder no;"),
    ("compare no.txt", 1, "there is no file or folder no.txt; check the name"),
    ("compare no.txt --minutes 1 --steps 5", 2, "--minutes and --steps both set the length of a training;"),
    ("compare no.txt --architecture bert", 2, "--architecture must be one of lstm, gru, rnn, unrolled"),
    ("compare no.txt -o no/x.png", 2, "--plot no/x.png cannot be written: there is no folder no;"),
    ("compare no.txt --html .", 2, "--html . cannot be written: it is a folder"),
    ("train chat.txt -o new.txt/me", 1, "new.txt/me.run cannot be made: Not a directory"),
    ("ibus -m me install", 2, "put options behind install: foreword ibus install --model NAME"),
    ("ibus install --private --learn", 2, "--private and --learn say the opposite; give one of them"),
    *(
        (f"ibus install --uninstall {option}", 2, "deletes what was installed; leave out the other options")
        for option in ("--learn", "--no-learn", "--private", "-m toy")
    ),
    # The memory
    ("memory list -k 0", 2, "--limit must be at least 1, not 0"),
    ("memory import latin.txt", 1, "latin.txt is not UTF-8 text; name a file that foreword memory export"),
    ("memory import nowhere.txt", 1, "nowhere.txt cannot be read: No such file or directory; name a file"),
    ("memory messages two+words", 2, "'two words' is not one word"),
    ("forget Anna two+words", 2, "'two words' is not one word; give each word by itself"),
    # A shell passes an empty text for an unset variable; it never means the current folder.
    *(
        (f"{command} +", 2, "was a variable not set?")
        for command in (
            *("learn chat.txt --me", "preview", "evaluate", "train chat.txt --replay"),
            *("write", "memory import", "generate a --no-copy"),
        )
    ),
]


def times(folder: Path) -> dict[Path, int]:
    """When each file was changed, except for the memory, which SQLite opens."""
    files = (path for path in folder.rglob("*") if ".memory" not in path.name and path.is_file())
    return {path: path.stat().st_mtime_ns for path in files}


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG, ids=[row[0] for row in WRONG])
def test_an_error_is_one_line_and_changes_nothing(
    foreword: CommandLine, here: Path, arguments: str, code: int, words: str
) -> None:
    before = times(here)
    given = (each.replace("+", " ").replace("{here}", str(here)) for each in arguments.split())
    outcome = foreword(*given)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (code, "", 1)
    assert outcome.err.startswith("foreword: ")
    assert words in outcome.err
    assert times(here) == before
    assert foreword("memory", "messages", "Anna", "-m", "me").err == "1 message with Anna\n"


def test_other_systems_than_linux_name_the_ways_to_type_there(
    foreword: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert foreword("ibus").err.startswith("foreword: IBus is for Linux; to type here: foreword write, ")


def test_a_library_that_windows_cannot_load_is_one_line(
    foreword: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = (
        "DLL load failed while importing onnxruntime_pybind11_state: The specified module could not be found"
    )
    monkeypatch.setattr("foreword.cli.main.app_of", Mock(side_effect=ImportError(f"{why}.")))
    remedy = "install Microsoft's Visual C++ Redistributable, then try again"
    assert foreword("suggest", "see") == Outcome(code=1, out="", err=f"foreword: {why}; {remedy}\n")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a clock whose zone can be changed")
def test_a_day_is_no_time_zone(foreword: CommandLine, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert here.is_dir()
    monkeypatch.setenv("TZ", "XXX25")
    time.tzset()
    try:
        outcome = foreword("memory", "list", "-m", "me")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "TZ=XXX25 is a day or more from UTC; try one such as" in outcome.err
