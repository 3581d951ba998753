"""Inspecting a model reads all of it: what is shown is there, and whole."""

import json
from pathlib import Path

import pytest

import toys
from foreword.assess.evaluate import inspection
from foreword.errors import ModelTruncated
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizer = characters_tokenizer(dict.fromkeys("abc", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc"))
    return toys.model(tmp_path / "toy", tokenizer, graph).path


def inspected(folder: Path, **training: object) -> dict[str, object]:
    (folder / "training.json").write_text(json.dumps(training), encoding="utf-8")
    return inspection(Model.open(folder))


def test_it_shows_what_the_model_is(folder: Path) -> None:
    facts = inspected(
        folder,
        date="2026-01-02",
        steps=70,
        sources=[{"name": "chat.txt", "characters": 1200}, {"name": "notes", "characters": 34}],
        held_out={"test": {"bits_per_character": 2.5}},
    )
    assert facts["folder"] == str(folder)
    assert facts["architecture"] == "rnn"
    assert facts["tokens"] == "260 characters"
    assert facts["weights"] == 2 * 260 + 2
    assert facts["graphs"] == "float32"
    assert facts["trained_on"] == "chat.txt (1,200 characters), notes (34 characters)"
    assert facts["trained"] == "2026-01-02, 70 steps"
    assert facts["held_out_bits_per_character"] == 2.5
    json.dumps(facts)


def test_the_sizes_are_those_a_person_may_choose(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["sizes"] |= {"vocabulary": 260, "newline": 256, "tied": False}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert inspected(folder)["sizes"] == "embedding 1, hidden 1, layers 1, tied False"


@pytest.mark.parametrize("training", [{}, {"sources": 3, "held_out": 3}, {"sources": [3]}])
def test_a_model_without_a_record_of_its_training_is_shown_all_the_same(
    folder: Path, training: dict[str, object]
) -> None:
    facts = inspected(folder, **training)
    assert "held_out_bits_per_character" not in facts
    assert facts["trained_on"] == "unknown"


def test_a_model_that_went_on_learning_is_shown_with_where_it_came_from_and_all_it_has_read(
    folder: Path,
) -> None:
    chat = {"name": "chat.txt", "sha256": "c", "characters": 1200}
    facts = inspected(
        folder,
        **{"from": {"name": "base", "sha256": "0123456789abcdef"}},
        sources=[{"name": "new.txt", "sha256": "n", "characters": 34}],
        old_sources=[chat],
        history=[{"sources": [chat]}],
    )
    assert facts["went_on_from"] == "base (weights 0123456789ab)"
    assert facts["trained_on"] == "new.txt (34 characters), chat.txt (1,200 characters)"


@pytest.mark.parametrize("damaged", ["onnx/model.onnx", "onnx/model_quantized.onnx", "model.safetensors"])
def test_damage_anywhere_is_found(folder: Path, damaged: str) -> None:
    """Typing needs one graph alone; inspecting reads the other and the weights, too."""
    (folder / "onnx" / "model_quantized.onnx").write_bytes((folder / "onnx" / "model.onnx").read_bytes())
    assert inspected(folder)["graphs"] == "float32, 8-bit"
    (folder / damaged).write_bytes((folder / damaged).read_bytes()[:-3])
    with pytest.raises(ModelTruncated):
        inspected(folder)
