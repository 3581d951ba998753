"""A small network of every kind, for the tests of all architectures. A new architecture adds a row here."""

from collections.abc import Mapping

import torch

from foreword.models.catalogue import build
from foreword.models.language_model import AbstractLanguageModel

VOCABULARY = 12
NEWLINE = 7  # not 0, so that tests notice padding with zeros

WINDOWS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "unrolled": ("unrolled", {"embedding": 6, "hidden": 24}),
    "unrolled, one token": ("unrolled", {"embedding": 6, "hidden": 24, "context": 1}),
    "window": ("window", {"embedding": 6, "hidden": 24, "context": 4}),
    "window, one token": ("window", {"embedding": 6, "hidden": 24, "context": 1}),
    "convolution": ("convolution", {"embedding": 6, "hidden": 24, "kernel": 2, "layers": 3}),
    "convolution, one token": ("convolution", {"embedding": 6, "hidden": 24, "kernel": 1, "layers": 1}),
}
RECURRENT: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "rnn, tanh": ("rnn", {"embedding": 6, "hidden": 24, "layers": 2}),
    "rnn, relu": ("rnn", {"embedding": 6, "hidden": 24, "activation": "relu"}),
    "gru": ("gru", {"embedding": 6, "hidden": 24, "layers": 2}),
    "gru, tied": ("gru", {"embedding": 24, "hidden": 24, "tied": True}),
    "lstm": ("lstm", {"embedding": 6, "hidden": 24, "layers": 2}),
    "lstm, tied by a projection": ("lstm", {"embedding": 6, "hidden": 24, "tied": True}),
    "rnn, normalised": ("rnn", {"embedding": 6, "hidden": 24, "layers": 2, "layer_norm": True}),
    "gru, normalised": ("gru", {"embedding": 6, "hidden": 24, "layers": 2, "layer_norm": True}),
    "lstm, normalised": ("lstm", {"embedding": 6, "hidden": 24, "layers": 2, "layer_norm": True}),
}
ALL = {**WINDOWS, **RECURRENT}


def small(row: str, **changes: object) -> AbstractLanguageModel:
    """The network of a row with the same weights each time, ready to predict (no dropout)."""
    architecture, sizes = ALL[row]
    torch.manual_seed(5)
    return build(architecture, {"vocabulary": VOCABULARY, "newline": NEWLINE, **sizes, **changes}).eval()


def loud(row: str, **changes: object) -> AbstractLanguageModel:
    """The same with larger embeddings and outputs; its predictions differ like those of a trained network."""
    model = small(row, **changes)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.mul_({"embed.weight": 2, "predict.weight": 4, "output.weight": 4}.get(name, 1))
            weight.add_(0.3 * torch.randn_like(weight) if weight.dim() == 1 else 0)
    return model
