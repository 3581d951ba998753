"""From a text to a model that is measured, writes, completes and explains; the real program has trained it."""

import json
import math

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy

from foreword.models.catalogue import build, load_weights
from messages import messages
from program import CommandLine, Trained

UNSEEN = messages(30, seed=2) + "Something else, with a 🐙 and a \t tab."


def recomputed_bits(trained: Trained, text: str) -> float:
    """Bits per character from the stored weights, by PyTorch and the library that defines tokenizer.json."""
    config = json.loads((trained.folder / "config.json").read_text("utf-8"))
    model = build(
        config["architecture"],
        config["sizes"] | {"vocabulary": config["vocabulary"], "newline": config["newline"]},
    ).eval()
    load_weights(model, load_file(trained.folder / "model.safetensors"))
    tokenizer = Tokenizer.from_file(str(trained.folder / "tokenizer.json"))
    ids = torch.tensor([config["newline"], *tokenizer.encode(text, add_special_tokens=False).ids])
    with torch.no_grad():
        logits, _ = model(ids[:-1, None], model.initial_state(1))
    nats = cross_entropy(logits[:, 0].double(), ids[1:], reduction="sum").item()
    return nats / math.log(2) / len(text)


def test_training_prints_its_figures_as_json_and_leaves_a_model_and_a_memory(trained: Trained) -> None:
    figures = json.loads(trained.outcome.out)
    assert figures["model"] == str(trained.folder)
    assert figures["test"]["bits_per_character"] < figures["test"]["uniform"]
    assert f"Wrote {trained.folder}" in trained.outcome.err
    assert sorted(path.name for path in trained.program.home.iterdir()) == ["tiny", "tiny.memory"]
    assert {path.name for path in trained.folder.iterdir()} == {
        *("config.json", "tokenizer.json", "model.safetensors", "onnx", "training.json", "README.md"),
        "curve.png",
    }


def test_evaluate_shows_the_figures_of_the_runs_own_held_out_part(
    inside: CommandLine, trained: Trained
) -> None:
    outcome = inside("evaluate", "-m", "tiny", "--json")
    figures = json.loads(outcome.out)
    recorded = json.loads(trained.outcome.out)["test"]
    assert figures == {**recorded, "perplexity": pytest.approx(math.exp(recorded["nats_per_token"]))}
    held_out = trained.source.read_text("utf-8")[-figures["characters"] :]
    assert figures["bits_per_character"] == pytest.approx(recomputed_bits(trained, held_out), abs=1e-4)


def test_evaluate_scores_all_of_a_source_as_pytorch_does(inside: CommandLine, trained: Trained) -> None:
    outcome = inside("evaluate", "-", "-m", "tiny", "--messages", "0", "--json", stdin=UNSEEN)
    figures = json.loads(outcome.out)
    assert figures["bits_per_character"] == pytest.approx(recomputed_bits(trained, UNSEEN), abs=1e-4)
    assert figures["characters"] == len(UNSEEN)
    bits = figures["nats_per_token"] * figures["tokens"] / math.log(2)
    assert bits / len(UNSEEN) == pytest.approx(figures["bits_per_character"])
    assert not figures["among_training_text"]
    assert outcome.err == ""


def test_suggest_shows_the_next_characters_with_their_probabilities(inside: CommandLine) -> None:
    outcome = inside("suggest", "see you", "-m", "tiny", "--characters", "-k", "9999", "--json")
    found = json.loads(outcome.out)
    assert sum(one["probability"] for one in found) == pytest.approx(1.0)
    assert {"text", "probability"} == set(found[0])
    shown = inside("suggest", "see you", "-m", "tiny", "--characters", "-k", "1").out
    assert shown.split("\t")[0] == found[0]["text"].replace(" ", "␣")


def test_explain_gives_each_character_its_bits_and_they_sum_to_what_evaluate_says(
    inside: CommandLine, trained: Trained
) -> None:
    text = "see you\n🐙 тут"
    rows = json.loads(inside("explain", text, "-m", "tiny", "--json").out)
    assert [row["text"] for row in rows] == list(text)
    total = sum(row["bits"] for row in rows)
    assert total / len(text) == pytest.approx(recomputed_bits(trained, text), abs=1e-3)
    columns = inside("explain", text, "-m", "tiny").out.splitlines()
    assert columns == [f"{row['text']}\t{row['bits']:.2f}".replace("\n", "\\n") for row in rows]


def test_the_model_is_named_by_option_variable_or_path_and_me_is_the_default(
    inside: CommandLine, trained: Trained
) -> None:
    path = str(trained.folder)
    by_name = inside("inspect", "-m", "tiny")
    assert by_name.code == 0
    assert inside("inspect", FOREWORD_MODEL="tiny") == by_name
    assert inside("inspect", FOREWORD_MODEL=path) == by_name
    without = trained.program("inspect")  # there is no `me`
    assert without.code == 0
    assert "foreword/base" in without.out
    unknown = inside("inspect", "-m", "nobody")
    assert unknown.code == 1
    assert "there is no model" in unknown.err
    assert "the models there are: tiny" in unknown.err
