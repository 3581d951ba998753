"""Sources are learned whole or in portions, and nothing is learned twice, nor from a text that is saved often."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foreword.keyboard import learn, messages
from foreword.keyboard.learn import KnownSentences, learn_source, messages_of
from foreword.keyboard.memory import Memory
from foreword.text.document import Document
from foreword.text.secrets import scrubbing

LINES = [f"line {number} of many" for number in range(25)]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "BATCH", 10)


def outcome(memory: Memory, documents: list[Document]) -> tuple[int, int]:
    learned = learn_source(memory, documents)
    return learned.messages, learned.known


def source(lines: list[str]) -> list[Document]:
    return [Document(text="\n".join(lines) + "\n")]


def test_a_last_line_that_has_grown_is_learned_once_more_and_nothing_else() -> None:
    memory = Memory.open()
    for length in (1, 10, 19):
        learn_source(memory, source(LINES[:length]))
        grown = [*LINES[: length - 1], f"{LINES[length - 1]} and goes on", f"new line {length}"]
        assert outcome(memory, source(grown)) == (2, length - 1)


def test_a_message_of_the_memory_stands_for_one_message_of_a_chat_with_two_of_a_minute() -> None:
    moment, memory = datetime(2026, 11, 30, 10, 30, tzinfo=UTC), Memory.open()
    memory.learn("ok", moment)
    chat = [Document(text=each, author="Ana", time=moment) for each in [*LINES[:9], "ok", "ok"]]
    assert outcome(memory, chat) == (10, 1)  # the two are in two batches


def test_two_programs_that_learn_one_source_learn_each_message_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = (Memory.open(tmp_path / "me.memory") for _ in range(2))
    portions = learn.portions

    def late(sizes: list[int], *, start: int = 0) -> Iterator[tuple[int, int]]:
        monkeypatch.setattr(learn, "portions", portions)
        learn_source(theirs, source(LINES))
        return portions(sizes, start=start)

    monkeypatch.setattr(learn, "portions", late)
    assert outcome(ours, source(LINES)) == (0, 25)
    assert [each.text for each in ours.messages()] == LINES


def test_an_interrupted_source_continues_where_it_stopped() -> None:
    def broken() -> Iterator[Document]:
        yield Document(text="\n".join(LINES[:18]) + "\n")
        raise KeyboardInterrupt

    memory = Memory.open()
    with pytest.raises(KeyboardInterrupt):
        learn_source(memory, broken())
    assert len(memory.messages()) == 10
    assert outcome(memory, source(LINES)) == (15, 10)
    assert [each.text for each in memory.messages()] == LINES


def test_a_source_that_changed_inside_adds_only_its_new_lines() -> None:
    """An edited note of a folder made all notes after it count twice."""
    memory, lines = Memory.open(), ["Best,", *LINES[:12], "Best,", *LINES[12:]]
    assert outcome(memory, source(lines)) == (27, 0)
    assert outcome(memory, source([*lines[:3], "a new line", *lines[4:]])) == (1, 26)
    assert outcome(memory, source([*lines, "Best,", "Best,"])) == (2, 27)
    assert outcome(memory, source(LINES)) == (0, 25)
    memory.clear()
    assert outcome(memory, source(LINES)) == (25, 0)


def test_a_line_is_known_if_an_editor_taught_all_its_sentences() -> None:
    memory, known, line = Memory.open(), KnownSentences(), "We met. It rained. I read."
    for saved in ("We met.", line):
        for lesson in known.new_in(saved):
            memory.learn(lesson)
    assert outcome(memory, source(["We met. Then we ate.", line, line])) == (2, 2)


def test_a_new_line_is_learned_beside_an_equal_one_of_a_chat_or_with_a_forgotten_word() -> None:
    said, memory = datetime(2020, 1, 2, tzinfo=UTC), Memory.open()
    chat = [Document(text=text, time=said) for text in ("Best,", *LINES[:11])]
    assert outcome(memory, [*chat, *source(["Best,", "see Ana"])]) == (14, 0)
    memory.forget("Ana")
    assert outcome(memory, [*chat, *source(["Best,", "see Ana", "see Ana"])]) == (1, 14)


ASKING = [*LINES[:9], "wifi password:"]


@pytest.mark.parametrize("changed", [ASKING, ["new", *ASKING[1:]]])
def test_the_answer_to_a_known_line_is_not_learned(changed: list[str]) -> None:
    """A known line that asks for a secret is not among the messages learned last."""
    memory = Memory.open()
    learn_source(memory, source(ASKING))
    memory.learn("one\ntwo\nthree")
    assert learn_source(memory, source([*changed, "sunflower"])).taken.total() == 1
    assert "sunflower" not in [each.text for each in memory.messages()]


@pytest.mark.parametrize("cut", range(1, 22, 4))
def test_the_cut_between_documents_does_not_change_the_messages(cut: int) -> None:
    text = "one two\r\nthree\n\n four \nfive"
    documents = [Document(text=text[:cut], continued=True), Document(text=text[cut:])]
    memory = Memory.open()
    learn_source(memory, documents)
    assert [each.text for each in memory.messages()] == ["one two", "three", "four", "five"]


def test_a_document_ends_a_line_and_has_its_own_time() -> None:
    said = datetime(2020, 1, 2, tzinfo=UTC)
    documents = [*(Document(text=text, time=said) for text in ("one", "two\nthree")), Document(text="four")]
    found = [(each.text, each.time == said) for each in messages_of(documents)]
    assert found == [("one", True), ("two", True), ("three", True), ("four", False)]


def test_a_very_long_line_is_cut_into_shorter_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LONGEST", 20)
    monkeypatch.setattr(scrubbing, "LONGEST_LINE", 24)
    memory = Memory.open()
    pieces = [Document(text="many words in one line " * 2, continued=True), Document(text="x" * 50)]
    learn_source(memory, pieces)
    texts = [each.text for each in memory.messages()]
    assert all(len(text) <= 20 for text in texts)
    assert "".join(texts).replace(" ", "") == ("many words in one line " * 2 + "x" * 50).replace(" ", "")


def test_a_secret_at_the_border_of_two_blocks_is_not_learned() -> None:
    before = "so it goes on. " * 20_000
    memory = Memory.open()
    documents = [
        Document(text=before + "my card is 4111 1111 ", continued=True),
        Document(text="1111 1111 ok"),
    ]
    learned = learn_source(memory, documents)
    assert learned.taken.total() == 1
    assert not any("1111" in each.text for each in memory.messages())


def test_an_export_that_begins_later_adds_only_its_new_messages() -> None:
    said = datetime(2020, 1, 2, 3, 4, tzinfo=UTC)
    chat = [
        Document(text=text, author="Ana", time=said) for text in ("ok", "ok", "see you", "at noon", "yes")
    ]
    memory = Memory.open()
    assert outcome(memory, chat[:4]) == (4, 0)
    with_seconds = [replace(each, time=said.replace(second=37)) for each in chat]
    assert outcome(memory, with_seconds[1:]) == (1, 3)  # of a telephone that exports them
    assert outcome(memory, chat) == (0, 5)
    assert [each.text for each in memory.messages()] == ["ok", "ok", "see you", "at noon", "yes"]


@pytest.mark.parametrize("year", [1, 9999])
def test_an_impossible_time_does_not_damage_the_memory(tmp_path: Path, year: int) -> None:
    memory = Memory.open(path := tmp_path / "me.memory")
    learn_source(memory, [Document(text="see you", time=datetime(year, 1, 2, tzinfo=UTC))])
    memory.close()
    again = Memory.open(path)
    assert [each.time.astimezone().year in range(1899, 3001) for each in again.messages()] == [True]
    assert not again.notes


def test_many_characters_are_learned_in_portions() -> None:
    assert list(learn.portions([10, learn.AT_ONCE, 1, 1], start=1)) == [(1, 2), (2, 4)]
    assert list(learn.portions([5, 5])) == [(0, 2)]
    assert not list(learn.portions([5], start=1))


@pytest.mark.parametrize(
    ("texts", "learned"),
    [
        (["a word\n\na word\n  bye  \n", "a word\nbye\na word\n"], [["a word", "bye"], []]),
        (['He said: "Go."  I went… 行。走！ Really?'], [['He said: "Go."  I went… 行。走！ Really?']]),
        (
            ["I came. I saw.", "I came. I saw. I won. Then home.", "I came. Nobody saw. I won. Then home."],
            [["I came. I saw."], ["I won. Then home."], ["Nobody saw."]],
        ),
        (["我来了。我走了。", "我来了。他来了。我走了。"], [["我来了。我走了。"], ["他来了。"]]),
        (["theirs\nmine\nand more"], [["mine"]]),
        (["- _theirs_\n☀️\n:)\n| and | more |", "“and” more\n☀️\n❤️\n😀 mine"], [["☀️", ":)"], ["❤️", "😀 mine"]]),
    ],
    ids=[
        "each line once",
        "a line as it is",
        "new sentences",
        "without spaces",
        "not what was there",
        "signs",
    ],
)
def test_each_sentence_is_learned_once(texts: list[str], learned: list[list[str]]) -> None:
    known = KnownSentences("theirs\nand more")
    assert [known.new_in(text) for text in texts] == learned


def test_a_second_private_key_is_one_lesson() -> None:
    """Both keys share lines, without which the rest would not look like a key."""
    begin, end = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
    first, second = f"{begin}\nMIIEvQIBADANBgkq\n{end}", f"{begin}\nMIIBVgIBADANBgkq\nhkiG9w0B\n{end}"
    known = KnownSentences(first)
    assert known.new_in(f"{first}\nmine\n\n{second}") == ["mine", second]
    assert known.new_in(f"{second}\nmine\n{first}") == []


def test_known_text_whose_lines_break_elsewhere_is_not_new() -> None:
    """An editor fills a whole paragraph anew after one word. Somebody else may have written it."""
    old = [f"word{number}" for number in range(40)]
    new = [*old[:4], "mine", *old[4:]]
    known = KnownSentences("\n".join(" ".join(old[at : at + 10]) for at in range(0, 40, 10)))
    filled = "\n".join(" ".join(new[at : at + 13]) for at in range(0, 41, 13))
    assert known.new_in(filled) == [" ".join(new[:13])], "the last line has two words"
    assert known.new_in(" ".join(new)) == []
    assert known.new_in(f"{(line := ' '.join(old[:9]))}\nword9 word10", line) == [], "below a line that waits"
    assert known.new_in("word0 word1\nword2 word3") == [], "its first lines are short now"
    assert known.new_in("word1 word2 word3") == ["word1 word2 word3"]


def test_a_line_with_a_secret_is_one_lesson() -> None:
    """Without the sentence before, the secret would not look like one."""
    known = KnownSentences("What is the PIN?\nSo it is.")
    found = known.new_in("What is the PIN? It is 4711.\nSo it is. It rains.")
    assert found == ["What is the PIN? It is 4711.", "It rains."]


def test_a_line_that_asks_for_a_secret_and_its_answer_are_one_lesson() -> None:
    """The answer alone does not look like a secret, and some programs learn one lesson at a time."""
    new, known = KnownSentences(), KnownSentences("My day.\nWifi password:\nThe end.")
    assert new.new_in("My PINs:\n4711\n8293\nThe end.") == ["My PINs:\n4711\n8293", "The end."]
    found = known.new_in("My day.\nIt rained.\nWifi password:\nsunshine99\nThe end.")
    assert found == ["It rained.", "Wifi password:\nsunshine99"]
