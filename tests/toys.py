"""Small models for tests; each probability is known or can be computed from the network alone."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from jaxtyping import Float32
from ngram_file import Level, to_bytes
from onnx import TensorProto, helper, numpy_helper

from foreword.modelfolder import Config, names, writing
from foreword.modelfolder.ngrams import LONGEST, SIGNS, key
from foreword.runtime.model import Model
from foreword.runtime.predictor import Reading
from foreword.text.tokenizer import Tokenizer, characters_tokenizer, subwords_tokenizer, words_tokenizer
from foreword.text.tokenizer_file import VISIBLE, Form
from foreword.text.words import matching

ARCHITECTURE = "rnn"
UNLIKELY = -30.0

_TEXT = "aab ab, abb aab a ab, b " * 40
VOCABULARIES: Mapping[str, Tokenizer] = {
    "characters": characters_tokenizer("ab ,"),
    "words": words_tokenizer([_TEXT], 300),
    "subwords": subwords_tokenizer([_TEXT], 270),
    "subwords of one byte": Tokenizer(Form(unit="subwords", tokens=tuple(sorted(VISIBLE)))),
    "long subwords": subwords_tokenizer(["abababab ababab abab, abababab babab, ab bab " * 40], 280),
    "subwords with bytes of emoji": subwords_tokenizer(
        ["ab\U0001f600 a\U0001f601b \U0001f602, ba " * 40], 275
    ),
}
"""All of them spell the letters a and b, the space and the comma."""


def table_graph(table: Float32[np.ndarray, "before after"]) -> bytes:
    """A graph whose log-probabilities are the row of the last id; its state is that id, like that of a window."""
    nodes = [
        helper.make_node("Concat", ["state.0", "ids"], ["text"], axis=0),
        helper.make_node("Gather", ["table", "ids"], ["log_probabilities"]),
        helper.make_node("Slice", ["text", "last", "end"], ["new_state.0"]),
    ]
    weights = {"table": table, "last": np.array([-1]), "end": np.array([2**62])}
    return packed(nodes, weights, ("int64", (1, "batch")), len(table))


def recurrent_graph(bias: Float32[np.ndarray, " vocabulary"], *, seed: int = 0) -> bytes:
    """A random recurrent network: each probability depends on the whole text before. `bias` makes ids rare."""
    draw, size, hidden = np.random.default_rng(seed), len(bias), 6
    weights = {
        "embedding": draw.normal(0, 1, (size, hidden)),
        "W": draw.normal(0, 0.7, (1, hidden, hidden)),
        "R": draw.normal(0, 0.7, (1, hidden, hidden)),
        "matrix": draw.normal(0, 1.5, (hidden, size)),
        "bias": bias,
    }
    nodes = [
        helper.make_node("Gather", ["embedding", "ids"], ["read"]),
        helper.make_node(
            "RNN", ["read", "W", "R", "", "", "state.0"], ["each", "new_state.0"], hidden_size=hidden
        ),
        helper.make_node("Squeeze", ["each", "axis"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "matrix"], ["products"]),
        helper.make_node("Add", ["products", "bias"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], ["log_probabilities"], axis=-1),
    ]
    floats = {name: array.astype(np.float32) for name, array in weights.items()}
    return packed(nodes, floats | {"axis": np.array([1])}, ("float32", (1, "batch", hidden)), size)


def packed(
    nodes: list[onnx.NodeProto],
    weights: Mapping[str, np.ndarray],
    state: tuple[str, tuple[int | str, ...]],
    vocabulary: int | str,
) -> bytes:
    """The bytes of a graph with one part of state, given by its kind and shape."""
    kind, shape = TensorProto.FLOAT if state[0] == "float32" else TensorProto.INT64, state[1]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["time", "batch"])
    sizes = ["time", "batch", vocabulary]
    answer = helper.make_tensor_value_info("log_probabilities", TensorProto.FLOAT, sizes)
    graph = helper.make_graph(
        nodes,
        "toy",
        [ids, helper.make_tensor_value_info("state.0", kind, shape)],
        [answer, helper.make_tensor_value_info("new_state.0", kind, shape)],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    helper.set_model_props(model, {"architecture": ARCHITECTURE})
    return bytes(model.SerializeToString())


def preferring(tokenizer: Tokenizer, alphabet: bytes) -> Float32[np.ndarray, " vocabulary"]:
    """A bias that leaves almost all probability to the tokens spelled with the bytes of `alphabet`."""
    is_spelled = [set(token) <= set(alphabet) for token in tokenizer.tokens]
    return np.where(is_spelled, np.float32(0), np.float32(UNLIKELY))


def tokenizer_of(unit: str, sentence: str) -> Tokenizer:
    """A tokenizer of this unit that has learned one sentence."""
    if unit == "characters":
        return characters_tokenizer(set(sentence) - {"\n"})
    return {"words": words_tokenizer, "subwords": subwords_tokenizer}[unit]([sentence * 50], 320)


def writer(folder: Path, alphabet: str = "abc ", training: Mapping[str, object] | None = None) -> Model:
    """A model with random weights that writes these letters."""
    return babbler(folder, alphabet, alphabet, training=training)


def of_letters(
    folder: Path, table: Mapping[str, Mapping[str, float]], words: str | None = None, others: str = ""
) -> Model:
    """A model of the letters in a transition table and some others, optionally with a word list."""
    letters = {*others, *"".join(table), *"".join(after for row in table.values() for after in row)} - {"\n"}
    tokenizer = characters_tokenizer(sorted(letters))
    made = model(folder, tokenizer, table_graph(transitions(tokenizer, table)))
    return made if words is None else listing(made, words)


def spelling(model: Model, reading: Reading, wanted: bytes, *, ended: bool = False) -> float:
    """P(the text continues with these bytes, and then, if `ended`, with no letter), summed over all spellings."""
    total, paths = 0.0, [(1.0, b"", reading.log_probabilities, reading.state)]
    while paths:
        chance, spelled, row, state = paths.pop()
        for token in np.flatnonzero(row > -20).tolist():
            text, after = spelled + model.tokenizer.tokens[token], chance * float(np.exp(row[token]))
            rest = text[len(wanted) :]
            whole = rest.decode(errors="ignore")
            if not text.startswith(wanted[: len(text)]) or whole.encode() != rest[: len(whole.encode())]:
                continue
            if len(text) >= len(wanted) and (whole or not ended):
                total += after if not (ended and whole[0] in "abé") else 0.0
            elif after > 1e-18:
                answer, longer = model.network.step(np.array([[token]]), state)
                paths.append((after, text, answer[0, 0], longer))
    return total


def indifferent(folder: Path, letters: str) -> Model:
    tokenizer = characters_tokenizer(letters)
    table = np.full((tokenizer.size, tokenizer.size), -np.log(tokenizer.size), dtype=np.float32)
    return model(folder, tokenizer, table_graph(table))


def babbler(
    folder: Path,
    of: Tokenizer | str,
    alphabet: str | None = None,
    seed: int = 0,
    training: Mapping[str, object] | None = None,
) -> Model:
    """A random recurrent network of a tokenizer or of letters; it writes only `alphabet`, if that is given."""
    tokenizer = characters_tokenizer(of) if isinstance(of, str) else of
    bias = np.zeros(tokenizer.size, np.float32)
    if alphabet is not None:
        bias = preferring(tokenizer, alphabet.encode())
    return model(folder, tokenizer, recurrent_graph(bias, seed=seed), training)


def parrot(folder: Path, tokenizer: Tokenizer, text: str, unlikely: float = -12.0) -> Model:
    """A model that repeats the token pairs of a text; all other pairs stay possible."""
    ids = tokenizer.encode(text)
    logits = np.full((tokenizer.size, tokenizer.size), unlikely)
    logits[[tokenizer.newline, *ids[:-1]], ids] = 0.0
    return model(folder, tokenizer, table_graph(normalised(logits)))


def listing(made: Model, words: str) -> Model:
    (made.path / names.LEXICON).write_text(words, "utf-8")
    return Model.open(made.path)


def ngrams(
    table: Mapping[tuple[str, ...], Mapping[str, float]], frequencies: Mapping[str, float] | None = None
) -> bytes:
    """A file of n-grams: the chance of each follower of a context; the one without symbols has all words."""
    words = sorted(table[()], key=lambda word: (matching(word), word))
    first = {word.casefold(): at for at, word in reversed([*enumerate(words)])}

    def number(symbol: str) -> int:
        return 1 + SIGNS.index(symbol) if symbol in SIGNS else 1 + len(SIGNS) + first[symbol]

    levels = []
    for size in range(1, LONGEST + 1):
        contexts = {key([*map(number, reversed(each))]): table[each] for each in table if len(each) == size}
        rows = [contexts[each] for each in sorted(contexts)]
        pairs = [(words.index(word), chance) for row in rows for word, chance in row.items()]
        levels.append(
            Level(
                keys=np.array(sorted(contexts), dtype=np.uint32),
                counts=np.array([len(row) for row in rows], dtype=np.int64),
                rest=np.array([1 - sum(row.values()) for row in rows], dtype=np.float64),
                followers=np.array([follower for follower, _ in pairs], dtype=np.int64),
                chances=np.array([chance for _, chance in pairs], dtype=np.float64),
            )
        )
    written = None if frequencies is None else np.array([frequencies[word] for word in words])
    first_chances = np.array([table[()][word] for word in words])
    return to_bytes(words, first_chances, (0.1, 0.2, 0.3, 0.4), levels, written)


def transitions(
    tokenizer: Tokenizer, table: Mapping[str, Mapping[str, float]]
) -> Float32[np.ndarray, "before after"]:
    """Log-probabilities of tokens after tokens, by their texts; other pairs are almost impossible."""
    number = {token: at for at, token in enumerate(tokenizer.tokens)}
    logits = np.full((tokenizer.size, tokenizer.size), UNLIKELY)
    for before, row in table.items():
        for after, chance in row.items():
            logits[number[before.encode()], number[after.encode()]] = np.log(chance)
    return normalised(logits)


def normalised(logits: np.ndarray) -> Float32[np.ndarray, "before after"]:
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def model(
    folder: Path, tokenizer: Tokenizer, graph: bytes, training: Mapping[str, object] | None = None
) -> Model:
    """A model in its own folder, float32 only. Its weights, of the smallest network, have no effect."""
    config = Config(
        architecture=ARCHITECTURE,
        unit=tokenizer.unit,
        vocabulary=tokenizer.size,
        newline=tokenizer.newline,
        sizes={"embedding": 1, "hidden": 1, "layers": 1, "dropout": 0.2},
    )
    shapes = {
        "embed.weight": (tokenizer.size, 1),
        "cells.weight_ih_l0": (1, 1),
        "cells.weight_hh_l0": (1, 1),
        "output.weight": (tokenizer.size, 1),
    }
    contents = writing.Contents(
        config=config,
        tokenizer_json=tokenizer.to_json(),
        weights={name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()},
        graph=graph,
        quantized=None,
        training=training or {},
        card="A toy.",
    )
    writing.write(folder, contents)
    return Model.open(folder)
