"""The memory: what was learned, how often and when, what networks were trained on; for programs and threads at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foreword.errors import OptionError
from foreword.keyboard.exchange import exported, import_lines
from foreword.keyboard.memory import LATEST, NETWORKS, Memory, Message, Met, WordUse, memory_path
from foreword.modelfolder import home

GAPS = Met(trained=frozenset([1, 2, 3, 7, 9, 10]), held_out=frozenset([4]), waiting=frozenset([5, 6]))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    found = Memory.open(tmp_path / "me.memory")
    found.learn("see you\nok\nask Anna\nAnna")
    return found


def numbers(memory: Memory) -> dict[int, str]:
    return {each.number: each.message.text for each in memory.numbered()}


def test_nothing_is_known_before_anything_was_learned() -> None:
    memory = Memory.open()
    assert (memory.candidates("", "", 3), memory.uses(3), memory.messages()) == ([], [], [])
    assert (memory.after("").probability("a"), memory.why("a")) == (0, None)
    assert memory.latest().text == ""
    with pytest.raises(OptionError, match="limit must be at least 1, not 0"):
        memory.candidates("", "", 0)


def test_a_word_is_known_the_moment_after_it_was_learned() -> None:
    memory = Memory.open()
    assert memory.learn("see you tomorrow\n\n see you there ") == 2
    assert [each.word for each in memory.candidates("see you ", "t", 3)] == ["there", "tomorrow"]
    memory.learn("see you tomorrow")
    assert [each.word for each in memory.candidates("See you ", "t", 3)] == ["tomorrow", "there"]


def test_the_latest_are_whole_messages_but_for_a_very_long_one() -> None:
    memory = Memory.open()
    memory.learn("one\ntwo")
    assert memory.latest().text == "one\ntwo"
    memory.learn("three " * 50)
    memory.learn("four " * 40)
    assert memory.latest().text.split("\n") == [("three " * 50).strip(), ("four " * 40).strip()]
    memory.learn("so " * 400 + "long")
    assert memory.latest().text == ("so " * 400 + "long")[-LATEST:]


def test_the_use_of_a_word_is_how_often_and_when_last() -> None:
    memory = Memory.open()
    early, late = datetime(2020, 5, 1, 12, tzinfo=UTC), datetime(2024, 5, 1, 12, tzinfo=UTC)
    memory.learn("see you", late)
    memory.learn("see, see", early)
    assert memory.uses(1) == [memory.why("see")] == [WordUse(word="see", times=3, last=late)]
    assert [each.word for each in memory.uses(9, "YO")] == ["you"]
    assert memory.messages() == [Message(text="see you", time=late), Message(text="see, see", time=early)]


def test_a_copy_knows_the_same_and_teaches_the_original_nothing(memory: Memory) -> None:
    memory.forget("Anna")
    memory.set_met("a", GAPS)
    copy = memory.copy()
    assert copy.candidates("see ", "", 9) == memory.candidates("see ", "", 9)
    assert copy.is_blocked("anna")
    assert copy.met("a") == GAPS
    copy.learn("see me there")
    assert copy.candidates("see me ", "", 1)[0].word == "there"
    assert memory.why("there") is None


def test_weights_are_kept_by_model(memory: Memory, tmp_path: Path) -> None:
    assert memory.weights("a") is None
    memory.set_weights("a", [0.25, 0.75])
    memory.set_weights("b", [1])
    memory.set_weights("a", [0.5, 0.5])
    again = Memory.open(tmp_path / "me.memory")
    assert (again.weights("a"), again.weights("b")) == ([0.5, 0.5], [1.0])


def test_threads_may_share_a_memory() -> None:
    memory = Memory.open()

    def use(times: int) -> None:
        for _ in range(times):
            memory.learn("see me there")
            assert memory.candidates("see ", "m", 1)[0].word == "me"

    with ThreadPoolExecutor() as threads:
        list(threads.map(use, [20] * 4))
    assert [(each.word, each.times) for each in memory.uses(1, "me")] == [("me", 80)]


@pytest.mark.parametrize(
    ("model", "variable", "expected"),
    [
        (None, None, "me.memory"),
        ("work", None, "work.memory"),
        (None, "base", "base.memory"),
        ("me", "base", "me.memory"),
    ],
)
def test_a_memory_lies_beside_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str | None, variable: str | None, expected: str
) -> None:
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    if variable:
        monkeypatch.setenv("FOREWORD_MODEL", variable)
    assert memory_path(model) == home() / expected
    assert memory_path(f"{tmp_path}/x/mine") == tmp_path / "x" / "mine.memory"


def test_messages_keep_their_numbers_where_a_word_is_forgotten_and_no_number_comes_twice(
    memory: Memory,
) -> None:
    assert numbers(memory) == {1: "see you", 2: "ok", 3: "ask Anna", 4: "Anna"}
    memory.forget("Anna")
    assert numbers(memory) == {1: "see you", 2: "ok", 3: "ask …"}
    memory.clear()
    assert memory.learn_messages([Message(text="again\n\nand again", time=datetime.now(UTC))]) == [5, 6]
    assert numbers(memory) == {5: "again", 6: "and again"}
    assert memory.learn_messages([]) == []


def test_what_networks_know_is_the_same_for_every_program_and_only_the_last_networks_are_kept(
    memory: Memory, tmp_path: Path
) -> None:
    for number in range(NETWORKS):
        memory.set_met(str(number), GAPS)
    memory.set_met("0", Met())
    memory.set_met("one more", Met())
    other = Memory.open(tmp_path / "me.memory")
    assert [other.met(name) for name in ("0", "1", "2", "one more")] == [Met(), None, GAPS, Met()]
    assert GAPS.all == frozenset(range(1, 11)) - {8}


def test_what_networks_know_does_not_travel_with_an_export_where_the_numbers_are_others(
    memory: Memory,
) -> None:
    memory.set_met("a", GAPS)
    other = Memory.open()
    other.learn("first")
    import_lines(other, exported(memory), "here")
    assert other.met("a") is None
    assert list(numbers(other)) == [1, 2, 3, 4, 5]
