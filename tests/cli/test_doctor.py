"""`doctor` shows on one screen what is in use, what is broken and how to repair it, without a traceback.

`foreword` alone shows the setup and the most useful next commands in at most eight lines.
"""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import toys
from foreword.cli import inventory
from foreword.keyboard.memory_file import APPLICATION
from foreword.modelfolder.names import PLAN
from program import CommandLine, Outcome

input_method = inventory.SURFACES["Input method"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


@pytest.fixture(autouse=True)
def no_input_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests do not check the input method of this computer."""
    finding = inventory.Finding(part="Input method", state="not set up", text="")
    monkeypatch.setitem(inventory.SURFACES, "Input method", lambda: finding)


def states(out: str) -> dict[str, str]:
    return {row["part"]: row["state"] for row in json.loads(out)}


def test_doctor_fits_on_one_screen(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreword("learn", "-", "-m", toy, stdin=b"see you tomorrow\n")
    (config / "settings.toml").write_text('learn = true\nleave_out = ["keepassxc"]\n')
    done = foreword("doctor", "-m", toy)
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) <= 24
    assert max(map(len, done.out.splitlines())) <= 80 or str(toy.parent) in done.out
    for told in ("toy: ", "1 message, 3 words", "learning is on, nothing", "in keepassxc", "foreword write"):
        assert told in " ".join(done.out.split())
    monkeypatch.setattr("os.access", lambda path, _: Path(path) != toy.parent)  # root may write everywhere
    assert "3 words; it may not be written" in " ".join(foreword("doctor", "-m", toy).out.split())


def test_doctor_does_not_call_a_missing_part_broken(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "find_spec", lambda _: None)
    done = foreword("doctor", "-m", toy)
    assert done.code == 0
    for extra in ("lsp", "web"):
        assert f'to set it up: pip install "foreword[{extra}]"' in done.out
    assert "to set it up: foreword learn SOURCE -m" in done.out


def cut(toy: Path, config: Path) -> None:
    graph = next((toy / "onnx").iterdir())
    graph.write_bytes(graph.read_bytes()[:99])


def unknown(toy: Path, config: Path) -> None:
    (config / "settings.toml").write_text("choises = 3\n")


def newer(toy: Path, config: Path) -> None:
    with sqlite3.connect(toy.with_name("toy.memory")) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute("PRAGMA user_version = 99")
    database.close()


@pytest.mark.parametrize(
    ("damage", "part", "told"),
    [
        (lambda toy, _: toy.with_name("toy.memory").write_bytes(b"no memory" * 999), "Memory", "toy.memory"),
        (cut, "Model", "toy"),
        (unknown, "Settings", "choises"),
        (newer, "Memory", "pip install --upgrade foreword"),
        (lambda toy, _: toy.with_name("toy.memory").mkdir(), "Memory", "move it away"),
    ],
)
def test_doctor_reports_only_the_broken_part_and_changes_no_file(
    *,
    damage: Callable[[Path, Path], object],
    part: str,
    told: str,
    foreword: CommandLine,
    toy: Path,
    config: Path,
) -> None:
    damage(toy, config)
    before = {path: path.read_bytes() for path in toy.parent.rglob("*") if path.is_file()}
    done = foreword("doctor", "-m", toy, "--json")
    assert done.code == 1
    assert [each for each, state in states(done.out).items() if state == "broken"] == [part]
    assert told in next(row["text"] for row in json.loads(done.out) if row["part"] == part)
    shown = foreword("doctor", "-m", toy)
    assert (shown.code, shown.err) == (1, "")
    assert "Traceback" not in shown.out
    after = {path: path.read_bytes() for path in toy.parent.rglob("*") if path.is_file()}
    assert after == before, "it changed something"


def test_doctor_says_why_a_model_is_used(foreword: CommandLine, toy: Path, config: Path, home: Path) -> None:
    (config / "settings.toml").write_text(f'model = "{toy}"\n')
    assert f"toy, as {config / 'settings.toml'} says" in " ".join(foreword("doctor").out.split())
    assert "toy: rnn" in foreword("doctor", "-m", toy).out
    (config / "settings.toml").write_text('model = "nobody"\n')
    assert f"{config / 'settings.toml'}: there is no model " in foreword("suggest", "a").err
    shutil.copytree(toy, home / "base")
    foreword("learn", "-", "-m", "work", stdin=b"see you\n")
    told = " ".join(foreword("doctor", FOREWORD_MODEL="work").out.split())
    assert "base, because work, as $FOREWORD_MODEL says, has no network of its own: rnn" in told
    assert "for one of your own: foreword train SOURCE -o work" in told
    shutil.copytree(toy, home / "me")
    unknown(toy, config)
    found = states(foreword("doctor", "--json").out)
    assert (found["Settings"], found["Model"], found["Memory"]) == ("broken", "ready", "not set up")


@pytest.mark.skipif(sys.platform != "linux", reason="IBus is for Linux")
def test_doctor_prints_the_state_that_the_input_method_reports(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dbus_fast", reason="the extra ibus is not installed")
    state = ("broken", "its program is gone", "foreword ibus install")
    monkeypatch.setattr("foreword.ibus.install.state", lambda: state)
    monkeypatch.setitem(inventory.SURFACES, "Input method", input_method)
    done = foreword("doctor", "-m", toy)
    assert done.code == 1
    assert "broken its program is gone to repair it: foreword ibus install" in " ".join(done.out.split())


# The overview


@pytest.fixture
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


def test_the_overview_shows_the_setup_and_the_next_commands(
    foreword: CommandLine, home: Path, base: Path
) -> None:
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
    toys.writer(home / "work")
    assert lines(foreword(FOREWORD_MODEL="work"))[1].startswith("Model    work, last trained on ")


def test_the_overview_suggests_an_interrupted_training_first(
    foreword: CommandLine, home: Path, base: Path
) -> None:
    (home / "me.run").mkdir()  # killed while it read its texts, so it cannot continue
    assert commands(foreword())[0] == "foreword learn my-chats.txt"
    (home / "me.run" / PLAN).touch()
    assert commands(foreword())[0] == "foreword train --resume"
    (home / "work.run").mkdir()
    assert commands(foreword(FOREWORD_MODEL="base"))[0] == "foreword train --resume"


@pytest.mark.usefixtures("base")
def test_an_unexpected_error_of_a_surface_is_shown(
    foreword: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("the bus is away")

    monkeypatch.setitem(inventory.SURFACES, "Editors", fail)
    assert "; for editors" in lines(foreword())[3]
    done = foreword("doctor")
    assert (done.code, done.err) == (1, "")
    assert "RuntimeError: the bus is away" in done.out


def test_the_overview_shows_a_broken_model_in_one_line(foreword: CommandLine, home: Path, base: Path) -> None:
    (base / "config.json").write_text("{", encoding="utf-8")
    found = lines(foreword())
    assert found[1].startswith("Trouble  ")
    assert found[-2].startswith("Next     foreword doctor ")
    assert lines(foreword(FOREWORD_MODEL="a b"))[1].startswith("Trouble  $FOREWORD_MODEL: 'a b' cannot be ")
