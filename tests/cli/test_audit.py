"""What `foreword audit` tells people and programs."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

import planted
from foreword.assess.canaries import Leaks
from foreword.assess.copies import audit
from foreword.personal import canaries
from foreword.personal.events import Event
from foreword.runtime.model import Model
from messages import RECIPE_FILE, messages
from program import CommandLine


def test_it_tells_what_was_found_and_what_that_comes_to(
    foreword: CommandLine, toy: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source.txt"
    source.write_text("abc cab abc\n" * 2_000, encoding="utf-8")
    found = audit(Model.open(toy), source, characters=500)
    told = foreword("audit", source, "-m", toy, "-n", "500").out
    lines = told.splitlines()
    assert lines[0] == (
        f"500 characters written at each temperature, searched for in {source} (24,000 characters):"
    )
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["temperature", each] for each in ("0.5", "0.8", "1")
    ]
    assert f"longest run {found.longest.longest_run}" in told
    assert lines[-2].startswith("The longest run, from character ")
    assert lines[-1] == found.verdict
    printed = json.loads(foreword("audit", source, "-m", toy, "-n", "500", "--json").out)
    assert printed == json.loads(json.dumps(found.figures()))


@pytest.fixture
def trained(foreword: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The text of a model called me, with secrets in it."""
    monkeypatch.setattr("foreword.personal.train.backtest", lambda *_, **__: iter(()))
    source, recipe = tmp_path / "mine.txt", tmp_path / "tiny.toml"
    source.write_text(messages(300) + planted.TEXT + messages(100, seed=2), encoding="utf-8")
    recipe.write_text(RECIPE_FILE, encoding="utf-8")
    outcome = foreword("train", source, "--recipe", recipe, "--steps", "40")
    assert outcome.code == 0, outcome.err
    return source


@pytest.mark.slow
def test_canaries_are_planted_and_secrets_looked_for_on_request(
    foreword: CommandLine, trained: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, leaks = canaries.look_for_leaks, list[Leaks]()

    def once(*given: Any, **named: Any) -> Generator[Event, None, Leaks]:
        leaks.append(leaks[0] if leaks else (yield from look(*given, **named)))
        return leaks[0]

    monkeypatch.setattr(canaries, "look_for_leaks", once)
    monkeypatch.setattr("foreword.assess.canaries.TIMES", {0: 1, 1: 2, 2: 1, 4: 1, 8: 1, 16: 1})
    told = foreword("audit", trained, "-n", "200", "--canaries", "--seed", "3")
    lines = told.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Canaries, sentences with"))
    assert " planted in a copy of the training (40 updates, " in lines[at]
    rows = ["never written", "written once", *(f"written {times} times" for times in (2, 4, 8, 16))]
    assert [line.split("exposure")[0].strip() for line in lines[at + 1 : at + 7]] == rows
    assert f"Secrets that were taken out of {trained}, looked for in the model:" in lines
    assert "  password           2 taken out; 0 of 2 can be drawn out" in lines
    assert lines[-1].startswith("A sentence written once ")
    assert lines[-1].endswith(
        "None of 9 secrets that are taken out of the text can be drawn out of the model."
    )
    assert "A copy of me is trained, with canaries in its text." in told.err
    assert lines[-1] in (home / "me" / "README.md").read_text("utf-8")
    assert not [secret for secret in planted.SECRETS if secret in told.out + told.err]
    kept = json.loads((home / "me" / "training.json").read_text("utf-8"))["audit"]
    assert kept["verdict"] == lines[-1]
    assert json.loads(foreword("audit", trained, "-n", "200", "--canaries", "--json").out)["leaks"] == kept
