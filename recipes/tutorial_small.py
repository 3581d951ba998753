"""Pack the network of the tutorial "LSTM and GRU on Nietzsche": 16-bit weights, the 8-bit graph alone, less than 1 MB.

foreword train sample:nietzsche -o ./small --recipe recipes/tutorial-small.toml
python recipes/tutorial_small.py small docs/tutorials/nietzsche-small
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from foreword import modelfolder
from foreword.modelfolder import writing

MOST_BYTES = 1_000_000
CARD = """---
library_name: foreword
pipeline_tag: text-generation
language: en
license: apache-2.0
---

# nietzsche-small

The small network that a tutorial of Foreword looks into. It read nine tenths of two books by Nietzsche, in English,
from Project Gutenberg (public domain). On {characters:,} characters of the last tenth it has {bits:.3f} bits per
character, an n-gram {ngram:.3f}. `recipes/tutorial-small.toml` repeats it.
"""


def main() -> None:
    """Write the folder; refuse a folder that is too large."""
    source, to = map(Path, sys.argv[1:])
    folder = modelfolder.read(source)
    record: Mapping[str, Any] = folder.training
    test = record["held_out"]["test"]
    contents = writing.Contents(
        config=folder.config,
        tokenizer_json=folder.tokenizer_json,
        weights={name: weight.astype(np.float16) for name, weight in folder.weights().items()},
        graph=None,
        quantized=folder.graph(quantized=True),
        training={name: value for name, value in record.items() if name != "private"},
        card=CARD.format(
            characters=test["characters"],
            bits=test["bits_per_character"],
            ngram=test["ngram"]["bits_per_character"],
        ),
    )
    writing.write(to, contents)
    size = sum(file.stat().st_size for file in to.rglob("*") if file.is_file())
    if size > MOST_BYTES:
        sys.exit(f"{to} has {size:,} bytes; {MOST_BYTES:,} are the most")
    print(f"{to}: {size:,} bytes")


if __name__ == "__main__":
    main()
