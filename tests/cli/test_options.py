"""A text is an argument, or standard input where it is `-` or left out."""

import io
import sys
from collections import Counter
from pathlib import Path

import pytest

import foreword as api
from foreword.assess.preview import preview
from foreword.cli.main import main
from foreword.cli.options import read_text
from foreword.cli.whose import ask_whose
from foreword.errors import OptionError
from program import CommandLine


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


@pytest.fixture
def here(toy: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a text and a model, where the commands are given."""
    home.mkdir(exist_ok=True)
    monkeypatch.chdir(toy.parent)
    monkeypatch.setenv("FOREWORD_MODEL", str(toy))
    Path("notes.txt").write_text("something of mine\n", encoding="utf-8")
    return toy.parent


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("dance", "there is no command dance; see: foreword --help"),
        ("memory dance", "there is no command dance; see: foreword memory --help"),
        ("sugest", "there is no command sugest; perhaps suggest; see: foreword --help"),
        ("suggest --nonsense", "there is no option --nonsense"),
        ("suggest --jsn", "there is no option --jsn; perhaps --json; see: foreword suggest --help"),
        ("learn", "SOURCE is missing; see: foreword learn --help"),
        ("suggest see you", "you: too many arguments; put a text of several words in quotes"),
        ("train a --minutes soon", "--minutes must be a number; see: foreword train --help"),
        ("train a --steps 1.5", "--steps must be a whole number; see: foreword train --help"),
        ("train a --size huge", "--size must be one of small, medium, large, not huge"),
        ("evaluate -m", "-m needs a value"),
        ("evaluate --json=3", "--json takes no value"),
        ("suggest abc -k 0", "limit must be at least 1, not 0"),
    ],
)
@pytest.mark.usefixtures("here")
def test_wrong_usage_is_one_line_and_leaves_with_two(
    foreword: CommandLine, arguments: str, told: str
) -> None:
    outcome = foreword(*arguments.split())
    assert outcome.err.startswith(f"foreword: {told}")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("learn", "notes.txt", "--me"),
        ("preview",),
        ("evaluate",),
        ("train", "notes.txt", "--replay"),
        ("write",),
        ("memory", "import"),
        ("generate", "a", "--no-copy"),
    ],
    ids=" ".join,
)
def test_an_empty_value_is_never_the_current_folder(
    foreword: CommandLine, here: Path, arguments: tuple[str, ...]
) -> None:
    """A shell hands in an empty text for a variable that is not set."""
    before = sorted(here.rglob("*"))
    outcome = foreword(*arguments, " ")
    assert outcome.err.startswith("foreword: ")
    assert "was a variable not set?" in outcome.err
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert sorted(here.rglob("*")) == before


def test_an_empty_source_is_refused_from_python(toy: Path) -> None:
    for ask in (lambda: preview(""), lambda: api.audit(api.load(toy), ""), lambda: api.train("", to=toy)):
        with pytest.raises(OptionError, match="was a variable not set"):
            ask()
