"""How well do the recurrent networks of 2018 do on Nietzsche, trained here?

    python benchmarks/nietzsche.py fastai nietzsche.txt [ARCHITECTURE ...]     fast.ai's setting, 1 layer of 256
    python benchmarks/nietzsche.py prepare nietzsche.txt FOLDER                only write its two texts

The fast.ai setting (its 2018 course, lesson 6): lower case, characters seen fewer than 3 times are one unknown symbol,
the first 493,747 characters train, the contiguous rest validates. Prints one JSON object a network; `nats` is the
cross entropy per character of all of the rest, the state carried. Results: benchmarks/RESULTS.md.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

RECIPES = Path(__file__).parent.parent / "recipes"
TRAINING_CHARACTERS = 493_747
UNKNOWN = "~"


def prepare(book: Path, folder: Path) -> tuple[Path, Path]:
    """Write train.txt and valid.txt of the fast.ai setting."""
    text = book.read_text(encoding="utf-8").lower()
    counts = Counter(text)
    text = "".join(character if counts[character] >= 3 else UNKNOWN for character in text)
    train, valid = folder / "train.txt", folder / "valid.txt"
    train.write_text(text[:TRAINING_CHARACTERS], encoding="utf-8")
    valid.write_text(text[TRAINING_CHARACTERS:], encoding="utf-8")
    return train, valid


def fastai(book: Path, architecture: str) -> dict[str, object]:
    """Train one network by its recipe and score it on the rest of the book."""
    import foreword
    from foreword.assess.bits import score

    with tempfile.TemporaryDirectory() as folder:
        train, valid = prepare(book, Path(folder))
        recipe = RECIPES / f"fastai-{architecture}.toml"
        start = time.perf_counter()
        model = foreword.train(train, to=Path(folder) / architecture, recipe=recipe)
        seconds = time.perf_counter() - start
        found = score(model, valid.read_text(encoding="utf-8"))
    return {
        "architecture": architecture,
        "nats": round(found.nats_per_token, 4),
        "bits_per_character": round(found.bits_per_character, 4),
        "characters": found.characters,
        "minutes": round(seconds / 60, 1),
    }


def main() -> None:
    """Run what was asked for."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("what", choices=["fastai", "prepare"])
    arguments.add_argument("book", type=Path)
    arguments.add_argument("rest", nargs="*")
    asked = arguments.parse_args()
    if asked.what == "prepare":
        folder = Path(asked.rest[0])
        folder.mkdir(parents=True, exist_ok=True)
        print(*prepare(asked.book, folder), sep="\n")
        return
    for architecture in asked.rest or ("rnn", "gru", "lstm"):
        print(json.dumps(fastai(asked.book, architecture)), flush=True)


if __name__ == "__main__":
    main()
