"""`foreword inspect`: the contents of a model folder."""

from typing import Final

from foreword.cli.options import JsonOption, ModelOption, open_model
from foreword.cli.output import beside, one_line, say, say_json

LABELS: Final = {
    "architecture": "kind of network",
    "graphs": "ONNX graphs",
    "tokens": "vocabulary",
    "trained_on": "texts, held-out parts included",
    "went_on_from": "initial weights",
    "held_out_bits_per_character": "bits per character on held-out text",
}
"""The labels of some facts, for people."""


def inspect(model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Show what a model is, what it was trained on, and whether its files are whole."""
    from foreword.assess.evaluate import inspection

    found = inspection(open_model(model))
    if as_json:
        say_json(found)
        return
    labels = {name: LABELS.get(name, name.replace("_", " ")) for name in found}
    indent = max(map(len, labels.values())) + 2
    for name, value in found.items():
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        shown = one_line(f"{value:,}" if isinstance(value, int) else shown)
        say(beside(f"{labels[name]:<{indent}}", shown))
    say("Its files are whole and fit one another.")
    say("A model is as private as the texts it was trained on, because it can repeat parts of them.")
