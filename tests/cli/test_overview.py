"""`foreword` alone says in eight lines at most what there is here, and which commands help next."""

from pathlib import Path

import pytest

import toys
from program import CommandLine, Outcome


@pytest.fixture(autouse=True)
def base(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that comes with Foreword, and nobody's settings."""
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path / "config"))
    return toys.writer(home / "base").path


def lines(outcome: Outcome) -> list[str]:
    assert (outcome.code, outcome.err) == (0, "")
    found = outcome.out.splitlines()
    assert len(found) <= 8
    assert found[-1].split(maxsplit=2) == ["foreword", "--help", "all commands"]
    return found


def commands(outcome: Outcome) -> list[str]:
    """The two that help most."""
    return [line[9:].split("  ")[0] for line in lines(outcome)[-3:-1]]


def test_it_says_what_there_is_and_what_helps_from_here(foreword: CommandLine, home: Path) -> None:
    first = lines(foreword())
    assert first[1:3] == [
        "Model    base, the English one that comes with Foreword",
        "Memory   empty: it does not know your words",
    ]
    assert first[3].startswith("Type in  the terminal")
    assert commands(foreword()) == ["foreword learn my-chats.txt", "foreword train my-chats.txt"]

    foreword("learn", "-", stdin="see you tomorrow\nabc\n")
    assert lines(foreword())[2] == "Memory   2 messages of yours"
    assert commands(foreword()) == ["foreword train my-chats.txt", "foreword write"]

    toys.writer(home / "me", training={"characters": 1234, "date": "2026-11-26"})
    assert lines(foreword())[1] == "Model    me, trained on 1,234 characters on 2026-11-26"
    assert commands(foreword()) == ["foreword write", 'foreword suggest "how are y"']


def test_a_training_that_was_interrupted_comes_first(foreword: CommandLine, home: Path) -> None:
    (home / "me.run").mkdir()
    assert commands(foreword())[0] == "foreword train --resume"
    (home / "work.run").mkdir()
    assert commands(foreword(FOREWORD_MODEL="base"))[0] == "foreword train --resume -o me"


def test_the_model_that_is_chosen_is_the_one_of_the_commands(foreword: CommandLine, home: Path) -> None:
    toys.writer(home / "work")
    found = foreword(FOREWORD_MODEL="work")
    assert lines(found)[1].startswith("Model    work, trained on ")
    assert commands(found) == ["foreword learn my-chats.txt", "foreword write"]


def test_what_is_broken_is_one_line(foreword: CommandLine, home: Path) -> None:
    (home / "base" / "config.json").write_text("{", encoding="utf-8")
    found = lines(foreword())
    assert found[1].startswith("Trouble  ")
    assert found[-2].startswith("Next     foreword doctor ")
    assert lines(foreword(FOREWORD_MODEL="nobody"))[1].startswith("Trouble  there is no model ")
