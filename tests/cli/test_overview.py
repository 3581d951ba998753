"""`foreword` alone shows the setup and the most useful next commands in at most eight lines."""

from pathlib import Path

import pytest

import toys
from foreword.cli import doctor
from foreword.modelfolder.names import PLAN
from program import CommandLine, Outcome


@pytest.fixture(autouse=True)
def base(home: Path) -> Path:
    return toys.writer(home / "base").path


def lines(outcome: Outcome) -> list[str]:
    assert (outcome.code, outcome.err) == (0, "")
    found = outcome.out.splitlines()
    assert len(found) <= 8
    assert found[-1].split(maxsplit=2) == ["foreword", "--help", "all commands"]
    return found


def commands(outcome: Outcome) -> list[str]:
    return [line[9:].split("  ")[0] for line in lines(outcome)[-3:-1]]


def test_the_overview_shows_the_setup_and_the_next_commands(foreword: CommandLine, home: Path) -> None:
    first = lines(foreword())
    assert first[1:3] == [
        "Model    base, the English one that comes with Foreword",
        "Memory   empty: it does not know your words",
    ]
    assert first[3].startswith("Type in  the terminal")
    assert commands(foreword()) == ["foreword learn my-chats.txt", "foreword write"]

    foreword("learn", "-", stdin="see you tomorrow\nabc\n")
    assert lines(foreword())[2] == "Memory   2 messages of yours"
    assert commands(foreword()) == ["foreword write", 'foreword suggest "how are y"']
    foreword("learn", "-", stdin="".join(f"see you at {at}\n" for at in range(400)))
    assert commands(foreword()) == ["foreword train my-chats.txt", "foreword write"]

    toys.writer(home / "me", training={"characters": 1234, "date": "2026-11-26"})
    assert lines(foreword())[1] == "Model    me, last trained on 1,234 characters on 2026-11-26"
    assert commands(foreword()) == ["foreword write", 'foreword suggest "how are y"']


def test_the_overview_suggests_an_interrupted_training_first(foreword: CommandLine, home: Path) -> None:
    (home / "me.run").mkdir()  # killed while it read its texts, so it cannot continue
    assert commands(foreword())[0] == "foreword learn my-chats.txt"
    (home / "me.run" / PLAN).touch()
    assert commands(foreword())[0] == "foreword train --resume"
    (home / "work.run").mkdir()
    assert commands(foreword(FOREWORD_MODEL="base"))[0] == "foreword train --resume"


def test_the_overview_shows_the_chosen_model(foreword: CommandLine, home: Path) -> None:
    toys.writer(home / "work")
    found = foreword(FOREWORD_MODEL="work")
    assert lines(found)[1].startswith("Model    work, last trained on ")
    assert commands(found) == ["foreword learn my-chats.txt", "foreword write"]


def test_a_broken_surface_spoils_no_overview(foreword: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setitem(doctor.SURFACES, "Editors", fail)
    assert "; for editors" in lines(foreword())[3]


def test_the_overview_shows_a_broken_model_in_one_line(foreword: CommandLine, home: Path) -> None:
    (home / "base" / "config.json").write_text("{", encoding="utf-8")
    found = lines(foreword())
    assert found[1].startswith("Trouble  ")
    assert found[-2].startswith("Next     foreword doctor ")
    assert lines(foreword(FOREWORD_MODEL="nobody"))[1].startswith("Trouble  there is no model ")
    assert lines(foreword(FOREWORD_MODEL="a b"))[1].startswith("Trouble  $FOREWORD_MODEL: 'a b' cannot be ")
