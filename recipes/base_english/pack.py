"""Make the model that comes with Foreword of one that was trained: 16-bit weights, the 8-bit graph alone, a card.

    python recipes/base_english/pack.py MODEL src/foreword/base --texts texts [--keystrokes FILE]

The word list is made of the folder of texts. FILE has a paragraph on the development people for the card: what
`benchmarks/keystrokes.py` printed, in words. What says where the texts lay on the machine that trained it
is left out, and so are the mixture's weights: they fit a memory of the base's own texts, and whoever begins with it has
an empty one.
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from texts import FIRST, TEXTS

from foreword import modelfolder
from foreword.modelfolder import ModelFolder, writing
from foreword.modelfolder.lexicon import counted, text_of
from foreword.text.cleaning import clean

MOST_BYTES, MOST_OF_A_FILE, MOST_OF_THE_GRAPH = 24_000_000, 16_000_000, 8_000_000
EDITED = ("common-voice", "moby-dick", "novels", "speeches")
OFTEN = 3
"""A word of an unedited text may be proposed after this many uses: rarer words are mostly typos."""
LEFT_BEHIND = ("private", "mixture")
PICTURE = "curve.png"

CARD = """---
library_name: foreword
pipeline_tag: text-generation
language: en
license: apache-2.0
tags: [recurrent-neural-network, predictive-text]
---

# base

The English network that Foreword types with before it has learned a word of yours, and that `foreword train` goes on
from where that helps. It is small: it knows how words follow one another in chats, spoken sentences and prose, and
next to nothing about the world. What it says is not to be trusted.

| | |
|---|---|
| network | {architecture}, {sizes} |
| weights | {parameters:,}, float16; the graph to type with has 8-bit weights |
| tokens | {vocabulary:,} {unit} |
| trained on | {trainings} |
| date | {date} |

## Its texts

| | characters | licence |
|---|---|---|
{sources}

Each with the most characters that one of its trainings read. Thirteen people of the chats, and every conversation they
took part in, are out of the training text: on twelve of them keystrokes are counted, and the demo learns from one.
`recipes/base_english/prove.py` proves it from the record of its trainings. `recipes/base_english/texts.py` says where
each text comes from, and `recipes/base_english/first.toml` how to repeat the trainings.

Secrets were taken out of the texts before training, by kind: {secrets}. The chats are public, between people who
did not know each other, or who were paid to talk about given facts, and everyday English of some years ago, with what
people say in it; the prose is from 1813 to 1930, the speeches are from 1981 to 2021. Expect their views of the world,
and their manners.

`lexicon.txt` lists the words that it may propose: those that occur three times in these texts, or once in what was
edited before it was printed or read aloud.

## How well it does

On {test:,} characters of the same texts that it was not trained on: {bits:.3f} bits per character (an n-gram of order
6 of its texts: {ngram:.3f}).
{keystrokes}
![Bits per character while training](curve.png)
"""


def main() -> None:
    """Write the folder; refuse a folder that is too large."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("to", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--keystrokes", type=Path)
    given = parser.parse_args()
    folder = modelfolder.read(given.model)
    weights = {name: weight.astype(np.float16) for name, weight in folder.weights().items()}
    if not all(np.isfinite(weight).all() for weight in weights.values()):
        sys.exit("a weight is too large for 16 bits")
    quantized = folder.graph(quantized=True)
    if quantized is None:
        sys.exit(f"{given.model} has no 8-bit graph")
    stored = sum(weight.nbytes for weight in weights.values())
    for what, size, most in (
        ("the 8-bit graph takes", len(quantized), MOST_OF_THE_GRAPH),
        ("the weights take", stored, MOST_OF_A_FILE),
        ("both take", stored + len(quantized), MOST_BYTES),
    ):
        if size > most:
            sys.exit(f"{what} {size:,} bytes; {most:,} are the most")
    training = to_ship(folder.training)
    if "history" in training:
        training["history"] = [to_ship(each) for each in training["history"]]
    contents = writing.Contents(
        config=folder.config,
        tokenizer_json=folder.tokenizer_json,
        weights=weights,
        graph=None,
        quantized=quantized,
        training=training,
        card=card(folder, training, keystrokes(given.keystrokes)),
        pictures={PICTURE: (given.model / PICTURE).read_bytes()},
        lexicon=lexicon(given.texts),
    )
    writing.write(given.to, contents)
    print(f"{given.to}: the weights take {stored:,} bytes, the 8-bit graph {len(quantized):,}")


def lexicon(texts: Path) -> str:
    """The words that occur a few times in the texts, or once in an edited text."""
    found = Counter[str]()
    for name in TEXTS:
        folder = "first" if name in FIRST else TEXTS[name].since
        words = counted(clean((texts / folder / f"{name}.txt").read_text("utf-8")))
        found.update(words)
        if name in EDITED:
            found.update(dict.fromkeys(words, OFTEN))
    return text_of(Counter({word: count for word, count in found.items() if count >= OFTEN}))


def to_ship(training: Mapping) -> dict:
    """The record of a training, without the parts that are not shipped."""
    return {name: value for name, value in training.items() if name not in LEFT_BEHIND}


def card(folder: ModelFolder, training: Mapping, keys: str) -> str:
    """The model card."""
    model = dict(training["recipe"]["model"])
    trainings = [
        "{characters:,} characters, {passes:.1f} times; {steps:,} steps in {minutes:.0f} minutes".format(
            **each, minutes=each["seconds"] / 60
        )
        for each in (*training.get("history", ()), training)
    ]
    test = training["held_out"]["test"]
    rows = [
        f"| {TEXTS[name].what} | {characters:,} | {TEXTS[name].licence} |"
        for name, characters in largest(training).items()
    ]
    return CARD.format(
        architecture=model.pop("architecture"),
        sizes=", ".join(f"{name} {value}" for name, value in model.items()),
        parameters=sum(math.prod(tensor.shape) for tensor in folder.tensors.values()),
        vocabulary=folder.config.vocabulary,
        unit=folder.config.unit,
        trainings="; then on ".join(trainings),
        sources="\n".join(rows),
        secrets=", ".join(f"{count:,} x {kind}" for kind, count in training["secrets"].items())
        or "none was found",
        test=test["characters"],
        bits=test["bits_per_character"],
        ngram=test["ngram"]["bits_per_character"],
        keystrokes=keys,
        date=training["date"],
    )


def largest(training: Mapping) -> dict[str, int]:
    """The texts of all trainings, and the most characters of each in one of them."""
    found = dict.fromkeys(TEXTS, 0)
    for each in (*training.get("history", ()), training):
        for source in each["sources"]:
            name = Path(source["name"]).stem.removeprefix("sample:")
            found[name] = max(found[name], source["characters"])
    return found


def keystrokes(path: Path | None) -> str:
    """The card's paragraph about the development people, if they were measured."""
    if path is None:
        return ""
    return f"\n{path.read_text('utf-8').strip()}\n"


if __name__ == "__main__":
    main()
