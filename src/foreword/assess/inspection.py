"""What `inspect` shows of a model."""

import math
from collections.abc import Mapping

from foreword.modelfolder.record import learned_from
from foreword.runtime.model import Model
from foreword.text.counting import counted


def inspection(model: Model) -> dict[str, object]:
    """Facts by name, read from a folder whose files have all been checked, weights and both graphs included."""
    folder, config = model.folder, model.config
    folder.weights()
    _ = model.network, model.exact  # typing loads the one, measuring the other; here both must be whole
    training = folder.training
    sizes = {name: value for name, value in config.sizes.items() if name not in ("vocabulary", "newline")}
    facts: dict[str, object] = {
        "folder": str(folder.path),
        "architecture": config.architecture,
        "sizes": ", ".join(f"{name} {value}" for name, value in sizes.items()),
        "weights": sum(math.prod(tensor.shape) for tensor in folder.tensors.values()),
        "tokens": f"{config.vocabulary} {config.unit}",
        "graphs": ", ".join(
            name
            for name, quantized in (("float32", False), ("8-bit", True))
            if folder.graph(quantized=quantized) is not None
        ),
        "trained_on": _sources(training),
        "trained": f"{training.get('date')}, {_counted(training.get('steps'), 'step')}",
        "format_version": config.format_version,
        "foreword_version": config.foreword_version,
    }
    start = training.get("from")
    if isinstance(start, Mapping):
        facts["went_on_from"] = f"{start.get('name')} (weights {str(start.get('sha256'))[:12]})"
    held_out = training.get("held_out")
    test = held_out.get("test") if isinstance(held_out, Mapping) else None
    if isinstance(test, Mapping):
        facts["held_out_bits_per_character"] = test.get("bits_per_character")
    return facts


def _sources(training: Mapping[str, object]) -> str:
    """All texts that it has learned from, now and before, each once."""
    texts = {str(source.get("sha256") or source): source for source in learned_from(training)}
    return (
        ", ".join(f"{s.get('name')} ({_counted(s.get('characters'), 'character')})" for s in texts.values())
        or "unknown"
    )


def _counted(number: object, noun: str) -> str:
    """A number of training.json, which somebody else may have written, with its noun."""
    return counted(number, noun) if isinstance(number, int) else f"{number} {noun}s"
