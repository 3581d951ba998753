"""An audit that is interrupted while its copy trains leaves neither a model nor a word of the text behind."""

import signal
import sys
from pathlib import Path

import pytest

from program import Trained

if sys.platform == "win32":
    pytest.skip("Windows has no signals that a program could be asked by to stop", allow_module_level=True)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing_behind(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    before = sorted(trained.program.home.iterdir()), (trained.folder / "training.json").read_bytes()
    running = trained.program.start("audit", trained.source, "-m", "tiny", "-n", "20", "--canaries")
    running.until("weights, about 600 steps")
    assert list(temporary.glob("foreword-audit-*"))
    outcome = running.stop(number)
    assert outcome.code == 130
    assert "Traceback" not in outcome.err
    assert not list(temporary.glob("foreword-audit-*"))  # PyTorch may have a folder of its own there
    assert (sorted(trained.program.home.iterdir()), (trained.folder / "training.json").read_bytes()) == before
