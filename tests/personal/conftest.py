"""Small models that many tests share, and settings that keep trainings short."""

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
    """A test that trains is slow. Quick tests read the result of the one shared training."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == Path(__file__).parent:
            used = [item.function.__globals__.get(name) for name in item.function.__code__.co_names]
            if TRAINED & {*item.fixturenames} or any(each in TRAINING for each in used):
                item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """Skip the back-test, which takes a second (except in test_backtest.py).

    Progress does not depend on the clock: a run stopped after a number of checks always stops at the same step.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("foreword.modelfolder.names.shipped_folder", lambda: Path("/nowhere/base"))
        patch.setattr("foreword.personal.monitor.SHOW_EVERY", math.inf)
        patch.setattr("foreword.personal.train.backtest", lambda *_, **__: iter(()))
        yield


@pytest.fixture(scope="session")
def old_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("texts"), "old.txt", OLD)


@pytest.fixture(scope="session")
def finished(old_text: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """A model trained on the old text, with a memory beside it, and the events of its training."""
    to = tmp_path_factory.mktemp("finished") / "me"
    return to, trained(old_text, to)


@pytest.fixture
def me(finished: tuple[Path, list[Event]], tmp_path: Path) -> Path:
    """A copy of model and memory for one test; the text stays in its place."""
    model, _ = finished
    shutil.copy(model.with_name("me.memory"), tmp_path / "me.memory")
    return Path(shutil.copytree(model, tmp_path / "me"))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterable[float]], None]:
    """`measured([2.0, 2.1])` sets the results of validations, in nats per token; the last one repeats."""

    def find(nats: Iterable[float]) -> None:
        *first, last = nats
        found = chain(first, repeat(last))
        monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(found))

    return find
