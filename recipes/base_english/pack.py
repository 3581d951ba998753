"""Make the model that comes with Foreword of one that was trained: 16-bit weights, the 8-bit graph alone, a card.

    python recipes/base_english/pack.py MODEL src/foreword/base --texts FOLDER [--sources TABLE] [--keystrokes FILE]

The word list is made of the texts in FOLDER that the model was trained on, and of the sample's chats if they are among
them. TABLE says where each text comes from and under which licence: sources.tsv, columns `text`, `source` and
`licence`. FILE is what the card says of the development people. What says where the texts lay on the machine that
trained it is left out, and so are the mixture's weights: they fit a memory of the base's own texts, and whoever begins
with it has an empty one.
"""

import argparse
import csv
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from foreword import modelfolder
from foreword.corpus.samples import documents
from foreword.modelfolder import Contents, ModelFolder
from foreword.modelfolder.lexicon import counted, text_of
from foreword.text.cleaning import clean

MOST_BYTES, MOST_OF_A_FILE, MOST_OF_THE_GRAPH = 24_000_000, 16_000_000, 8_000_000
EDITED = frozenset({"common-voice", "fiction", "moby-dick", "novels", "speeches"})
"""Texts that somebody edited: a word that occurs in them once is no typo."""
SAMPLE = "sample:"
COMMIT = re.compile(r"@[0-9a-f]{40}.*")
SHOWN = 3
"""Sources of a text that the card names; of more it says how many."""
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

| | characters | from | licence |
|---|---|---|---|
{sources}

Twelve people of the chats, on whom keystrokes are counted, and the one of the demo are out of the training text, with
every conversation they took part in. `recipes/base_english/prove.py` proves it from the record of its trainings.

Secrets were taken out of the texts before training, by kind: {secrets}. The texts are public: chats between people
who did not know each other or were paid to talk about something given, everyday English of some years ago, and prose
of two centuries. Expect their views of the world, and their manners.

`lexicon.txt` lists the words that it may propose: those that occur twice in these texts, or once in what was
edited before it was printed or read aloud.

## How well it does

On {test:,} characters of the same texts that it was not trained on: {bits:.3f} bits per character (an n-gram of order
6 of its texts: {ngram:.3f}).
{keystrokes}
![Bits per character while training](curve.png)
"""


def main() -> None:
    """Write the folder, and refuse one that is too large."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("to", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--sources", type=Path, default=Path(__file__).with_name("sources.tsv"))
    parser.add_argument("--keystrokes", type=Path)
    given = parser.parse_args()
    folder = modelfolder.read(given.model)
    weights = {name: weight.astype(np.float16) for name, weight in folder.weights().items()}
    if not all(np.isfinite(weight).all() for weight in weights.values()):
        sys.exit("a weight is too large for 16 bits")
    training = to_ship(folder.training)
    if "history" in training:
        training["history"] = [to_ship(each) for each in training["history"]]
    quantized = folder.graph(quantized=True)
    if quantized is None:
        sys.exit(f"{given.model} has no 8-bit graph")
    listed = lexicon(learned(training), given.texts)
    stored = sum(weight.nbytes for weight in weights.values())
    for what, size, most in (
        ("the 8-bit graph", len(quantized), MOST_OF_THE_GRAPH),
        ("the weights", stored, MOST_OF_A_FILE),
        ("all together", stored + len(quantized) + len(listed.encode()), MOST_BYTES),
    ):
        if size > most:
            sys.exit(f"{what}: {size:,} bytes; {most:,} are the most")
    contents = Contents(
        config=folder.config,
        tokenizer_json=folder.tokenizer_json,
        weights=weights,
        graph=None,
        quantized=quantized,
        training=training,
        card=card(folder, training, read_sources(given.sources), keystrokes(given.keystrokes)),
        pictures={PICTURE: (given.model / PICTURE).read_bytes()},
        lexicon=listed,
    )
    modelfolder.write(given.to, contents)
    print(f"{given.to}: the weights take {stored:,} bytes, the 8-bit graph {len(quantized):,}")


def text_name(source: str) -> str:
    """The name of a text, whether it was handed in as a file or as a sample."""
    return Path(source.removeprefix(SAMPLE)).stem


def learned(training: Mapping) -> dict[str, int]:
    """The texts of all trainings by name, each with the characters of the one that read most of it."""
    found: dict[str, int] = {}
    for each in (*training.get("history", ()), training):
        for source in (*each["sources"], *each["old_sources"]):
            name = text_name(source["name"])
            found[name] = max(found.get(name, 0), source["characters"])
    return found


def read_sources(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Of each text, where it comes from and the licence of that, each pair once."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(row["text"], {})[row["source"], row["licence"]] = None
    return {text: [*pairs] for text, pairs in found.items()}


def rows(texts: Mapping[str, int], sources: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[str]:
    """The table of the card. A text that the table of sources does not name is an error."""
    for name, characters in sorted(texts.items(), key=lambda item: -item[1]):
        if name not in sources:
            sys.exit(f"the table of sources does not say where {name} comes from")
        places = [*dict.fromkeys(COMMIT.sub("", place) for place, _ in sources[name])]
        shown = ", ".join(places) if len(places) <= SHOWN else f"{places[0]} and {len(places) - 1} others"
        licences = "; ".join(dict.fromkeys(licence for _, licence in sources[name]))
        yield f"| {name} | {characters:,} | {shown} | {licences} |"


def lexicon(names: Iterable[str], texts: Path) -> str:
    """The words that occur twice in the texts, or once in what was edited before."""
    found = Counter[str]()
    for name in names:
        path = texts / f"{name}.txt"
        if path.exists():
            words = counted(clean(path.read_text("utf-8")))
        else:
            words = counted("\n".join(clean(message.text) for message in documents(SAMPLE + name)))
        found.update(words)
        if name in EDITED:
            found.update(words.keys())
    return text_of(found)


def to_ship(training: Mapping) -> dict:
    """The record of a training, without what is left behind."""
    return {name: value for name, value in training.items() if name not in LEFT_BEHIND}


def card(
    folder: ModelFolder, training: Mapping, sources: Mapping[str, Sequence[tuple[str, str]]], keys: str
) -> str:
    """The model card."""
    model = dict(training["recipe"]["model"])
    trainings = [
        "{characters:,} characters, {passes:.1f} times; {steps:,} steps in {minutes:.0f} minutes".format(
            **each, minutes=each["seconds"] / 60
        )
        for each in (*training.get("history", ()), training)
    ]
    test = training["held_out"]["test"]
    return CARD.format(
        architecture=model.pop("architecture"),
        sizes=", ".join(f"{name} {value}" for name, value in model.items()),
        parameters=sum(math.prod(tensor.shape) for tensor in folder.tensors.values()),
        vocabulary=folder.config.vocabulary,
        unit=folder.config.unit,
        trainings="; then on ".join(trainings),
        sources="\n".join(rows(learned(training), sources)),
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
