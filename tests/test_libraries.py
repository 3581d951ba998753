"""No library sends reports or leaves files, in any environment and any order of loading."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from foreword import libraries
from program import ran

pytestmark = pytest.mark.slow  # they start other Python programs

LOAD = "import foreword; foreword.load('base'); print(os.environ['ORT_DISABLE_TELEMETRY'])"


def python(program: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run another Python program in its own home; nothing in its environment shows that it is a test."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return ran(sys.executable, "-c", f"import os; {program}", env={**kept, "HOME": str(home), **environment})


@pytest.mark.parametrize(
    ("before", "said"),
    [
        *(("", {"ORT_DISABLE_TELEMETRY": said}) for said in ("0", "")),
        ("import foreword; home = os.environ['HOME']; os.environ.clear(); os.environ['HOME'] = home; ", {}),
        ("import onnxruntime; ", {"ORT_DISABLE_TELEMETRY": "1"}),
    ],
)
def test_telemetry_is_off_in_every_environment(before: str, said: dict[str, str], tmp_path: Path) -> None:
    """Even if it was switched on meanwhile, or if onnxruntime was loaded before with telemetry off."""
    done = python(before + LOAD, tmp_path, **said)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_onnxruntime_loaded_before_with_telemetry_is_refused(tmp_path: Path) -> None:
    program = f"import sys, types; sys.modules['onnxruntime'] = types.ModuleType('onnxruntime'); {LOAD}"
    done = python(program, tmp_path)
    assert done.stderr.splitlines()[-1] == (
        "foreword.errors.TelemetryOn: onnxruntime was loaded before foreword and may send reports to a server; "
        "import foreword first, or set ORT_DISABLE_TELEMETRY=1 before Python starts"
    )


def test_matplotlib_keeps_the_folder_of_a_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    libraries.load_matplotlib()
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="a home is found in another way there")
def test_an_unwritable_home_causes_no_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file is in its place")
    program = (
        "from foreword import libraries, models; libraries.load_matplotlib(); "
        "print('MPLCONFIGDIR' in os.environ, os.environ['OMP_WAIT_POLICY'])"
    )
    done = python(program, tmp_path / "home", TMPDIR=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "False PASSIVE\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
