"""What does memory buy? All networks on one text, each with the same time.

    python benchmarks/architectures.py nietzsche.txt [--minutes 3] [--json] [NAME ...]

The table compares networks that see a few characters (unrolled, window, convolution) with networks that carry a
state (rnn, gru, lstm), as the tutorial does. Each has the default sizes and learning rate of Foreword. Bits per
character are those of the held-out end of the text, as `foreword train` measures them. Results: RESULTS.md.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

NAMES = ("unrolled", "window", "convolution", "rnn", "gru", "lstm")


def measure(text: Path, name: str, minutes: float) -> dict[str, object]:
    """Train one network for `minutes` and return its figures."""
    import foreword
    from foreword import modelfolder

    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / name
        foreword.train(text, to=to, minutes=minutes, recipe={"model": {"architecture": name}})
        folder_read = modelfolder.read(to)
        training: dict[str, Any] = dict(folder_read.training)
        weights = sum(weight.size for weight in folder_read.weights().values())
    test = training["held_out"]["test"]
    return {
        "architecture": name,
        "weights": weights,
        "passes": round(training["curve"][-1]["epoch"], 1),
        "minutes": round(training["seconds"] / 60, 1),
        "bits_per_character": round(test["bits_per_character"], 3),
        "ngram_bits_per_character": round(test["ngram"]["bits_per_character"], 3),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("text", type=Path)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    arguments.add_argument("--minutes", type=float, default=3.0)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    for name in asked.names or NAMES:
        row = measure(asked.text, name, asked.minutes)
        print(json.dumps(row) if asked.json else "  ".join(map(str, row.values())), flush=True)


if __name__ == "__main__":
    main()
