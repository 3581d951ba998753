"""The search finds exactly what trying all paths finds, whatever the tokens are."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.runtime.beam import Beam, Hypothesis, Word, split
from foreword.runtime.model import Model
from foreword.runtime.state_cache import Cursor, Predictor
from foreword.text.tokenizer import Tokenizer, characters_tokenizer, subwords_tokenizer, words_tokenizer

TEXT = "aab ab, abb aab a ab, b " * 40
UNITS: dict[str, Tokenizer] = {
    "characters": characters_tokenizer({"a": 9, "b": 9, " ": 9, ",": 9}),
    "words": words_tokenizer([TEXT], 300),
    "subwords": subwords_tokenizer([TEXT], 270),
}
LETTERS = frozenset("abé")
DEPTH = 3


@pytest.fixture(params=UNITS)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "toy", UNITS[request.param], "ab ,")


def all_words(model: Model, cursor: Cursor, alphabet: bytes) -> dict[str, float]:
    """Every word that at most `DEPTH` tokens of the alphabet spell and end, by walking all paths."""
    tokens = [at for at, spelled in enumerate(model.tokenizer.tokens) if set(spelled) <= set(alphabet)]
    chances: defaultdict[str, float] = defaultdict(float)
    typed = 0.0 if cursor.owed else 1.0
    paths = [(0.0, b"", cursor.reading.log_probabilities, cursor.reading.state)]
    for _ in range(DEPTH):
        longer = []
        for score, spelled, row, state in paths:
            for token in tokens:
                text, total = spelled + model.tokenizer.tokens[token], score + float(row[token])
                if not (text.startswith(cursor.owed) or cursor.owed.startswith(text)):
                    continue
                if len(spelled) < len(cursor.owed) <= len(text):
                    typed += np.exp(total)
                rest = text[len(cursor.owed) :].decode("utf-8", "ignore")
                if rest.encode() != text[len(cursor.owed) :][: len(rest.encode())]:
                    continue  # bytes that make no letter
                word, ended = first_word(cursor.word + rest.removeprefix(" " if cursor.touches else ""))
                if ended:
                    chances[word] += np.exp(total)
                else:
                    answer, after = model.network.step(np.array([[token]]), state)
                    longer.append((total, text, answer[0, 0], after))
        paths = longer
    eligible = {word for word in chances if word.startswith(cursor.word) and word not in ("", cursor.word)}
    return likely({word: float(chances[word] / typed) for word in eligible})


def first_word(text: str) -> tuple[str, bool]:
    length = next((at for at, letter in enumerate(text) if letter not in LETTERS), len(text))
    return text[:length], length < len(text)


def found(model: Model, text: str, limit: int) -> tuple[Sequence[Word], Cursor]:
    predictor = Predictor(model)
    cursor = predictor.read_to_cursor(text)
    return Beam(predictor, width=600, depth=DEPTH).find(cursor, limit).words, cursor


def likely(chances: dict[str, float]) -> dict[str, float]:
    """The words but those with tokens outside the alphabet, which are all but impossible."""
    return {word: chance for word, chance in chances.items() if chance > 1e-9}


@pytest.mark.parametrize("text", ["", "ab a", "ab ", "b aa", "ab,\n"])
def test_a_wide_search_finds_all_words_with_their_exact_probabilities(model: Model, text: str) -> None:
    words, cursor = found(model, text, limit=10_000)
    exact = all_words(model, cursor, b"ab ,")
    assert len(exact) >= 3
    assert likely({word.text: word.probability for word in words}) == pytest.approx(exact, rel=1e-3)


def test_after_a_comma_a_word_comes_with_the_space_that_is_missing(model: Model) -> None:
    words, _ = found(model, "ab,", limit=10_000)
    assert {word.spaced for word in words} == {True, False}
    assert not any(word.text.startswith(" ") for word in words)


def test_a_narrow_search_gives_no_more_than_the_exact_probabilities(model: Model) -> None:
    predictor = Predictor(model)
    cursor = predictor.read_to_cursor("ab a")
    exact = all_words(model, cursor, b"ab ,")
    best, _ = found(model, "ab a", limit=3)
    words = Beam(predictor, width=4, depth=DEPTH).find(cursor, 2).words
    assert [word.text for word in best] == sorted(exact, key=lambda word: -exact[word])[:3]
    assert words[0].text == max(exact, key=lambda word: exact[word])
    assert all(word.probability <= exact[word.text] * 1.001 for word in words)


def test_letters_spelled_in_bytes_are_letters_and_broken_ones_are_none(tmp_path: Path) -> None:
    """The model knows no é: it spells it in two bytes, and now and then one byte without the other."""
    model = toys.babbler(tmp_path / "toy", "a ", "aé ", seed=3)
    words, cursor = found(model, "a ", limit=10_000)
    assert "é" in {word.text for word in words}
    exact = all_words(model, cursor, "aé ".encode())
    assert likely({word.text: word.probability for word in words}) == pytest.approx(exact, rel=1e-3)


@pytest.mark.parametrize(
    ("follows", "words"),
    [
        (  # a script without spaces comes in parts that need no end
            {"\n": {"今": 0.6, "天": 0.4}, "今": {"天": 0.7, "日": 0.3}, "天": {"今": 1}, "日": {"日": 1}},
            {"今天": 0.42, "天今": 0.4, "今日": 0.18},
        ),
        (  # the end of a word counts, so a long word does not beat the shorter one it begins with
            {"\n": {"a": 1.0}, "a": {"b": 0.6, " ": 0.4}, "b": {"c": 0.5, " ": 0.5}, "c": {" ": 1.0}},
            {"a": 0.4, "ab": 0.3, "abc": 0.3},
        ),
        (  # the search goes on while a better word can come
            {"\n": {"a": 0.4, "b": 0.6}, "a": {" ": 1.0}, "b": {"c": 1.0}, "c": {" ": 0.9, "c": 0.1}},
            {"bc": 0.54},
        ),
    ],
)
def test_the_words_of_a_small_network(
    tmp_path: Path, follows: dict[str, dict[str, float]], words: dict[str, float]
) -> None:
    predictor = Predictor(toys.of_letters(tmp_path / "toy", follows))
    found = Beam(predictor).find(predictor.read_to_cursor(""), len(words)).words
    assert [word.text for word in found] == list(words)
    assert {word.text: word.probability for word in found} == pytest.approx(words, rel=1e-3)


@pytest.mark.parametrize("text", ["", "ab a", "ab ", "b aa", "ab,\n", "ab,"])
def test_words_that_are_asked_for_come_after_the_likeliest_however_unlikely_they_are(
    model: Model, text: str
) -> None:
    predictor = Predictor(model)
    cursor = predictor.read_to_cursor(text)
    wide = Beam(predictor, width=200, depth=6).find(cursor, 10_000)
    exact = {word.text: word.probability for word in wide.words}
    rare = [word for word in ("ab", "abba", "aaab") if word != cursor.word and word.startswith(cursor.word)]
    asked = Beam(predictor, width=2, depth=20).find(cursor, 0, protected=rare)
    probabilities = {word.text: word.probability for word in asked.words}
    assert probabilities.keys() == set(rare)
    for word in rare:  # by one spelling of several
        assert 0 < probabilities[word] <= exact.get(word, 1.0) * 1.001
    likeliest = [word.text for word in Beam(predictor).find(cursor, 2).words]
    both = Beam(predictor, depth=20).find(cursor, 2, protected=[*rare, likeliest[0]])
    assert [word.text for word in both.words[:2]] == likeliest
    assert {word.text for word in both.words[2:]} == {*rare} - {*likeliest}


@pytest.mark.parametrize("unit", UNITS)
def test_a_word_is_as_likely_before_its_first_letter_as_with_the_letters_typed(
    unit: str, tmp_path: Path
) -> None:
    """P(letters typed) · P(word | letters) = P(word); bytes that spell letters are all but impossible here."""
    tokenizer = UNITS[unit]
    letters = [token.decode() for token in tokenizer.tokens if len(token) > 1 or token in {b"a", b"b", b" "}]
    row = dict.fromkeys((token for token in letters if set(token) <= set("ab ")), 1.0)
    table = toys.transitions(tokenizer, dict.fromkeys([*row, "\n"], row))
    predictor = Predictor(toys.model(tmp_path / "toy", tokenizer, toys.table_graph(table)))
    beam = Beam(predictor, width=600, depth=4)
    zero = beam.find(predictor.read_to_cursor("ab "), 10_000)
    begun = beam.find(predictor.read_to_cursor("ab a"), 10_000)
    at_zero = {word.text: word.probability for word in zero.words}
    assert zero.typed == pytest.approx(1.0) if unit == "characters" else zero.typed < 1
    for word in ("ab", "aab"):
        chance = next(each.probability for each in begun.words if each.text == word)
        assert chance * begun.typed == pytest.approx(at_zero[word] * zero.typed, rel=0.02)


@pytest.mark.parametrize(
    ("before", "token", "after"),
    [
        (Hypothesis(text="tom"), b"orrow, and", Hypothesis(text="tomorrow", ended=True)),
        (Hypothesis(text="don"), b"'", Hypothesis(text="don'")),
        (Hypothesis(text="don'"), b"t", Hypothesis(text="don't")),
        (Hypothesis(text="rock'"), b" ", Hypothesis(text="rock", ended=True)),
        (Hypothesis(text="well-"), b"-", Hypothesis(text="well", ended=True)),
        (Hypothesis(text="wow", pending=b"\xf0\x9f\x98"), b"\x80", Hypothesis(text="wow", ended=True)),
        (Hypothesis(text="tom"), b" \xf0", Hypothesis(text="tom", ended=True)),
        (Hypothesis(text="", may_space=True), b"  the", None),
        (Hypothesis(text="", spaced=True), b" the", None),
        (Hypothesis(text="tom", owed=b"om"), b"omorrow", Hypothesis(text="tomorrow")),
    ],
)
def test_a_token_makes_a_longer_word_an_ended_one_or_none(
    before: Hypothesis, token: bytes, after: Hypothesis | None
) -> None:
    assert before.follow(token) == after


@pytest.mark.parametrize(
    "text", [b"\x80", b"\xff", b"\xc3a", b"\xed\xa0\x80", b"\xc0\xaf", b"\xed\xa0", b"\xf4\x90"]
)
def test_what_is_no_utf8_is_none(text: bytes) -> None:
    assert split(text) is None


def test_every_unfinished_character_can_be_finished() -> None:
    """Or a passage would come to a place where nothing may follow."""
    pending = [bytes([first]) for first in range(256) if split(bytes([first])) == ("", bytes([first]))]
    for _ in range(3):
        longer = [(text, text + bytes([byte])) for text in pending for byte in b"\x80\x8f\x90\x9f\xa0\xbf"]
        assert {text for text, grown in longer if split(grown) is not None} == set(pending)
        pending = [grown for _, grown in longer if split(grown) == ("", grown)]
    assert pending == []
