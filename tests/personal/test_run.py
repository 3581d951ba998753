"""A run folder is one process's at a time, and nobody's once that process is gone."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from foreword.errors import RunError
from foreword.personal.run import held

HOLD = """
import sys
from pathlib import Path
from foreword.personal.run import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_is_kept_out_until_the_first_is_killed(tmp_path: Path) -> None:
    run = tmp_path / "mine.run"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(RunError, match="mine is being trained by another process; wait"), held(run):
            pass
        process.kill()
    with held(run):
        pass


def test_it_leaves_no_file_behind(tmp_path: Path) -> None:
    with contextlib.suppress(ZeroDivisionError), held(tmp_path / "new" / "mine.run"):
        assert [path.name for path in (tmp_path / "new").iterdir()] == [".mine.run.lock"]
        raise ZeroDivisionError
    assert list((tmp_path / "new").iterdir()) == []


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = r"mine\.run cannot be made: Not a directory; choose another"
    with pytest.raises(RunError, match=words), held(tmp_path / "file" / "mine.run"):
        pass
