"""Releases: one version everywhere, no missing file, and no file that does not belong there."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from program import ran
from scripts import distributions

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = {f"foreword/{name}" for name in ("__init__.py", "py.typed", "assess/report.html")}
WHOLE = dict.fromkeys(EXPECTED, 10) | {"foreword-0.1.0.dist-info/METADATA": 10}


def checkout(folder: Path, *, version: str = "0.1.0", heading: str = "## 0.1.0, 2026-11-26") -> Path:
    (folder / "pyproject.toml").write_text(f'[project]\nname = "foreword"\nversion = "{version}"\n')
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n\n## 0.0.1, 2026-01-01\n")
    return folder


def test_different_versions_prevent_a_release(tmp_path: Path) -> None:
    assert distributions.agreed_version(checkout(tmp_path)) == "0.1.0"
    for version, heading in (("0.2.0", "## 0.1.0, 2026-11-26"), ("0.1.0", ""), ("0.1.0", "## 0.1.0, soon")):
        checkout(tmp_path, version=version, heading=heading)
        for rehearsed in (False, True):
            with pytest.raises(SystemExit, match=rf"says {version}, the newest heading of CHANGELOG\.md"):
                distributions.agreed_version(tmp_path, rehearsed=rehearsed)


def test_only_a_rehearsal_accepts_an_unreleased_version(tmp_path: Path) -> None:
    checkout(tmp_path, heading="## Unreleased")
    assert distributions.agreed_version(tmp_path, rehearsed=True) == "0.1.0"
    with pytest.raises(SystemExit, match=r"Write `## 0\.1\.0, \d{4}-\d\d-\d\d` there"):
        distributions.agreed_version(tmp_path)


def test_this_checkout_has_a_version_to_rehearse() -> None:
    assert distributions.agreed_version(rehearsed=True)


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (WHOLE | {"foreword/tests/test_base.py": 1}, "not in git: foreword/tests/test_base.py"),
        (
            WHOLE | {"foreword/__pycache__/a.cpython-311.pyc": 1},
            "not in git: foreword/__pycache__/a.cpython-311.pyc",
        ),
        (
            {name: 10 for name in WHOLE if name != "foreword/assess/report.html"},
            "missing: foreword/assess/report.html",
        ),
        (WHOLE | {"foreword/py.typed": 16_000_001}, "over 16 MB: foreword/py.typed"),
    ],
)
def test_a_distribution_that_differs_from_the_commit_is_refused(files: dict[str, int], fault: str) -> None:
    assert distributions.faults(WHOLE, EXPECTED) == []
    assert distributions.faults(files, EXPECTED) == [fault]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="releases are made on Unix")
def test_a_checkout_with_uncommitted_changes_is_not_released(tmp_path: Path) -> None:
    checkout(tmp_path)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    ran("git", "init", "-q", tmp_path)
    release = tmp_path / "scripts" / "release"
    done = ran("bash", release, "--quick", env={**os.environ, "PYTHON": sys.executable})
    assert done.returncode == 1
    assert "commit or remove them" in done.stderr
    assert "CHANGELOG.md" in done.stderr
    assert not (tmp_path / "dist").exists()
