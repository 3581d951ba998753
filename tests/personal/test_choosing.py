"""Base or scratch: what a short try of each shows decides."""

from pathlib import Path
from typing import Any

import pytest

from foreword.personal import choosing
from foreword.personal.choosing import Choice, Try, base_for, choose, prepare_both
from foreword.personal.deadline import Deadline
from foreword.personal.events import Finished, Planned, Trying
from foreword.personal.make import make
from foreword.personal.order import Order, order_for
from messages import RECIPE, write_messages


@pytest.fixture
def base(source: Path, home: Path) -> Path:
    """A small model of the name that the shipped one has."""
    *_, made = make(
        order_for([str(source)], home / "mine", recipe=RECIPE, tables={"training": {"steps": 60}})
    )
    assert isinstance(made, Finished)
    return made.folder.rename(home / "base")


def open_order(source: Path, to: Path, minutes: float = 0.1) -> Order:
    return order_for([str(source)], to, minutes=minutes)


def chosen(order: Order, folder: Path) -> Choice:
    base = base_for(order)
    assert base is not None
    how = Try.of(order, Deadline(end=0.0, measuring=2.0))
    return choose(order, base, *prepare_both(order, base, folder), how, folder)


@pytest.mark.parametrize(("scratch", "further"), [(2.0, 1.5), (1.5, 1.5), (1.5, 2.0)])
def test_what_does_better_is_taken(
    monkeypatch: pytest.MonkeyPatch,
    base: Path,
    tmp_path: Path,
    scratch: float,
    further: float,
) -> None:
    source = write_messages(tmp_path, lines=400)
    figures = iter([further, scratch])
    monkeypatch.setattr(choosing, "_bits_after", lambda *_: next(figures))
    choice = chosen(open_order(source, tmp_path / "made"), tmp_path)
    taken = further <= scratch
    assert (choice.start is not None) == (choice.order.start == base) == taken
    assert choice.reason.startswith("goes on from base" if taken else "begins from scratch")
    assert choice.corpus.folder == tmp_path / "corpus"
    assert not (tmp_path / "further").exists()


@pytest.mark.usefixtures("base")
def test_a_run_tries_both_and_says_what_it_goes_on_from(tmp_path: Path) -> None:
    source = write_messages(tmp_path, lines=400)
    events = list(make(open_order(source, tmp_path / "made", minutes=0.2)))
    assert isinstance(events[0], Trying)
    assert 0.2 < events[0].seconds <= 12 * 0.2 * 0.35 / 2
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
    assert base_for(order_for([str(source)], tmp_path / "made", minutes=1, **asked)) is None


@pytest.mark.usefixtures("base")
def test_steps_or_a_text_from_standard_input_leave_the_same_choice_as_a_time(
    source: Path, tmp_path: Path
) -> None:
    """The try of a run of so many steps is one of steps, too, so that the same seed gives the same model again."""
    source, to = write_messages(tmp_path, lines=400), tmp_path / "made"
    asked = order_for([str(source)], to, tables={"training": {"steps": 60, "seed": 3}})
    events = list(make(asked))
    assert events[0] == Trying(seconds=30.0, steps=3)
    planned = next(each for each in events if isinstance(each, Planned))
    assert "in a try of 3 steps" in planned.reasons[0]
    assert planned.steps == 60
    assert base_for(order_for(["-"], to, minutes=1)) is not None
    assert base_for(order_for([str(source)], to, recipe={"training": {"epochs": 2}})) is not None


def test_without_a_base_that_can_be_read_a_new_network_begins(
    source: Path, tmp_path: Path, home: Path
) -> None:
    order = open_order(source, tmp_path / "made")
    assert base_for(order) is None
    (home / "base").mkdir(parents=True)
    assert base_for(order) is None


def test_of_little_held_out_text_nothing_can_be_told_and_the_base_is_taken(
    source: Path, tmp_path: Path, base: Path
) -> None:
    short = tmp_path / "short.txt"
    short.write_text(source.read_text("utf-8")[:400], encoding="utf-8")
    choice = chosen(open_order(short, tmp_path / "made"), tmp_path)
    assert choice.order.start == base
    assert "too little held-out text" in choice.reason


def test_both_corpora_are_of_one_reading(source: Path, tmp_path: Path, base: Path) -> None:
    """In the tokens of each they say the same; the second costs no second reading."""
    order = open_order(source, tmp_path / "made")
    opened = base_for(order)
    assert opened is not None
    own, its = prepare_both(order, opened, tmp_path)
    assert its.tokenizer.to_json() == opened.tokenizer.to_json()
    assert own.sources == its.sources
    assert own.test is not None
    assert its.test is not None
    parts = ((own.tokenizer, own.test), (its.tokenizer, its.test))
    texts = [tokenizer.decode(part.ids[1:].astype("int64")) for tokenizer, part in parts]
    assert texts[0] == texts[1]
