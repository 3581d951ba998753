"""The figures that `evaluate` shows, and when it says to be careful with them."""

import hashlib
import json
import math
from pathlib import Path

import pytest

import toys
from foreword.assess.bits import bits_per_character
from foreword.assess.evaluate import evaluate_text, held_out_figures, inspection, typing_figures
from foreword.errors import ModelForeign, ModelTruncated, SourceEmpty
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from foreword.text.documents import Document
from foreword.text.tokenizer import characters_tokenizer

FIGURES = {"bits_per_character": 2.5, "characters": 100, "tokens": 100, "nats_per_token": 1.7}


@pytest.fixture
def model(tmp_path: Path) -> Model:
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc \n"))
    return toys.model(tmp_path / "toy", tokenizer, graph)


def remembering(model: Model, training: dict[str, object]) -> Model:
    """The same model with another training.json."""
    (model.path / "training.json").write_text(json.dumps(training), encoding="utf-8")
    return Model.open(model.path)


def test_all_of_the_text_is_scored_as_one(model: Model) -> None:
    figures = evaluate_text(model, [Document(text="abc abc"), Document(text="cab")])
    assert figures["characters"] == len("abc abc\ncab")
    assert figures["bits_per_character"] == pytest.approx(bits_per_character(model, "abc abc\ncab"))
    nats, tokens = figures["nats_per_token"], figures["tokens"]
    assert isinstance(nats, float)
    assert figures["perplexity"] == pytest.approx(math.exp(nats))
    assert isinstance(tokens, int)
    assert nats * tokens / math.log(2) / 11 == pytest.approx(figures["bits_per_character"])


def test_pieces_of_a_long_text_are_put_together_and_cleaned_first(model: Model) -> None:
    whole = evaluate_text(model, [Document(text="abc\r\ncab\x07")])
    cut = evaluate_text(
        model,
        [Document(text="abc\r", continued=True), Document(text="\nca", continued=True), Document(text="b")],
    )
    assert whole == cut
    assert whole["characters"] == len("abc\ncab")


def test_a_text_that_was_trained_on_is_recognised_however_it_is_stored(model: Model) -> None:
    digest = hashlib.sha256("añb\ncab".encode()).hexdigest()
    trained = remembering(model, {"sources": [{"name": "x", "sha256": "0"}, {"name": "y", "sha256": digest}]})
    assert evaluate_text(trained, [Document(text="an\u0303b\r\ncab")])["among_training_text"] is True
    assert evaluate_text(trained, [Document(text="an\u0303b cab")])["among_training_text"] is False


def test_a_file_of_a_folder_that_was_trained_on_is_recognised_alone_and_among_others(model: Model) -> None:
    digest = hashlib.sha256(b"abc\ncab").hexdigest()
    trained = remembering(model, {"sources": [{"name": "x", "sha256": "0", "files": ["1", digest]}]})
    file = [Document(text="abc\r", continued=True), Document(text="\ncab")]
    others = [Document(text="aaa"), *file, Document(text="ccc")]
    assert evaluate_text(trained, file)["among_training_text"] is True
    assert evaluate_text(trained, others)["among_training_text"] is True
    assert evaluate_text(trained, [others[0], others[-1]])["among_training_text"] is False


def test_a_text_that_was_learned_before_or_along_is_recognised_too(model: Model) -> None:
    names = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("new", "old", "first")}
    trained = remembering(
        model,
        {
            "sources": [{"sha256": names["new"]}],
            "old_sources": [{"sha256": names["old"]}],
            "history": [{"sources": [{"sha256": names["first"]}]}],
        },
    )
    for name in names:
        assert evaluate_text(trained, [Document(text=name)])["among_training_text"] is True


@pytest.mark.parametrize("sources", [None, 3, [], ["x"], [{}], [{"files": 3}]])
def test_a_model_that_does_not_say_what_it_was_trained_on_is_measured_all_the_same(
    model: Model, sources: object
) -> None:
    figures = evaluate_text(remembering(model, {"sources": sources}), [Document(text="abc")])
    assert figures["among_training_text"] is False


@pytest.mark.parametrize("documents", [[], [Document(text="")], [Document(text="\x07")]])
def test_no_text_has_no_figures(model: Model, documents: list[Document]) -> None:
    with pytest.raises(SourceEmpty, match="there is no text to measure"):
        evaluate_text(model, documents)


def test_the_held_out_figures_are_those_of_the_test_part(model: Model) -> None:
    held_out = {"validation": {"bits_per_character": 1.0}, "test": FIGURES}
    found = held_out_figures(remembering(model, {"held_out": held_out}))
    assert found == {**FIGURES, "perplexity": pytest.approx(math.exp(1.7))}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"bits_per_character": "\x1b"}, "bits_per_character"),
        ({"tokens": None}, "tokens"),
        ({"characters": True}, "characters"),
        ({"uniform": [1]}, "uniform"),
        ({"ngram": {}}, r"ngram\.bits_per_character"),
    ],
)
def test_held_out_figures_that_are_no_numbers_are_named(
    model: Model, changes: dict[str, object], name: str
) -> None:
    record: dict[str, object] = {"held_out": {"test": {**FIGURES, **changes}}}
    with pytest.raises(ModelForeign, match=rf"training\.json: held_out\.test\.{name} must be a number"):
        held_out_figures(remembering(model, record))


@pytest.mark.parametrize(
    "training", [{}, {"held_out": None}, {"held_out": {}}, {"held_out": {"validation": FIGURES}}]
)
def test_without_a_test_part_there_is_no_figure_to_show(model: Model, training: dict[str, object]) -> None:
    with pytest.raises(SourceEmpty, match="hand in a text that it has not seen: foreword evaluate FILE"):
        held_out_figures(remembering(model, training))


def test_typing_is_measured_beside_word_counts_alone(model: Model) -> None:
    texts = [Document(text="abc cab abc\n\nabc cab abc\nabc cab abc")]
    keyboard = Keyboard(model)
    figures = typing_figures(keyboard, texts, 2)
    counts = figures["ngram"]

    assert figures["messages"] == 2
    assert isinstance(counts, dict)
    for name in ("ngram", "fixed", "slips", "ghost"):
        other = figures[name]
        assert isinstance(other, dict)
        assert other.keys() == figures.keys() - {
            *("ngram", "fixed", "slips", "ghost"),
            *("peak_megabytes", "calibration", "calibration_error"),
        }
    assert 0 < counts["keystroke_savings"] < counts["theoretical_limit"]
    assert counts["theoretical_limit"] == figures["theoretical_limit"]
    assert keyboard.memory.messages() == []
    assert typing_figures(keyboard, [Document(text="\n")], 2) == {}


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
