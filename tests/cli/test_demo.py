"""The demo makes room for itself, but never at the cost of what somebody else made."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import toys
from foreword.modelfolder import run_folder
from foreword.personal.events import Event
from foreword.personal.make import make
from foreword.personal.order import Order, order_for
from foreword.text.tokenizer import characters_tokenizer
from messages import RECIPE, write_messages
from program import CommandLine


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """The trainings that a demo began: each is stopped at once."""
    orders: list[Order] = []

    def begin(order: Order, *, begun: float) -> Iterator[Event]:
        assert begun <= time.perf_counter()
        orders.append(order)
        return iter(())

    monkeypatch.setattr("foreword.personal.make.make", begin)
    return orders


def model_of(home: Path, *sources: str, before: tuple[str, ...] = ()) -> Path:
    """A model named demo that says it learned from `sources`, and `before` that from others."""
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    home.mkdir()
    path = toys.model(
        home / "demo", tokenizer, toys.recurrent_graph(toys.preferring(tokenizer, b"abc "))
    ).path
    listed, earlier = (
        [{"name": name, "sha256": "0", "characters": 1} for name in names] for names in (sources, before)
    )
    training = {"sources": listed, "history": [{"sources": earlier}]}
    (path / "training.json").write_text(json.dumps(training), encoding="utf-8")
    return path


def run_of(home: Path, source: Path) -> Path:
    """An unfinished run of that name."""
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 5}}
    for _ in make(order_for([str(source)], home / "demo", recipe=recipe), lambda: True):
        pass
    return run_folder(home / "demo")


@pytest.mark.parametrize("sources", [(), ("diary.txt",), ("sample:chitchat", "diary.txt")])
def test_a_model_of_ones_own_is_not_replaced(
    foreword: CommandLine, home: Path, begun: list[Order], sources: tuple[str, ...]
) -> None:
    path = model_of(home, *sources)
    outcome = foreword("demo")
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: {path} is your own, and the demo would replace it")
    assert "rename or delete it" in outcome.err
    assert begun == []


def test_a_model_of_ones_own_that_went_on_with_the_sample_is_not_replaced(
    foreword: CommandLine, home: Path, begun: list[Order]
) -> None:
    model_of(home, "sample:chitchat", before=("diary.txt",))
    assert "is your own, and the demo would replace it" in foreword("demo").err
    assert begun == []


def test_an_unfinished_run_of_ones_own_is_not_discarded(
    foreword: CommandLine, home: Path, tmp_path: Path
) -> None:
    run = run_of(home, write_messages(tmp_path, lines=20))
    outcome = foreword("demo")
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: {run} is your own, and the demo would replace it")
    assert (run / "checkpoint.safetensors").exists()


def test_what_an_earlier_demo_left_makes_room(
    foreword: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: list[Order]
) -> None:
    model_of(home, "sample:chitchat")
    run = run_of(home, write_messages(tmp_path, lines=20))
    monkeypatch.setattr("foreword.personal.make.run_sources", lambda _: ("sample:chitchat",))
    assert foreword("demo").code == 130
    assert [order.to for order in begun] == [home / "demo"]
    assert not run.exists()
