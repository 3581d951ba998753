"""What follows once a personal model is there."""

import re
from pathlib import Path

import pytest

from foreword.keyboard.memory import Memory, memory_path
from foreword.personal import remembering
from foreword.personal.events import Event, Finished, Remembered, Reported, Tried, Warned
from foreword.personal.make import make
from foreword.personal.order import Use, order_for
from messages import RECIPE


def made(*sources: Path | str, to: Path, use: Use | None = None, **asked: object) -> list[Event]:
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 10}}
    return list(make(order_for(list(map(str, sources)), to, recipe=recipe, use=use or Use(), **asked)))  # type: ignore[arg-type]


def of(kind: type, events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture
def long_source(tmp_path: Path) -> Path:
    """A text with a test part of a few lines."""
    path = tmp_path / "long.txt"
    lines = [
        f"message number {number} is about the {('cat', 'dog', 'cow')[number % 3]}" for number in range(600)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_it_is_tried_on_messages_that_nothing_has_learned_then_the_memory_learns_all(
    long_source: Path, tmp_path: Path
) -> None:
    events = made(long_source, to=tmp_path / "made")
    (tried,) = of(Tried, events)
    (remembered,) = of(Remembered, events)
    assert isinstance(tried, Tried)
    assert 0 < tried.figures["keystroke_savings"] < tried.figures["theoretical_limit"]
    assert {"ghost", "ngram"} <= tried.figures.keys()
    assert remembered == Remembered(messages=600, known=0)
    assert isinstance(events[-1], Finished)
    assert len(Memory.open(memory_path(str(tmp_path / "made"))).messages()) == 600


def test_what_the_memory_knows_is_not_learned_twice(long_source: Path, tmp_path: Path) -> None:
    made(long_source, to=tmp_path / "made")
    long_source.write_text(long_source.read_text("utf-8") + "one more\n", "utf-8")
    assert of(Remembered, made(long_source, to=tmp_path / "made")) == [Remembered(messages=1, known=600)]


def test_the_report_is_for_its_owner_alone_and_to_share_it_has_no_word_of_theirs(
    long_source: Path, tmp_path: Path
) -> None:
    html = tmp_path / "report.html"
    html.write_text("old")
    html.chmod(0o644)
    events = made(long_source, to=tmp_path / "made", use=Use(html=html))
    assert of(Reported, events) == [Reported(path=html)]
    assert html.stat().st_mode & 0o077 == 0
    shown = re.sub("<[^>]*>", "", html.read_text("utf-8"))
    assert "is about the" in shown

    made(long_source, to=tmp_path / "again", use=Use(html=html, share=True))
    assert "about the" not in re.sub("<[^>]*>", "", html.read_text("utf-8"))


def test_a_report_that_cannot_be_written_does_not_spoil_the_model(long_source: Path, tmp_path: Path) -> None:
    (tmp_path / "nowhere").mkdir()
    use = Use(html=tmp_path / "nowhere" / "report.html")
    (tmp_path / "nowhere").rmdir()
    events = made(long_source, to=tmp_path / "made", use=use)
    (warned,) = [event for event in events if isinstance(event, Warned)][-1:]
    assert warned.message.startswith("there is no report: ")
    assert warned.message.endswith("No such file or directory; choose another place with --html")
    assert isinstance(events[-1], Finished)


def test_of_a_text_without_a_test_part_it_is_not_tried(long_source: Path, tmp_path: Path) -> None:
    events = made(long_source, to=tmp_path / "made", tables={"text": {"held_out": 0.0}})
    assert of(Tried, events) == []
    assert of(Remembered, events) == [Remembered(messages=600, known=0)]


def test_texts_that_are_too_long_are_left_to_learn(
    long_source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "MOST_CHARACTERS", 1_000)
    events = made(long_source, to=tmp_path / "made")
    assert [event.message for event in of(Warned, events) if isinstance(event, Warned)][-1] == (
        "the texts are too long for the memory; teach it your own with: foreword learn SOURCE"
    )
    assert isinstance(events[-1], Finished)


def test_a_memory_that_cannot_be_used_does_not_spoil_the_model(long_source: Path, tmp_path: Path) -> None:
    memory_path(str(tmp_path / "made")).mkdir()
    events = made(long_source, to=tmp_path / "made")
    (warned,) = [event for event in of(Warned, events) if isinstance(event, Warned)][-1:]
    assert warned.message.startswith("the memory has learned nothing: ")
    assert isinstance(events[-1], Finished)
