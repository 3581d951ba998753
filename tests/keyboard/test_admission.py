"""What the memory never learns, wherever it comes from."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

import planted
from foreword.keyboard import learn
from foreword.keyboard.exchange import exported, import_lines
from foreword.keyboard.learn import learn_source
from foreword.keyboard.memory import Memory
from foreword.text.documents import Document
from foreword.text.key_blocks import kept_together
from foreword.text.secrets import Kind
from kneser_ney import check_counts

SAID = datetime(2024, 2, 29, 12, tzinfo=UTC)
KEPT = planted.SCRUBBED.splitlines()


def texts(memory: Memory) -> list[str]:
    return [each.text for each in memory.messages()]


def bytes_around(path: Path) -> bytes:
    """The file, and what lies beside it while it is open."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.iterdir()) if each.is_file())


def test_a_text_is_learned_without_its_secrets() -> None:
    memory = Memory.open()
    assert memory.learn(planted.TEXT) == len(KEPT)
    assert texts(memory) == KEPT
    check_counts(memory)
    assert memory.why("AKIAIOSFODNN7EXAMPLE") is None


@pytest.mark.parametrize("size", [1, 3, 9, 1000])
def test_a_source_is_learned_without_its_secrets_and_they_are_counted(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(learn, "PIECE", size)
    memory = Memory.open()
    learned = learn_source(memory, [Document(text=planted.TEXT)])
    assert (learned.messages, learned.known) == (len(KEPT), 0)
    assert {str(kind): times for kind, times in learned.taken.items()} == planted.FOUND
    assert texts(memory) == KEPT


def test_a_source_is_known_again_by_what_it_was_with_its_secrets() -> None:
    memory = Memory.open()
    learn_source(memory, [Document(text=planted.TEXT)])
    again = learn_source(memory, [Document(text=planted.TEXT)])
    assert (again.messages, again.taken) == (0, Counter())
    grown = learn_source(memory, [Document(text=planted.TEXT + "the pin is 9876\n")])
    assert (grown.messages, grown.taken) == (1, {Kind.PASSWORD: 1})
    assert texts(memory) == [*KEPT, "the pin is …"]


def test_another_source_with_other_secrets_is_another_one() -> None:
    memory = Memory.open()
    for number in (111111111, 222222222):
        assert learn_source(memory, [Document(text=f"call {number}")]).messages == 1


def test_no_byte_of_the_memory_tells_a_secret(tmp_path: Path) -> None:
    memory = Memory.open(tmp_path / "me.memory")
    learn_source(memory, [Document(text=planted.TEXT)])
    memory.learn(planted.TEXT)
    for lines in kept_together(planted.TEXT.splitlines(), str):  # as the editor does
        memory.learn("\n".join(lines))
    inside = bytes_around(tmp_path / "me.memory")
    memory.close()
    for data in (inside, bytes_around(tmp_path / "me.memory")):
        assert b"good night" in data
        assert not [secret for secret in planted.SECRETS if secret.encode() in data]


def test_what_is_imported_has_no_secrets_and_is_not_learned_twice() -> None:
    other = Memory.open()
    other.learn("see you", SAID)
    lines = [*exported(other), json.dumps({"text": "my pin is 9876", "time": SAID.isoformat()})]
    memory = Memory.open()
    assert import_lines(memory, lines, "here") == 2
    assert texts(memory) == ["see you", "my pin is …"]
    assert import_lines(memory, lines, "here") == 0


def test_a_private_key_ends_with_its_message_at_the_latest_if_another_begins() -> None:
    documents = [
        Document(text="-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bqs", time=SAID),
        Document(text="what is that"),
    ]
    memory = Memory.open()
    assert learn_source(memory, documents).messages == 2
    assert texts(memory) == ["…", "what is that"]


def test_a_message_may_ask_for_what_the_next_one_tells() -> None:
    memory = Memory.open()
    learn_source(
        memory, [Document(text=each, time=SAID) for each in ("the wifi password", "hunter22", "see you")]
    )
    for each in ("door code:", "7741", "good night"):
        memory.learn(each)
    assert texts(memory) == ["the wifi password", "…", "see you", "door code:", "…", "good night"]


def test_a_source_that_has_grown_behind_a_message_that_asks_is_learned_without_the_answer() -> None:
    memory = Memory.open()
    learn_source(memory, [Document(text="the wifi password\n")])
    assert learn_source(memory, [Document(text="the wifi password\nhunter22\n")]).messages == 1
    assert texts(memory) == ["the wifi password", "…"]


def test_a_card_number_in_several_messages_goes_whole() -> None:
    memory = Memory.open()
    learn_source(memory, [Document(text="take this\n4111 1111\n1111 1111\nin 1985\n1986 was better\n")])
    assert texts(memory) == ["take this", "…", "in 1985", "1986 was better"]
