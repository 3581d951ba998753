"""Without the train extra, a finished model types, measures and explains; and training says what is missing."""

from pathlib import Path

import pytest

from program import Program, Trained

HIDING = """\
import sys

HIDDEN = {hidden}


class Hiding:
    \"\"\"Stands before all other finders and finds nothing by these names, as where they are not installed.\"\"\"

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Hiding())
for name in HIDDEN:
    sys.modules[name] = None
"""


def hiding(folder: Path, *hidden: str) -> str:
    """A folder for PYTHONPATH with which Python starts as if the packages `hidden` were not there."""
    (folder / "sitecustomize.py").write_text(HIDING.format(hidden=set(hidden)), encoding="utf-8")
    return str(folder)


@pytest.fixture
def plain(tmp_path: Path) -> str:
    return hiding(tmp_path, "torch", "onnx", "matplotlib", "chitchat_dataset")


@pytest.mark.parametrize(
    "arguments",
    [
        ("suggest", "see you tom"),
        ("suggest", "see", "--characters"),
        ("generate", "I think", "-n", "20", "--seed", "1"),
        ("evaluate",),
        ("evaluate", "SOURCE", "--messages", "0"),
        ("explain", "see you"),
        ("inspect",),
    ],
    ids=" ".join,
)
def test_a_finished_model_is_used_as_well_without_pytorch(
    trained: Trained, plain: str, arguments: tuple[str, ...]
) -> None:
    given = [str(trained.source) if argument == "SOURCE" else argument for argument in arguments]
    outcome = trained.program(*given, "-m", "tiny", PYTHONPATH=plain)
    assert outcome.code == 0, outcome.err
    assert outcome == trained.program(*given, "-m", "tiny")


@pytest.mark.parametrize(
    ("hidden", "named"),
    [(("torch",), "PyTorch"), (("onnx",), "ONNX"), (("torch", "onnx"), "PyTorch and ONNX")],
)
def test_training_says_how_to_install_what_it_needs(
    program: Program, tmp_path: Path, hidden: tuple[str, ...], named: str
) -> None:
    (tmp_path / "anything.txt").write_text("some text\n", encoding="utf-8")
    outcome = program("train", tmp_path / "anything.txt", PYTHONPATH=hiding(tmp_path, *hidden))
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: training needs {named}, not installed here: ")
    assert 'pip install "foreword[train]"' in outcome.err
    assert "pip install torch --index-url https://download.pytorch.org/whl/cpu" in outcome.err
    assert outcome.err.count("\n") == 1
    assert not program.home.exists() or list(program.home.iterdir()) == []
