"""The demo makes room for itself, but never at the cost of what somebody else made."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import toys
from foreword.modelfolder import run_folder
from foreword.personal.events import Event
from foreword.personal.request import TrainRequest
from foreword.personal.train import train
from messages import write_messages
from program import CommandLine
from trainings import asked, stopped


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[TrainRequest]:
    """The trainings that a demo begins: each is stopped at once."""
    requests: list[TrainRequest] = []

    def begin(request: TrainRequest, *, begun: float, **_: object) -> Iterator[Event]:
        assert begun <= time.perf_counter()
        requests.append(request)
        return iter(())

    monkeypatch.setattr("foreword.personal.train.train", begin)
    return requests


def model_of(home: Path, *sources: str, before: tuple[str, ...] = ()) -> Path:
    """A model named demo that says it learned from `sources`, and `before` that from others."""
    listed, earlier = ([{"name": name, "sha256": "0"} for name in names] for names in (sources, before))
    training = {"sources": listed, "history": [{"sources": earlier}]}
    return toys.writer(home / "demo", training=training).path


def run_of(home: Path, folder: Path) -> Path:
    """An unfinished run of that name."""
    stopped(train(asked(write_messages(folder, lines=20), home / "demo"), lambda: True))
    return run_folder(home / "demo")


@pytest.mark.parametrize(
    ("sources", "before"),
    [
        ((), ()),
        (("diary.txt",), ()),
        (("sample:chitchat", "diary.txt"), ()),
        (("sample:chitchat",), ("diary.txt",)),
    ],
)
def test_a_model_of_ones_own_is_not_replaced(
    foreword: CommandLine,
    home: Path,
    begun: list[TrainRequest],
    sources: tuple[str, ...],
    before: tuple[str, ...],
) -> None:
    path = model_of(home, *sources, before=before)
    outcome = foreword("demo")
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: the demo would replace {path}; rename or delete it")
    assert begun == []


def test_an_unfinished_run_of_ones_own_is_kept(foreword: CommandLine, home: Path, tmp_path: Path) -> None:
    run = run_of(home, tmp_path)
    outcome = foreword("demo")
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: the demo would replace {run}; rename or delete it")
    assert (run / "checkpoint.safetensors").exists()


def test_what_an_earlier_demo_left_makes_room(
    foreword: CommandLine,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    begun: list[TrainRequest],
) -> None:
    model_of(home, "sample:chitchat")
    run = run_of(home, tmp_path)
    monkeypatch.setattr("foreword.personal.run_folder.run_sources", lambda _: ("sample:chitchat",))
    assert foreword("demo").code == 130
    assert [request.to for request in begun] == [home / "demo"]
    assert not run.exists()
