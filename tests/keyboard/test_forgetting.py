"""A forgotten word is gone, from the bytes too, and does not come back until it is allowed."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foreword.errors import OptionError
from foreword.keyboard.forget import _LETTER_WITH_MARKS, Blocked, comparable, digest, parts
from foreword.keyboard.memory import Memory
from foreword.text.cleaning import clean
from foreword.text.words import folded, words

letters = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=6) | st.sampled_from(
    [
        "Straße",
        "ŉ",
        "İstanbul",
        "ǅ",
        "ΐ",
        "ﬁn",
        "οδός",
        "ſo",
        "ΣΑΣ",
        "ᾳ",
        "ﬀord",
        "ᏣꮃᎩ",
        "ıi",
        "i̇x",
        "ß",
        "ẞ",
        "Ǆa",
    ]
)


def on_disk(path: Path) -> bytes:
    """All that lies in the file and in what SQLite puts beside it."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


@pytest.mark.parametrize("is_read_meanwhile", [False, True])
def test_no_byte_of_it_is_left(tmp_path: Path, is_read_meanwhile: bool) -> None:
    path = tmp_path / "me.memory"
    memory, other = Memory.open(path), Memory.open(path)
    for number in range(400):
        memory.learn(f"word{number} see Xylophon42 at the XYLOPHON42's, xylophon42\nline{number}")
    memory.learn("Xylophon42")
    if is_read_meanwhile:
        assert other.candidates("see ", "X", 1)[0].word == "Xylophon42"
    assert re.search(b"(?i)xylophon42", on_disk(path))
    forgotten = memory.forget("xyloPHON42")
    assert (forgotten.times, forgotten.messages, forgotten.inside) == (1201, 401, ())
    assert memory.notes == []
    assert not re.search(b"(?i)xylophon", on_disk(path))
    memory.close()
    other.close()
    assert not re.search(b"(?i)xylophon", on_disk(path))
    assert len(Memory.open(path).messages()) == 800


def test_it_is_neither_suggested_nor_learned_again_until_it_is_allowed() -> None:
    memory = Memory.open()
    memory.learn("see Anna there\nsee you there")
    memory.forget("anna")
    memory.learn("see Anna there\nANNA\nAnna's dog")
    assert [each.text for each in memory.messages()] == [
        *("see … there", "see you there", "see … there", "… dog"),
    ]
    assert memory.candidates("see ", "A", 3) == []
    assert memory.probability("see ", "Anna") == 0
    assert [memory.is_blocked(word) for word in ("Anna", "aNNa", "anna's", "Eva-Anna", "Annabel", "you")] == [
        *(True, True, True, True, False, False),
    ]
    assert memory.allow("ANNA")
    assert not memory.is_blocked("Anna")
    assert not memory.allow("Anna")
    memory.learn("see Anna there")
    assert memory.candidates("see ", "A", 3)[0].word == "Anna"


def test_what_stood_around_it_does_not_become_neighbours() -> None:
    memory = Memory.open()
    memory.learn("call Anna tomorrow")
    memory.forget("Anna")
    before = memory.probability("call ", "tomorrow")
    assert before == pytest.approx(memory.probability("xyz ", "tomorrow"), rel=0.2)


@pytest.mark.parametrize(
    ("text", "word", "left"),
    [
        ("See Anna.", "anna", "See …."),
        ("Anna's and Annabel", "ANNA", "… and Annabel"),
        ("Eva-Anna-Lena sat", "anna", "… sat"),
        ("Anna", "Anna", None),
        ("Anna, Anna!", "anna", None),
        ("in der Straße", "STRASSE", "in der …"),
        ("cafe\u0301 au lait", "café", "… au lait"),
        ("mail anna@example.org", "anna", "mail …@example.org"),
        ("我今天去北京", "今天", "我…去北京"),
        ("I can't go", "can't", "I … go"),
        ("well-known facts", "well", "… facts"),
        ("a.b (c) d", "c", "a.b (…) d"),
    ],
)
def test_it_is_cut_out_whole_in_any_case_and_nothing_else_is(text: str, word: str, left: str | None) -> None:
    memory = Memory.open()
    memory.learn(text)
    memory.forget(word)
    assert [each.text for each in memory.messages()] == ([] if left is None else [left])


def test_words_that_have_it_inside_are_named_and_stay() -> None:
    memory = Memory.open()
    memory.learn("Tomorrows, tomorrow and tomorrows")
    forgotten = memory.forget("tomorrow")
    assert (forgotten.times, forgotten.messages) == (1, 1)
    assert forgotten.inside == ("Tomorrows", "tomorrows")


def test_a_word_that_was_never_written_is_blocked_all_the_same() -> None:
    memory = Memory.open()
    assert memory.forget("secret").times == 0
    assert memory.is_blocked("Secret")


@pytest.mark.parametrize("word", ["", " ", "two words", "!", "🙂", "\n"])
def test_only_a_word_can_be_forgotten(word: str) -> None:
    memory = Memory.open()
    for attempt in (memory.forget, memory.allow):
        with pytest.raises(OptionError, match="is not a word; give one or more words, each by itself"):
            attempt(word)


def test_clearing_leaves_nothing_but_what_is_blocked(tmp_path: Path) -> None:
    path = tmp_path / "me.memory"
    memory = Memory.open(path)
    memory.learn("see Xylophon42\nsee Anna")
    memory.set_weights("a", [1.0])
    memory.forget("Anna")
    assert memory.clear() == 2
    assert (memory.messages(), memory.uses(9), memory.weights("a")) == ([], [], None)
    assert memory.is_blocked("Anna")
    assert memory.mass("see ", "") == 0
    assert b"Xylophon42" not in on_disk(path)
    assert memory.learn("see you") == 1


def test_a_file_is_written_anew_where_something_was_deleted(tmp_path: Path) -> None:
    """Pages keep pieces of rows that moved: overwriting alone left the word in 1 file of 30."""
    memory = Memory.open(tmp_path / "me.memory")
    memory.learn("\n".join(f"word{number} in a line" for number in range(300)))
    memory.clear()
    assert memory._file.database.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_the_hashes_of_two_memories_differ() -> None:
    """Or one list of hashed words would open all files."""
    assert digest("anna", b"1") != digest("anna", b"2")
    assert digest("Anna", b"1") == digest("aNNA", b"1")
    assert not Blocked([(digest("anna", b"1"), b"2")]).holds("anna")


def test_the_parts_of_a_word() -> None:
    def found(word: str) -> list[str]:
        return sorted(word[slice(*span)] for span in parts(word))

    assert found("anna") == ["anna"]
    assert found("anna-lena's") == ["anna", "anna-lena", "anna-lena's", "lena", "lena's", "s"]


@pytest.mark.parametrize(
    ("word", "text", "left"),
    [
        ("今天", "我今天去北京", "我…去北京"),
        ("北京", "我今天去北京北京", "我今天去……"),
        ("anna@example.org", "write to (anna@example.org).", "write to (…)."),
        ("sk-12/" + "aB3_" * 30 + "x", "key sk-12/" + "aB3_" * 30 + "x, ok", "key …, ok"),
        ("สวัสดี", "สวัสดีครับ", "…ครับ"),
        ("क्या", "तुम क्या हो", "तुम … हो"),
        ("οδός", "η ΟΔΌΣ εδώ", "η … εδώ"),
    ],
)
def test_what_was_forgotten_is_cut_out_of_what_is_learned_later_too(word: str, text: str, left: str) -> None:
    early, late = Memory.open(), Memory.open()
    early.learn(text)
    early.forget(word)
    late.forget(word)
    late.learn(text)
    assert [each.text for each in early.messages()] == [left]
    assert [each.text for each in late.messages()] == [left]


@given(
    st.lists(letters, min_size=1, max_size=5), st.sampled_from([" ", ", ", "-", "'", "@"]), st.integers(0, 4)
)
def test_no_spelling_of_it_in_capitals_or_small_letters_is_left(
    given_words: list[str], between: str, chosen: int
) -> None:
    word = clean(given_words[chosen % len(given_words)])
    assume([found.group() for found in words(word)] == [word])
    spellings = [word, word.upper(), word.lower(), word.title(), word.casefold(), word.swapcase()]
    text = between.join([*given_words, *spellings])
    memory, later = Memory.open(), Memory.open()
    memory.learn(text)
    memory.forget(word)
    later.forget(word)
    later.learn(text)
    for each in (memory, later):
        assert all(each.is_blocked(spelling) for spelling in spellings)
        assert not [use for use in each.uses(99) if folded(use.word) == folded(word)]


@given(st.lists(letters, max_size=4), st.sampled_from([" ", "-", "'", "…"]))
def test_letter_by_letter_a_text_folds_to_the_same(given_words: list[str], between: str) -> None:
    """Or the place of a word in a text would not be that in its comparable form."""
    text = clean(between.join(given_words))
    assert "".join(comparable(each.group()) for each in _LETTER_WITH_MARKS.finditer(text)) == comparable(text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("İstanbul", "İstanbul-i̇stanbul ISTANBUL ıstanbul"),
        ("straße", "Straße-STRASSE'STRAẞE ſtraße"),
        ("ﬀord", "FFORD-fford ﬀord"),
        ("ᏣᎳᎩ", "ꮳꮃꭹ-Ꮳꮃꭹ"),
        ("ǆep", "Ǆep-ǅep ǄEP"),
        ("οδός", "ΟΔΌΣ-οδόσ Οδός"),
        ("O'Brien", "O’Brien o'brien-O’BRIEN"),
        ("Ann‑Marie", "ann-marie Ann‐Marie"),
        ("Xylophon", "Xylo\u00adphon-XYLOPHON"),
        ("خواهم", "خوا\u200cهم"),
    ],
)
def test_every_spelling_of_it_goes_from_between_hyphens_too(word: str, text: str) -> None:
    early, late = Memory.open(), Memory.open()
    early.learn(f"see {text} there")
    assert early.forget(word).times > 0
    late.forget(word)
    late.learn(f"see {text} there")
    for memory in (early, late):
        assert [each.text.replace("…", "").split() for each in memory.messages()] == [["see", "there"]]


def test_a_word_that_an_earlier_version_blocked_stays_blocked() -> None:
    hashed = hashlib.blake2b("İstanbul".casefold().encode(), digest_size=16, key=b"key").digest()
    memory = Memory.open()
    memory.block_digests([(hashed, b"key")])
    assert memory.is_blocked("İSTANBUL")
    assert memory.allow("İstanbul")
    assert not memory.is_blocked("İstanbul")
