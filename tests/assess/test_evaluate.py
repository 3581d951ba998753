"""The figures that `evaluate` and `inspect` show, and whether the model has read the text before."""

import hashlib
import json
import math
from pathlib import Path

import pytest

import toys
from foreword.assess.bits import bits_per_character
from foreword.assess.evaluate import evaluate_text, held_out_figures, inspection, typing_figures
from foreword.errors import ModelForeign, ModelTruncated, SourceEmpty
from foreword.keyboard.memory import KnownMessages, Memory
from foreword.keyboard.suggest import Keyboard
from foreword.keyboard.trained_on import weights_digest
from foreword.runtime.model import Model
from foreword.text.document import Document

FIGURES = {"bits_per_character": 2.5, "characters": 100, "tokens": 100, "nats_per_token": 1.7}


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "toy", "abc ", "abc \n")


def remembering(model: Model, **training: object) -> Model:
    (model.path / "training.json").write_text(json.dumps(training), encoding="utf-8")
    return Model.open(model.path)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_all_documents_are_joined_cleaned_and_scored_as_one_text(model: Model) -> None:
    pieces = [*(Document(text=text, continued=True) for text in ("abc\r", "\nca")), Document(text="b\x07")]
    figures = evaluate_text(model, pieces)
    assert figures == evaluate_text(model, [Document(text="abc"), Document(text="cab")])
    assert figures["characters"] == len("abc\ncab")
    assert figures["bits_per_character"] == pytest.approx(bits_per_character(model, "abc\ncab"))
    assert figures["perplexity"] == pytest.approx(math.exp(figures["nats_per_token"]))  # type: ignore[arg-type]


FILE = [Document(text="abc\r", continued=True), Document(text="\ncab")]
WHOLE = {"sources": [{"name": "x", "sha256": "0"}, {"name": "y", "sha256": digest("añb\ncab")}]}
FILES = {"sources": [{"name": "x", "sha256": "0", "files": ["1", digest("abc\ncab")]}]}
EARLIER = {
    "sources": [{"sha256": digest("new")}],
    "old_sources": [{"sha256": digest("old")}],
    "history": [{"sources": [{"sha256": digest("first")}]}],
}


@pytest.mark.parametrize(
    ("training", "documents", "known"),
    [
        (WHOLE, [Document(text="an\u0303b\r\ncab")], True),
        (WHOLE, [Document(text="an\u0303b cab")], False),
        (FILES, FILE, True),
        (FILES, [Document(text="aaa"), *FILE, Document(text="ccc")], True),
        *((EARLIER, [Document(text=name)], True) for name in ("new", "old", "first")),
    ],
)
def test_a_training_text_or_one_of_its_files_is_recognised(
    model: Model, training: dict[str, object], documents: list[Document], known: bool
) -> None:
    assert evaluate_text(remembering(model, **training), documents)["among_training_text"] is known


def test_a_text_that_has_grown_since_training_is_recognised(model: Model) -> None:
    memory = Memory.open()
    memory.learn("abc\ncab\naa")
    memory.set_known_to(weights_digest(model.folder), KnownMessages(trained=frozenset({1, 2})))
    for lines, known in (("abc\ncab\nbca", True), ("abc\ncab\nbca\naa\nbb", False)):
        assert evaluate_text(model, [Document(text=lines)], memory)["among_training_text"] is known


def test_held_out_figures_come_from_the_test_part(model: Model) -> None:
    held_out = {"validation": {"bits_per_character": 1.0}, "test": FIGURES}
    found = held_out_figures(remembering(model, held_out=held_out))
    assert found == {**FIGURES, "perplexity": pytest.approx(math.exp(1.7))}
    for none in (None, {}, {"validation": FIGURES}):
        with pytest.raises(SourceEmpty, match="give a text that it has not seen: foreword evaluate FILE"):
            held_out_figures(remembering(model, held_out=none))
    test = {**FIGURES, "nats_per_token": None}
    with pytest.raises(ModelForeign, match=r"training\.json.*held_out\.test\.nats_per_token"):
        held_out_figures(remembering(model, held_out={"test": test}))


def test_typing_figures_include_the_n_gram(model: Model) -> None:
    keyboard, others = Keyboard(model), {"ngram", "fixed", "slips", "ghost"}
    figures = typing_figures(keyboard, [Document(text="abc cab abc\n\nabc cab abc\nabc cab abc")], 2)
    own = figures.keys() - others - {"peak_megabytes", "calibration", "calibration_error", "known_messages"}
    assert figures["messages"] == 2
    assert all(figures[name].keys() == own for name in others)  # type: ignore[attr-defined]
    counts = figures["ngram"]
    assert isinstance(counts, dict)
    assert 0 < counts["keystroke_savings"] < counts["theoretical_limit"] == figures["theoretical_limit"]
    assert keyboard.memory.messages() == []


def test_inspection_shows_the_model_its_origin_and_its_training_texts(model: Model) -> None:
    config = json.loads((model.path / "config.json").read_text("utf-8"))
    config["sizes"] |= {"vocabulary": 261, "newline": 256, "tied": False}
    (model.path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    chat = {"name": "chat.txt", "sha256": "c", "characters": 1200}
    training = {
        "date": "2026-01-02",
        "steps": 70,
        "sources": [{"name": "new.txt", "sha256": "n", "characters": 34}],
        "old_sources": [chat],
        "history": [{"sources": [chat]}],
        "held_out": {"test": {"bits_per_character": 2.5}},
        "from": {"name": "base", "sha256": "0123456789abcdef"},
    }
    facts = inspection(remembering(model, **training))
    assert facts | {"format_version": 0, "foreword_version": 0} == {
        "folder": str(model.path),
        "architecture": "rnn",
        "sizes": "embedding 1, hidden 1, layers 1, dropout 0.2",
        "weights": 2 * 261 + 2,
        "tokens": "5 characters and 256 bytes",
        "graphs": "float32",
        "trained_on": "new.txt (34 characters), chat.txt (1,200 characters)",
        "trained": "2026-01-02, 70 steps",
        "format_version": 0,
        "foreword_version": 0,
        "went_on_from": "base (weights 0123456789ab)",
        "held_out_bits_per_character": 2.5,
    }


BIG, SMALL = "onnx/model.onnx", "onnx/model_quantized.onnx"


@pytest.mark.parametrize("damaged", [BIG, SMALL, "model.safetensors", "lexicon.txt", "ngrams.safetensors"])
def test_inspection_finds_damage_in_each_file_that_a_command_reads(model: Model, damaged: str) -> None:
    """Typing reads one graph only and no weights; generation reads neither the word list nor the n-grams."""
    folder = model.path
    (folder / SMALL).write_bytes((folder / BIG).read_bytes())
    (folder / "lexicon.txt").write_text("a\nb\n")
    (folder / "ngrams.safetensors").write_bytes(toys.ngrams({(): {"a": 0.5, "b": 0.5}}))
    assert inspection(Model.open(folder))["graphs"] == "float32, 8-bit"
    (folder / damaged).write_bytes((folder / damaged).read_bytes()[:-3])
    with pytest.raises(ModelTruncated):
        inspection(Model.open(folder))
