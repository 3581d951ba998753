"""A run that is stopped and killed on its way ends, to the last bit, as one that was left alone."""

import random
import signal
import sys
import time
from pathlib import Path

import pytest

from program import Outcome, Program, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no signals that a program could be asked by to stop", allow_module_level=True)

pytestmark = pytest.mark.slow
PLANNED = "weights, 600 steps"


def interrupted(program: Program, arguments: tuple[str | Path, ...], number: int) -> Outcome:
    """The program, sent a signal at some moment of its training."""
    running = program.start(*arguments)
    running.until(PLANNED)
    time.sleep(random.uniform(0, 0.3))
    return running.stop(number)


def test_stopped_and_killed_it_says_what_is_kept_and_ends_the_same_to_the_last_bit(
    trained: Trained, program: Program
) -> None:
    """The training of `trained` again: Ctrl-C, SIGKILL, SIGTERM, and on to the end."""
    order = (trained.source, "--recipe", trained.recipe, "--steps", str(Trained.steps))
    stopped = interrupted(program, ("train", *order, "-o", "tiny"), signal.SIGINT)
    resume = ("train", "--resume", "-o", "tiny")
    killed = interrupted(program, resume, signal.SIGKILL)
    again = interrupted(program, resume, signal.SIGTERM)
    for outcome in (stopped, again):
        last = outcome.err.splitlines()[-1]
        assert outcome.code == 130
        assert last.startswith("Stopped after step ")
        assert f"%; all of it is kept in {program.home / 'tiny.run'}." in last
        assert last.endswith("Go on with: foreword train --resume -o tiny")
        assert "Traceback" not in outcome.err
    step = stopped.err.split("Stopped after step ")[1].split(", at ")[0]
    for outcome in (killed, again):
        assert f"{PLANNED}, going on from step {step}" in outcome.err
    ended = program(*resume)
    assert ended.code == 0, ended.err
    for name in ("model.safetensors", "onnx/model.onnx", "tokenizer.json"):
        assert (program.home / "tiny" / name).read_bytes() == (trained.folder / name).read_bytes(), name
    assert sorted(path.name for path in program.home.iterdir()) == ["tiny", "tiny.memory"]


def test_ctrl_c_while_writing_leaves_without_a_word(trained: Trained) -> None:
    running = trained.program.start("generate", "-m", "tiny", "-n", "100000000")
    assert running.process.stdout is not None
    running.process.stdout.read(10)
    outcome = running.stop(signal.SIGINT)
    assert outcome.code == 130
    assert outcome.err == ""
