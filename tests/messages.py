"""A small text of typed messages, and a recipe for a network that learns a little of it in a second."""

import random
from pathlib import Path

_SAID = """
see you tomorrow then I think we should go to the market and buy some bread before it rains my friend
ok thanks for that naïve café don't well-known 🙂 👍🏽 über Straße да нет
"""
WORDS = _SAID.split()

RECIPE: dict[str, dict[str, object]] = {
    "model": {"embedding": 16, "hidden": 16},
    "training": {"batch": 8, "unroll": 16, "precision": "float32", "learning_rate": 0.01, "validations": 4},
}

RECIPE_FILE = """\
[model]
embedding = 16
hidden = 16
layers = 1
dropout = 0.1

[training]
batch = 8
unroll = 16
precision = "float32"
learning_rate = 0.01
validations = 4
"""


def messages(lines: int = 400, seed: int = 1) -> str:
    """Lines of a few words each; a seed always gives the same lines."""
    draw = random.Random(seed)
    return "".join(
        " ".join(draw.choices(WORDS, k=draw.randint(3, 10))) + draw.choice(".!?") + "\n" for _ in range(lines)
    )


def write_messages(folder: Path, lines: int = 400) -> Path:
    path = folder / "messages.txt"
    path.write_text(messages(lines), encoding="utf-8")
    return path


def never_read(folder: Path) -> Path:
    """A sparse file of one terabyte: too large to read in a test, and not a text."""
    path = folder / "of a terabyte.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    return path
