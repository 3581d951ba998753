"""The suggestions that a person sees, and the text after one is accepted."""

import shutil
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

import toys
from foreword.errors import MemoryFull, OptionError
from foreword.keyboard.candidates import Finder
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import Mixture
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor
from foreword.text.cleaning import clean
from foreword.text.words import begins, first_word

SENTENCE = "my naïve dog, Tux\n"  # each letter has one successor, so a table can memorise it


@pytest.fixture(scope="module", params=["characters", "words", "subwords"])
def knowing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model that has memorised one sentence, in each unit of text."""
    tokenizer = toys.tokenizer_of(request.param, SENTENCE)
    return toys.parrot(tmp_path_factory.mktemp("toy") / "toy", tokenizer, SENTENCE * 2)


@pytest.fixture
def keyboard(knowing: Model) -> Keyboard:
    """A keyboard of that model, with an empty memory."""
    return Keyboard(knowing)


def accepted(text: str, keyboard: Keyboard) -> str:
    """The text after the first suggestion is accepted."""
    first = keyboard.suggest(text, limit=1)[0]
    return text[: len(text) - first.replace] + first.insert


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("my naïve d", "my naïve dog "),
        ("my na", "my naïve "),
        ("my nai\u0308", "my naïve "),  # typed with a combining mark
        ("my na\x07i\u0308\x07", "my naïve "),  # and with control characters, which cleaning removes
        ("my naïve dog, T", "my naïve dog, Tux "),
        ("my naïve\r\nmy na", "my naïve\r\nmy naïve "),
    ],
)
def test_accepting_gives_the_promised_text(keyboard: Keyboard, text: str, after: str) -> None:
    assert accepted(text, keyboard) == after


AB = {"\n": {"a": 1.0}, "a": {"b": 1.0}, "b": {",": 0.5, " ": 0.5}, ",": {" ": 1.0}, " ": {"a": 1.0}}
TODAY = {"\n": {"今": 1.0}, "今": {"天": 1.0}, "天": {"日": 1.0}, "日": {"今": 1.0}, "!": {"今": 1.0}}


@pytest.mark.parametrize(
    ("follows", "taken"),
    [
        (
            AB,
            {"": "ab ", "ab ": "ab ab ", "ab\n": "ab\nab ", "ab,": "ab, ab ", "ab, ": "ab, ab ", "a": "ab "},
        ),
        (TODAY, {"": "今天", "今": "今天日", "今天": "今天日今", "今!": "今!今天"}),
    ],
    ids=["after a space, a newline or a mark", "in a script without spaces"],
)
def test_an_accepted_word_brings_the_right_spaces(
    tmp_path: Path, follows: dict[str, dict[str, float]], taken: dict[str, str]
) -> None:
    keyboard = Keyboard(toys.of_letters(tmp_path / "toy", follows))
    assert {text: accepted(text, keyboard) for text in taken} == taken


@pytest.mark.parametrize(
    ("text", "insert"),
    [
        *[("(", "Tux "), ("@", "Tux "), ("“", "Tux "), ("i, \u200e", "Tux ")],
        *[("„see“", " Tux "), ("»see.«", " Tux "), ("we: »", "Tux "), ("« see »", " Tux ")],
        *[('27" or "', "Tux "), ("“see, or “", "Tux "), ('" see "', " Tux ")],
        *[("你好，", "Tux "), ("see you?", " Tux "), ("see, you;", " Tux "), ("we.see/you?", "Tux ")],
    ],
)
def test_a_word_of_the_memory_brings_the_right_space_after_a_sign(
    guesser: Keyboard, text: str, insert: str
) -> None:
    for _ in range(9):
        guesser.learn(f"{text}{insert.rstrip()}")
    assert guesser.suggest(text, limit=1)[0].insert == insert


def test_a_word_that_is_unlikely_for_the_network_brings_the_space_that_it_finds_before_it(
    tmp_path: Path,
) -> None:
    follows = {"\n": {"a": 1.0}, "a": {" ": 1.0}, " ": {"a": 1.0}, "&": {" ": 0.6, "a": 0.3999, "b": 0.0001}}
    keyboard = Keyboard(toys.of_letters(tmp_path / "toy", follows | {"b": {" ": 1.0}}, "a\n"))
    for _ in range(9):
        keyboard.learn("a &b")
    assert {each.text: each.insert for each in keyboard.suggest("a &")}["b"] == "b "


@pytest.mark.parametrize("call", ["set_weights", "weights"])
def test_a_failing_disk_after_a_lesson_is_no_error(
    guesser: Keyboard, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """An error made an editor teach the same line again."""
    monkeypatch.setattr(Memory, call, Mock(side_effect=MemoryFull("full")))
    guesser.learn("see you")
    assert [each.text for each in guesser.memory.messages()] == ["see you"]


def test_no_suggestion_completes_a_forgotten_word_of_a_script_without_spaces(tmp_path: Path) -> None:
    keyboard = Keyboard(toys.of_letters(tmp_path / "toy", TODAY), Memory.open(tmp_path / "own.memory"))
    assert keyboard.suggest("今")
    keyboard.forget("今天")
    assert not keyboard.suggest("今")
    assert "天日" not in {each.word for each in keyboard.weigh("今")[0]}
    assert keyboard.suggest("今天")


UNUSUAL = [
    *("ab\u095ccd\u095c", "\u09a6\u09cc\u09dc\u09be", "今は" * 300, "3日a中b"),
    *("a" * 3_000, "na\u0308-" * 9, "i\u0307", "y'd’"),
]


@pytest.mark.parametrize(
    "text", ["", "my ", "my d", "m", "dog,", "\U0001f600", "x" * 300, "q-", "今天", *UNUSUAL]
)
@pytest.mark.parametrize("limit", [1, 8])
def test_suggestions_are_distinct_single_words_that_continue_the_typed_letters(
    keyboard: Keyboard, text: str, limit: int
) -> None:
    suggestions = keyboard.suggest(text, limit=limit)
    shown = [suggestion.text for suggestion in suggestions]
    chances = [suggestion.probability for suggestion in suggestions]
    assert len(set(shown)) == len(shown) <= limit
    for suggestion in suggestions:
        assert 0 <= suggestion.replace <= len(text)
        assert suggestion.text == clean(suggestion.text)
        typed = text[len(text) - suggestion.replace :]
        assert begins(typed, suggestion.text)
        assert suggestion.text != typed
        assert suggestion.insert.strip() == suggestion.text
        assert suggestion.source == "network"
        assert first_word(suggestion.text) == suggestion.text
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance <= 1 for chance in chances)
    assert sum(chances) <= 1 + 1e-6


@pytest.fixture(scope="module", params=toys.VOCABULARIES)
def babbling(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A random network for each vocabulary; it writes two letters."""
    return toys.babbler(tmp_path_factory.mktemp("toy") / "toy", toys.VOCABULARIES[request.param], "ab ,")


@pytest.mark.parametrize("text", ["ab, bab aba", "ba  ab'a-b\nb", "ab\U0001f600 b", "b\u0301a aé"])
def test_a_text_gets_the_same_list_after_any_sequence_of_keys(babbling: Model, text: str) -> None:
    keys = [text[:length] for length in range(len(text))]
    ways: dict[str, list[str]] = {
        "pasted": [],
        "typed": keys,
        "typed on, and deleted again": [text + "ab b"[:length] for length in (1, 2, 3, 4, 3, 2, 1)],
        "deleted, and typed again": [text, *reversed(keys), *keys],
        "after another text": ["ab ab", text + "\nab"],
    }
    lists = {}
    for way, looked_at in ways.items():
        keyboard = Keyboard(babbling)
        for place, before in enumerate(looked_at):
            keyboard.suggest(before)
            if place == len(looked_at) // 2:
                keyboard.learn("bab ab, aba")
        if not looked_at:
            keyboard.learn("bab ab, aba")
        keyboard.learn("abba\nab aab")
        lists[way] = [keyboard.suggest(each, 5) for each in (text, text[:-1], text[:-2])]
    assert any(lists["pasted"])
    assert lists == dict.fromkeys(ways, lists["pasted"])


@pytest.mark.parametrize("text", ["ab bb", "a,b", "ab bbbbbbbbbb", "baab-b", "ab "])
def test_words_and_signs_get_valid_probabilities_also_after_unknown_letters(
    babbling: Model, text: str, tmp_path: Path
) -> None:
    shutil.copytree(babbling.path, tmp_path / "toy")
    keyboard = Keyboard(toys.listing(Model.open(tmp_path / "toy"), "ab\naba\nbba\n"))
    for word in ("abbey", "bbabab", "bbbb"):
        keyboard.learn(f"ab {word}!!!\nab !!!")
    for signs in (False, True):
        found = keyboard.suggest(text, 8, signs=signs)
        assert all(0 < each.probability <= 1 for each in found)
        assert sum(each.probability for each in found) <= 1 + 1e-6


def test_the_network_reads_the_latest_messages_before_the_text(tmp_path: Path) -> None:
    model = toys.babbler(tmp_path / "toy", "abde ", "abde ")
    keyboard, memory = Keyboard(model), Memory.open()
    before = keyboard.suggest("a")
    memory.learn("bad")
    memory.learn("dad abed")
    keyboard.learn("bad\ndad abed")
    cursor = Predictor(model).read_to_cursor("bad\ndad abed\nb")
    found = Beam(Predictor(model)).find(cursor, 8)
    network = {each.text: each.probability for each in found.words}
    shown = [each for each in keyboard.suggest("b", limit=8) if each.source == "network"]
    assert len(shown) > 2
    assert [network[each.text] for each in shown] == sorted(network.values(), reverse=True)[: len(shown)]
    assert Keyboard(model, memory.copy()).suggest("") == Keyboard(model, memory).suggest("")
    keyboard.memory.clear()
    assert keyboard.suggest("a") != before  # the mixture has changed its shares
    assert [each.text for each in keyboard.suggest("a")] == [each.text for each in before]


@pytest.mark.parametrize("word", ["see", "ab" * 32, "你好"])
def test_a_long_text_adapts_the_mixture_with_its_first_whole_words_alone(
    guesser: Keyboard, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """Words of 64 letters, or of Chinese, took ten times as long as others."""
    observed: list[str] = []

    def observe(_: Finder, line: str) -> list[object]:
        observed.append(line)
        return []

    monkeypatch.setattr(Finder, "observe", observe)
    keyboard = Keyboard(guesser.model)
    keyboard.learn(text := f"{word} {word}\n" * 1_000)
    assert text.startswith("\n".join(observed))
    assert {each for line in observed for each in line.split()} == {word}
    assert 900 < len("\n".join(observed).encode()) <= 1_000
    keyboard.learn("short text")
    assert observed[-1] == "short text"


def test_a_learned_word_is_suggested_after_the_memory_is_reopened(guesser: Keyboard) -> None:
    opened = Keyboard.open(guesser.model.path)
    assert "tomorrow" not in [found.text for found in opened.suggest("see you t")]
    opened.learn("see you tomorrow")
    opened.memory.close()
    opened = Keyboard.open(guesser.model.path)
    first = opened.suggest("see you t")[0]
    assert (first.text, first.source, first.replace, first.insert) == ("tomorrow", "memory", 1, "tomorrow ")
    assert opened.suggest("see you t", confidence=first.probability - 0.01)
    assert opened.suggest("see you t", confidence=min(first.probability + 0.01, 1.0)) == []
    for options, message in (
        ({"limit": 0}, "limit must be at least 1"),
        ({"limit": "3"}, "limit must be a number, not '3'"),
        ({"confidence": 2}, "from 0 to 1, not 2"),
    ):
        with pytest.raises(OptionError, match=message):
            opened.suggest("my", **options)


def test_probabilities_come_from_the_mixture(guesser: Keyboard) -> None:
    guesser.learn("see you tomorrow")
    known = guesser.memory.after("see you ")
    share = guesser._mixture.share(known.knowledge)
    size = guesser.model.tokenizer.size
    network = (1 / size) ** len("tomorrow") * (len(guesser._finder._beam.ends) / size)
    typed = (1 - share) / size**2 + share * known.probability("tomorrow")
    chance = ((1 - share) * network + share * known.probability("tomorrow")) / typed
    assert guesser.suggest("see you to", limit=1)[0].probability == pytest.approx(chance, rel=1e-4)


def test_neither_network_nor_memory_suggests_a_forgotten_word(keyboard: Keyboard) -> None:
    keyboard.learn("my naïve dog")
    keyboard.forget("Dog")
    assert "dog" not in [found.text for found in keyboard.suggest("my naïve d", limit=5)]
    for asked in (None, "dog"):
        assert "dog" not in [each.word for each in keyboard.weigh("my naïve d", asked=asked)[0]]
    assert "naïve" in [found.text for found in keyboard.suggest("my naïvr")]
    keyboard.forget("NAÏVE")
    assert "naïve" not in [found.text for found in keyboard.suggest("my naïvr")]  # nor as a correction
    keyboard.memory.allow("dog")
    assert [each.word for each in keyboard.weigh("my naïve d", asked="dog")[0]] == ["dog"]
    assert "dog" in [found.text for found in keyboard.suggest("my naïve d", limit=5)]


def test_the_mixture_is_kept_per_model(guesser: Keyboard) -> None:
    guesser.learn("see you tomorrow")
    followed = guesser._mixture.weights()
    assert followed != Mixture().weights()
    assert Keyboard(guesser.model, guesser.memory)._mixture.weights() == followed
    anew = Model(replace(guesser.model.folder, training={"date": "2026-11-25"}))
    assert Keyboard(anew, guesser.memory)._mixture.weights() == Mixture().weights()


@pytest.mark.parametrize(
    ("learned", "least", "most"), [("a b a b", 0.06, 0.08), ("wir sehen uns a", 0.4, 0.5)]
)
def test_a_memory_of_another_language_begins_with_a_larger_share(
    learned: str, least: float, most: float, tmp_path: Path
) -> None:
    """After 4,000 lines of German, English words stood first in most lists."""
    memory = Memory.open()
    memory.learn("\n".join([learned] * 7))
    share = Keyboard(toys.of_letters(tmp_path / "toy", AB, "a\nb\n"), memory)._mixture.share(0)
    assert least <= share < most


def test_suggestions_follow_the_typed_capitals(keyboard: Keyboard, guesser: Keyboard) -> None:
    guesser.learn("see you tomorrow")
    for text in (
        "see you TO",
        "SEE YOU T",
        "SEE YOU ",
        "SEE YOU A T",
        "SEE YOU I ",
        "SEE 2 YOU ",
        "SEE 20 YOU ",
    ):
        assert guesser.suggest(text)[0].text == "TOMORROW"
    for text in ("see you ", "SEE YOU t", "SEE YOU\nsee you ", "YOU I ", "see YOU ", "用 SEE 用 YOU "):
        assert guesser.suggest(text)[0].text == "tomorrow"
    assert guesser.suggest("see you T")[0].text == "Tomorrow"
    guesser.learn("τον υπολογιστή")
    assert {each.text for each in guesser.suggest("ΕΙΔΑ ΤΟΝ ", limit=8)}.isdisjoint({"υπολογιστή", "τον"})
    assert keyboard.suggest("MY NAÏVE D")[0].text == "DOG"


def test_a_phrase_grows_while_it_stays_likely(keyboard: Keyboard) -> None:
    keyboard.learn("my naïve dog")
    word, phrase = keyboard.suggest("my n", limit=1)[0], keyboard.suggest("my n", limit=1, phrases=True)[0]
    assert (word.text, word.insert) == ("naïve", "naïve ")
    assert phrase.text == "naïve dog"
    assert (phrase.replace, phrase.insert) == (1, "naïve dog ")
    assert phrase.probability < word.probability
    assert keyboard.suggest("my n", phrases=True, confidence=word.probability)[0].text == "naïve"


@pytest.mark.parametrize("signs", [False, True])
def test_no_phrase_has_a_space_where_the_person_joins_two_words(guesser: Keyboard, signs: bool) -> None:
    """After some times 50 km/h, "km h" was inserted."""
    for _ in range(20):
        guesser.learn("we go 50 km/h")
    assert guesser.suggest("we go 50 k", phrases=True, signs=signs)[0].text == "km"
    assert guesser.suggest("we g", phrases=True, signs=signs)[0].text.startswith("go 50")


def test_the_mouth_of_a_face_is_no_word_after_other_signs(guesser: Keyboard) -> None:
    """After "yes, :D", the first word after each comma was D."""
    guesser.learn("yes, :D\nnice! :D see you\nmy vitamin D\nwe do R&D\n" * 9)
    for text in ("", "well, ", "then! "):
        assert "D" not in [each.text for each in guesser.suggest(text, 9)]
    for text in ("well :", "my vitamin ", "we do R&"):
        assert guesser.suggest(text)[0].text == "D"


def test_a_typo_is_corrected_if_no_word_continues_the_typed_letters(guesser: Keyboard) -> None:
    for _ in range(3):
        guesser.learn("see you tomorrow")
    for typed in ("tomir", "tmor", "ttomo", "tomro", "tomo", "yo"):
        first, is_typo = guesser.suggest("see you " + typed)[0], typed not in ("tomo", "yo")
        assert (first.correction, first.replace) == (is_typo, len(typed))
        assert not is_typo or first.insert == "tomorrow "


def test_a_secret_and_its_sign_of_omission_are_never_offered(keyboard: Keyboard) -> None:
    for _ in range(5):
        keyboard.learn("our wifi password: hunter22\nmy card is 4111 1111 1111 1111, thanks")
    for text in ("our wifi password: ", "my card is "):
        shown = " ".join(each.text for each in keyboard.suggest(text, limit=9, signs=True))
        assert not [secret for secret in ("…", "hunter22", "4111") if secret in shown]


def test_a_sign_replaces_a_word_only_if_it_saves_more_keys(tmp_path: Path) -> None:
    """Once, a full stop with 3 % probability was offered after every word, to save the one key of its space."""
    model = toys.writer(tmp_path / "toy", "abc !")
    often, rarely = Keyboard(model), Keyboard(model)
    often.memory.learn("\n".join(["abc!!! cab", "abc cab cab"] * 20))
    rarely.memory.learn("\n".join(["abc! cab", "abc!!! cab"] * 3 + ["abc cab"] * 94))
    assert "!!!" in [each.text for each in often.suggest("abc", signs=True)]
    for keyboard, text, signs in ((often, "abc", False), (often, "abc ", True)):
        assert all("!" not in each.text for each in keyboard.suggest(text, signs=signs))
    begun = often.suggest("abc!", signs=True)[0]
    assert (begun.insert, begun.replace) == ("!!! ", 1)
    often.memory.learn("abc!!! cab\n" * 1_000)
    assert [each.text for each in often.suggest("abc!!", 9, signs=True)] == ["!!!"]
    shown = [each.text for each in rarely.suggest("abc", 9, signs=True)]
    assert "!!!" in shown
    assert "!" not in shown
    for sign, insert in ((" :(", " :( "), ("！！！", "！！！")):
        keyboard = Keyboard(model)
        keyboard.memory.learn("\n".join([f"abc{sign} cab", "abc cab cab"] * 20))
        assert keyboard.suggest("abc", signs=True)[0].insert == insert
    both = Keyboard(model)
    both.memory.learn("\n".join(["abc!!! cab", "abc !!! cab"] * 20))
    assert [each.text for each in both.suggest("abc", 9, signs=True)].count("!!!") == 1


def test_two_keyboards_adapt_together(guesser: Keyboard, tmp_path: Path) -> None:
    path = tmp_path / "me.memory"
    first, second = (Keyboard(guesser.model, Memory.open(path)) for _ in range(2))
    for _ in range(5):
        first.learn("Tom and Wim at noon")
    one = first.memory.weights(guesser.model.key)
    second.learn("Tom")
    both = second.memory.weights(guesser.model.key)
    assert one is not None
    assert both is not None
    assert sum(both) == pytest.approx(sum(one), rel=0.1)
    assert both != one
