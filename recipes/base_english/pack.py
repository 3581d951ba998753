"""Make the model that comes with Foreword of one that was trained: 8-bit weights, a graph without weights, a card.

    python recipes/base_english/pack.py MODEL src/foreword/base --texts texts [--keystrokes FILE]

The word list is made of the folder of texts, without slurs and the misspellings that codespell knows (`pip install
codespell`). FILE has a paragraph on the development people for the card: what
`benchmarks/keystrokes.py` printed, in words. What says where the texts lay on the machine that trained it is left out.

The 8-bit graph has the same matrices as the weights, so both have one copy: model.safetensors holds the integers and
their scales, and the graph names them.
"""

import argparse
import itertools
import sys
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from texts import FIRST, TEXTS

from foreword import modelfolder
from foreword.modelfolder import ModelFolder, writing
from foreword.modelfolder.config import SCALE
from foreword.modelfolder.lexicon import count_words, text_of
from foreword.modelfolder.names import WEIGHTS
from foreword.runtime.network import as_read
from foreword.text.cleaning import clean
from foreword.text.secrets.scrubbing import scrub

MOST_BYTES, MOST_OF_A_FILE, MOST_OF_THE_GRAPH = 24_000_000, 16_000_000, 8_000_000
EDITED = ("common-voice", "moby-dick", "novels", "speeches")
PRINTED = (*EDITED, "fiction", "later-fiction", "more-fiction", "textbooks")
OFTEN = 3
"""A word of an unedited text may be proposed after this many uses: rarer words are mostly typos."""
OFFENSIVE = {
    "butthole", "cock", "cocks", "coon", "coons", "cummies", "cunt", "darkies", "fag", "faggots",
    "halfbreed", "injun", "injuns", "jap", "kike", "mulatto", "negro", "negro's", "negroes", "nigger",
    "nigger's", "niggers", "pussy", "retard", "retarded", "slut", "squaw", "squaws", "twat", "whore", "wop",
}  # fmt: skip
"""Nobody wants these after the first letters of night or coconut. Somebody who writes them teaches them."""
PICTURE = "curve.png"
EMBEDDINGS = "embed.weight"

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
| weights | {parameters:,}, in 8 bits; the graph to type with reads the same file |
| n-grams | what follows one to three words in its texts; the keyboard mixes them with the network |
| tokens | {vocabulary:,} {unit} |
| trained on | {trainings} |
| date | {date} |

## Its texts

| | characters | licence |
|---|---|---|
{sources}

Each with the most characters that one of its trainings read. The n-grams count all lines of these texts, 190 MB.
Thirteen people of the chats, and every conversation they took part in, are out of the training text: on twelve of
them keystrokes are counted, and the demo learns from one. `recipes/base_english/prove.py` proves it from the record
of its trainings. `recipes/base_english/texts.py` says where each text comes from, and
`recipes/base_english/first.toml` how to repeat the trainings.

Secrets were taken out of the texts before training, by kind: {secrets}. The chats are public, between people who
did not know each other, or who were paid to talk about given facts, and everyday English of some years ago, with what
people say in it; the books are from 1791 to 1930, the speeches from 1981 to 2021, articles and textbooks from 2004 to
2026. Expect their views of the world,
and their manners.

`lexicon.txt` lists the words that it may propose: those that occur three times in these texts, or once in what was
edited before it was printed or read aloud. Common misspellings and slurs are left out.

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
    weights = quantized_weights(folder.weights())
    graph = folder.graph(quantized=True)
    if graph is None:
        sys.exit(f"{given.model} has no 8-bit graph")
    quantized = without_matrices(graph, weights)
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


def quantized_weights(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The matrices in 8 bits, each with the scales of its rows; the biases as they are.

    The integers have 7 bits, as in `foreword.training.onnx.quantized_graph`. The embeddings have 8 bits and one scale,
    because no products are summed.
    """
    found = {}
    for name, weight in weights.items():
        if weight.ndim == 1:
            found[name] = weight
            continue
        largest = np.abs(weight).max(axis=None if name == EMBEDDINGS else 1).reshape(-1)
        scale = (largest / (127 if name == EMBEDDINGS else 64)).astype(np.float32)
        found[name] = np.round(weight / scale[:, None]).astype(np.int8)
        found[name + SCALE] = scale
    return found


def without_matrices(graph: bytes, weights: Mapping[str, np.ndarray]) -> bytes:
    """The 8-bit graph of an LSTM without its matrices and scales: it refers to those in the weights."""
    model = onnx.load_from_string(graph)
    names: dict[str, str] = {}
    layers = (f"cells.weight_{{}}_l{layer}" for layer in itertools.count())
    for node in model.graph.node:
        match node.op_type:
            case "DynamicQuantizeLSTM":
                layer = next(layers)
                for kind, matrix, scale in (("ih", 1, 8), ("hh", 2, 10)):
                    names[node.input[matrix]] = layer.format(kind)
                    names[node.input[scale]] = layer.format(kind) + SCALE
            case "MatMulInteger":
                names[node.input[1]] = "output.weight"
                names[node.input[1].replace("_quantized", "_scale")] = "output.weight" + SCALE
            case "DequantizeLinear":
                (zero,) = (each for each in model.graph.initializer if each.name == node.input[2])
                zero.CopyFrom(onnx.numpy_helper.from_array(np.zeros(1, np.int8), zero.name))
                names[node.input[1]] = EMBEDDINGS + SCALE
            case "Gather":
                names[node.input[0]] = EMBEDDINGS
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
    stored = [tensor for tensor in model.graph.initializer if tensor.name not in names]
    del model.graph.initializer[:]
    model.graph.initializer.extend(stored)
    for name in names.values():
        array = as_read(name, weights[name])
        left_out = onnx.TensorProto(name=name, dims=array.shape)
        left_out.data_type = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
        left_out.data_location = onnx.TensorProto.EXTERNAL
        left_out.external_data.add(key="location", value=WEIGHTS)
        model.graph.initializer.append(left_out)
    file: bytes = model.SerializeToString()
    return file


def lexicon(texts: Path) -> str:
    """The words that occur a few times in the texts, or once in an edited text."""
    found, printed = Counter[str](), Counter[str]()
    for name in TEXTS:
        folder = "first" if name in FIRST else TEXTS[name].since
        words = count_words(scrub(clean((texts / folder / f"{name}.txt").read_text("utf-8"))).text)
        found.update(words)
        if name in PRINTED:
            printed.update(words)
        if name in EDITED:
            found.update(dict.fromkeys(words, OFTEN))
    wrong = misspelled(found, printed)
    return text_of(
        {
            word: count
            for word, count in found.items()
            if count >= OFTEN and count > wrong.get(word.casefold(), 0) and word.casefold() not in OFFENSIVE
        }
    )


def misspelled(found: Counter[str], printed: Counter[str]) -> dict[str, int]:
    """The count of each word in small letters that codespell knows as a misspelling.

    Two kinds stay: words that are mostly printed, such as dialect, and words without their apostrophe, which many
    people write on purpose.
    """
    listed = (files("codespell_lib") / "data" / "dictionary.txt").read_text("utf-8")
    known = [line.partition("->")[0] for line in listed.splitlines()]
    informal = {word.replace("'", "") for word, count in found.items() if count >= OFTEN and "'" in word}
    return {word: found[word] for word in known if 2 * printed[word] < found[word] and word not in informal}


def to_ship(training: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a training, without the parts that are not shipped."""
    return {name: value for name, value in training.items() if name != "private"}


def card(folder: ModelFolder, training: Mapping[str, Any], keys: str) -> str:
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
        parameters=folder.parameters,
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


def largest(training: Mapping[str, Any]) -> dict[str, int]:
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
