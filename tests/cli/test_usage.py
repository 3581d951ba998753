"""A command that is used wrongly leaves with 2 and one line, which says what is wrong in our words."""

from pathlib import Path

import pytest

import foreword as api
from foreword.assess.preview import preview
from foreword.errors import OptionError
from program import CommandLine


@pytest.fixture
def here(toy: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a text and a model, where the commands are given."""
    home.mkdir()
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
        ("suggest see you", "you: too many arguments; put quotes around a text of several words"),
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


@pytest.mark.parametrize("empty", ["", " "])
@pytest.mark.parametrize(
    "arguments",
    [
        ("learn",),
        ("learn", "notes.txt"),
        ("learn", "notes.txt", "--me"),
        ("preview",),
        ("evaluate",),
        ("audit",),
        ("train",),
        ("train", "notes.txt", "--replay"),
        ("write",),
        ("memory", "import"),
        ("memory", "export"),
        ("memory", "merge"),
        ("generate", "a", "--no-copy"),
    ],
    ids=" ".join,
)
def test_an_empty_value_is_never_the_current_folder(
    foreword: CommandLine, here: Path, arguments: tuple[str, ...], empty: str
) -> None:
    """A shell hands in an empty text for a variable that is not set."""
    before = sorted(here.rglob("*"))
    outcome = foreword(*arguments, empty)
    assert outcome.err.startswith("foreword: ")
    assert "is empty" in outcome.err
    assert "was a variable not set?" in outcome.err
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert sorted(here.rglob("*")) == before


def test_an_empty_source_is_refused_from_python(toy: Path) -> None:
    for ask in (lambda: preview(""), lambda: api.audit(api.load(toy), ""), lambda: api.train("", to=toy)):
        with pytest.raises(OptionError, match="was a variable not set"):
            ask()


def test_an_empty_text_to_type_after_is_no_wrong_usage(foreword: CommandLine, toy: Path) -> None:
    assert foreword("suggest", "", "-m", toy).code == 0
    assert foreword("generate", "", "-n", "3", "-m", toy).code == 0


@pytest.mark.parametrize("arguments", ["learn nowhere.txt", "evaluate nowhere.txt", "suggest abc -m nobody"])
@pytest.mark.usefixtures("here")
def test_what_is_not_there_is_no_wrong_usage(foreword: CommandLine, arguments: str) -> None:
    assert foreword(*arguments.split()).code == 1
