"""The shipped model: its size, its record, the people left out of its texts, and its suggestions."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import foreword
from foreword import modelfolder
from foreword.errors import ModelError, ModelForeign, ModelTruncated
from foreword.keyboard.memory import Memory
from foreword.keyboard.ngram_model import context_of
from foreword.keyboard.suggest import Keyboard
from foreword.models.catalogue import network_with
from foreword.personal.continual import InitialWeights
from foreword.runtime.generate import generate
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.training.onnx import float_graph
from program import ran

ROOT = Path(__file__).parent.parent
BASE = ROOT / "src" / "foreword" / "base"
MOST_BYTES, MOST_OF_A_FILE, MOST_OF_THE_GRAPH = 24_000_000, 16_000_000, 8_000_000
BIASES = ("cells.bias_ih_l0", "cells.bias_ih_l1", "cells.bias_hh_l0", "cells.bias_hh_l1")


@pytest.fixture(scope="module")
def base() -> Model:
    return Model(modelfolder.read(BASE))


def test_the_package_contains_a_small_model() -> None:
    assert Path(foreword.__file__).parent / "base" == BASE
    sizes = {path.name: path.stat().st_size for path in BASE.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= MOST_BYTES
    assert max(sizes.values()) <= MOST_OF_A_FILE
    assert sizes["model_quantized.onnx"] <= MOST_OF_THE_GRAPH
    assert "model.onnx" not in sizes


def test_the_weights_are_integers_and_can_be_trained(base: Model) -> None:
    matrices = {name: each for name, each in base.folder.tensors.items() if len(each.shape) > 1}
    assert {tensor.dtype for tensor in matrices.values()} == {"I8"}
    assert InitialWeights.of(base).name == "base"
    assert base.folder.weights().keys() == {*matrices, "output.bias", *BIASES}


def test_the_graph_predicts_as_the_weights_in_float32(base: Model) -> None:
    trained = network_with(base.config.architecture, base.config.sizes, base.folder.weights())
    newline, vocabulary = base.config.newline, base.config.vocabulary
    floats = Network(float_graph(trained), newline=newline, vocabulary=vocabulary)
    ids = np.array(base.tokenizer.encode("I was on my way home when the rain began.\n"))[:, None]
    before = np.concatenate([[[newline]], ids[:-1]])
    answers = [each.step(before, each.initial_state())[0] for each in (base.network, floats)]
    quick, exact = (-np.take_along_axis(each[:, 0], ids, axis=1).mean() for each in answers)
    assert quick == pytest.approx(exact, abs=0.03)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda _: {}, ModelForeign),
        (lambda shared: shared | {"other": np.zeros(1, np.int8)}, ModelForeign),
        (lambda shared: shared | {"output.weight": shared["output.weight"][1:]}, ModelTruncated),
        (lambda shared: shared | {"output.weight": np.float32(shared["output.weight"])}, ModelTruncated),
    ],
)
def test_a_graph_with_other_matrices_than_the_weights_is_refused(
    base: Model, change: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]], error: type[ModelError]
) -> None:
    graph = base.folder.graph(quantized=True)
    assert graph is not None
    with pytest.raises(error):
        Network(graph, change(base.folder.shared()), newline=198, vocabulary=base.config.vocabulary)


def test_the_training_record_names_its_texts_without_paths(base: Model) -> None:
    training = base.folder.training
    assert "private" not in training
    history = training["history"]
    assert isinstance(history, list)
    assert not any("private" in each for each in history)
    sources = base.folder.record().learned_from()
    assert sources
    assert not any("/" in (source.name or "") for source in sources)
    assert str(ROOT.parent) not in str(training)
    card = (BASE / "README.md").read_text("utf-8")
    assert f"{base.config.vocabulary:,} {base.config.unit}" in card or base.config.unit == "characters"
    for licence in ("MIT", "CC0 1.0", "public domain", "CDLA-Sharing"):
        assert licence in card
    assert "Private" not in card


@pytest.mark.slow
def test_the_model_has_not_read_the_people_whose_keystrokes_are_counted() -> None:
    pytest.importorskip("chitchat_dataset", reason="the chats come with the extra train")
    found = ran(sys.executable, ROOT / "recipes" / "base_english" / "prove.py", BASE)
    assert found.returncode == 0, found.stderr
    assert "the chats that it was trained on are of these" in found.stdout


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("how are y", ["you"]),
        ("I do not kn", ["know"]),
        ("Good mor", ["morning"]),
        ("See you tom", ["tomorrow"]),
        ("he is from germ", ["Germany"]),  # names typed in lower case
        ("She comes from glouc", ["Gloucester"]),
        ("I live in lond", ["London"]),
        ("We begin in septem", ["September"]),
        *((no_word, []) for no_word in ("Hello", "今日", "今日は", "すごい")),
    ],
)
def test_the_model_suggests_english_words_or_nothing(base: Model, typed: str, words: list[str]) -> None:
    found = [each.text for each in Keyboard(base).suggest(typed)]
    assert found[: len(words) or None] == words


@pytest.mark.parametrize("text", ["und „", "he said (", "see [", "¿"])
def test_no_word_brings_a_space_after_a_sign_that_only_opens(base: Model, text: str) -> None:
    assert {each.insert[0] for each in Keyboard(base).suggest(text, 9)}.isdisjoint(" ")


def test_the_word_list_is_small_and_holds_names_but_no_junk(base: Model) -> None:
    assert (BASE / "lexicon.txt").stat().st_size <= 1_000_000
    assert base.lexicon is not None
    for word in ("Wolfgang", "gloucester", "London", "don't", "don’t", "well-known", "naïve", "lol"):
        assert base.lexicon.holds(word)
    for word in ("tomore", "againd", "züro", "glouch", "don'tell"):
        assert not base.lexicon.holds(word), word


def test_the_n_grams_have_words_of_the_list_alone_and_no_forgotten_one_is_suggested(base: Model) -> None:
    assert base.ngrams is not None
    assert base.lexicon is not None
    unlisted = [word for word in base.ngrams.words if not base.lexicon.holds(word)]
    assert len(unlisted) < 40  # slurs
    assert "tomorrow" in base.ngrams.words
    keyboard = Keyboard(base, Memory.open())
    assert keyboard.suggest("see you tom")[0].text == "tomorrow"
    keyboard.forget("tomorrow")
    assert "tomorrow" not in {each.text for each in keyboard.suggest("see you tom", 10)}


@pytest.mark.parametrize("before", ["my pin is ", "the pin is ", "the code is ", "the verification code is "])
def test_the_n_grams_have_no_secrets(base: Model, before: str) -> None:
    assert base.ngrams is not None
    chances, _ = base.ngrams.after(context_of(before, order=4))
    likely = [base.ngrams.words[at] for at in np.flatnonzero(chances > 0.001).tolist()]
    assert not any(word.isdigit() and len(word) > 2 for word in likely)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("did you recieve", "receive"),
        ("let us meet tommorow", "tomorrow"),
        ("I want a seperate", "separate"),
        ("my borther's", "brother's"),
        ("a two-yaer-old", "two-year-old"),
        ("Tge", "The"),
    ],
)
def test_common_misspellings_are_no_words_and_are_corrected(base: Model, typed: str, meant: str) -> None:
    assert base.lexicon is not None
    assert base.lexicon.holds(meant)
    assert not base.lexicon.holds(typed.rsplit(maxsplit=1)[-1])
    first = Keyboard(base, Memory.open()).suggest(typed)[0]
    assert (first.text, first.correction) == (meant, True)


def test_a_phrase_that_begins_with_a_correction_is_one(base: Model) -> None:
    phrase = Keyboard(base, Memory.open()).suggest("How are yuo", phrases=True)[0]
    assert (phrase.text, phrase.replace, phrase.correction) == ("you doing", 3, True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("thats", "that's"), ("i dont", "don't"), ("Dont", "Don't"), ("i cant", "can't"), ("the dogs", None)],
)
def test_a_missing_apostrophe_is_corrected_if_likelier(base: Model, typed: str, meant: str | None) -> None:
    keyboard = Keyboard(base, Memory.open())
    corrections = [each.text for each in keyboard.suggest(typed) if each.correction]
    assert corrections[:1] == ([] if meant is None else [meant])


@pytest.mark.parametrize(
    "typed",
    ["use parse_argz", "in report.docx", "the under 12s", "born on 3 June 1987", "My lad scored"],
)
def test_names_in_programs_numbers_and_likely_words_are_not_corrected(base: Model, typed: str) -> None:
    assert not any(each.correction for each in Keyboard(base, Memory.open()).suggest(typed))


@pytest.mark.parametrize("typed", ["Dear Ms Okon", "ella dice porque", "use optp"])
def test_a_correction_of_a_name_or_of_another_language_is_unlikely(base: Model, typed: str) -> None:
    assert all(each.probability < 0.1 for each in Keyboard(base, Memory.open()).suggest(typed))


@pytest.mark.parametrize(("typed", "capital"), [("omg u will", False), ("i live in london", True)])
def test_a_capital_alone_is_suggested_only_where_it_is_likely(base: Model, typed: str, capital: bool) -> None:
    found = [each.text for each in Keyboard(base, Memory.open()).suggest(typed)]
    assert (typed.rpartition(" ")[2].capitalize() in found) == capital


@pytest.mark.parametrize(("prompt", "rest"), [("because of the weath", "er"), ("see you tom", "orrow")])
def test_a_passage_completes_half_a_word_with_any_penalty(base: Model, prompt: str, rest: str) -> None:
    """Spelled token by token, it began with ` we`, then `at` and `h`; the penalty made `to` of `tom` unlikely."""
    for penalty in (1.0, 1.2):
        pieces = generate(base, prompt, characters=len(rest), temperature=0, repetition_penalty=penalty)
        assert "".join(pieces) == rest


def test_a_typo_made_once_is_not_suggested(base: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Memory, "why")  # it reads all words of the memory, which takes too long for a key
    keyboard = Keyboard(base, Memory.open())
    for is_shown in (False, True):
        keyboard.learn("see you tommorow")
        found = [each.text for each in keyboard.suggest("see you tom")]
        assert ("tommorow" in found) == is_shown
        assert "tomorrow" in found


@pytest.mark.parametrize(
    ("learned", "typed", "words"),
    [
        ("mi abuela\nmi abuelo", "mi abu", ["abuelo", "abuela"]),  # a typo makes one of the other
        ("bugün İstanbul'da", "bugün İstanbul'd", ["İstanbul'da"]),  # and this of İstanbul'de
        ("ce n'est rien", "ce nest", ["n'est"]),
        ("ce n’est rien", "ce nest", ["n’est"]),
        ("одна женщина", "одна женщна", ["женщина"]),
        ("un po' di pane", "un po'", []),  # not po's
        ("ありがとう", "あがり", []),  # such pieces are no words
    ],
)
def test_a_language_that_the_memory_knows(base: Model, learned: str, typed: str, words: list[str]) -> None:
    keyboard = Keyboard(base, Memory.open())
    keyboard.learn(learned)
    assert [each.text for each in keyboard.suggest(typed, 5)][: len(words) or None] == words


def test_of_don_t_and_dont_a_forgotten_one_makes_room_for_the_other(base: Model) -> None:
    keyboard = Keyboard(base, Memory.open())
    keyboard.forget("don't")
    assert "dont" in {each.text for each in keyboard.suggest("I don", 5)}


def test_a_number_is_ended_only_as_the_person_wrote_it(base: Model) -> None:
    """After "it is £32.50", 500 was suggested inline."""
    keyboard = Keyboard(base, Memory.open())
    assert not any(each.text.isdigit() for each in keyboard.suggest("The train at 9:45 is £32.50"))
    keyboard.learn("flight 4711 is late")
    assert "4711" in {each.text for each in keyboard.suggest("flight 47")}


@pytest.mark.parametrize(("typed", "slur"), [("one nig", "nigger"), ("he likes coc", "cock")])
def test_a_slur_is_not_suggested_before_the_person_writes_it(base: Model, typed: str, slur: str) -> None:
    keyboard = Keyboard(base, Memory.open())
    assert slur not in {each.text for each in keyboard.suggest(typed, 9)}
    keyboard.learn(f"the word {slur}\n" * 3)
    assert slur in {each.text for each in keyboard.suggest("the word " + slur[:3], 9)}


@pytest.mark.parametrize("typed", ["die Katzen", "des Weges"])
def test_a_missing_apostrophe_makes_no_word_of_two_others(base: Model, typed: str) -> None:
    """The base knows katz, and en after an apostrophe."""
    assert not any("'" in each.text for each in Keyboard(base, Memory.open()).suggest(typed))


def test_a_word_has_the_person_s_apostrophe_or_none_and_is_not_corrected(base: Model) -> None:
    keyboard = Keyboard(base, Memory.open())
    assert {"don't", "dont"} & {each.text for each in keyboard.suggest("Please d")} == {"don't"}
    keyboard.learn("i dont know\nwe dont know\nthey dont care\n")
    assert {"don't", "dont"} & {each.text for each in keyboard.suggest("Please d")} == {"dont"}
    assert not any(each.correction for each in keyboard.suggest("they dont"))


@pytest.mark.parametrize("typed", ["you could", "we don", "it", "O"])
def test_a_curved_apostrophe_gives_the_words_of_a_straight_one(base: Model, typed: str) -> None:
    keyboard = Keyboard(base, Memory.open())
    curved, straight = ([each.text for each in keyboard.suggest(typed + sign)] for sign in ("’", "'"))
    assert curved[0] == straight[0].replace("'", "’")
