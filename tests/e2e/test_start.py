"""The program starts at once, because it loads only what a command needs."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from program import PATIENCE, Inside, Program, Trained

HEAVY = ("torch", "onnx", "onnxruntime", "numpy", "tokenizers", "safetensors", "matplotlib", "regex")


def modules_after(program: Program, *lines: str) -> set[str]:
    """The packages that are loaded after all these command lines, whatever they print."""
    statements = f"""
import contextlib, io, json, sys
import foreword
from foreword.cli.main import main
for line in {[line.split() for line in lines]!r}:
    sys.argv = ["foreword", *line]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main()
print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))
"""
    done = subprocess.run(
        [sys.executable, "-c", statements],
        capture_output=True,
        env=program.environment(),
        timeout=PATIENCE,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_nothing_heavy_is_loaded_to_import_it_or_to_help(program: Program) -> None:
    """Not by the clock, which a busy machine holds up: without these, help takes a fifth of a second."""
    loaded = modules_after(program, "--help", "--version", "train --help", "memory --help", "audit --help")
    assert loaded.isdisjoint(HEAVY)


def test_using_a_model_never_loads_pytorch(trained: Trained) -> None:
    lines = [
        "suggest a",
        "generate a -n 9",
        "evaluate",
        "explain a",
        "inspect",
        f"audit {trained.source} -n 20",
    ]
    loaded = modules_after(trained.program, *(f"{line} -m tiny" for line in lines))
    assert loaded.isdisjoint({"torch", "onnx", "matplotlib"})
    assert "onnxruntime" in loaded


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_while_it_loads_ends_it_without_a_word(program: Program, tmp_path: Path) -> None:
    slow = "import sys, time\nprint('loading', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
    (tmp_path / "typer.py").write_text(slow, encoding="utf-8")
    before = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    running = program.start("--version", PYTHONPATH=before)
    running.until("loading")
    outcome = running.stop(signal.SIGINT)
    assert (outcome.code, outcome.err) == (130, "loading\n")


def test_help_lists_the_commands_in_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Inside(tmp_path, monkeypatch, capsys)
    outcome = program("--help", COLUMNS="100")
    assert outcome.code == 0
    lines = [line.strip("│╭─ ╮").strip() for line in outcome.out.splitlines()]
    types, teaches = ("Type", "suggest", "generate"), ("Teach", "learn", "train", "forget", "memory")
    order = [*types, *teaches, "Look", "evaluate", "explain", "inspect", "demo"]
    first_words = [line.split()[0] for line in lines if line]
    assert [word for word in first_words if word in order] == order
    bare = program(COLUMNS="100")
    assert "Teach" in bare.out + bare.err
