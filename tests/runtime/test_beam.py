"""The search finds exactly the words that trying all paths finds, for every vocabulary."""

from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.modelfolder.lexicon import WordList
from foreword.runtime import beam as module
from foreword.runtime.beam import Beam, Hypothesis, Word, split
from foreword.runtime.model import Model
from foreword.runtime.predictor import Cursor, Predictor

ALPHABET = "ab ,"


@pytest.fixture(params=toys.VOCABULARIES)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "toy", toys.VOCABULARIES[request.param], ALPHABET)


def exact(model: Model, cursor: Cursor, words: Iterable[str]) -> dict[str, float]:
    """The probability of each of these words at a cursor, given the typed letters, over all spellings."""
    typed = toys.spelling(model, cursor.reading, cursor.owed) if cursor.owed else 1.0
    spaces = ["", " "] if cursor.touches else [""]
    found = {}
    for word in words:
        rest = word.removeprefix(cursor.word)
        ways = [cursor.owed + f"{space}{rest}".encode() for space in spaces]
        found[word] = max(toys.spelling(model, cursor.reading, each, ended=True) for each in ways) / typed
    return found


def short_words(cursor: Cursor) -> list[str]:
    """Short words that continue the typed letters."""
    return [cursor.word + "".join(more) for length in (1, 2) for more in product("ab", repeat=length)]


def found(model: Model, text: str, limit: int) -> tuple[Sequence[Word], Cursor]:
    predictor = Predictor(model)
    cursor = predictor.read_to_cursor(text)
    return Beam(predictor, width=200, depth=7).find(cursor, limit).words, cursor


@pytest.mark.parametrize("text", ["", "ab a", "ab ", "ab,", "ab, bab"])
def test_a_wide_search_finds_all_words_with_their_exact_probabilities(
    model: Model, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WORTH_SPELLING", 0.0)
    words, cursor = found(model, text, limit=10_000)
    chances = {word.text: word.probability for word in words}
    wanted = exact(model, cursor, short_words(cursor))
    assert {word: chances.get(word, 0.0) for word in wanted} == pytest.approx(wanted, rel=1e-3, abs=1e-5)
    assert {word.spaced for word in words} == ({True, False} if text == "ab," else {False})


@pytest.mark.parametrize("text", ["ab a", "b aa", "ab, bab", "abababa"])
def test_typed_letters_get_the_probability_of_all_their_spellings(model: Model, text: str) -> None:
    predictor = Predictor(model)
    cursor = predictor.read_to_cursor(text)
    for limit in (0, 3):
        typed = Beam(predictor).find(cursor, limit).typed
        if cursor.owed:
            space = toys.spelling(model, cursor.reading, b" ") if cursor.owed[:1] == b" " else 1.0
            assert typed * space == pytest.approx(toys.spelling(model, cursor.reading, cursor.owed), rel=0.05)
        else:
            assert typed == pytest.approx(float(np.exp(cursor.log_typed)))


def test_letters_in_byte_tokens_count_only_when_complete(tmp_path: Path) -> None:
    """The model has no é: it spells it in two bytes, and sometimes writes one byte without the other."""
    model = toys.babbler(tmp_path / "toy", "a ", "aé ", seed=3)
    words, cursor = found(model, "a ", limit=10_000)
    wanted = exact(model, cursor, ["é", "a", "aé"])
    assert {word.text: word.probability for word in words if word.text in wanted} == pytest.approx(
        wanted, rel=1e-3
    )


@pytest.mark.parametrize(
    ("follows", "words"),
    [
        (  # in a script without spaces, the parts of a text need no end
            {"\n": {"今": 0.6, "天": 0.4}, "今": {"天": 0.7, "日": 0.3}, "天": {"今": 1}, "日": {"日": 1}},
            {"今天": 0.42, "天今": 0.4, "今日": 0.18},
        ),
        (  # the end of a word counts, so a long word does not beat a shorter word that is its prefix
            {"\n": {"a": 1.0}, "a": {"b": 0.6, " ": 0.4}, "b": {"c": 0.5, " ": 0.5}, "c": {" ": 1.0}},
            {"a": 0.4, "ab": 0.3, "abc": 0.3},
        ),
        (  # the search continues while a better word is possible
            {"\n": {"a": 0.4, "b": 0.6}, "a": {" ": 1.0}, "b": {"c": 1.0}, "c": {" ": 0.9, "c": 0.1}},
            {"bc": 0.54},
        ),
        (  # a network may spell an accent apart from its letter, but no clean text has that
            {"\n": {"a": 1.0}, "a": {"\u0301": 0.6, "b": 0.4}, "\u0301": {" ": 1.0}, "b": {" ": 1.0}},
            {"ab": 0.4},
        ),
    ],
)
def test_the_search_finds_the_words_of_a_small_network(
    tmp_path: Path, follows: dict[str, dict[str, float]], words: dict[str, float]
) -> None:
    predictor = Predictor(toys.of_letters(tmp_path / "toy", follows))
    found = Beam(predictor).find(predictor.read_to_cursor(""), len(words)).words
    assert [word.text for word in found] == list(words)
    assert {word.text: word.probability for word in found} == pytest.approx(words, rel=1e-3)


def test_the_typed_letters_count_as_a_word_only_if_they_are_known(tmp_path: Path) -> None:
    """Of the paths after "a", those to the unknown word "ac" hardly count: only a hundredth of their 0.3."""
    follows = {"\n": {"a": 1.0}, "a": {"b": 0.3, "c": 0.3, " ": 0.4}, "b": {" ": 1.0}, "c": {" ": 1.0}}
    predictor = Predictor(toys.of_letters(tmp_path / "toy", follows))
    cursor = predictor.read_to_cursor("a")
    for known, typed in ("a\nab\nacd\n", 0.703), ("ab\nacd\n", 0.307):
        found = Beam(predictor).find(cursor, 3, known=WordList(known))
        assert [word.text for word in found.words] == ["ab"]
        figures = found.words[0].probability, found.typed, found.whole
        assert figures == pytest.approx((0.3 / typed, typed, 0.4), rel=1e-3)


@pytest.mark.parametrize("text", ["", "ab a", "ab ", "b aa", "ab,\n", "ab,"])
def test_requested_words_follow_the_likeliest_words_even_if_unlikely(model: Model, text: str) -> None:
    predictor = Predictor(model)
    cursor = predictor.read_to_cursor(text)
    rare = [word for word in ("ab", "abba", "aaab") if word != cursor.word and word.startswith(cursor.word)]
    most = exact(model, cursor, rare)
    asked = Beam(predictor, width=2, depth=20).find(cursor, 0, set(rare))
    probabilities = {word.text: word.probability for word in asked.words}
    assert probabilities.keys() == set(rare)
    for word in rare:  # by one spelling of several
        assert 0 < probabilities[word] <= most[word] * 1.001
    likeliest = [word.text for word in Beam(predictor).find(cursor, 2).words]
    both = Beam(predictor, depth=20).find(cursor, 2, {*rare, likeliest[0]})
    assert [word.text for word in both.words[:2]] == likeliest
    assert {word.text for word in both.words[2:]} == {*rare} - {*likeliest}


def test_a_requested_word_far_less_likely_than_the_best_one_is_not_read_to_its_end(tmp_path: Path) -> None:
    follows = {"\n": {"a": 0.9, "b": 0.0999, "c": 0.0001}, "a": {" ": 1.0}, "d": {" ": 1.0}}
    follows |= {letter: {"d": 1.0} for letter in "bc"}
    predictor = Predictor(toys.of_letters(tmp_path / "toy", follows))
    cursor = predictor.read_to_cursor("")
    for least, unlikely in (0.0, 0.0001), (0.001, 0.0):
        found = Beam(predictor).find(cursor, 1, {"bd", "cd"}, least=least).words
        chances = {word.text: word.probability for word in found}
        assert chances == pytest.approx({"a": 0.9, "bd": 0.0999, "cd": unlikely}, rel=1e-3, abs=1e-6)


def test_every_unfinished_character_can_be_finished() -> None:
    """Otherwise a passage could reach a place where no token may follow."""
    for text in (b"\x80", b"\xff", b"\xc3a", b"\xed\xa0\x80", b"\xc0\xaf", b"\xed\xa0", b"\xf4\x90"):
        assert split(text) is None
    pending = [bytes([first]) for first in range(256) if split(bytes([first])) == ("", bytes([first]))]
    for _ in range(3):
        longer = [(text, text + bytes([byte])) for text in pending for byte in b"\x80\x8f\x90\x9f\xa0\xbf"]
        assert {text for text, grown in longer if split(grown) is not None} == set(pending)
        pending = [grown for _, grown in longer if split(grown) == ("", grown)]
    assert pending == []


@pytest.mark.parametrize(
    ("before", "token", "after"),
    [
        (Hypothesis(text="tom"), b"orrow, and", Hypothesis(text="tomorrow", ended=True)),
        (Hypothesis(text="don'"), b"t", Hypothesis(text="don't")),
        (Hypothesis(text="rock'"), b" ", Hypothesis(text="rock", ended=True)),
        (Hypothesis(text="wow", pending=b"\xf0\x9f\x98"), b"\x80", Hypothesis(text="wow", ended=True)),
        (Hypothesis(text="", may_space=True), b"  the", None),
    ],
)
def test_a_token_extends_a_word_or_ends_it_or_is_impossible(
    before: Hypothesis, token: bytes, after: Hypothesis | None
) -> None:
    assert before.follow(token) == after
