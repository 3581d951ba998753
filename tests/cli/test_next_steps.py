"""The next step that `learn` suggests depends on the networks, memories and libraries that exist."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

import toys
from foreword import libraries, modelfolder
from foreword.keyboard.learn import LITTLE
from foreword.keyboard.memory import KnownMessages, Memory
from foreword.keyboard.suggest import Keyboard
from foreword.keyboard.trained_on import weights_digest
from foreword.modelfolder import names
from foreword.runtime.model import Model
from messages import messages
from program import CommandLine


@pytest.fixture(autouse=True)
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("my chat.txt").write_text(messages(80), encoding="utf-8")
    return tmp_path / "my chat.txt"


def model(home: Path, name: str) -> Model:
    home.mkdir(exist_ok=True)
    return toys.writer(home / name)


def last_lines(foreword: CommandLine, *arguments: str) -> list[str]:
    outcome = foreword("learn", *arguments)
    assert outcome.code == 0, outcome.err
    assert outcome.out == ""
    return outcome.err.partition("Learned ")[2].splitlines()[1:]


@pytest.mark.parametrize(
    ("options", "model", "way"),
    [([], "", ""), (["-m", "work", "--me", "Ana Silva"], " -m work", " --me 'Ana Silva' -o work")],
)
def test_learn_suggests_train_if_there_is_no_network(
    foreword: CommandLine, chat: Path, options: list[str], model: str, way: str
) -> None:
    """The hint repeats the source and the options. It appears only if there is enough text."""
    way = f"foreword train 'my chat.txt'{way}"
    assert len(last_lines(foreword, "my chat.txt", *options)) == 1
    chat.write_text(messages(LITTLE // 20), encoding="utf-8")
    first, second = last_lines(foreword, "my chat.txt", *options)
    assert first == (
        f"The memory has {LITTLE // 20:,} messages now. See its words with: foreword memory list{model}. "
        f'Type with it: foreword suggest "…"{model} or foreword write{model}'
    )
    assert second == f"Train a network on them: {way}"
    last = foreword("learn", "-", *options, stdin=b"see you\n").err.splitlines()[-1]
    assert last == "Train a network on them: " + way.replace("'my chat.txt'", "SOURCE")


def test_a_hint_names_the_person(foreword: CommandLine, chat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = messages(LITTLE // 10).splitlines()
    said = (f"{('Ana Silva', 'Bo')[at % 2]}: {line}" for at, line in enumerate(lines))
    chat.write_text("".join(f"[12.03.26, 10:15:00] {each}\n" for each in said), encoding="utf-8")
    monkeypatch.setattr("foreword.cli.options.ask_whose", lambda *_: "Ana Silva")
    assert last_lines(foreword, "my chat.txt")[-1].endswith("foreword train 'my chat.txt' --me 'Ana Silva'")


def test_learn_suggests_to_train_more_or_to_go_on(
    foreword: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model(home, "me")
    (only,) = foreword("learn", "my chat.txt", "-m", "work", "--json").err.splitlines()
    assert only.startswith("Learned 80 messages")
    (home / "work.memory").unlink()
    _, second = last_lines(foreword, "my chat.txt")
    characters = len(messages(80))
    assert second == f"me has not learned {characters:,} characters of them yet: foreword train --more"
    made = model(home, "work")
    memory = Memory.open(home / "work.memory")
    memory.learn(messages(80), datetime(2026, 1, 1, tzinfo=UTC))
    memory.set_known_to(weights_digest(made.folder), KnownMessages(trained=frozenset(range(81))))
    memory.close()
    Path("short.txt").write_text("just one more\n", encoding="utf-8")
    (only,) = last_lines(foreword, "short.txt", "-m", "work")
    assert only.startswith("The memory has 81 messages now.")
    (home / "me" / "model.safetensors").write_bytes(b"")
    assert len(last_lines(foreword, "my chat.txt")) == 1, "a damaged model gets no hint"
    (home / "me.run").mkdir()
    (home / "me.run" / names.PLAN).touch()
    monkeypatch.setattr(libraries, "TRAINING_MODULES", {"no_such_module": "PyTorch"})
    _, second = last_lines(foreword, "my chat.txt")
    go_on = 'go on with: foreword train --resume (first: pip install "foreword[train]")'
    assert second == f"The training of me was interrupted; {go_on}"


@pytest.mark.parametrize("given", ["work", "./work", None])
def test_a_memory_without_a_network_uses_the_base_model(
    foreword: CommandLine, toy: Path, given: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that `learn` suggests for typing works."""
    monkeypatch.setattr(names, "shipped_folder", lambda: toy)
    named = [] if given is None else ["-m", given]
    Path("few.txt").write_text("abba cabbage\n" * 3, encoding="utf-8")
    (first, *_) = last_lines(foreword, "few.txt", *named)
    folder = {"work": "work", "./work": shlex.quote(str(Path("work").absolute()))}.get(given or "")
    assert first.endswith(f"foreword write -m {folder}" if folder else "foreword write")
    words = foreword("suggest", "cabb", *named)
    assert words.out.startswith("cabbage\t")
    assert words.err == ""
    assert Keyboard.open(given or "me").suggest("cabb")[0].text == "cabbage"
    # so training never continues another model
    assert modelfolder.find("work") == modelfolder.home() / "work"
    assert "there is no model" in foreword("suggest", "a", "-m", "wrok").err
    for command in ("generate a -n 3", "explain abc", "inspect", "evaluate few.txt --messages 0"):
        outcome = foreword(*command.split(), *named)
        told = "work has no network of its own; this is toy\n" if given else ""
        assert (outcome.code, outcome.err) == (0, told), outcome
