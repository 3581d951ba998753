"""A run that is stopped and killed on its way ends, to the last bit, as one that was left alone."""

import random
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import pytest

from program import Outcome, Program, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no signals that a program could be asked by to stop", allow_module_level=True)

pytestmark = pytest.mark.slow
PLANNED = "weights, 600 steps"


@final
@dataclass(kw_only=True)
class Story:
    """What happened to one run, told by the processes that carried it on."""

    home: Path
    outcomes: dict[str, Outcome] = field(default_factory=dict)


@pytest.fixture(scope="module")
def story(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The training of `trained` again: Ctrl-C, SIGKILL, SIGTERM, and on to the end."""
    program = Program(tmp_path_factory.mktemp("interrupted") / "home")
    told = Story(home=program.home)
    order = (
        *("train", trained.source, "--recipe", trained.recipe, "--steps", str(Trained.steps)),
        *("-o", "tiny"),
    )
    resume = ("train", "--resume", "-o", "tiny")

    told.outcomes["Ctrl-C"] = interrupted(program, order, signal.SIGINT)
    told.outcomes["SIGKILL"] = interrupted(program, resume, signal.SIGKILL)
    told.outcomes["SIGTERM"] = interrupted(program, resume, signal.SIGTERM)
    told.outcomes["the end"] = program(*resume)
    return told


def interrupted(program: Program, arguments: tuple[str | Path, ...], number: int) -> Outcome:
    """The program, sent a signal at some moment of its training."""
    running = program.start(*arguments)
    running.until(PLANNED)
    time.sleep(random.uniform(0, 0.3))
    return running.stop(number)


@pytest.mark.parametrize("signal_name", ["Ctrl-C", "SIGTERM"])
def test_a_signal_saves_and_says_what_was_kept_and_how_to_go_on(story: Story, signal_name: str) -> None:
    outcome = story.outcomes[signal_name]
    last = outcome.err.splitlines()[-1]
    assert outcome.code == 130
    assert last.startswith("Stopped after step ")
    assert f"%; all of it is kept in {story.home / 'tiny.run'}." in last
    assert last.endswith("Go on with: foreword train --resume -o tiny")
    assert "Traceback" not in outcome.err


def test_a_resumed_run_begins_where_it_was_stopped(story: Story) -> None:
    stopped = story.outcomes["Ctrl-C"].err.split("Stopped after step ")[1].split(", at ")[0]
    assert f"{PLANNED}, going on from step {stopped}" in story.outcomes["SIGKILL"].err
    assert f"{PLANNED}, going on from step {stopped}" in story.outcomes["SIGTERM"].err


def test_the_end_is_the_same_to_the_last_bit(story: Story, trained: Trained) -> None:
    assert story.outcomes["SIGKILL"].code == -signal.SIGKILL
    assert story.outcomes["the end"].code == 0, story.outcomes["the end"].err
    for name in ("model.safetensors", "onnx/model.onnx", "tokenizer.json"):
        assert (story.home / "tiny" / name).read_bytes() == (trained.folder / name).read_bytes(), name
    assert sorted(path.name for path in story.home.iterdir()) == ["tiny", "tiny.memory"]


def test_ctrl_c_while_writing_leaves_without_a_word(trained: Trained) -> None:
    running = trained.program.start("generate", "-m", "tiny", "-n", "100000000")
    assert running.process.stdout is not None
    running.process.stdout.read(10)
    outcome = running.stop(signal.SIGINT)
    assert outcome.code == 130
    assert outcome.err == ""
