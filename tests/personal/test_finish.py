"""The finished folder: measured honestly, small only where small is good, with a card that says what it is."""

import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from foreword.assess.bits import bits_per_character
from foreword.corpus.prepare import Settings, prepare
from foreword.keyboard.mixture import Mixture
from foreword.personal import finish as finishing
from foreword.personal.events import Event, Finished, Warned
from foreword.personal.make import make
from foreword.personal.order import order_for
from foreword.runtime.model import Model
from messages import RECIPE


def made(source: Path, to: Path, **text: object) -> list[Event]:
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 40}}
    return list(make(order_for([str(source)], to, recipe=recipe, tables={"text": text})))


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
def test_the_test_figure_is_that_of_the_exact_network_on_the_end_of_the_text(
    source: Path, tmp_path: Path, unit: str
) -> None:
    made(source, tmp_path / "made", unit=unit)
    model = Model.open(tmp_path / "made")
    test = json.loads((tmp_path / "made" / "training.json").read_text("utf-8"))["held_out"]["test"]
    end = source.read_text("utf-8")[-test["characters"] :]
    assert test["bits_per_character"] == pytest.approx(bits_per_character(model, end), abs=1e-6)
    assert test["ngram"]["characters"] == test["characters"]
    assert test["ngram"]["bits_per_character"] < test["uniform"]


def test_a_uniform_guess_chooses_among_the_characters_of_the_training_text(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("abcdefg\n" * 100, encoding="utf-8")
    made(tmp_path / "text.txt", tmp_path / "made")
    record = json.loads((tmp_path / "made" / "training.json").read_text("utf-8"))
    assert record["held_out"]["test"]["uniform"] == math.log2(8)


def test_the_small_graph_is_not_written_where_it_loses_too_much(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "MOST_QUANTIZED_LOSS", -1.0)
    warnings = [event for event in made(source, tmp_path / "made") if isinstance(event, Warned)]
    assert "so only the large graph is kept" in warnings[-1].message
    assert [path.name for path in (tmp_path / "made" / "onnx").iterdir()] == ["model.onnx"]
    assert Model.open(tmp_path / "made").network.vocabulary > 256


def test_a_small_graph_whose_loss_is_not_a_number_is_not_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "_quantized_loss", lambda *_: math.nan)
    assert any(isinstance(event, Warned) for event in made(source, tmp_path / "made"))
    assert Model.open(tmp_path / "made").folder.training["held_out"]["quantized_loss"] is None  # type: ignore[index]
    assert not (tmp_path / "made" / "onnx" / "model_quantized.onnx").exists()


def test_the_small_graph_loses_no_more_than_a_hundredth_of_a_bit(source: Path, tmp_path: Path) -> None:
    made(source, tmp_path / "made")
    record = json.loads((tmp_path / "made" / "training.json").read_text("utf-8"))
    assert abs(record["held_out"]["quantized_loss"]) <= finishing.MOST_QUANTIZED_LOSS == 0.01
    assert (tmp_path / "made" / "onnx" / "model_quantized.onnx").exists()


def test_the_record_names_sources_without_their_folders_and_how_the_run_went(
    source: Path, tmp_path: Path
) -> None:
    made(source, tmp_path / "made")
    record = json.loads((tmp_path / "made" / "training.json").read_text("utf-8"))
    assert [one["name"] for one in record["sources"]] == ["messages.txt"]
    assert record.pop("private") == {
        "places": {record["sources"][0]["sha256"]: str(source)},
        "me": None,
    }
    assert str(tmp_path) not in json.dumps(record)
    assert record["steps"] == 40
    assert [point["step"] for point in record["curve"]] == [20, 40]
    assert record["recipe"]["training"]["batch"] == 8
    assert {"foreword", "torch", "onnxruntime"} <= set(record["versions"])


def test_the_record_says_what_the_training_took_and_why_it_ended(source: Path, tmp_path: Path) -> None:
    *_, finished = made(source, tmp_path / "made", unit="words")
    record = json.loads((tmp_path / "made" / "training.json").read_text("utf-8"))
    assert isinstance(finished, Finished)
    assert (record["ended"], record["rate_halvings"]) == ("steps", 0)
    assert record["passes"] == record["curve"][-1]["epoch"] > 1
    assert record["tokens_per_second"] > 40 * 8 / record["seconds"]
    assert record["characters_per_second"] > 3 * record["tokens_per_second"]  # a word and its blank
    assert finished.characters_per_second == record["characters_per_second"]
    assert finished.peak_megabytes == record["peak_megabytes"]
    if sys.platform != "win32":
        assert 50 < record["peak_megabytes"] < 50_000  # millions of bytes, neither kilobytes nor bytes


def test_the_card_shows_figures_and_curve_and_says_that_it_is_private(source: Path, tmp_path: Path) -> None:
    made(source, tmp_path / "made")
    card = (tmp_path / "made" / "README.md").read_text("utf-8")
    test = json.loads((tmp_path / "made" / "training.json").read_text("utf-8"))["held_out"]["test"]
    assert card.startswith("---\nlibrary_name: foreword\n")
    assert "**Private.**" in card
    assert f"| this model | {test['bits_per_character']:.3f} |" in card
    assert "![Bits per character while training](curve.png)" in card
    assert (tmp_path / "made" / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_weights_beside_a_memory_are_fitted_to_held_out_text(source: Path, tmp_path: Path) -> None:
    made(source, tmp_path / "made")
    model = Model.open(tmp_path / "made")
    assert model.mixture is not None
    assert len(model.mixture) == len(Mixture().weights())
    assert model.mixture != Mixture().weights()

    made(source, tmp_path / "on all", held_out=0.0)
    assert Model.open(tmp_path / "on all").mixture is None


def test_without_held_out_text_the_card_claims_nothing(source: Path, tmp_path: Path) -> None:
    made(source, tmp_path / "made", held_out=0.0)
    card = (tmp_path / "made" / "README.md").read_text("utf-8")
    assert "Nothing was held out" in card
    assert "curve.png" not in card
    assert not (tmp_path / "made" / "curve.png").exists()


def test_a_word_list_is_passed_on_and_a_person_s_text_adds_nothing_to_it(
    source: Path, tmp_path: Path
) -> None:
    made(source, tmp_path / "first")
    assert Model.open(tmp_path / "first").lexicon is None

    (tmp_path / "first" / "lexicon.txt").write_text("bread\nZürich\n", encoding="utf-8")
    recipe = {"training": {**RECIPE["training"], "steps": 40}}
    list(make(order_for([str(source)], tmp_path / "next", recipe=recipe, start=tmp_path / "first")))
    assert (tmp_path / "next" / "lexicon.txt").read_text("utf-8") == "bread\nZürich\n"


def test_the_words_of_samples_are_listed(source: Path, tmp_path: Path) -> None:
    corpus = prepare([str(source)], tmp_path / "corpus", Settings())
    sample = replace(corpus, sources=tuple(replace(each, place="sample:x") for each in corpus.sources))

    listed = finishing._lexicon(sample, None)
    assert listed is not None
    assert {"tomorrow", "naïve"} <= {*listed.split("\n")}
    assert finishing._lexicon(corpus, None) is None
