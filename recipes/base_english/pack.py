"""Make the model that comes with Foreword of one that was trained: 16-bit weights, the 8-bit graph alone, a card.

    python recipes/base_english/pack.py MODEL src/foreword/base --texts texts [--keystrokes FILE]

The word list is made of the folder of texts and of the chats. FILE is what `benchmarks/keystrokes.py --json` printed
for the development people, whose figures the card states. What says where the texts lay on the machine that trained it
is left out, and so are the mixture's weights: they fit a memory of the base's own texts, and whoever begins with it has
an empty one.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from foreword import modelfolder
from foreword.corpus.samples import documents
from foreword.modelfolder import Contents
from foreword.modelfolder.lexicon import counted, text_of
from foreword.text.cleaning import clean

MOST_BYTES = 12_000_000
EDITED = ("common-voice.txt", "moby-dick.txt", "novels.txt", "speeches.txt")
CHATS = ("topical-chat.txt",)
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
| tokens | characters |
| trained on | {trainings} |
| date | {date} |

## Its texts

| | characters | licence |
|---|---|---|
{sources}

Twelve people of the chats, and every conversation they took part in, are out of the training text: on them keystrokes
are counted. `recipes/base_english/prove.py` proves it from the record of its trainings. `recipes/base-english.toml`
says where each text comes from, and how to repeat them.

Secrets were taken out of the texts before training, by kind: {secrets}. The chats are public, between people who
did not know each other, or who were paid to talk about given facts, and everyday English of some years ago, with what
people say in it; the prose is from 1813 to 1851, the speeches are from 1981 to 2021. Expect their views of the world,
and their manners.

`lexicon.txt` lists the words that it may propose: those that occur twice in these texts, or once in what was
edited before it was printed or read aloud.

## How well it does

On {test:,} characters of the same texts that it was not trained on: {bits:.3f} bits per character (an n-gram of order
6 of its texts: {ngram:.3f}).
{keystrokes}
![Bits per character while training](curve.png)
"""

LICENCES: Mapping[str, tuple[str, str]] = {
    "sample:chitchat": ("chats between two people each, chitchat-dataset 0.9.0", "MIT"),
    "common-voice.txt": ("sentences of Mozilla's Common Voice", "CC0 1.0"),
    "novels.txt": ("Jane Austen, Emma and Pride and Prejudice", "public domain"),
    "moby-dick.txt": ("Herman Melville, Moby-Dick", "public domain"),
    "speeches.txt": ("addresses on the state of the union, 1981 to 2021", "public domain"),
    "topical-chat.txt": (
        "Topical-Chat: chats about given facts, by crowd workers",
        "CDLA-Sharing 1.0, which puts no conditions on models",
    ),
}


def main() -> None:
    """Write the folder, and refuse one that is too large."""
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
    if (size := len(quantized) + sum(weight.nbytes for weight in weights.values())) > MOST_BYTES:
        sys.exit(f"weights and graph take {size:,} bytes; {MOST_BYTES:,} are the most")
    training = to_ship(folder.training)
    if "history" in training:
        training["history"] = [to_ship(each) for each in training["history"]]
    contents = Contents(
        config=folder.config,
        tokenizer_json=folder.tokenizer_json,
        weights=weights,
        graph=None,
        quantized=quantized,
        training=training,
        card=card(training, sum(weight.size for weight in weights.values()), keystrokes(given.keystrokes)),
        pictures={PICTURE: (given.model / PICTURE).read_bytes()},
        lexicon=lexicon(given.texts),
    )
    modelfolder.write(given.to, contents)
    print(f"{given.to}: weights and graph {size:,} bytes")


def lexicon(texts: Path) -> str:
    """The words that occur twice in the texts and chats, or once in what was edited before."""
    found = Counter[str]()
    for name in (*EDITED, *CHATS):
        words = counted(clean((texts / name).read_text("utf-8")))
        found.update(words)
        if name in EDITED:
            found.update(words.keys())
    for message in documents("sample:chitchat"):
        found.update(counted(clean(message.text)))
    return text_of(found)


def to_ship(training: Mapping) -> dict:
    """The record of a training, without what is left behind."""
    return {name: value for name, value in training.items() if name not in LEFT_BEHIND}


def card(training: Mapping, parameters: int, keys: str) -> str:
    """The model card."""
    model = dict(training["recipe"]["model"])
    trainings = [
        "{characters:,} characters, {passes:.1f} times; {steps:,} steps in {minutes:.0f} minutes on two cores".format(
            **each, minutes=each["seconds"] / 60
        )
        for each in (*training.get("history", ()), training)
    ]
    test = training["held_out"]["test"]
    rows = [
        "| {} | {:,} | {} |".format(what, source["characters"], licence)
        for source in training["sources"]
        for what, licence in [LICENCES[Path(source["name"]).name]]
    ]
    return CARD.format(
        architecture=model.pop("architecture"),
        sizes=", ".join(f"{name} {value}" for name, value in model.items()),
        parameters=parameters,
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


def keystrokes(path: Path | None) -> str:
    """What the card says of the development people, if they were measured."""
    if path is None:
        return ""
    return f"\n{path.read_text('utf-8').strip()}\n"


if __name__ == "__main__":
    main()
