"""benchmarks/keystrokes.py: equal conditions for all contenders, means over people, and reasons for gaps."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks import keystrokes
from benchmarks.keystrokes import Figures, as_lines, compare
from benchmarks.peers.contenders import Contender, Opened, Person, of_counts, of_model
from benchmarks.peers.environments import Unavailable
from foreword.assess.keystrokes import NgramKeyboard
from foreword.keyboard.memory import Memory
from foreword.runtime.model import Model

MESSAGES = ["see you tomorrow", "see you at the station"]


@contextmanager
def nobody(person: Person) -> Iterator[Opened]:
    """An n-gram that has learned nothing."""
    yield Opened(keyboard=NgramKeyboard(Memory.open()), version="0")


def contender(key: str, opened: Callable[[Person], AbstractContextManager[Opened]] = nobody) -> Contender:
    return Contender(key=key, title=key.title(), learn=True, opened=opened)


def figures(savings: float) -> Figures:
    interval = [savings - 0.01, savings + 0.01]
    return {**dict.fromkeys(keystrokes.AVERAGED, savings), "keystroke_savings_interval": interval}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ana"
    made.mkdir()
    (made / "train.txt").write_text("see you tomorrow\n" * 20, encoding="utf-8")
    (made / "typed.txt").write_text("\n".join([*MESSAGES, ""]), encoding="utf-8")
    return made


@pytest.fixture
def person(folder: Path) -> Person:
    return Person.read(folder, None)


def test_each_contender_has_learned_only_the_earlier_messages(person: Person, model: Model) -> None:
    for opening in (of_counts, of_model(str(model.path))):
        with opening(person) as opened:
            assert [each.text for each in opened.keyboard.suggest("see you to", 3)][:1] == ["tomorrow"]
            assert opened.version
    with of_counts(person) as opened:
        assert opened.keyboard.suggest("sta", 3) == []


def test_the_memory_beside_the_model_is_used_but_not_changed(person: Person, model: Model) -> None:
    """A message learned twice would count twice; and nothing learned in a measurement may be kept."""
    beside = model.path.with_name("toy.memory")
    with of_counts(person) as opened:
        assert isinstance(opened.keyboard, NgramKeyboard)
        known = len(opened.keyboard.memory.messages())
    kept = Memory.open(beside)
    kept.learn("see you tonight")
    with of_model(str(model.path))(person) as opened:
        words = [each.text for each in opened.keyboard.suggest("see you to", 3)]
        opened.keyboard.learn("never kept")
    assert {"tomorrow", "tonight"} <= set(words)
    assert len(kept.messages()) == 1 < known
    kept.close()


def test_a_learning_contender_saves_keys_that_a_fixed_one_does_not(person: Person) -> None:
    often = Person(folder=person.folder, messages=["zugzwang again"] * 3)
    both = (Contender(key="", title="", learn=learn, opened=nobody) for learn in (True, False))
    learning, fixed = (keystrokes.typed_again(each, often, 3) for each in both)
    assert fixed["keystroke_savings"] == 0
    assert learning["keystroke_savings"] > 0.4


def test_typos_take_more_keys_and_lists_take_processor_time(person: Person) -> None:
    again = Person(folder=person.folder, messages=["zugzwang again"] * 3)
    right, wrong = (keystrokes.typed_again(contender(""), again, 3, typos=typos) for typos in (False, True))
    assert wrong["keystroke_savings"] < right["keystroke_savings"]
    assert 0 < right["processor_p50"] <= right["processor_p95"]


def test_an_unavailable_contender_is_not_retried_and_gets_a_reason_instead_of_a_mean(person: Person) -> None:
    people = [person, Person(folder=person.folder / "again", messages=MESSAGES)]
    tried: list[str] = []

    def measure(contender: Contender, person: Person) -> Figures:
        tried.append(contender.key)
        if contender.key == "gone" or (contender.key == "frail" and person is people[1]):
            raise Unavailable(f"{contender.key} is not installed")
        return figures(0.4 if person is people[0] else 0.2)

    others = [contender(name) for name in ("good", "gone", "frail")]
    found = compare(people, others, measure)
    assert tried == ["good", "gone", "frail", "good", "frail"]
    assert found["skipped"] == {"gone": "gone is not installed", "frail": "frail is not installed"}
    assert found["mean"]["good"]["keystroke_savings"] == pytest.approx(0.3)
    assert (found["mean"]["gone"], found["mean"]["frail"]) == (None, None)
    lines = list(as_lines(found, others))
    assert lines[-3].split()[:4] == ["Good", "saves", "30.0", "%"]
    left_out = [f"{name.title()} is left out: {name} is not installed" for name in ("gone", "frail")]
    assert lines[-2:] == left_out


def test_json_has_the_figures_of_each_person_and_their_mean(printed: Any, folder: Path, model: Model) -> None:
    found = json.loads(printed(keystrokes, folder, "--model", model.path, "--peers", "", "--json"))
    assert set(found) == {"machine", "limit", "people", "mean", "skipped"}
    keys = {f"{name}_{mode}" for name in ("foreword", "counts") for mode in ("learning", "fixed")}
    assert set(found["people"][str(folder)]) == set(found["mean"]) == keys
    counts = found["people"][str(folder)]["counts_fixed"]
    assert set(keystrokes.AVERAGED) | {"keystroke_savings_interval", "messages", "version"} <= set(counts)
    assert 0 < counts["keystroke_savings"] < counts["theoretical_limit"]
    assert found["mean"]["counts_fixed"]["keystroke_savings"] == counts["keystroke_savings"]
