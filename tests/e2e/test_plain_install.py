"""Without the train extra, a finished model types, measures and explains; and training says what is missing."""

import json
import subprocess
import sys
from pathlib import Path

from program import PATIENCE, CommandLine, Program, Trained

HIDING = """\
import sys

HIDDEN = {"torch", "onnx", "matplotlib", "chitchat_dataset"}


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
from foreword.cli.main import main
printed = []
for line in json.loads(sys.argv[1]):
    sys.argv = ["foreword", *line]
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main()
    printed.append(out.getvalue())
print(json.dumps(printed))
"""


def test_a_finished_model_is_used_as_well_without_pytorch(
    trained: Trained, inside: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDING, encoding="utf-8")
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
        )
    ]
    path = f"{tmp_path}:{trained.program.environment().get('PYTHONPATH', '')}"
    done = subprocess.run(
        [sys.executable, "-c", ALL, json.dumps(lines)],
        capture_output=True,
        env=trained.program.environment(PYTHONPATH=path),
        timeout=PATIENCE,
        check=True,
    )
    found = json.loads(done.stdout)
    assert all(found)
    assert found == [inside(*line).out for line in lines]


def test_training_says_how_to_install_what_it_needs(program: Program, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDING, encoding="utf-8")
    (tmp_path / "anything.txt").write_text("some text\n", encoding="utf-8")
    path = f"{tmp_path}:{program.environment().get('PYTHONPATH', '')}"
    outcome = program("train", tmp_path / "anything.txt", PYTHONPATH=path)
    assert outcome.code == 1
    assert outcome.err.startswith("foreword: training needs PyTorch and ONNX, not installed here: ")
    assert 'pip install "foreword[train]"' in outcome.err
    assert outcome.err.count("\n") == 1
    assert not program.home.exists() or list(program.home.iterdir()) == []
