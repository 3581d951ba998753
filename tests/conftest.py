"""What all tests share: calm threads, one way for hypothesis to search, and which tests are slow."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

# Before anything loads PyTorch, for OpenMP looks at these once. On two shared cores its threads, which spin while they
# wait for one another, slow tests down ten times; and with one thread, sums come out alike to the last bit.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import pytest
from hypothesis import HealthCheck, settings

# What a shell starts in the background is deaf to Ctrl-C, and so are its children; tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No limit of time, for a busy machine is no defect. In CI the same examples each time; at home, new ones.
settings.register_profile(
    "foreword",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("foreword")


SLOW_FOLDERS = ("e2e", "surfaces")
"""All tests of these start programs."""
SLOW_FIXTURES = {"served", "pair"}
"""They start programs, too."""
STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"}
"""Python's audit events of a process that starts."""
quick: list[str] = []
"""The quick test that is running, if one is."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that are slow by their folder or by a fixture; what takes longest comes first."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.path.parent.name in SLOW_FOLDERS or fixtures & SLOW_FIXTURES:
            item.add_marker("slow")
    items.sort(
        key=lambda item: (item.get_closest_marker("all") is None, item.path.parent.name not in SLOW_FOLDERS)
    )


def refuse_process(event: str, arguments: tuple[object, ...]) -> None:
    """Fail a quick test that starts a process, but for the one that Python's `platform` starts."""
    if quick and event in STARTS and arguments[:1] != ("uname",):
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
    """No model comes with Foreword, unless a test puts one there: it changes from release to release."""
    nowhere = tmp_path_factory.getbasetemp() / "nowhere" / "base"
    monkeypatch.setattr("foreword.modelfolder.names.shipped_folder", lambda: nowhere)


@pytest.fixture(autouse=True)
def no_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of who runs the tests are not read."""
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path_factory.getbasetemp() / "nowhere"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of texts that lies beside a developer's checkout, or a skip where there is none."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the benchmark texts (../shared/data) are not beside this checkout")
    return folder
