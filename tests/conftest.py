"""Shared by all tests: one thread, the settings of hypothesis, and the marks of slow tests."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

# Set before PyTorch is loaded, because OpenMP reads these once. Its waiting threads spin, which makes tests ten times
# slower on two shared cores; and with one thread, sums are equal to the last bit.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import pytest
from beartype import BeartypeConf
from beartype.claw import beartype_packages
from hypothesis import HealthCheck, settings

from program import CommandLine, Inside

# Annotations are checked in these rooms, and by jaxtyping (pyproject.toml) in models, where shapes must agree as well:
# there, a call takes 9 µs longer. A whole number is a float, too (PEP 484).
beartype_packages(
    ("foreword.text", "foreword.corpus", "foreword.training", "foreword.runtime"),
    conf=BeartypeConf(is_pep484_tower=True, claw_is_pep526=False, violation_type=TypeError),
)

# A shell's background processes and their children ignore Ctrl-C; tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline, because a busy machine is no defect. CI repeats the same examples; other runs draw new ones.
settings.register_profile(
    "foreword", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("foreword")


SLOW_FOLDERS = ("e2e", "surfaces")
"""All tests in these folders start programs."""
SLOW_FIXTURES = {"served", "pair"}
"""These fixtures start programs, too."""
STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"}
"""Python's audit events for the start of a process."""
LIBRARIES_START = {"uname", "lscpu", "fc-list", "system_profiler"}
"""Programs of Python's `platform`, of `numpy.testing` (2.0) and of Matplotlib, which lists the fonts once."""
quick: list[str] = []
"""The quick test that is running, if one is."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests as slow by their folder or a fixture, and run the longest tests first."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.path.parent.name in SLOW_FOLDERS or fixtures & SLOW_FIXTURES:
            item.add_marker("slow")
    items.sort(key=lambda item: item.path.parent.name not in SLOW_FOLDERS)
    items.sort(key=lambda item: item.get_closest_marker("all") is None)


def refuse_process(event: str, arguments: tuple[object, ...]) -> None:
    """Fail a quick test that starts a process of its own."""
    if quick and event in STARTS and not LIBRARIES_START.intersection(arguments[:1]):
        pytest.fail(f"{quick[0]} starts a process; mark it as slow")


sys.addaudithook(refuse_process)


@pytest.fixture(autouse=True)
def no_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """A quick test starts no process: scripts/check stays short."""
    marked = any(request.node.get_closest_marker(name) for name in ("slow", "all"))
    quick[:] = [] if marked else [request.node.nodeid]
    yield
    quick.clear()


@pytest.fixture(autouse=True)
def no_base(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the shipped model, which changes from release to release, unless a test provides one."""
    nowhere = tmp_path_factory.getbasetemp() / "nowhere" / "base"
    monkeypatch.setattr("foreword.modelfolder.names.shipped_folder", lambda: nowhere)


@pytest.fixture(scope="session", autouse=True)
def no_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The settings of the person who runs the tests are not read, nor by a model that many tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOREWORD_CONFIG", str(tmp_path_factory.getbasetemp() / "nowhere"))
        yield


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the test, not the person's own; it is made when it is first used."""
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def foreword(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`foreword(…)` runs a command line in this process."""
    return Inside(home, monkeypatch, capsys)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The folder of a model with random weights; nothing was held out for it."""
    from toys import writer  # noqa: PLC0415 - onnx may not be installed

    return writer(tmp_path / "toy").path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of texts beside a developer's checkout; without it, the test is skipped."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the benchmark texts (../shared/data) are not beside this checkout")
    return folder
