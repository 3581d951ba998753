"""From a text to a trained model and its figures; the real program has trained it."""

import json
import math

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy

from foreword.models.catalogue import network_with
from messages import messages
from program import CommandLine, Trained

UNSEEN = messages(30, seed=2) + "Something else, with a 🐙 and a \t tab."


def recomputed_bits(trained: Trained, text: str) -> float:
    """Bits per character from the stored weights, by PyTorch and the library that defines tokenizer.json."""
    config = json.loads((trained.folder / "config.json").read_text("utf-8"))
    weights = load_file(trained.folder / "model.safetensors")
    model = network_with(config["architecture"], config["sizes"], weights)
    tokenizer = Tokenizer.from_file(str(trained.folder / "tokenizer.json"))
    ids = torch.tensor([config["newline"], *tokenizer.encode(text, add_special_tokens=False).ids])
    with torch.no_grad():
        logits, _ = model(ids[:-1, None], model.initial_state(1))
    nats = cross_entropy(logits[:, 0].double(), ids[1:], reduction="sum").item()
    return nats / math.log(2) / len(text)


def test_train_prints_json_figures_and_writes_a_model_and_a_memory(trained: Trained) -> None:
    figures = json.loads(trained.outcome.out)
    assert figures["model"] == str(trained.folder)
    assert figures["test"]["bits_per_character"] < figures["test"]["uniform"]
    assert f"Wrote {trained.folder}" in trained.outcome.err
    assert sorted(path.name for path in trained.program.home.iterdir()) == ["tiny", "tiny.memory"]
    files = "README.md config.json curve.png model.safetensors onnx tokenizer.json training.json"
    assert sorted(path.name for path in trained.folder.iterdir()) == files.split()


def test_evaluate_prints_the_figures_of_the_held_out_part(inside: CommandLine, trained: Trained) -> None:
    outcome = inside("evaluate", "-m", "tiny", "--json")
    figures = json.loads(outcome.out)
    recorded = json.loads(trained.outcome.out)["test"]
    assert figures == {**recorded, "perplexity": pytest.approx(math.exp(recorded["nats_per_token"]))}
    held_out = trained.source.read_text("utf-8")[-figures["characters"] :]
    assert figures["bits_per_character"] == pytest.approx(recomputed_bits(trained, held_out), abs=1e-4)


def test_evaluate_gives_a_whole_source_the_score_of_pytorch(inside: CommandLine, trained: Trained) -> None:
    outcome = inside("evaluate", "-", "-m", "tiny", "--messages", "0", "--json", stdin=UNSEEN)
    figures = json.loads(outcome.out)
    assert figures["bits_per_character"] == pytest.approx(recomputed_bits(trained, UNSEEN), abs=1e-4)
    assert (figures["characters"], figures["among_training_text"], outcome.err) == (len(UNSEEN), False, "")
