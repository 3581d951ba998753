"""Count how often the base's network writes each word, and add these frequencies to its n-grams.

    python recipes/base_english/frequencies.py src/foreword/base

The keyboard compares them with how often a person writes each word (`foreword/keyboard/mixture.py`). The network writes
3.3 million characters, 600,000 words, which takes ten minutes on one thread. Words that it did not write get a share
from the n-grams after the empty context.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from ngram_file import steps
from safetensors.numpy import load, save

from foreword.files import write_whole
from foreword.modelfolder.names import NGRAMS
from foreword.modelfolder.ngrams import FREQUENCIES
from foreword.runtime.generate import generate_many
from foreword.runtime.model import Model
from foreword.text.words import words

ROUNDS = 26
PASSAGES = 128
CHARACTERS = 1_000
FIRST_SEED = 1_000
BACKING = 20_000.0
"""The words that the n-grams count for."""


def written(model: Model) -> Counter[str]:
    """How often the network writes each word."""
    counts = Counter[str]()
    for seed in range(FIRST_SEED, FIRST_SEED + ROUNDS):
        for passage in generate_many(model, passages=PASSAGES, characters=CHARACTERS, seed=seed):
            counts.update(match.group() for match in words(passage))
        print(f"{counts.total():,} words", file=sys.stderr, flush=True)
    return counts


def main() -> None:
    """Write, count and add."""
    folder = Path(sys.argv[1])
    model = Model.open(str(folder.absolute()))
    arrays = load((folder / NGRAMS).read_bytes())
    texts = arrays["words"].tobytes().decode().split("\n")
    counts = written(model)
    times = np.array([counts[text] for text in texts], dtype=np.float64)
    unigram = arrays["unigram"] / arrays["unigram"].sum(dtype=np.float64)
    arrays[FREQUENCIES] = steps((times + BACKING * unigram) / (times.sum() + BACKING))
    write_whole(folder / NGRAMS, save(arrays), private=False)


if __name__ == "__main__":
    main()
