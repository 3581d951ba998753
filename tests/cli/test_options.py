"""What the command line accepts: texts, names, choices, people, and all kinds of streams."""

import errno
import io
import os
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from typer.main import get_command

from foreword.cli.main import EXAMPLES, app_of, main
from foreword.cli.options import ask_whose, read_text
from foreword.cli.write import write
from foreword.errors import ForewordError, OptionError
from foreword.keyboard.suggest import Keyboard
from foreword.terminal.editor import EditorSettings
from program import CommandLine


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(sys, name, Terminal(io.BytesIO()))


def leaves(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    commands = getattr(command, "commands", {})
    for each, below in commands.items():
        yield from leaves(below, f"{name} {each}".strip())
    if not commands or name == "ibus":
        yield name, command


def test_each_command_explains_its_options_and_has_a_valid_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a narrow terminal, its help has the whole names of the options."""
    monkeypatch.setenv("COLUMNS", "40")
    found = dict(leaves(get_command(app_of())))
    assert found.keys() == EXAMPLES.keys()
    for name, command in found.items():
        assert all(each.help for each in command.params if each.name != "help"), name
        words = shlex.split(EXAMPLES[name])
        assert words[: 1 + len(name.split())] == ["foreword", *name.split()]
        context = command.make_context(name, words[1 + len(name.split()) :])  # fails for an unknown option
        switches = [each for each in command.get_params(context) if getattr(each, "is_flag", False)]
        assert {each.metavar for each in switches} == {""}, name
        assert command.epilog == f"Example: {EXAMPLES[name]}"
        names = {each for param in command.params for each in param.opts if each.startswith("-")}
        assert name == "ibus" or all(each in command.get_help(context) for each in names), name


@pytest.mark.parametrize(
    ("data", "read"),
    [(b"abc\r\n", "abc"), (b"abc \n\n", "abc \n"), (b"", ""), ("да\n".encode() + b"\xff", "да\n\ufffd")],
)
def test_a_pipe_is_utf_8_without_a_newline(monkeypatch: pytest.MonkeyPatch, data: bytes, read: str) -> None:
    for text in (None, "-"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
        assert read_text(text) == read
    assert read_text(read) == read
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(b"abc")))
    with pytest.raises(OptionError, match="give a text in quotes, or pipe one in"):
        read_text(None)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("memory list -m ", ["notes", "work"]),
        ("models ", ["delete", "list"]),
        ("models delete n", ["notes"]),
        ("train a --from n", ["notes"]),
        ("train a --units ", ["characters", "subwords", "words"]),
    ],
)
def test_the_shell_completes_models_and_choices(
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
        ("4", "Diana"),
        ("ben  ōe", "Ben Ōe"),
        ("silva", "Ana Silva"),
        ("ben", "Ben"),
        ("Cem\n9\nan\n\n1", "Ana Silva"),
    ],
)
def test_people_are_chosen_by_number_or_name(typed: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If an answer fits nobody or several people, the question comes again."""
    people = Counter({"Ana Silva": 3, "Ben Ōe": 2, "Ben": 1, "Diana": 1})
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(typed.encode() + b"\n"), encoding="utf-8"))
    monkeypatch.setattr(sys, "stderr", Terminal(io.BytesIO(), encoding="utf-8"))
    assert ask_whose("chat.txt", people) == meant


@pytest.mark.parametrize("closed", [("stdin",), ("stdin", "stdout")])
def test_a_closed_stream_counts_as_empty(
    toy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], closed: tuple[str, ...]
) -> None:
    no_text = "foreword: there is no text to measure; give at least one character\n"
    for command, error in (("suggest", ""), ("explain", no_text)):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["foreword", command, "-m", str(toy)])
            for stream in closed:
                patch.setattr(sys, stream, None)
            with pytest.raises(SystemExit) as left:
                main()
            for stream in closed:
                getattr(sys, stream).close()
        assert (bool(left.value.code), capsys.readouterr().err) == (bool(error), error)


def test_ctrl_c_during_an_import_is_no_error(foreword: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """ONNX Runtime turns the interrupt into an ImportError, and raises that one again."""

    def load(_: object) -> None:
        try:
            raise ImportError("initialization failed") from KeyboardInterrupt()
        except ImportError as error:
            failed = error
        raise failed

    monkeypatch.setattr("foreword.runtime.model.Model.open", load)
    stopped = foreword("suggest", "a")
    assert (stopped.code, stopped.out, stopped.err) == (130, "", "")


def test_too_little_memory_is_one_line(
    foreword: CommandLine, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Mock(wraps=os, fstat=Mock(side_effect=OSError(errno.ENOMEM, "Cannot allocate memory")))
    monkeypatch.setattr("foreword.modelfolder.reading.os", opened)
    failed = foreword("suggest", "a", "-m", toy)
    assert failed.code == 1
    assert failed.err.startswith("foreword: this computer has too little memory free; end other programs")


def test_write_refuses_a_wrong_option_before_it_shows_anything(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_a_terminal(monkeypatch)
    for given, words in (
        ({"limit": 0}, "limit must be from 1 to 9, not 0"),
        ({"confidence": 1.5}, "confidence must be from 0 to 1, not 1.5"),
        ({"file": Path("nowhere/at/all.txt")}, "there is no folder nowhere/at; make it, or name another"),
    ):
        with pytest.raises(ForewordError, match=words):
            write(model=str(toy), **given)


def test_options_override_the_settings(toy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With no_memory, the memory is neither read nor taught."""
    seen: list[tuple[object, ...]] = []

    def edit(keyboard: Keyboard, _files: object, chosen: EditorSettings) -> None:
        shown = (chosen.limit, chosen.letters, chosen.confidence)
        seen.append((*shown, chosen.is_private, chosen.has_memory, keyboard.memory.path))
        raise ForewordError("left")

    monkeypatch.setattr("foreword.terminal.editor.Editor", edit)
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path))
    at_a_terminal(monkeypatch)
    settings = "choices = 5\nletters = 2\nconfidence = 0.6\nlearn = false\n"
    asked: dict[str, object] = {"limit": 1, "confidence": 0.2, "no_memory": True}
    for text, options in (("", {}), (settings, {}), ("letters = 2", asked)):
        (tmp_path / "settings.toml").write_text(text)
        with pytest.raises(ForewordError, match="left"):
            write(model=str(toy), **options)  # type: ignore[arg-type]
    memory = toy.with_name("toy.memory")
    assert [row[3:] for row in seen] == [(False, True, memory), (True, True, memory), (True, False, None)]
    assert [row[:3] for row in seen[1:]] == [(5, 2, 0.6), (1, 2, 0.2)]
