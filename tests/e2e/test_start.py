"""The program starts at once, for it loads only what a command needs."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from program import PATIENCE, Program, Trained

HEAVY = ("torch", "onnx", "onnxruntime", "numpy", "tokenizers", "safetensors", "matplotlib", "regex")


def modules_after(program: Program, statements: str) -> set[str]:
    """The packages that are loaded after Python has run `statements`, whatever they print."""
    lines = [
        "import contextlib, io, json, sys",
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):",
        *(f"    {statement}" for statement in statements.splitlines()),
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        capture_output=True,
        env=program.environment(),
        timeout=PATIENCE,
        check=True,
    )
    return set(json.loads(done.stdout))


def run(*arguments: str) -> str:
    """Statements that run the command line."""
    return f"import sys\nsys.argv = {['foreword', *arguments]!r}\nfrom foreword.cli.main import main\nmain()"


@pytest.mark.parametrize(
    "statements",
    ["import foreword", run("--help"), run("--version"), run("train", "--help"), run("memory", "--help")],
    ids=["import", "--help", "--version", "train --help", "memory --help"],
)
def test_nothing_heavy_is_loaded_to_import_it_or_to_help(program: Program, statements: str) -> None:
    """Not by the clock, which a busy machine holds up: without these, help takes a fifth of a second."""
    assert modules_after(program, statements).isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "arguments",
    [("suggest", "a"), ("generate", "a", "-n", "9"), ("evaluate",), ("explain", "a"), ("inspect",)],
)
def test_using_a_model_never_loads_pytorch(trained: Trained, arguments: tuple[str, ...]) -> None:
    loaded = modules_after(trained.program, run(*arguments, "-m", "tiny"))
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


def test_help_lists_the_commands_in_groups(program: Program) -> None:
    outcome = program("--help")
    assert outcome.code == 0
    lines = [line.strip("│╭─ ╮").strip() for line in outcome.out.splitlines()]
    order = [
        "Type",
        "suggest",
        "generate",
        "Teach",
        "learn",
        "train",
        "forget",
        "memory",
        "Look",
        "evaluate",
        "explain",
        "inspect",
        "demo",
    ]
    first_words = [line.split()[0] for line in lines if line]
    assert [word for word in first_words if word in order] == order


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_is_printed(program: Program, shell: str) -> None:
    outcome = program("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert outcome.code == 0
    assert "_FOREWORD_COMPLETE" in outcome.out


def test_without_a_command_it_shows_its_help(program: Program) -> None:
    assert "Teach" in program().out + program().err
