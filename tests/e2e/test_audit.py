"""An audit that is stopped while its copy trains leaves no word of the text behind; a killed one, until the next."""

import signal
import sys

import pytest

from program import CommandLine, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no signals that a program could be asked by to stop", allow_module_level=True)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_nothing_that_others_can_read(
    trained: Trained, inside: CommandLine, number: int
) -> None:
    home, record = trained.program.home, (trained.folder / "training.json").read_bytes()
    before = sorted(path.name for path in home.iterdir())
    running = trained.program.start("audit", trained.source, "-m", "tiny", "-n", "20", "--canaries")
    running.until("weights, 600 steps")
    assert (home / ".audit").stat().st_mode & 0o777 == 0o700
    outcome = running.stop(number)
    assert "Traceback" not in outcome.err
    if number == signal.SIGKILL:
        assert (home / ".audit").is_dir()
        outcome = inside("audit", "nowhere.txt", "-m", "tiny", "-n", "20", "--canaries", "--minutes", "0")
        assert outcome.code == 2
        running = trained.program.start("audit", trained.source, "-m", "tiny", "-n", "20", "--canaries")
        running.until("weights, 600 steps")
        outcome = running.stop(signal.SIGINT)
    assert outcome.code == 130
    assert sorted(path.name for path in home.iterdir()) == before
    assert (trained.folder / "training.json").read_bytes() == record
