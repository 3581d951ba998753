"""Wrong options of `train` are one line and exit code 2, at once: PyTorch, which is slow, is not imported for them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from foreword.cli.options import Architecture
from foreword.models.catalogue import ARCHITECTURES
from foreword.personal.lock import held
from foreword.training.recipe import Architecture as Known
from program import CommandLine

WRONG = {
    "notes.txt --minutes soon": "--minutes",
    "notes.txt --minutes 0": "--minutes 0: give a finite time above 0",
    "notes.txt --minutes nan": "--minutes nan",
    "notes.txt --minutes=-3": "--minutes -3",
    "notes.txt --minutes 1 --steps 9": "minutes and steps both say how long to train",
    "notes.txt --steps 0": "training.steps is 0",
    "notes.txt --steps 1.5": "--steps",
    "notes.txt --seed=-1": "training.seed is -1",
    "notes.txt --held-out 0.7": "text.held_out is 0.7",
    "notes.txt --size vast": "--size",
    "notes.txt --units letters": "--units",
    "notes.txt --architecture transformer": "--architecture",
    "notes.txt --recipe nowhere.toml": "there is no recipe nowhere.toml",
    "notes.txt --recipe notes.txt": "cannot be read as TOML",
    "notes.txt --recipe key.toml": "there is no key in [training] named 'epoch'",
    "notes.txt --recipe network.toml": "model.architecture is 'transformer', but must be one of lstm, gru",
    "notes.txt --device tpu": "--device tpu: give cpu, cuda or mps",
    "notes.txt --encoding klingon": "there is no encoding named 'klingon'",
    "notes.txt --html .": "--html . cannot be written: it is a folder",
    "notes.txt --html nowhere/report.html": "there is no folder nowhere",
    "notes.txt --html notes.txt/report.html": "there is no folder notes.txt",
    "notes.txt --share": "say where to write it with --html",
    "notes.txt --tensorboard notes.txt": "--tensorboard notes.txt is a file",
    "notes.txt --nonsense": "--nonsense",
    "notes.txt -o base": "the name base is reserved",
    "notes.txt -o me.run": "'me.run' cannot be the name of a model",
    "notes.txt --replay notes.txt": "say which model: --from MODEL, or --more",
    "notes.txt --more --from toy": "leave out --from, or --more",
    "notes.txt --from toy --units words": "units words: toy is a finished network",
    "notes.txt --from toy --size small": "--size small: toy is a finished network",
    "": "say what to learn from",
    "--from toy": "say what to learn from",
    "--resume notes.txt": "leave out SOURCE",
    "--resume --minutes 3": "leave out --minutes",
    "--resume --html nowhere/report.html": "there is no folder nowhere",
}
SCRIPT = """
import io, json, sys
from contextlib import redirect_stderr
from foreword.cli.main import main

found = []
for line in json.loads(sys.argv[1]):
    sys.argv = ["foreword", "train", *line.split()]
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            main()
    except SystemExit as left:
        found.append([left.code, said.getvalue()])
print(json.dumps([found, "torch" in sys.modules]))
"""


def test_wrong_options_are_errors_before_pytorch_is_imported(toy: Path, home: Path, tmp_path: Path) -> None:
    """In a process of its own, for this one has imported it."""
    home.mkdir(exist_ok=True)
    toy.rename(home / "toy")
    (tmp_path / "notes.txt").write_text("something of mine\n" * 90, encoding="utf-8")
    (tmp_path / "key.toml").write_text("[training]\nepoch = 3\n", encoding="utf-8")
    (tmp_path / "network.toml").write_text('[model]\narchitecture = "transformer"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(list(WRONG))],
        capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "FOREWORD_HOME": str(home)}, check=True,
    )  # fmt: skip
    found, imported = json.loads(done.stdout)
    for (arguments, words), (code, said) in zip(WRONG.items(), found, strict=True):
        assert code == 2, (arguments, said)
        assert said.startswith("foreword: ")
        assert words in said, (arguments, said)
        assert said.count("\n") == 1
    assert not imported
    assert sorted(path.name for path in home.iterdir()) == ["toy"]


def test_the_names_of_networks_and_units_are_those_that_there_are_and_shells_complete_them(
    foreword: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get_args(Architecture) == get_args(Known)
    assert set(get_args(Known)) == set(ARCHITECTURES)
    monkeypatch.setenv("_FOREWORD_COMPLETE", "complete_bash")
    for option, words in (
        ("--architecture", get_args(Known)),
        ("--units", ("characters", "words", "subwords")),
    ):
        monkeypatch.setenv("COMP_WORDS", f"foreword train a.txt {option} ")
        monkeypatch.setenv("COMP_CWORD", "4")
        assert set(foreword().out.split()) == set(words)


def test_while_a_run_is_going_on_nobody_calls_it_interrupted(foreword: CommandLine, home: Path) -> None:
    run = home / "mine.run"
    run.mkdir(parents=True)
    for command in (("evaluate",), ("generate", "I think "), ("inspect",)):
        with held(run):
            outcome = foreword(*command, "-m", "mine")
            assert "training of mine is under way" in outcome.err
            assert "interrupted" not in outcome.err
        assert "its training was interrupted, go on with: foreword train --resume -o mine" in foreword(
            *command, "-m", "mine"
        ).err  # fmt: skip
