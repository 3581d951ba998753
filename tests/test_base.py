"""The shipped model: its size, its record, the people left out of its texts, and its suggestions."""

import subprocess
import sys
from pathlib import Path

import pytest

import foreword
from foreword import modelfolder
from foreword.keyboard.suggest import Keyboard
from foreword.personal.finetune import InitialWeights
from foreword.runtime.model import Model

ROOT = Path(__file__).parent.parent
BASE = ROOT / "src" / "foreword" / "base"
MOST_BYTES, MOST_OF_A_FILE, MOST_OF_THE_GRAPH = 24_000_000, 16_000_000, 8_000_000


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


def test_the_weights_are_float16_and_can_be_trained(base: Model) -> None:
    assert {tensor.dtype for tensor in base.folder.tensors.values()} == {"F16"}
    assert InitialWeights.of(base).name == "base"


def test_the_training_record_names_its_texts_without_paths(base: Model) -> None:
    training = base.folder.training
    assert "private" not in training
    assert "mixture" not in training
    history = training["history"]
    assert isinstance(history, list)
    assert not any({"private", "mixture"} & set(each) for each in history)
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
    proof = [sys.executable, str(ROOT / "recipes" / "base_english" / "prove.py"), str(BASE)]
    found = subprocess.run(proof, capture_output=True, text=True, check=False)
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


@pytest.mark.slow
def test_a_new_person_gets_suggestions_from_the_model() -> None:
    command = [sys.executable, "-m", "foreword", "suggest", "see you tom"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "tomorrow" in found.stdout


def test_the_word_list_is_small_and_holds_names_but_no_junk(base: Model) -> None:
    assert (BASE / "lexicon.txt").stat().st_size <= 1_000_000
    assert base.lexicon is not None
    for word in ("Wolfgang", "gloucester", "London", "don't", "don’t", "well-known", "naïve", "lol"):
        assert base.lexicon.holds(word)
    for word in ("tomore", "againd", "züro", "glouch", "don'tell"):
        assert not base.lexicon.holds(word), word
