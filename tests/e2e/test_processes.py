"""A training in two processes is one program: it is stopped as one, and if one of them dies, it can go on.

They are started as torchrun starts them, with their rank in the environment.
"""

import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from program import PATIENCE, Outcome, Program, Running, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no such signals", allow_module_level=True)

pytestmark = pytest.mark.slow
STEPS = 200
PLANNED = f"weights, {STEPS} steps"
RESUME = ("train", "--resume", "-o", "tiny")


def pair(program: Program, *arguments: str | Path) -> list[Running]:
    """Rank 0 and rank 1 of a training."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return [
        program.start(
            *arguments,
            MASTER_ADDR="127.0.0.1",
            MASTER_PORT=str(port),
            WORLD_SIZE="2",
            LOCAL_WORLD_SIZE="2",
            RANK=str(rank),
            LOCAL_RANK=str(rank),
        )
        for rank in (0, 1)
    ]


def ended(running: list[Running]) -> list[Outcome]:
    """How both ended."""
    found = []
    for each in running:
        out, err = each.process.communicate(timeout=PATIENCE)
        found.append(Outcome(code=each.process.returncode, out=out, err=each.seen + err))
    return found


def struck(program: Program, number: int, ranks: tuple[int, ...], *arguments: str | Path) -> list[Outcome]:
    """How both ended when some got a signal in the midst of training."""
    running = pair(program, *arguments)
    running[0].until(PLANNED)
    time.sleep(0.1)
    for rank in ranks:
        running[rank].process.send_signal(number)
    return ended(running)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("together") / "home"


@pytest.fixture(scope="module")
def story(home: Path, trained: Trained) -> dict[str, list[Outcome]]:
    """A training in two processes: Ctrl-C, a killed process, and on to the end; and one that was left alone."""
    program, alone = Program(home), Program(home.with_name("alone"))
    order = ("train", trained.source, "--recipe", trained.recipe, "--steps", str(STEPS), "-o", "tiny")
    return {
        "Ctrl-C": struck(program, signal.SIGINT, (0, 1), *order),
        "killed": struck(program, signal.SIGKILL, (1,), *RESUME),
        "the end": ended(pair(program, *RESUME)),
        "alone": ended(pair(alone, *order)),
    }


def test_stopped_all_of_it_is_saved_and_one_says_so(story: dict[str, list[Outcome]]) -> None:
    first, second = story["Ctrl-C"]
    assert (first.code, second.code) == (130, second.code)
    assert first.err.count("Stopped after step ") == 1
    assert first.err.endswith("Go on with: foreword train --resume -o tiny\n")
    assert "Stopped" not in second.err
    assert "Traceback" not in first.err + second.err


def test_if_one_is_killed_the_other_ends_with_one_line(story: dict[str, list[Outcome]]) -> None:
    first, second = story["killed"]
    assert second.code == -signal.SIGKILL
    assert first.code not in (0, None)
    assert [line for line in first.err.splitlines() if line.startswith("foreword: ")], first.err


def test_the_end_is_that_of_a_run_that_was_left_alone_to_the_last_bit(
    story: dict[str, list[Outcome]], home: Path
) -> None:
    assert [each.code for each in story["the end"] + story["alone"]] == [0] * 4
    assert sorted(path.name for path in home.iterdir()) == ["tiny", "tiny.memory"]
    for name in ("model.safetensors", "onnx/model.onnx", "tokenizer.json"):
        alone = home.with_name("alone") / "tiny" / name
        assert (home / "tiny" / name).read_bytes() == alone.read_bytes(), name
