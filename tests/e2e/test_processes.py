"""A training in two processes is one program: it is told to stop as one, and when one of them dies, all of it ends."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from program import Outcome, Program, Running, Trained

if sys.platform != "linux":
    pytest.skip("finds the processes where Linux lists them", allow_module_level=True)

pytestmark = pytest.mark.slow
PLANNED = "weights, 600 steps"
RESUME = ("train", "--resume", "-o", "tiny", "--processes", "2")


def workers(running: Running) -> list[int]:
    """The processes that train, the first one first."""
    parent, found = running.process.pid, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            line = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(line[1]) == parent and b"spawn_main" in command:
            found.append(int(folder.name))
    return sorted(found)


def is_there(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def sent(running: Running, victims: list[int], number: int) -> Outcome:
    """How the program ends when some of its processes are sent a signal; none of them is left over."""
    at_work = workers(running)
    assert len(at_work) == 2
    for victim in victims:
        os.kill(victim, number)
    out, err = running.process.communicate(timeout=120)
    until(
        lambda: not any(map(is_there, at_work))
    )  # where their parent was killed, nobody has waited for them
    return Outcome(code=running.process.returncode, out=out, err=running.seen + err)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all of this goes on."""
    return tmp_path_factory.mktemp("together") / "home"


@pytest.fixture(scope="module")
def story(home: Path, trained: Trained) -> dict[str, Outcome]:
    """The training of `trained` in two processes: all that can happen to it, and on to the end."""
    program, told = Program(home), {}

    def struck(rank: int | None, number: int, *arguments: str | Path) -> Outcome:
        running = program.start(*arguments)
        running.until(PLANNED)
        time.sleep(0.2)
        return sent(running, [running.process.pid if rank is None else workers(running)[rank]], number)

    order = ("train", trained.source, "--recipe", trained.recipe, "--steps", str(Trained.steps))
    told["Ctrl-C"] = struck(None, signal.SIGINT, *order, "-o", "tiny", "--processes", "2")
    told["0 killed"] = struck(0, signal.SIGKILL, *RESUME)
    told["1 killed"] = struck(1, signal.SIGKILL, *RESUME)
    told["the one that started them killed"] = struck(None, signal.SIGKILL, *RESUME)
    told["the end"] = program(*RESUME)
    return told


def test_told_to_stop_all_of_it_is_saved_and_one_says_so(story: dict[str, Outcome]) -> None:
    outcome = story["Ctrl-C"]
    assert outcome.code == 130
    assert outcome.err.count("Stopped after step ") == 1
    assert outcome.err.endswith("Go on with: foreword train --resume -o tiny\n")
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("rank", [0, 1])
def test_where_one_is_killed_one_line_says_which_and_what_is_kept(
    story: dict[str, Outcome], home: Path, rank: int
) -> None:
    outcome = story[f"{rank} killed"]
    assert outcome.code == 1
    (line,) = [line for line in outcome.err.splitlines() if line.startswith("foreword: ")]
    assert line.startswith(f"foreword: process {rank} of 2 (")
    assert "was killed by SIGKILL" in line
    step = story["Ctrl-C"].err.split("Stopped after step ")[1].split(", at ")[0]
    assert line.endswith(
        f"foreword train --resume -o {home / 'tiny'} goes on from the last checkpoint, of step {step}"
    )
    assert outcome.err.splitlines()[-1] == line
    assert "Traceback" not in outcome.err


def test_where_the_one_that_started_them_is_killed_the_others_save(story: dict[str, Outcome]) -> None:
    assert story["the one that started them killed"].code == -signal.SIGKILL
    before, after = (
        int(story[name].err.split("going on from step ")[1].split()[0].replace(",", ""))
        for name in ("the one that started them killed", "the end")
    )
    assert after > before


def test_the_end_is_that_of_a_run_that_was_left_alone_to_the_last_bit(
    story: dict[str, Outcome], home: Path, program: Program, trained: Trained
) -> None:
    """This one is also a run whose first process reads standard input."""
    assert story["the end"].code == 0, story["the end"].err
    assert sorted(path.name for path in home.iterdir()) == ["tiny", "tiny.memory"]
    order = ("train", "-", "--recipe", trained.recipe, "--steps", str(Trained.steps), "-o", "tiny")
    straight = program(*order, "--processes", "2", stdin=trained.source.read_bytes())
    assert straight.code == 0, straight.err
    for name in ("model.safetensors", "onnx/model.onnx", "tokenizer.json"):
        assert (home / "tiny" / name).read_bytes() == (program.home / "tiny" / name).read_bytes(), name


def test_ctrl_c_before_they_are_at_work_ends_them_without_a_word(program: Program, trained: Trained) -> None:
    """A terminal sends it to all of them."""
    running = program.start("train", trained.source, "--recipe", trained.recipe, "--processes", "2")
    until(lambda: len(workers(running)) == 2)
    outcome = sent(running, [running.process.pid, *workers(running)], signal.SIGINT)
    assert (outcome.code, outcome.err) == (130, "")


def test_what_is_wrong_is_said_once(program: Program, tmp_path: Path) -> None:
    missing = program("train", tmp_path / "nowhere.txt", "--processes", "2", "--steps", "5")
    assert missing.code == 1
    assert missing.err.count("\n") == 1
    none = program("train", tmp_path / "nowhere.txt", "--processes", "0")
    assert none.code == 2
    assert none.err.startswith("foreword: --processes must be at least 1")
    assert none.err.count("\n") == 1
