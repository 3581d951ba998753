"""What suits a text and a time: the width of the network, its rate, its dropout, its blocks. It needs no PyTorch.

Each choice is from a measured run (docs/log.md).
"""

import math
from collections.abc import Mapping
from typing import Final, Literal

from foreword.training.recipe import Table, TrainingSettings

Size = Literal["small", "medium", "large"]

HIDDEN: Mapping[str, int] = {"small": 384, "medium": 512, "large": 768}
RATES: Mapping[str, float] = {"lstm": 1e-2, "gru": 5e-3, "rnn": 2e-3}
"""Learning rates of small recurrent networks: gates bear, and need, larger ones."""

FINE_TUNING_SHARE: Final = 0.1
"""The share of its first learning rate that a network has when it is trained further."""

DECAY: Final = 4.0
MOST_WEIGHT_DECAY: Final = 0.3
"""Weights are pulled to zero so strongly that they forget their first values about four times in a run."""

MANY_EPOCHS: Final = 60
MOST_DROPOUT: Mapping[str, float] = {"dropout": 0.6, "input_dropout": 0.2, "carry_dropout": 0.5}
"""The dropout of each kind for a network that sees its text sixty times and more."""

MOST_EPOCHS: Final = 120
"""More epochs than that taught nothing in any run here."""


def defaults_for(
    characters: int, *, minutes: float | None, size: Size | None, named: Table
) -> dict[str, dict[str, object]]:
    """The tables of a recipe for a text of so many characters and so much time, without the dropout.

    The more text, the wider the network may be before it overfits; the less time, the narrower it must be to see enough
    of the text. What the model's table already has `named` is left out, and the rate depends on it.
    """
    chosen = size or _size_for(characters, minutes)
    architecture = str(named.get("architecture", "lstm"))
    training: dict[str, object] = {}
    model: dict[str, object] = {"architecture": architecture}
    if architecture in RATES:
        model |= {"embedding": 128, "hidden": HIDDEN[chosen], "layers": 1 if chosen == "small" else 2}
        training["learning_rate"] = rate_for(architecture, {**model, **named})
    if chosen == "small":
        training["unroll"] = 32  # more updates in a short time, from a short text
    return {"text": {}, "model": model, "training": training}


def rate_for(architecture: str, sizes: Table) -> float:
    """The learning rate for a recurrent network: the wider, the smaller."""
    return round(RATES[architecture] * min(1.0, HIDDEN["small"] / int(str(sizes["hidden"]))), 5)


def fine_tuning_rate(architecture: str, sizes: Table) -> float:
    """The learning rate for a network that is trained further: its first rate would undo what it knows."""
    rate = rate_for(architecture, sizes) if architecture in RATES else TrainingSettings().learning_rate
    return round(FINE_TUNING_SHARE * rate, 6)


def dropouts_for(epochs: float) -> dict[str, float]:
    """The dropouts for a recurrent network that sees its text so many times.

    Text seen once cannot be memorised; the more often it is seen, the more of the network is silenced.
    """
    share = math.sqrt(min(1.0, max(0.0, epochs - 1) / (MANY_EPOCHS - 1)))
    return {name: round(most * share, 2) for name, most in MOST_DROPOUT.items()}


def weight_decay_for(steps: int, rate: float) -> float:
    """How strongly weights are pulled to zero in a run of so many updates at that rate.

    What counts is how often a weight forgets where it began, `steps * rate * decay` (Wang and Aitchison 2024, "How to
    set AdamW's weight decay as you scale model and dataset size").
    """
    return float(f"{min(MOST_WEIGHT_DECAY, DECAY / (steps * rate)):.2g}")


def _size_for(characters: int, minutes: float | None) -> Size:
    if characters < 200_000 or (minutes is not None and minutes < 4):
        return "small"
    return "large" if characters > 20_000_000 and minutes is not None and minutes >= 120 else "medium"
