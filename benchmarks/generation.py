"""How many characters per second does a model write: one passage, many at once, or as the tutorial does?

    python benchmarks/generation.py [--architecture lstm] [--hidden 512] [--seconds 5]

The tutorial feeds its whole window of 100 characters again for each new one. Here it does so with the same weights: in
the same ONNX graph on the same runtime, and in PyTorch on one thread, as the tutorial did in its framework. All draw
with the same code. The weights are those after 40 steps of training: by then a network hardly ever spells a character
in bytes, so a token is a character for every method. The methods take turns in three rounds, and the best round of
each counts, because a busy moment of another program must not decide.
"""

import argparse
import itertools
import json
import string
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.peers import machine
from foreword.runtime.generate import generate, generate_many
from foreword.runtime.network import Network
from foreword.runtime.sampling import Sampling

if TYPE_CHECKING:
    from foreword.runtime.model import Model

WINDOW = 100
ROUNDS = 3
TOGETHER = (8, 32)
SHORT = 100  # characters per passage if many are measured
TEXT = 60_000  # characters to train on

Answer = Callable[[np.ndarray], np.ndarray]


def new_model(asked: argparse.Namespace, folder: Path) -> "Model":
    """A network of this size over 86 characters, as many as the book of the tutorial has."""
    import foreword

    draw = np.random.default_rng(0)
    letters = list(string.ascii_letters + string.digits + string.punctuation[:22] + "  \n")
    text = folder / "text.txt"
    text.write_text("".join(draw.choice(letters, TEXT)), encoding="utf-8")
    sizes = {"hidden": asked.hidden, "layers": asked.layers, "embedding": 100}
    recipe = {
        "text": {"held_out": 0},  # only speed is measured
        "model": {"architecture": asked.architecture, **sizes},
        "training": {"steps": 40, "seed": 0},
    }
    return foreword.train(text, to=folder / "model", recipe=recipe)


def one(model: "Model") -> Iterator[int]:
    """One passage; yields the number of characters of each part."""
    return map(len, generate(model, "The ", characters=10**9, seed=0))


def many(model: "Model", passages: int) -> Iterator[int]:
    """Passages side by side; yields the number of characters of all of them."""
    while True:
        yield sum(map(len, generate_many(model, "The ", passages=passages, characters=SHORT, seed=0)))


def tutorials_way(answer: Answer, newline: int) -> Iterator[int]:
    """The whole window for each character: `answer` gives the log-probabilities after a window (time, 1)."""
    sampling, generator = Sampling(), np.random.default_rng(0)
    window = np.full((WINDOW, 1), newline, dtype=np.int64)
    while True:
        token = sampling.choose(answer(window), [()], generator)
        window = np.concatenate([window[1:], token[None]])
        yield 1


def in_onnx(network: Network) -> Answer:
    """The window in ONNX Runtime; the state is carried, as the tutorial does."""
    state = network.initial_state()

    def answer(window: np.ndarray) -> np.ndarray:
        nonlocal state
        rows, state = network.step(window, state)
        return np.asarray(rows[-1])

    return answer


def in_pytorch(model: "Model") -> Answer:
    """The same in PyTorch with float32."""
    import torch

    from foreword.models.catalogue import network_with

    torch.set_num_threads(1)
    config = model.config
    sizes = {**config.sizes, "vocabulary": config.vocabulary, "newline": config.newline}
    network = network_with(config.architecture, sizes, model.folder.weights())
    state = network.initial_state(1)

    def answer(window: np.ndarray) -> np.ndarray:
        nonlocal state
        with torch.no_grad():
            logits, state = network(torch.from_numpy(window), state)
            return torch.log_softmax(logits[-1], dim=-1).numpy()

    return answer


def characters_per_second(written: Iterator[int], seconds: float) -> float:
    """The speed over `seconds`, after a warm-up."""
    next(written)
    begun, characters = time.perf_counter(), 0
    for count in written:
        characters += count
        passed = time.perf_counter() - begun
        if passed >= seconds:
            return characters / passed
    raise AssertionError  # no method stops writing


def measure(model: "Model", seconds: float) -> dict[str, float]:
    """Characters per second of all methods."""
    newline = model.config.newline
    ways: dict[str, Callable[[], Iterator[int]]] = {
        "one passage": lambda: one(model),
        **{f"{count} passages": lambda count=count: many(model, count) for count in TOGETHER},  # type: ignore[misc]
        "the tutorial's way, same graph": lambda: tutorials_way(in_onnx(model.network), newline),
        "the tutorial's way, float32 graph": lambda: tutorials_way(in_onnx(model.exact), newline),
        "the tutorial's way, PyTorch": lambda: tutorials_way(in_pytorch(model), newline),
    }
    best = dict.fromkeys(ways, 0.0)
    for _, (name, way) in itertools.product(range(ROUNDS), ways.items()):
        best[name] = max(best[name], characters_per_second(way(), seconds))
    return best


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--architecture", choices=["lstm", "gru", "rnn"], default="lstm")
    arguments.add_argument("--hidden", type=int, default=512)
    arguments.add_argument("--layers", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=5.0, help="for each way in each round")
    asked = arguments.parse_args()
    about = machine.describe()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(new_model(asked, Path(folder)), asked.seconds)
    base = found["one passage"]
    ways = {
        name: {"characters_per_second": rate, "one_passage_is": base / rate} for name, rate in found.items()
    }
    print(json.dumps({"machine": about, "ways": ways}, indent=2))


if __name__ == "__main__":
    main()
