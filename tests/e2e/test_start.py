"""The program starts fast, because each command loads only what it needs; it works without the rest."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from program import PATIENCE, CommandLine, Program, Trained

HEAVY = ("torch", "onnx", "onnxruntime", "numpy", "tokenizers", "safetensors", "matplotlib", "regex")


HIDING = """\
import sys

HIDDEN = {"torch", "onnx", "matplotlib", "chitchat_dataset", "jaxtyping"}


class Hiding:
    \"\"\"Stands before all other finders and finds nothing by these names, as if they were not installed.\"\"\"

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Hiding())
for name in HIDDEN:
    sys.modules[name] = None
"""
ALL = """\
import contextlib, io, json, sys
import foreword
from foreword.cli.main import main
printed = []
for line in json.loads(sys.argv[1]):
    sys.argv = ["foreword", *line]
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main()
    printed.append(out.getvalue())
print(json.dumps([printed, sorted({name.partition('.')[0] for name in sys.modules})]))
"""


def run_all(program: Program, lines: list[list[str]], **environment: str) -> tuple[list[str], list[str]]:
    """The output of all these command lines in one process, and the packages that are loaded at the end."""
    done = subprocess.run(
        [sys.executable, "-c", ALL, json.dumps(lines)],
        capture_output=True,
        env=program.environment(**environment),
        timeout=PATIENCE,
        check=True,
    )
    printed, loaded = json.loads(done.stdout)
    return printed, loaded


@pytest.fixture
def hidden(tmp_path: Path) -> str:
    """A Python path that hides PyTorch and other optional packages."""
    (tmp_path / "hiding").mkdir()
    (tmp_path / "hiding" / "sitecustomize.py").write_text(HIDING, encoding="utf-8")
    return os.pathsep.join(filter(None, [str(tmp_path / "hiding"), os.environ.get("PYTHONPATH")]))


def test_help_pages_load_no_heavy_package_and_learn_no_network(program: Program, tmp_path: Path) -> None:
    """It measures no time, because a machine may be busy. Without these packages, --help takes 0.2 seconds."""
    lines = ("--help", "--version", "train --help", "memory --help", "audit --help")
    _, loaded = run_all(program, [line.split() for line in lines])
    assert set(loaded).isdisjoint(HEAVY)
    (tmp_path / "chat.txt").write_text("see you tomorrow\n", encoding="utf-8")
    (_, words), loaded = run_all(program, [["learn", str(tmp_path / "chat.txt")], ["memory", "list"]])
    assert "tomorrow" in words
    assert set(loaded).isdisjoint({"torch", "onnx", "onnxruntime", "tokenizers"})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("loading", ["signal", "typer"])
def test_ctrl_c_during_loading_ends_without_a_message(program: Program, tmp_path: Path, loading: str) -> None:
    slow = "import sys, time\nprint('loading', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
    (tmp_path / f"{loading}.py").write_text(slow, encoding="utf-8")
    before = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    running = program.start("--version", PYTHONPATH=before)
    running.until("loading")
    outcome = running.stop(signal.SIGINT)
    assert (outcome.code, outcome.err) == (130, "loading\n")


ENDING = """\
import atexit, os, signal, sys
from foreword.__main__ import main
atexit.register(lambda: os.kill(os.getpid(), signal.SIGTERM))
sys.argv = ["foreword", "--version"]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that a program could get")
def test_a_signal_while_the_program_ends_prints_no_traceback(program: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDING], capture_output=True, env=program.environment(), check=False
    )
    assert (done.returncode, done.stderr) == (-signal.SIGTERM, b"")


def test_a_finished_model_works_the_same_without_pytorch(
    trained: Trained, inside: CommandLine, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")  # as `Program` sets it
    lines = [
        [*line, "-m", "tiny"]
        for line in (
            ["suggest", "see you tom"],
            ["suggest", "see", "--characters"],
            ["generate", "I think", "-n", "20", "--seed", "1"],
            ["evaluate"],
            ["evaluate", str(trained.source), "--messages", "0"],
            ["explain", "see you"],
            ["inspect"],
            ["audit", str(trained.source), "-n", "20", "--json"],
        )
    ]
    found, loaded = run_all(trained.program, lines, PYTHONPATH=hidden)
    assert "onnxruntime" in loaded
    assert found == [inside(*line).out for line in lines]


@pytest.mark.parametrize("command", ["train", "compare"])
def test_training_names_missing_pytorch(program: Program, hidden: str, tmp_path: Path, command: str) -> None:
    (tmp_path / "anything.txt").write_text("some text\n", encoding="utf-8")
    outcome = program(command, tmp_path / "anything.txt", PYTHONPATH=hidden)
    assert outcome.code == 1
    assert outcome.err.startswith("foreword: training needs PyTorch and ONNX, not installed here: ")
    assert 'pip install "foreword[train]"' in outcome.err
    assert outcome.err.count("\n") == 1
    assert not program.home.exists() or list(program.home.iterdir()) == []
