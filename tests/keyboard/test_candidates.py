"""Typed letters match words in any case and with any accents; only words of memory and network are shown."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

import toys
from foreword.assess.keystrokes import NgramKeyboard
from foreword.keyboard.candidates import Candidates, Finder
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import FIRST_SHARES, Background, Mixture
from foreword.keyboard.ngram_model import Distribution
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.lexicon import WordList
from foreword.modelfolder.ngrams import Ngrams
from foreword.runtime.beam import Beam, Found, Variant
from foreword.runtime.predictor import Predictor
from foreword.runtime.typos import intended


def first(keyboard: Keyboard | NgramKeyboard, text: str) -> str:
    """The text after the first suggestion is accepted."""
    found = keyboard.suggest(text, 1)[0]
    return text[: len(text) - found.replace] + found.insert


@pytest.mark.parametrize(
    ("learned", "typed", "taken"),
    [
        ("I met Wolfgang in Zürich", "I met wol", "I met Wolfgang "),
        ("I met Wolfgang in Zürich", "I met WOL", "I met WOLFGANG "),
        ("I met Wolfgang in Zürich", "she is in zur", "she is in Zürich "),
        ("I met Wolfgang in Zürich", "she is in ZU\u0308", "she is in ZÜRICH "),
        ("see you tomorrow", "Tom", "Tomorrow "),
        ("ein kleiner ärger", "ein Ar", "ein Ärger "),
        ("wir sahen die Straße", "die strass", "die Straße "),
        ("πάμε στην Αθήνα", "πάμε στην ΑΘΗ", "πάμε στην ΑΘΗΝΑ "),
        ("ο Οδυσσέας ήρθε", "ο ΟΔΥΣ", "ο ΟΔΥΣΣΕΑΣ "),
        ("yarın gidiyorum", "YARIN İSTANBUL'A GİD", "YARIN İSTANBUL'A GİDİYORUM "),
        ("yarın bir dosya", "DOSYA B", "DOSYA BİR "),
        ("bugün ısparta güzel", "bugün isp", "bugün ısparta "),
        ("merhaba istanbul", "merhaba İst", "merhaba İstanbul "),
        ("evde Işık var", "evde ışı", "evde Işık "),
        ("sevgili İbrahim", "sevgili IBR", "sevgili İBRAHİM "),
        ("אחרי צה״ל הכול", "אחרי צה״", "אחרי צה״ל "),
        ("write to O’Brien", "write to o'b", "write to O'Brien "),
        ("we play rock'n'roll", "we play rock’", "we play rock’n’roll "),
    ],
)
def test_a_word_of_the_memory_is_inserted_in_the_person_s_spelling(
    guesser: Keyboard, learned: str, typed: str, taken: str
) -> None:
    guesser.learn(learned)
    assert first(guesser, typed) == taken
    if not taken.rsplit(maxsplit=1)[-1].isupper():  # the n-gram model alone writes no capitals
        assert first(NgramKeyboard(guesser.memory), typed) == taken


@pytest.mark.parametrize(
    ("text", "word"),
    [*((text, "don't") for text in ("they ", "they d", "they don", "THEY ")), ("they shuold", "shouldn't")],
)
def test_spellings_that_differ_only_in_apostrophe_or_case_take_one_place(
    guesser: Keyboard, text: str, word: str
) -> None:
    guesser.learn("they don’t\nthey don't\nthey Don't\nthey shouldn’t\nthey shouldn't")
    shown = [found.text.casefold().replace("’", "'") for found in guesser.suggest(text, limit=8)]
    assert shown.count(word) == 1


def test_the_usual_spelling_is_shown_and_exact_matches_come_first(guesser: Keyboard) -> None:
    guesser.learn("I met Wolke\nI met wolle")
    assert [found.text for found in guesser.suggest("I met wol", limit=2)] == ["wolle", "Wolke"]
    guesser.learn("I met Wolfgang\n" * 9 + "I met wolfgang")
    assert [found.text.casefold() for found in guesser.suggest("I met wol")].count("wolfgang") == 1
    assert first(guesser, "I met wol") == "I met Wolfgang "
    assert [each.word for each in guesser.weigh("I met wol", asked="wolfgang")[0]] == ["wolfgang"]


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
def test_letters_without_capital_and_accent_find_a_word_of_the_network(unit: str, tmp_path: Path) -> None:
    sentence = "my Zéus dog\n"
    parrot = toys.parrot(tmp_path / "toy", toys.tokenizer_of(unit, sentence), sentence * 2)
    keyboard = Keyboard(toys.listing(parrot, "dog\nmy\nZéus\n"))
    assert first(keyboard, "my z") == "my Zéus "
    assert first(keyboard, "my ze") == "my Zéus "
    assert sum(found.probability for found in keyboard.suggest("my z", limit=8)) <= 1 + 1e-6


SENTENCE = "hello my hello\n"


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
@pytest.mark.parametrize("typed", ["helli", "hllo", "hillo", "helllo", "heelo", "qqq"])
def test_a_correction_has_its_probability_from_network_and_n_grams_times_that_of_the_typo(
    unit: str, typed: str, tmp_path: Path
) -> None:
    model = toys.parrot(tmp_path / "toy", toys.tokenizer_of(unit, SENTENCE), SENTENCE * 2, unlikely=-6.0)
    predictor, counted = Predictor(model), Ngrams(toys.ngrams({(): {"hello": 0.2, "my": 0.1}}))
    finder = Finder(predictor, Memory.open(), Mixture(), ngrams=counted)
    found = finder.typos(predictor.read_to_cursor("my " + typed), Candidates(words={}, typed=0.0))
    assert found is not None
    before = predictor.read_to_cursor("my ")
    rates = {begun: rate for begun, rate in intended(typed, "ehlomy").items() if "hello".startswith(begun)}
    (word,) = Beam(predictor).find(before, 0, {"hello"}).words
    network = Background(counted).after("my ").mixed(word.probability, 0.2)
    wanted = {"hello": (1 - FIRST_SHARES[0]) * network * sum(rates.values())} if rates else {}
    assert {each: candidate.network for each, candidate in found.words.items()} == pytest.approx(
        wanted, rel=0.1
    )


def likely(tmp_path: Path, table: Mapping[str, Mapping[str, float]], words: str | None = None) -> Keyboard:
    """A keyboard with a network of letters that has these transitions."""
    return Keyboard(toys.of_letters(tmp_path / "toy", table, words))


FORK = {"\n": {"c": 1.0}, "c": {"a": 1.0}, "a": {"t": 0.6, "b": 0.3, "d": 0.1}, " ": {"c": 1.0}}
FORK |= {letter: {" ": 1.0} for letter in "tbd"}


def test_words_of_the_network_are_adapted_in_lists_in_corrections_and_as_they_are_learned(
    tmp_path: Path,
) -> None:
    predictor, memory = Predictor(toys.of_letters(tmp_path / "toy", FORK)), Memory.open()
    chances, frequencies = {"cat": 0.2, "cab": 0.1, "cad": 0.05}, {"cat": 0.5, "cab": 0.3, "cad": 0.01}
    counted = Ngrams(toys.ngrams({(): chances}, frequencies))
    memory.learn("cad\n" * 20 + "xyz\n" * 20)
    finder = Finder(predictor, memory, Mixture(), ngrams=counted, lexicon=WordList("cab\ncad\ncat\n"))
    expected = Background(counted).after("", memory.after("").words)
    assert expected.adapted("cad", 0.1) > 0.5 > expected.adapted("cat", 0.6)

    def mixed(word: str, chance: float, typo: float = 1.0) -> float:
        return expected.mixed(typo * expected.adapted(word, chance), typo * expected.probability(word))

    cursor = predictor.read_to_cursor("c")
    share, found = finder.share(cursor), finder.likely(cursor, 3)
    for word, chance in (("cat", 0.6), ("cab", 0.3), ("cad", 0.1)):
        assert found.words[word].network == pytest.approx((1 - share) * mixed(word, chance), rel=0.01)
    assert sum(each.probability for each in found.words.values()) <= found.typed * (1 + 1e-6)
    (seen,) = finder.observe("cad")
    assert seen.network == pytest.approx(mixed("cad", 0.1), rel=0.01)
    (typo,) = {rate for begun, rate in intended("cav", "abcdt").items() if begun == "cab"}
    corrected = finder.typos(predictor.read_to_cursor("cav"), Candidates(words={}, typed=0.0))
    assert corrected is not None
    assert corrected.words["cab"].network == pytest.approx((1 - share) * mixed("cab", 0.3, typo), rel=0.01)


def test_the_words_of_a_list_are_no_likelier_than_the_letters_typed(tmp_path: Path) -> None:
    """The network knows better than the n-grams what comes, and the person writes it more often."""
    predictor, memory = Predictor(toys.of_letters(tmp_path / "toy", FORK)), Memory.open()
    counted = Ngrams(
        toys.ngrams({(): {"cat": 1e-4, "cab": 0.5, "dog": 0.4}}, {"cat": 1e-4, "cab": 0.5, "dog": 0.4})
    )
    memory.learn("see the cat\n" * 50)
    finder = Finder(predictor, memory, Mixture(), ngrams=counted)
    for typed in ("c", "ca", "cat"):
        found = finder.likely(predictor.read_to_cursor(typed), 3)
        assert sum(each.probability for each in found.words.values()) <= found.typed * (1 + 1e-6)
        assert found.whole <= found.typed * (1 + 1e-6)


def test_an_unknown_word_is_shown_only_if_it_is_almost_certain(tmp_path: Path) -> None:
    shown = {
        words: [each.text for each in likely(tmp_path, FORK, words).suggest("c")] for words in (None, "cab\n")
    }
    assert shown == {None: ["cat", "cab", "cad"], "cab\n": ["cab"]}
    keyboard = likely(tmp_path, FORK, "cab\n")
    keyboard.learn("Cad")
    assert {each.text for each in keyboard.suggest("c")} >= {"cab", "cad"}
    sure = FORK | {"a": {"t": 0.97, "b": 0.03}}
    assert [each.text for each in likely(tmp_path, sure, "cab\n").suggest("c")] == ["cat", "cab"]


def test_a_word_that_is_too_unlikely_for_the_network_keeps_its_share_of_the_n_grams(tmp_path: Path) -> None:
    table = {"\n": {"a": 0.9999, "c": 0.0001}, "a": {" ": 1.0}, "c": {"d": 1.0}, "d": {" ": 1.0}}
    predictor = Predictor(toys.of_letters(tmp_path / "toy", table))
    counted = Ngrams(toys.ngrams({(): {"cd": 0.2}}))
    listed = WordList("a\ncd\n")
    finder = Finder(predictor, Memory.open(), Mixture(), ngrams=counted, lexicon=listed)
    wanted = (1 - FIRST_SHARES[0]) * Background(counted).after("").mixed(0.0, 0.2)
    assert finder.likely(predictor.read_to_cursor(""), 3).words["cd"].network == pytest.approx(wanted)


def test_of_many_accents_those_of_most_listed_words_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a set of them, it was chance in each process."""
    model = toys.parrot(tmp_path / "toy", toys.tokenizer_of("subwords", SENTENCE), SENTENCE * 2)
    keyboard, looked_for, find = (
        Keyboard(toys.listing(model, "dàn\ndán\ndãn\ndän\ndâs\ndât\n")),
        [],
        Beam.find,
    )

    def spy(beam: Beam, *given: Any, variants: Sequence[Variant] = (), **options: Any) -> Found:
        looked_for.append([each.text for each in variants])
        return find(beam, *given, variants=variants, **options)

    monkeypatch.setattr(Beam, "find", spy)
    keyboard.suggest("my da")
    assert looked_for[0] == ["Da", "dâ", "dà"]


@pytest.mark.parametrize(("words", "corrected"), [("cab\ncad\n", ["cab"]), (None, [])])
def test_without_n_grams_the_word_list_has_the_corrections(
    words: str | None, corrected: list[str], tmp_path: Path
) -> None:
    found = likely(tmp_path, FORK, words).suggest("cab cav")
    assert [each.text for each in found if each.correction] == corrected


def test_a_contraction_without_apostrophe_is_corrected_at_the_start_of_a_message(guesser: Keyboard) -> None:
    """Where a message begins, the counts know only the form with a capital."""
    guesser.learn("Don't go\n" * 99 + "dont go")
    assert [each.text for each in guesser.suggest("dont")] == ["Don't"]


def test_a_correction_is_shown_beside_a_likely_word(tmp_path: Path) -> None:
    table = FORK | {"a": {"t": 0.997, "b": 0.003, "v": 9e-6}, "v": {"e": 1.0}, "e": {" ": 1.0}}
    found = likely(tmp_path, table, "cab\ncave\n").suggest("cav")
    assert [(each.text, each.correction) for each in found] == [("cave", False), ("cab", True)]
    assert found[0].probability > 0.1


def test_a_letter_left_out_is_of_the_script_of_the_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 3,000 Chinese letters in the vocabulary, each key of an unknown English word took up to a second."""
    asked = Mock(wraps=intended)
    monkeypatch.setattr("foreword.keyboard.candidates.intended", asked)
    keyboard = Keyboard(toys.indifferent(tmp_path / "toy", "emortw 今天日"))
    keyboard.learn("今天 tomorrow")
    assert [each.text for each in keyboard.suggest("tmorr")] == ["tomorrow"]
    assert all(letters.isascii() for (_, letters), _ in asked.call_args_list)


def test_a_correction_has_the_accents_and_capitals_of_the_memory(guesser: Keyboard) -> None:
    guesser.learn("ein Café in Zürich\n" * 3)
    found = [guesser.suggest(typed)[0] for typed in ("ein Cfae", "ein zruich", "EIN ZRUICH")]
    assert [each.text for each in found if each.correction] == ["Café", "Zürich", "ZÜRICH"]


def test_a_correction_is_less_certain_if_the_memory_expects_new_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network finds these letters impossible, so only the memory knows that they may begin a new word."""
    keyboard = likely(tmp_path, FORK, "cab\n")
    keyboard.memory.learn("nadine\n" * 3 + "\n".join(f"nat{a}{b}" for a in "aeiou" for b in "lmnrst"))
    (found,) = keyboard.suggest("nadne")
    assert (found.text, found.correction) == ("nadine", True)
    assert found.probability < 0.999
    monkeypatch.setattr(Distribution, "new_word", lambda *_: 0.0)
    (alone,) = keyboard.copy().suggest("nadne")
    assert alone.probability == pytest.approx(1.0)


def test_text_in_an_unread_script_gets_no_suggestions(guesser: Keyboard) -> None:
    guesser.learn("see you tomorrow")
    for text in ("今日", "今日は", "こんにち", "שלום", "see 今日"):
        assert guesser.suggest(text) == []
    assert guesser.suggest("今日 t")[0].text == "tomorrow"


def test_a_large_memory_replaces_a_missing_word_list(guesser: Keyboard) -> None:
    names = [f"{a}{b}{c}" for a in "bcdfghjklm" for b in "aeiou" for c in "bcdfghjklmnpqrstvwxy"]
    guesser.memory.learn("\n".join(names))
    assert guesser.suggest("z", limit=8) == []
    assert guesser.suggest("ba")[0].text in names


def test_a_typed_accent_or_capital_is_kept(guesser: Keyboard) -> None:
    guesser.learn("we saw Zurich\nwe saw tomorrow")
    assert "Zurich" not in [found.text for found in guesser.suggest("we saw zür")]
    assert all(found.text.startswith("Tom") for found in guesser.suggest("we saw Tom"))
