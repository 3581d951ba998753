"""Base or scratch: what a short try of each shows decides."""

from pathlib import Path
from typing import Any

import pytest

from foreword.personal import choosing
from foreword.personal.choosing import choose, may_choose
from foreword.personal.events import Finished, Planned, Trying
from foreword.personal.make import make
from foreword.personal.order import Order, order_for
from messages import RECIPE, write_messages


@pytest.fixture
def base(source: Path, home: Path) -> Path:
    """A small model of the name that the shipped one has."""
    *_, made = make(
        order_for([str(source)], home / "base", recipe=RECIPE, tables={"training": {"steps": 60}})
    )
    assert isinstance(made, Finished)
    return made.folder


def open_order(source: Path, to: Path, minutes: float = 0.1) -> Order:
    return order_for([str(source)], to, minutes=minutes)


@pytest.mark.parametrize(
    ("scratch", "further"), [(2.0, 1.5), (1.5, 1.5), (1.5, 2.0), (None, 1.0), (1.0, None)]
)
def test_what_does_better_is_taken_and_the_base_where_nobody_can_tell(  # noqa: PLR0917 - pytest's fixtures
    monkeypatch: pytest.MonkeyPatch,
    base: Path,
    source: Path,
    tmp_path: Path,
    scratch: float | None,
    further: float | None,
) -> None:
    figures = iter([scratch, further])
    monkeypatch.setattr(choosing, "_bits_after", lambda *_: next(figures))
    choice = choose(open_order(source, tmp_path / "made"), tmp_path)
    assert choice is not None
    taken = scratch is None or further is None or further <= scratch
    assert (choice.start is not None) == (choice.order.start == base) == taken
    assert choice.reason.startswith("goes on from base" if taken else "begins from scratch")
    assert choice.corpus.folder == tmp_path / "corpus"
    assert not (tmp_path / "further").exists()


@pytest.mark.usefixtures("base")
def test_a_run_tries_both_and_says_what_it_goes_on_from(tmp_path: Path) -> None:
    source = write_messages(tmp_path, lines=400)
    events = list(make(open_order(source, tmp_path / "made", minutes=0.2)))
    assert isinstance(events[0], Trying)
    assert events[0].seconds == pytest.approx(0.6)
    planned, finished = next(each for each in events if isinstance(each, Planned)), events[-1]
    assert planned.reasons[0].startswith(
        ("goes on from base, which came to", "begins from scratch, which came to")
    )
    assert isinstance(finished, Finished)
    assert not (tmp_path / "made.run").exists()


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    "asked",
    [
        {"size": "small"},
        {"start": "scratch"},
        {"start": "base"},
        {"recipe": {"training": {"batch": 8}}},
        {"tables": {"text": {"unit": "words"}}},
        {"tables": {"model": {"architecture": "gru"}}},
    ],
)
def test_who_says_what_network_it_is_to_be_is_not_asked(
    source: Path, tmp_path: Path, asked: dict[str, Any]
) -> None:
    assert not may_choose(order_for([str(source)], tmp_path / "made", minutes=1, **asked))


def test_there_is_a_choice_only_with_a_base_and_with_texts_that_can_be_read_twice(
    source: Path, tmp_path: Path, home: Path
) -> None:
    order = open_order(source, tmp_path / "made")
    assert not may_choose(order)
    (home / "base").mkdir(parents=True)
    assert may_choose(order)
    assert not may_choose(order_for(["-"], tmp_path / "made", minutes=1))
    assert not may_choose(order_for([str(source)], home / "base", minutes=1))
    assert choose(order, tmp_path) is None  # it is damaged: a new network begins


def test_little_held_out_text_tells_nothing(source: Path, tmp_path: Path, base: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text(source.read_text("utf-8")[:400], encoding="utf-8")
    choice = choose(open_order(short, tmp_path / "made"), tmp_path)
    assert choice is not None
    assert choice.order.start == base
    assert "too little held-out text" in choice.reason
