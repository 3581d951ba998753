"""The model that comes with Foreword: what it weighs, what it says of itself, who is not in it, and that it types."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import foreword
from foreword import modelfolder
from foreword.keyboard.suggest import Keyboard
from foreword.personal.initial import InitialWeights
from foreword.runtime.model import Model

ROOT = Path(__file__).parent.parent
BASE = ROOT / "src" / "foreword" / "base"
MOST_BYTES, MOST_OF_A_FILE, MOST_OF_THE_GRAPH = 24_000_000, 16_000_000, 8_000_000


@pytest.fixture(scope="module")
def base() -> Model:
    return Model(modelfolder.read(BASE))


def test_it_lies_in_the_package_and_is_small() -> None:
    assert Path(foreword.__file__).parent / "base" == BASE
    sizes = {path.name: path.stat().st_size for path in BASE.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= MOST_BYTES
    assert max(sizes.values()) <= MOST_OF_A_FILE
    assert sizes["model_quantized.onnx"] <= MOST_OF_THE_GRAPH
    assert "model.onnx" not in sizes


def test_its_weights_take_two_bytes_each_and_are_those_of_a_network_that_can_go_on(base: Model) -> None:
    assert {tensor.dtype for tensor in base.folder.tensors.values()} == {"F16"}
    assert InitialWeights.of(base).name == "base"


def test_its_record_says_what_it_learned_from_and_not_where_that_lay(base: Model) -> None:
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
def test_nobody_on_whom_keystrokes_are_counted_is_in_its_chats() -> None:
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
        ("glouc", ["Gloucester"]),  # names that are typed small
        ("She comes from glouc", ["Gloucester"]),
        ("I live in lond", ["London"]),
        ("See you on tuesd", ["Tuesday"]),
        *((no_word, []) for no_word in ("Hello", "今日", "今日は", "すごい")),
    ],
)
def test_it_types_english_and_shows_nothing_rather_than_what_is_no_word(
    base: Model, typed: str, words: list[str]
) -> None:
    found = [each.text for each in Keyboard(base).suggest(typed)]
    assert found[: len(words) or None] == words


@pytest.mark.slow
def test_a_newcomer_types_with_it_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "FOREWORD_HOME": str(tmp_path / "home")}
    environment.pop("FOREWORD_MODEL", None)
    command = [sys.executable, "-m", "foreword", "suggest", "see you tom"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "tomorrow" in found.stdout


def test_its_word_list_is_small_and_holds_names_and_no_junk(base: Model) -> None:
    assert (BASE / "lexicon.txt").stat().st_size <= 1_000_000
    assert base.lexicon is not None
    for word in ("Wolfgang", "gloucester", "London", "don't", "don’t", "well-known", "naïve", "lol"):
        assert base.lexicon.holds(word)
    for word in ("tomore", "againd", "züro", "glouch", "don'tell"):
        assert not base.lexicon.holds(word), word
