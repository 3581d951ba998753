"""What a network has met of a memory stays known, whatever happens to the messages."""

from pathlib import Path

import pytest

from foreword.keyboard.exchange import exported, import_lines
from foreword.keyboard.memory import NETWORKS, Memory, Met

GAPS = Met(trained=frozenset([1, 2, 3, 7, 9, 10]), held_out=frozenset([4]), waiting=frozenset([5, 6]))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    found = Memory.open(tmp_path / "me.memory")
    found.learn("see you\nok\nask Anna\nAnna")
    return found


def numbers(memory: Memory) -> dict[int, str]:
    return {each.number: each.message.text for each in memory.numbered()}


def test_it_is_known_again_by_every_program_and_for_every_network_alone(
    memory: Memory, tmp_path: Path
) -> None:
    memory.set_met("a", GAPS)
    memory.set_met("b", Met())
    other = Memory.open(tmp_path / "me.memory")
    assert (other.met("a"), other.met("b"), other.met("c")) == (GAPS, Met(), None)
    assert GAPS.all == frozenset(range(1, 11)) - {8}


def test_the_networks_that_were_noted_last_are_kept(memory: Memory) -> None:
    for number in range(NETWORKS):
        memory.set_met(str(number), GAPS)
    memory.set_met("0", Met())
    memory.set_met("one more", Met())
    assert memory.met("0") == Met()
    assert memory.met("1") is None
    assert memory.met("2") == GAPS


def test_messages_keep_their_numbers_where_a_word_is_forgotten_and_no_number_comes_twice(
    memory: Memory,
) -> None:
    assert numbers(memory) == {1: "see you", 2: "ok", 3: "ask Anna", 4: "Anna"}
    memory.forget("Anna")
    assert numbers(memory) == {1: "see you", 2: "ok", 3: "ask …"}
    memory.clear()
    memory.learn("again")
    assert numbers(memory) == {5: "again"}
    assert memory.size() == 1


def test_it_does_not_travel_with_an_export_where_the_numbers_are_others(memory: Memory) -> None:
    memory.set_met("a", GAPS)
    other = Memory.open()
    other.learn("first")
    import_lines(other, exported(memory), "here")
    assert other.met("a") is None
    assert list(numbers(other)) == [1, 2, 3, 4, 5]


def test_a_copy_to_try_things_on_knows_it_too(memory: Memory) -> None:
    memory.set_met("a", GAPS)
    assert memory.copy().met("a") == GAPS
