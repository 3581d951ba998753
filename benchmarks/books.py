"""How well do recurrent networks do on the two books that everybody trains on?

    python benchmarks/books.py nietzsche nietzsche.txt [RECIPE ...]      fast.ai's setting (its 2018 course, lesson 6)
    python benchmarks/books.py shakespeare input.txt --minutes 30        Tiny Shakespeare, as nanoGPT splits it

fast.ai's setting: lower case, characters seen fewer than 3 times are one unknown symbol, the first 493,747
characters train, the contiguous rest validates. Tiny Shakespeare: the first 90 % train, the last 10 % validate.
A recipe is a file of recipes/ or any other; without one, the recipes of the book run one after the other. The length
of a training is its epochs, --minutes, or else ten minutes.
Prints one JSON object a network: `nats` is the cross entropy per character of all of the rest, the state carried
from its first character to its last; no part of it is used to train or to choose. Results: RESULTS.md.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

RECIPES = Path(__file__).parent.parent / "recipes"
FASTAI_CHARACTERS = 493_747
UNKNOWN = "~"


def cut_nietzsche(text: str) -> tuple[str, str]:
    """The training part and the rest, as in the course of fast.ai."""
    text = text.lower()
    counts = Counter(text)
    text = "".join(character if counts[character] >= 3 else UNKNOWN for character in text)
    return text[:FASTAI_CHARACTERS], text[FASTAI_CHARACTERS:]


def cut_shakespeare(text: str) -> tuple[str, str]:
    """The first nine tenths and the last tenth."""
    share = int(len(text) * 0.9)
    return text[:share], text[share:]


BOOKS: Mapping[str, tuple[Callable[[str], tuple[str, str]], tuple[str, ...]]] = MappingProxyType(
    {
        "nietzsche": (cut_nietzsche, ("fastai-rnn", "fastai-gru", "fastai-lstm", "nietzsche")),
        "shakespeare": (cut_shakespeare, ("shakespeare",)),
    }
)
"""How each book is cut, and its recipes."""


def measure(name: str, book: Path, recipe: Path, minutes: float | None) -> dict[str, object]:
    """Train one network by its recipe and score it on the rest of the book."""
    import foreword
    from foreword.assess.bits import score

    with tempfile.TemporaryDirectory() as folder:
        part, rest = BOOKS[name][0](book.read_text(encoding="utf-8"))
        train = Path(folder) / "train.txt"
        train.write_text(part, encoding="utf-8")
        start = time.perf_counter()
        model = foreword.train(train, to=Path(folder) / "model", recipe=recipe, minutes=minutes)
        seconds = time.perf_counter() - start
        found = score(model, rest)
    return {
        "book": name,
        "recipe": recipe.stem,
        "nats": round(found.nats_per_token, 4),
        "bits_per_character": round(found.bits_per_character, 4),
        "characters": found.characters,
        "minutes": round(seconds / 60, 1),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("name", choices=BOOKS)
    arguments.add_argument("book", type=Path)
    arguments.add_argument("recipes", nargs="*", type=Path)
    arguments.add_argument("--minutes", type=float)
    asked = arguments.parse_args()
    for recipe in asked.recipes or [RECIPES / f"{stem}.toml" for stem in BOOKS[asked.name][1]]:
        print(json.dumps(measure(asked.name, asked.book, recipe, asked.minutes)), flush=True)


if __name__ == "__main__":
    main()
