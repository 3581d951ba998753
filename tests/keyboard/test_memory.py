"""The memory: words, their counts and times, trained messages; several programs and threads may share it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import regex

from foreword.errors import OptionError
from foreword.keyboard.memory import LATEST, NETWORKS, KnownMessages, Memory, Message, WordUse
from foreword.text.words import PATTERN, TOKEN_PATTERN
from kneser_ney import words_after

GAPS = KnownMessages(
    trained=frozenset([1, 2, 3, 7, 9, 10]), held_out=frozenset([4]), waiting=frozenset([5, 6])
)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    found = Memory.open(tmp_path / "me.memory")
    found.learn("see you\nok\nask Anna\nAnna")
    return found


def numbers(memory: Memory) -> dict[int, str]:
    return {each.number: each.text for each in memory.messages()}


def test_latest_gives_whole_messages_except_a_very_long_one() -> None:
    memory = Memory.open()
    memory.learn("one\ntwo")
    assert memory.latest().text == "one\ntwo"
    memory.learn("three " * 50)
    memory.learn("four " * 40)
    assert memory.latest().text.split("\n") == [("three " * 50).strip(), ("four " * 40).strip()]
    memory.learn("so " * 400 + "long")
    assert memory.latest().text == ("so " * 400 + "long")[-LATEST:]


def test_a_word_use_has_a_count_and_a_last_time() -> None:
    memory = Memory.open()
    early, late = datetime(1920, 5, 1, 12, tzinfo=UTC), datetime(1969, 5, 1, 12, tzinfo=UTC)
    memory.learn("see you", late)
    memory.learn("see, s\u00adee", early)  # with a soft hyphen, as in a text with a layout
    assert memory.uses(1) == [memory.why("see")] == [WordUse(word="see", times=3, last=late)]
    assert [each.word for each in memory.uses(9, "YÓ")] == ["you"]
    assert memory.why("YOU") == memory.why("you")
    with pytest.raises(OptionError, match="limit must be at least 1, not -1"):
        memory.uses(-1)
    assert memory.messages() == [Message(text="see you", time=late), Message(text="see, see", time=early)]


def test_a_copy_knows_the_same_and_does_not_change_the_original(memory: Memory) -> None:
    memory.forget("Anna")
    memory.set_known_to("a", GAPS)
    copy = memory.copy()
    assert words_after(copy, "see ") == words_after(memory, "see ")
    assert copy.is_blocked("anna")
    assert copy.known_to("a") == GAPS
    copy.learn("see me there")
    assert [*words_after(copy, "see me ", limit=1)] == ["there"]
    assert memory.why("there") is None


def test_threads_may_share_a_memory() -> None:
    memory = Memory.open()

    def use(times: int) -> None:
        for _ in range(times):
            memory.learn("see me there")
            assert [*words_after(memory, "see ", "m")] == ["me"]

    with ThreadPoolExecutor() as threads:
        list(threads.map(use, [20] * 4))
    assert [(each.word, each.times) for each in memory.uses(1, "me")] == [("me", 80)]


def test_a_memory_of_an_earlier_version_is_counted_again_at_the_first_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signs of Hebrew stood between words, so the counts were those of other words."""
    old, new = (Memory.open(tmp_path / f"{name}.memory") for name in ("old", "new"))
    for memory, pattern in [(new, PATTERN), (old, TOKEN_PATTERN)]:
        monkeypatch.setattr("foreword.keyboard.ngram_model.words", regex.compile(pattern).finditer)
        memory.learn("דוד בן־גוריון קרא")
    monkeypatch.undo()
    old.close()
    with sqlite3.connect(tmp_path / "old.memory") as database:
        database.execute("DELETE FROM facts WHERE name = 'words'")
    database.close()
    old = Memory.open(tmp_path / "old.memory")
    assert [memory.forget("גוריון").messages for memory in (old, new)] == [1, 1]
    assert ({each.word for each in old.uses(9)}, old.notes) == ({"דוד", "קרא"}, [])
    assert words_after(old, "") == words_after(new, "")
    assert [[each.text for each in memory.messages()] for memory in (old, new)] == [["דוד … קרא"]] * 2


def test_message_numbers_stay_after_forgetting_and_are_never_reused(memory: Memory) -> None:
    assert numbers(memory) == {1: "see you", 2: "ok", 3: "ask Anna", 4: "Anna"}
    memory.forget("Anna")
    assert numbers(memory) == {1: "see you", 2: "ok", 3: "ask …"}
    memory.clear()
    assert memory.learn_messages([Message(text="again\n\nand again", time=datetime.now(UTC))]) == (
        [5, 6],
        [],
        0,
    )
    assert numbers(memory) == {5: "again", 6: "and again"}
    assert memory.learn_messages([]) == ([], [], 0)


def test_the_file_keeps_the_trained_messages_of_only_the_last_networks(
    memory: Memory, tmp_path: Path
) -> None:
    for number in range(NETWORKS):
        memory.set_known_to(str(number), GAPS)
    memory.set_known_to("0", KnownMessages())
    memory.set_known_to("one more", KnownMessages())
    other = Memory.open(tmp_path / "me.memory")
    assert [other.known_to(name) for name in ("0", "1", "2", "one more")] == [
        KnownMessages(),
        None,
        GAPS,
        KnownMessages(),
    ]
    assert GAPS.all == frozenset(range(1, 11)) - {8}
