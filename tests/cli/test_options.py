"""A text is an argument, or standard input where it is `-` or left out."""

import io
import sys
from collections import Counter
from pathlib import Path

import pytest

from foreword.cli.main import main
from foreword.cli.options import read_text
from foreword.cli.whose import ask_whose
from foreword.errors import OptionError


class Terminal(io.TextIOWrapper):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"abc\n", "abc"),
        (b"abc\r\n", "abc"),
        (b"abc \n\n", "abc \n"),
        (b"", ""),
        ("да\n".encode(), "да"),
        (b"a\xffb", "a\ufffdb"),
    ],
)
def test_a_pipe_is_read_as_utf_8_without_the_shells_newline(
    monkeypatch: pytest.MonkeyPatch, data: bytes, read: str
) -> None:
    for text in (None, "-"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
        assert read_text(text) == read
    assert read_text(read) == read


def test_at_a_terminal_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(b"abc")))
    with pytest.raises(OptionError, match="give a text in quotes, or pipe one in"):
        read_text(None)
    assert read_text("-") == "abc"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("suggest -m w", ["work"]),
        ("memory list -m ", ["notes", "work"]),
        ("models ", ["delete", "list"]),
        ("models delete n", ["notes"]),
        ("train a --from n", ["notes"]),
        ("train a --architecture ", ["convolution", "gru", "lstm", "rnn", "unrolled", "window"]),
        ("train a --units ", ["characters", "subwords", "words"]),
    ],
)
def test_a_shell_completes_models_and_choices(
    home: Path,
    words: str,
    found: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home.mkdir(exist_ok=True)
    for name in ("work.memory", "notes.run"):
        (home / name).touch()
    monkeypatch.setenv("_FOREWORD_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"foreword {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(f"foreword {words}".split(" ")) - 1))
    with pytest.raises(SystemExit):
        main()
    assert sorted(capsys.readouterr().out.split()) == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2", "Ben Ōe"),
        ("ben  ōe", "Ben Ōe"),
        ("silva", "Ana Silva"),
        ("ben", "Ben"),
        ("Cem\n9\nan\n\n1", "Ana Silva"),
    ],
)
def test_a_person_is_chosen_by_number_or_by_name(
    typed: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits nobody, or several people, is asked again."""
    people = Counter({"Ana Silva": 3, "Ben Ōe": 2, "Ben": 1, "Diana": 1})
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(typed.encode() + b"\n"), encoding="utf-8"))
    monkeypatch.setattr(sys, "stderr", Terminal(io.BytesIO(), encoding="utf-8"))
    assert ask_whose("chat.txt", people) == meant
