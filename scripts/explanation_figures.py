"""Draws the figures of docs/explanation from the shipped model, one person's messages and a small model of characters.

python scripts/explanation_figures.py                                   all of them, in three minutes
python scripts/explanation_figures.py beam --characters MODEL-FOLDER    one of them, with a model trained before

The messages are those of a person whom the shipped model has not read (chitchat-dataset, `sample:chitchat-9`).
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import matplotlib.pyplot as plt  # noqa: TID251 - a developer's script
import numpy as np
from matplotlib.axes import Axes  # noqa: TID251

import foreword
from foreword.keyboard.candidates import Finder
from foreword.keyboard.mixture import FIRST_SHARES, Mixture
from foreword.runtime.beam import Beam, Front, Search, Variant
from foreword.runtime.predictor import Predictor
from foreword.sources.reading import documents

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "pictures"
WINDOWS: Final = (1, 2, 4, 8, 16, 32, 64, 128)
KNOWLEDGE: Final = (
    "nothing", "last word,\nseldom", "last word,\noften", "last two,\nseldom", "last two,\nmore", "last two,\noften",
)  # fmt: skip
EXPOSURE: Final = {0: 1.4, 1: 2.2, 2: 4.0, 4: 7.7, 8: 11.1, 16: 12.0}
"""Exposure of a canary in bits, by times planted: one run of `benchmarks/canaries.py` (docs/decisions/0030)."""
CHANCE: Final = 1.44
"""Bits, the mean exposure of a secret that was never planted."""
TEXT: Final = "my gra"
LEAST: Final = 0.02
"""Paths with a smaller share of the letters typed are not drawn."""
MOST_TOKENS, MOST_WORDS = 12, 6


Tokens: TypeAlias = tuple[Any, ...]
"""A path of the search: its first letters, then its tokens."""


def messages() -> list[str]:
    """The messages of one person, in order."""
    return [part.text for part in documents("sample:chitchat-9")]


def state_and_windows(_: Path | None) -> None:
    """The quality and the cost of the same network with a carried state, and with a window of some tokens."""
    model = foreword.load("base")
    text = "\n" + "\n".join(messages()[-150:])[:6_000]
    ids = model.tokenizer.encode(text).astype(np.int64)
    bits_each = len(ids) / len(text) / np.log(2)  # bits per character of a nat per token
    answer, _last = model.network.step(ids[:, None], model.network.initial_state(1))
    asked = np.arange(max(WINDOWS), len(ids))  # every window is full
    carried = -answer[asked - 1, 0, ids[asked]].mean() * bits_each
    bits, milliseconds = [], []
    for width in WINDOWS:
        cut = np.stack([ids[asked - width + each] for each in range(width)])  # (time, batch)
        state = model.network.initial_state(len(asked))
        for row in cut:
            answer, state = model.network.step(row[None], state)
        bits.append(-answer[0, np.arange(len(asked)), ids[asked]].mean() * bits_each)
        milliseconds.append(fastest(partial(model.network.step, cut[:, :1], model.network.initial_state())))
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3), layout="constrained")
    for axis, values, constant in ((left, bits, carried), (right, milliseconds, milliseconds[0])):
        axis.plot(WINDOWS, values, "o-", color="#3182bd", label="window")
        axis.axhline(constant, color="#e6550d", label="carried state")
        axis.set_xscale("log", base=2)
        axis.set(xticks=WINDOWS, xticklabels=WINDOWS, xlabel="tokens in the window", ylim=(0, None))
    left.set(title="surprise", ylabel="bits per character")
    right.set(title="time of a key", ylabel="milliseconds")
    left.legend()
    figure.savefig(FOLDER / "state-and-windows.svg")
    print(f"carried {carried:.2f} bits; windows", {w: f"{b:.2f}" for w, b in zip(WINDOWS, bits, strict=True)})
    print("milliseconds", {w: f"{each:.2f}" for w, each in zip(WINDOWS, milliseconds, strict=True)})


def fastest(run: Callable[[], Any]) -> float:
    """The milliseconds of the fastest of twenty runs."""
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - begun))
    return min(times)


def shares(_: Path | None) -> None:
    """The share of the memory by its knowledge: at the start, and after the words of one person."""
    written = messages()
    memory = foreword.Memory.open()
    memory.learn("\n".join(written[:-400]))
    model, mixture = foreword.load("base"), Mixture()
    finder = Finder(Predictor(model), memory, mixture, ngrams=model.ngrams)
    for message in written[-400:]:
        for seen in finder.observe(message):
            mixture.follow(seen)
        memory.learn(message)
    figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
    places = np.arange(len(KNOWLEDGE))
    found = [100 * mixture.share(int(known)) for known in places]
    axis.bar(places - 0.2, [100 * share for share in FIRST_SHARES], 0.4, color="#d9d9d9", label="at first")
    bars = axis.bar(places + 0.2, found, 0.4, color="#fdae6b", label="after 4,800 words of one person")
    axis.bar_label(bars, fmt="%.0f", padding=2)
    axis.set_xticks(places, KNOWLEDGE, fontsize=8)
    axis.set(xlabel="what the memory has seen of the words before", ylabel="memory's share, %", ylim=(0, 46))
    axis.legend()
    figure.savefig(FOLDER / "shares.svg")
    print("shares", [f"{each:.0f} %" for each in found])


def beam(characters: Path | None) -> None:
    """The paths that the search keeps after half a word, with tokens of one letter and with longer ones."""
    if characters is None:
        with tempfile.TemporaryDirectory() as temporary:
            made = Path(temporary) / "characters"
            recipe = {"text": {"unit": "characters"}}
            foreword.train("sample:chitchat", to=str(made), start="scratch", minutes=2, recipe=recipe)
            beam(made)
            return
    models = {"tokens of one character": str(characters.resolve()), "tokens of several characters": "base"}
    trees = {title: tree(Predictor(foreword.load(model))) for title, model in models.items()}
    rows = [max(node.row for node in each) + 1 for each in trees.values()]
    figure, axes = plt.subplots(
        2,
        1,
        figsize=(6.4, 0.36 * sum(rows) + 1.2),
        height_ratios=[each + 1 for each in rows],
        layout="constrained",
    )
    for axis, (title, nodes) in zip(axes, trees.items(), strict=True):
        axis.set_title(title, loc="left", fontsize=10)
        draw_tree(axis, nodes)
    figure.savefig(FOLDER / "beam.svg")


@dataclass(frozen=True, slots=True)
class Node:
    """A path of the search: its place, its last token, its share of the letters typed, and that of its end."""

    depth: int
    row: float
    shown: str
    share: float
    end: float
    parent: tuple[int, float] | None


def tree(predictor: Predictor) -> list[Node]:
    """The paths that the search keeps after TEXT, if their share is large enough to draw."""
    cursor = predictor.read_to_cursor(TEXT)
    search = Search(
        Beam(predictor),
        cursor,
        MOST_WORDS,
        [Variant(text=cursor.word, log_chance=0.0, reading=cursor.reading)],
        kept={},
        known=None,
    )
    front: Front | None = search.start()
    chances, ends, spelled = dict[Tokens, float](), dict[Tokens, float](), set[Tokens]()
    while front is not None and len(next(iter(front.paths))) < MOST_TOKENS:
        rows = zip(front.paths, front.hypotheses, front.totals, front.ends.tolist(), strict=True)
        for path, hypothesis, totals, end in rows:
            chances[path] = float(np.exp(totals).sum())
            ends[path] = end if hypothesis.is_word else 0.0
            if not hypothesis.owed:
                spelled.add(path)
        front = search.walk(front)
    share = {path: chance / search.typed for path, chance in chances.items()}
    ending = {path: chance / search.typed for path, chance in ends.items()}
    worth = {path for path in spelled if share[path] >= LEAST}
    kept = [path for path in share if any(each[: len(path)] == path for each in worth)]
    nodes: dict[Tokens, Node] = {}
    tokens = predictor.tokenizer.tokens

    def place(path: Tokens, free: float) -> float:
        """Give the path and all paths after it their rows, from the first free row; returns the next free row."""
        behind = sorted((each for each in kept if each[:-1] == path), key=lambda each: -share[each])
        below = free
        for child in behind:
            below = place(child, below)
        row = (nodes[behind[0]].row + nodes[behind[-1]].row) / 2 if behind else free
        shown = f"{TEXT if not cursor.owed else TEXT.rsplit(' ', 1)[0]}▏"
        if len(path) > 1:
            shown = tokens[path[-1]].decode("utf-8", "replace").replace(" ", "␣")
        nodes[path] = Node(len(path) - 1, row, shown, share[path], ending[path], None)
        for child in behind:
            nodes[child] = replace(nodes[child], parent=(len(path) - 1, row))
        return max(below, free + 1)

    place(next(path for path in kept if len(path) == 1), 0.0)
    print(*(f"{each.text} {each.probability:.1%}" for each in search.result(set(), are_all=False).words))
    return list(nodes.values())


def draw_tree(axis: Axes, nodes: list[Node]) -> None:
    """Draw a line to each node, as thick as its share of the letters typed; ends of words are green, with a share."""
    for node in nodes:
        if node.parent is not None:
            line = [node.parent[0], node.depth], [-node.parent[1], -node.row]
            axis.plot(*line, color="#9ecae1", lw=0.6 + 7 * min(node.share, 1.0), zorder=0)
        is_word = node.end >= LEAST
        box = {"boxstyle": "round,pad=0.3", "fc": "#c7e9c0" if is_word else "white", "ec": "grey"}
        axis.annotate(
            node.shown, (node.depth, -node.row), ha="center", va="center", family="monospace", bbox=box
        )
        if is_word:
            where, above = (node.depth, -node.row), (0, 11)
            style: dict[str, Any] = {"ha": "center", "color": "#006d2c", "fontsize": 8}
            axis.annotate(f"{node.end:.0%}", where, above, textcoords="offset points", **style)
    axis.set(
        xlim=(-0.5, max(each.depth for each in nodes) + 0.5),
        ylim=(-max(each.row for each in nodes) - 0.6, 0.6),
    )
    axis.axis("off")


def exposure(_: Path | None) -> None:
    """The exposure of a made-up secret among 4,095 others, by how often it was written."""
    figure, axis = plt.subplots(figsize=(5.4, 3), layout="constrained")
    places = range(len(EXPOSURE))
    bars = axis.bar(places, list(EXPOSURE.values()), color="#fdae6b")
    axis.bar_label(bars, fmt="%.1f", padding=2)
    axis.axhline(CHANCE, color="grey", linestyle="--", label="by chance")
    axis.axhline(12, color="lightgrey", label="the most that can be measured")
    axis.set_xticks(places, ["never", "once", *(f"{times} times" for times in list(EXPOSURE)[2:])])
    axis.set(xlabel="how often the secret is in the text", ylabel="exposure, bits", ylim=(0, 14.5))
    axis.legend(loc="upper left", frameon=False)
    figure.savefig(FOLDER / "exposure.svg")


FIGURES: Final = {
    "state-and-windows": state_and_windows,
    "shares": shares,
    "beam": beam,
    "exposure": exposure,
}


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(FIGURES)}")
    parser.add_argument("--characters", type=Path, help="a folder with a model of characters for the search")
    asked = parser.parse_args()
    plt.switch_backend("agg")
    plt.rcParams |= {"svg.hashsalt": "foreword", "font.size": 9}
    FOLDER.mkdir(exist_ok=True)
    for name in asked.names or FIGURES:
        FIGURES[name](asked.characters)


if __name__ == "__main__":
    main()
