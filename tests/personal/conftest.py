"""A data folder that no person has, small models that many tests share, and what keeps trainings short."""

import math
import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest

from foreword.personal.events import Event
from foreword.personal.train import resume, train
from trainings import OLD, trained, written

TRAINING = (trained, train, resume)
TRAINED = {"base", "good", "interrupted", "made", "texts", "told"}
"""Fixtures that train one more model."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that trains is slow. Quick ones look at what the one shared training has made."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == Path(__file__).parent:
            used = [item.function.__globals__.get(name) for name in item.function.__code__.co_names]
            if TRAINED & {*item.fixturenames} or any(each in TRAINING for each in used):
                item.add_marker("slow")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """No model types held-out messages, which takes a second (but in test_backtest.py), and few fit the mixture.

    Progress is not shown by the clock: a run that is stopped after so many questions stops at the same step always.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("foreword.modelfolder.names.shipped_folder", lambda: Path("/nowhere/base"))
        patch.setattr("foreword.personal.export.MOST_WORDS", 12)
        patch.setattr("foreword.personal.watch.SHOW_EVERY", math.inf)
        patch.setattr("foreword.personal.train.backtest", lambda *_, **__: iter(()))
        yield


@pytest.fixture(scope="session")
def old_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("texts"), "old.txt", OLD)


@pytest.fixture(scope="session")
def finished(old_text: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """A model that was trained on the old text, with a memory beside it, and what its training told."""
    to = tmp_path_factory.mktemp("finished") / "me"
    return to, trained(old_text, to)


@pytest.fixture
def me(finished: tuple[Path, list[Event]], tmp_path: Path) -> Path:
    """A copy of both for a test, the text where it was."""
    model, _ = finished
    shutil.copy(model.with_name("me.memory"), tmp_path / "me.memory")
    return Path(shutil.copytree(model, tmp_path / "me"))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterable[float]], None]:
    """`measured([2.0, 2.1])`: what validations find, in nats per token; the last one again and again."""

    def find(nats: Iterable[float]) -> None:
        *first, last = nats
        found = chain(first, repeat(last))
        monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(found))

    return find
