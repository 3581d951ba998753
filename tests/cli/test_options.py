"""A text is an argument, or standard input where it is `-` or left out."""

import io
import sys
from pathlib import Path

import pytest

from foreword.cli.explain import style_of
from foreword.cli.main import main
from foreword.cli.options import read_text
from foreword.cli.whose import asked_whose
from foreword.errors import OptionError


class Terminal(io.TextIOWrapper):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


@pytest.mark.parametrize("text", ["abc", "", " - ", "abc\n"])
def test_a_text_handed_in_is_taken_as_it_is(text: str) -> None:
    assert read_text(text) == text


@pytest.mark.parametrize("text", [None, "-"])
@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"abc", "abc"),
        (b"abc\n", "abc"),
        (b"abc\r\n", "abc"),
        (b"abc \n\n", "abc \n"),
        (b"", ""),
        ("да\n".encode(), "да"),
        (b"a\xffb", "a\ufffdb"),
    ],
)
def test_a_pipe_is_read_as_utf_8_without_the_shells_newline(
    monkeypatch: pytest.MonkeyPatch, text: str | None, data: bytes, read: str
) -> None:
    pipe(monkeypatch, data)
    assert read_text(text) == read


def test_at_a_terminal_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(b"abc")))
    with pytest.raises(OptionError, match="hand in a text in quotes, or pipe one in"):
        read_text(None)
    assert read_text("-") == "abc"


def test_the_more_surprising_the_warmer_the_colour() -> None:
    styles = [style_of(bits) for bits in (0.0, 1.0, 1.1, 3.0, 4.9, 8.0, 8.1, 99.0)]
    assert styles == ["green", "green", "default", "default", "yellow", "red", "reverse red", "reverse red"]


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
    home.mkdir()
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
    typed: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits nobody, or several people, is asked again."""
    names = ["Ana Silva"] * 3 + ["Ben Ōe"] * 2 + ["Ben", "Diana"]
    chat = tmp_path / "chat.txt"
    lines = [f"[01.02.24, 10:00:{at:02}] {name}: hello\n" for at, name in enumerate(names)]
    chat.write_text("".join(lines), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(typed.encode() + b"\n"), encoding="utf-8"))
    monkeypatch.setattr(sys, "stderr", Terminal(io.BytesIO(), encoding="utf-8"))
    assert asked_whose(str(chat), None) == meant
