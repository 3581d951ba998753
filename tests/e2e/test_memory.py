"""The memory in killed processes, and in two processes at once."""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from foreword.keyboard.memory import Memory
from kneser_ney import check_counts
from program import PATIENCE, Program

WRITER = """\
import sys
from foreword.keyboard.memory import Memory
memory = Memory.open(sys.argv[1])
print("ready", flush=True)
number = 0
while True:
    memory.learn(f"message {number % 50} of {sys.argv[2]}, said again")
    if number % 20 == 19:
        memory.forget(f"{number % 50}")
        memory.allow(f"{number % 50}")
    number += 1
"""


def numbered(folder: Path, name: str, lines: int) -> Path:
    source = folder / f"{name}.txt"
    source.write_text("".join(f"message {line} of {name}\n" for line in range(lines)), encoding="utf-8")
    return source


def remembered(path: Path) -> list[str]:
    """The messages in a whole memory."""
    with closing(Memory.open(path)) as memory:
        assert memory.notes == []
        assert memory._file.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check_counts(memory)
        return [each.text for each in memory.messages()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_kill_at_any_moment_leaves_a_whole_memory(tmp_path: Path) -> None:
    path = tmp_path / "me.memory"
    for attempt in range(6):
        command = [sys.executable, "-c", WRITER, str(path), f"attempt{attempt}"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(random.uniform(0, 0.2))
        process.kill()
        process.communicate(timeout=PATIENCE)
        remembered(path)


def test_two_programs_learn_at_once(program: Program, tmp_path: Path) -> None:
    sources = [numbered(tmp_path, name, 3_000) for name in ("one", "two")]
    running = [program.start("learn", source) for source in sources]
    for each in running:
        _, err = each.process.communicate(timeout=PATIENCE)
        assert each.process.returncode == 0, err
    lines = [line for source in sources for line in source.read_text("utf-8").splitlines()]
    assert sorted(remembered(program.home / "me.memory")) == sorted(lines)
