"""What every room's tests share: calm threads, one way for hypothesis to search, and the developer's own texts."""

import os
import signal
from pathlib import Path

# Before anything loads PyTorch, for OpenMP looks at these once. On two shared cores its threads, which spin while they
# wait for one another, slow tests down ten times; and with one thread, sums come out alike to the last bit.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import pytest
from hypothesis import settings

# What a shell starts in the background is deaf to Ctrl-C, and so are its children; tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline, for a busy machine is no defect. In CI the same examples each time; at home, new ones.
settings.register_profile("foreword", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("foreword")


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
