"""Learning goes on from the memory, also when the program is killed in the midst of it."""

import shutil
import signal
import sys
from pathlib import Path

import pytest

from messages import messages
from program import Program, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no signals that a program could be killed by", allow_module_level=True)

pytestmark = pytest.mark.slow
NEW = "".join(f"{number}: wir sehen uns auf dem Markt, ich glaube es gibt Brot\n" for number in range(80))


def test_a_killed_refresh_goes_on_and_learns_once_what_the_memory_took_in(
    trained: Trained, tmp_path: Path
) -> None:
    program = Program(tmp_path / "home")
    program.home.mkdir(mode=0o700)
    for name in ("tiny", "tiny.memory"):
        place = trained.program.home / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, program.home / name)
    before = (program.home / "tiny" / "model.safetensors").read_bytes()
    assert "tiny has not learned" in program("learn", "-", "-m", "tiny", stdin=NEW).err
    more = ("train", "--more", "-o", "tiny", "--recipe", trained.recipe, "--steps", "400")
    running = program.start(*more)
    running.until("weights, 400 steps")
    assert running.stop(signal.SIGKILL).code == -signal.SIGKILL
    assert (program.home / "tiny" / "model.safetensors").read_bytes() == before
    assert "holds an unfinished run" in program(*more).err
    ended = program("train", "--resume", "-o", "tiny")
    assert ended.code == 0, ended.err
    assert "On held-out new text: " in ended.err
    assert (program.home / "tiny" / "model.safetensors").read_bytes() != before
    assert (program.home / "tiny.versions" / "000001" / "model.safetensors").read_bytes() == before
    assert sorted(path.name for path in program.home.iterdir()) == ["tiny", "tiny.memory", "tiny.versions"]
    again = program(*more)
    assert again.code == 1
    assert again.err.startswith("foreword: tiny.memory has taken in nothing since tiny was trained; ")
    assert program("learn", "-", "-m", "tiny", stdin=messages(10)).err.count("--more") == 0
