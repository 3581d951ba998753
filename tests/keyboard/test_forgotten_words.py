"""A forgotten word is gone, also from the bytes of the file. Neither it nor a secret is learned from any source."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import planted
from foreword.errors import OptionError
from foreword.keyboard import learn
from foreword.keyboard.exchange import exported, import_lines
from foreword.keyboard.forgotten_words import Blocked, checked, cut, digest, places
from foreword.keyboard.learn import KnownSentences, learn_source
from foreword.keyboard.memory import Memory
from foreword.keyboard.ngram_model import START, context_of
from foreword.text.cleaning import clean
from foreword.text.document import Document
from foreword.text.secrets import Kind
from foreword.text.words import folded, words
from kneser_ney import check_counts, words_after

letters = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=6) | st.sampled_from(
    ["Straße", "ŉ", "İstanbul", "ǅ", "ΐ", "ﬁn", "οδός", "ſo", "ΣΑΣ", "ᾳ", "ﬀord", "ᏣꮃᎩ", "ıi", "i̇x", "ß", "ẞ", "Ǆa"]
)  # fmt: skip
SAID = datetime(2024, 2, 29, 12, tzinfo=UTC)
KEPT = [*filter(None, planted.SCRUBBED.splitlines())]


def texts(memory: Memory) -> list[str]:
    return [each.text for each in memory.messages()]


def forgotten_early_and_late(text: str, word: str) -> Iterator[Memory]:
    """Two memories: one forgets the word after learning the text, the other before."""
    early, late = Memory.open(), Memory.open()
    early.learn(text)
    early.forget(word)
    late.forget(word)
    late.learn(text)
    yield from (early, late)


def on_disk(path: Path) -> bytes:
    """All bytes of the file and of the files that SQLite puts beside it."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


@pytest.mark.parametrize("is_read_meanwhile", [False, True])
def test_forgetting_leaves_no_byte_of_the_word(tmp_path: Path, is_read_meanwhile: bool) -> None:
    path = tmp_path / "me.memory"
    memory, other = Memory.open(path), Memory.open(path)
    for number in range(100):
        memory.learn(f"word{number} see Xylophon42 at the XYLOPHON42's, xylophon42\nline{number}")
    memory.learn("Xylophon42")
    if is_read_meanwhile:
        assert [*words_after(other, "see ", "X", 1)] == ["Xylophon42"]
    assert re.search(b"(?i)xylophon42", on_disk(path))
    forgotten = memory.forget("xyloPHON42")
    assert (forgotten.times, forgotten.messages, forgotten.inside) == (301, 101, ())
    assert memory.notes == []
    assert not re.search(b"(?i)xylophon", on_disk(path))
    memory.close()
    other.close()
    assert not re.search(b"(?i)xylophon", on_disk(path))
    assert len(Memory.open(path).messages()) == 200


def test_a_forgotten_word_is_not_suggested_or_learned_until_it_is_allowed() -> None:
    memory = Memory.open()
    memory.learn("see Anna there\nsee you there")
    memory.forget("anna")
    memory.learn("see Anna there\nANNA\nAnna's dog")
    assert texts(memory) == ["see … there", "see you there", "see … there", "… dog"]
    assert words_after(memory, "see ", "A") == {}
    assert context_of("see …") == (START,)  # the words around it do not become neighbours
    assert [memory.is_blocked(word) for word in ("Anna", "aNNa", "anna's", "Eva-Anna", "Annabel", "you")] == [
        *(True, True, True, True, False, False)
    ]
    assert memory.allow("ANNA")
    assert not memory.is_blocked("Anna")
    assert not memory.allow("Anna")
    memory.learn("see Anna there")
    assert [*words_after(memory, "see ", "A")] == ["Anna"]


def test_a_word_is_blocked_if_it_completes_a_forgotten_word_of_a_script_without_spaces() -> None:
    memory = Memory.open()
    memory.forget("李小明")
    memory.forget("anna")
    assert memory.is_blocked("明天", "我和李小")
    assert not memory.is_blocked("明天", "我和小")
    assert not memory.is_blocked("明天", "李小明，")
    assert not memory.is_blocked("今天", "李小明")  # the person wrote it; later words may follow
    assert not memory.is_blocked("na", "see an")


@pytest.mark.parametrize(
    ("text", "word", "left"),
    [
        ("See Anna.", "anna", "See …."),
        ("Anna's and Annabel", "ANNA", "… and Annabel"),
        ("Eva-Anna-Lena sat", "anna", "… sat"),
        ("Anna", "Anna", None),
        ("cafe\u0301 au lait", "café", "… au lait"),
        ("mail anna@example.org", "anna", "mail …@example.org"),
        ("עם בן־גוריון שם", "גוריון", "עם … שם"),
        ("我今天去北京", "今天", "我…去北京"),
        ("write to (anna@example.org).", "anna@example.org", "write to (…)."),
        ("key sk-12/" + "aB3_" * 30 + "x, ok", "sk-12/" + "aB3_" * 30 + "x", "key …, ok"),
        ("สวัสดีครับ", "สวัสดี", "…ครับ"),
        ("see İstanbul-i̇stanbul ISTANBUL ıstanbul there", "İstanbul", "see … … … there"),
        ("see Straße-STRASSE'STRAẞE ſtraße there", "straße", "see … … there"),
        ("see O’Brien o'brien-O’BRIEN there", "O'Brien", "see … … there"),
        ("see Xylo\u00adphon-XYLOPHON there", "Xylophon", "see … there"),
        ("ο Νίκος και Ο ΝΙΚΟΣ", "Νίκος", "ο … και Ο …"),
        ("ഇന്ന് അവന്\u200d വന്നു", "അവന്\u200d", "ഇന്ന് … വന്നു"),
        ("see خوا\u200cهم there", "خواهم", "see … there"),
        ("كتاب\u200cها", "ها", "كتاب\u200cها"),
        ("我和Anna-Lena去", "Anna", "我和…去"),
        ("คนมี นม", "นม", "คนมี …"),
        ("see web.de/anna, me@web.de", "web.de", "see …/anna, me@…"),
    ],
)
def test_forgetting_removes_the_whole_word_in_any_case_and_nothing_else(
    text: str, word: str, left: str | None
) -> None:
    for memory in forgotten_early_and_late(text, word):
        assert texts(memory) == ([] if left is None else [left])


def test_a_word_that_comes_very_often_in_a_line_is_found_in_one_pass() -> None:
    assert len(places("a " * 100_000, "a")) == 100_000


@pytest.mark.parametrize(
    ("learned", "word"),
    [
        *[("ELODIE", "Élodie"), ("Сережа", "Серёжа"), ("مُحَمَّد", "محمد"), ("l'été", "l’ete")],
        *[("Łucję", "Łucja"), ("Машей", "маша")],
    ],
)
def test_forgetting_names_the_word_with_other_accents_and_names_with_another_ending(
    learned: str, word: str
) -> None:
    memory = Memory.open()
    memory.learn(f"see {learned} and lucidity, łucji, машинка")
    assert memory.forget(word).inside == (learned,)


def test_forgetting_names_and_keeps_longer_words_and_blocks_unknown_words() -> None:
    memory = Memory.open()
    memory.learn("Tomorrows, tomorrow and tomorrows")
    forgotten = memory.forget("tomorrow")
    assert (forgotten.times, forgotten.messages) == (1, 1)
    assert forgotten.inside == ("Tomorrows", "tomorrows")
    assert memory.forget("secret").times == 0
    assert memory.is_blocked("Secret")
    for word in ("", " ", "two words", "!", "🙂", "\n"):
        for attempt in (memory.forget, memory.allow):
            with pytest.raises(OptionError, match="is not one word; give each word by itself"):
                attempt(word)


def test_clearing_leaves_only_the_blocked_words(tmp_path: Path) -> None:
    path = tmp_path / "me.memory"
    memory = Memory.open(path)
    before_its_file = memory.identity()
    memory.learn("see Xylophon42\nsee Anna")
    memory.set_weights("a", [1.0])
    memory.forget("Anna")
    assert memory.identity() == before_its_file
    other = Memory.open(path)
    assert other.clear() == 2
    assert memory.identity() == other.identity() != before_its_file
    assert (memory.messages(), memory.uses(9), memory.weights("a")) == ([], [], None)
    assert memory.is_blocked("Anna")
    assert words_after(memory, "see ") == {}
    assert b"Xylophon42" not in on_disk(path)
    assert memory.learn("see you") == 1


def test_two_memories_hash_the_same_word_differently() -> None:
    """Otherwise one list of hashed words would decode every file."""
    assert digest("anna", b"1") != digest("anna", b"2")
    assert digest("Anna", b"1") == digest("aNNA", b"1")
    assert not Blocked([(digest("anna", b"1"), b"2")]).holds("anna")


@given(
    st.lists(letters, min_size=1, max_size=5), st.sampled_from([" ", ", ", "-", "'", "@"]), st.integers(0, 4)
)
def test_forgetting_removes_every_spelling_in_upper_and_lower_case(
    given_words: list[str], between: str, chosen: int
) -> None:
    word = clean(given_words[chosen % len(given_words)])
    assume([found.group() for found in words(word)] == [word])
    spellings = [word, word.upper(), word.lower(), word.title(), word.casefold(), word.swapcase()]
    text = between.join([*given_words, *spellings])
    for each in forgotten_early_and_late(text, word):
        assert all(each.is_blocked(spelling) for spelling in spellings)
        assert not [use for use in each.uses(99) if folded(use.word) == folded(word)]


SCRIPTS = st.lists(
    st.sampled_from(
        [*"aésſßİıiΝίς王小明วัの゛ーا한1.-'’·@/…🙂 \u0301\u00ad\u200c\u200d", "Anna", "ΝΙΚΟΣ", "\ufb01", "  "]
    )
).map("".join)


@given(SCRIPTS, st.integers(0, 999), st.sampled_from([str, str.upper, str.casefold]))
@example("aί\u0301aaa.ί", 146, str)
def test_the_filter_finds_nothing_in_a_text_of_mixed_scripts_after_a_word_was_cut_out(
    text: str, number: int, case: Callable[[str], str]
) -> None:
    text = clean(text)
    stretches = (text[start:end] for start, end in combinations(range(len(text) + 1), 2) if end - start < 10)
    if words := [checked(case(each)) for each in stretches if is_word(case(each))]:
        word = words[number % len(words)]
        assert not Blocked([(digest(word, b"key"), b"key")]).is_in(cut(text, places(text, word)))


def is_word(text: str) -> bool:
    try:
        return bool(checked(text))
    except OptionError:
        return False


def test_a_word_blocked_by_an_earlier_version_stays_blocked() -> None:
    hashed = hashlib.blake2b("İstanbul".casefold().encode(), digest_size=16, key=b"key").digest()
    memory = Memory.open()
    assert not memory.is_blocked("İSTANBUL")
    memory.block_digests([(hashed, b"key")])
    assert memory.is_blocked("İSTANBUL")
    assert memory.allow("İstanbul")
    assert not memory.is_blocked("İstanbul")


def test_words_blocked_by_an_import_disappear_from_a_memory_that_is_open_elsewhere(tmp_path: Path) -> None:
    memory, other, given = *(Memory.open(tmp_path / "me.memory") for _ in "ab"), Memory.open()
    memory.learn("see Anna there")
    given.forget("anna")
    assert [*words_after(other, "see ", "A")] == ["Anna"]
    memory.block_digests(given.blocked_digests())
    assert [*words_after(other, "see ", "A")] == []


@pytest.mark.parametrize("size", [1, 3, 9, 1000])
def test_learning_a_source_removes_and_counts_its_secrets(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(learn, "BATCH", size)
    memory = Memory.open()
    learned = learn_source(memory, [Document(text=planted.TEXT)])
    assert (learned.messages, learned.known) == (len(KEPT), 0)
    assert {str(kind): times for kind, times in learned.taken.items()} == planted.FOUND
    assert texts(memory) == KEPT
    again = learn_source(memory, [Document(text=planted.TEXT)])
    assert (again.messages, again.taken) == (0, Counter())
    grown = learn_source(memory, [Document(text=planted.TEXT + "the pin is 9876\n")])
    assert (grown.messages, grown.taken) == (1, {Kind.PASSWORD: 1})
    assert texts(memory) == [*KEPT, "the pin is …"]


def test_the_memory_file_contains_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "me.memory"
    memory = Memory.open(path)
    assert memory.learn(planted.TEXT) == len(KEPT)
    assert texts(memory) == KEPT
    check_counts(memory)
    learn_source(memory, [Document(text=planted.TEXT)])
    for lesson in KnownSentences().new_in(planted.TEXT):  # as the editors do
        memory.learn(lesson)
    inside = on_disk(path)
    memory.close()
    for data in (inside, on_disk(path)):
        assert b"good night" in data
        assert not [secret for secret in planted.SECRETS if secret.encode() in data]


def test_a_secret_is_recognised_by_the_message_before_it() -> None:
    memory = Memory.open()
    for each in ("door code:", "7741, twice"):
        memory.learn(each)
    learn_source(memory, [Document(text="the wifi password\n")])
    assert learn_source(memory, [Document(text="the wifi password\nhunter22\n")]).messages == 1
    assert texts(memory) == ["door code:", "…, twice", "the wifi password", "…"]


def test_imports_drop_secrets() -> None:
    other, memory = Memory.open(), Memory.open()
    other.learn("see you", SAID)
    lines = [*exported(other), json.dumps({"text": "my pin is 9876", "time": SAID.isoformat()})]
    assert import_lines(memory, lines, "here") == 2
    assert texts(memory) == ["see you", "my pin is …"]
    assert import_lines(memory, lines, "here") == 0


def test_the_file_is_rewritten_after_a_deletion(tmp_path: Path) -> None:
    """Pages keep parts of moved rows: overwriting alone left the word in 1 file of 30."""
    memory = Memory.open(tmp_path / "me.memory")
    memory.learn("\n".join(f"word{number} in a line" for number in range(300)))
    memory.clear()
    assert memory._file.database.execute("PRAGMA freelist_count").fetchone() == (0,)
