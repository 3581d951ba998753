"""How well does the default do on a text that it was not tuned for?

    python benchmarks/fresh_texts.py TEXT --characters 30000 --minutes 2 [--from scratch|base|'']

The first `--characters` train; a tenth as many after them (20,000 at least, 300,000 at most) are scored. `foreword
train --minutes` is compared, at equal time, with an LSTM as a simple script has it (peers/untuned_lstm.py), and PPMd
(of 7-Zip; the package pyppmd), the best of several orders, twice: `ppmd_fixed` codes each message of the test text anew
after the training text, so that it learns from the training text alone, as the networks do; `ppmd` goes on learning
from the test text while it reads it. All in bits per character. Results: RESULTS.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ORDERS = (4, 5, 6, 8, 12, 16)
MEMORY = 512 << 20
MESSAGES = 60
"""The number of parts of the test text that are coded anew; each one reads the training text once."""
PIECE = 300  # characters, about
UNTUNED = Path(__file__).parent / "peers" / "untuned_lstm.py"


def cut(text: str, characters: int) -> tuple[str, str]:
    """The training text and the test text."""
    rest = min(max(characters // 10, 20_000), 300_000)
    return text[:characters], text[characters : characters + rest]


def ours(train: Path, test: str, minutes: float, start: str, folder: Path) -> dict[str, float]:
    """The default of `foreword train`."""
    import foreword

    begun = time.perf_counter()
    model = foreword.train(train, to=folder / "model", minutes=minutes, start=start or None)
    seconds = time.perf_counter() - begun
    return {
        "bits_per_character": foreword.bits_per_character(model, test),
        "seconds": round(seconds, 1),
        "passes": round(float(str(model.folder.training["passes"])), 1),
    }


def untuned(train: Path, test: Path, minutes: float) -> dict[str, float]:
    """The untuned LSTM, in its own process."""
    command = [sys.executable, str(UNTUNED), str(train), str(test), f"{minutes:g}"]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout))


def ppmd(train: str, test: str) -> tuple[float, int]:
    """The bits of PPMd that also learns from the test text, and its best order."""
    return min((_extra(train, test, order) * 8 / len(test), order) for order in ORDERS)


def ppmd_fixed(train: str, test: str, order: int) -> float:
    """PPMd that knows only the training text: each part of the test text is coded directly after it."""
    pieces = list(_pieces(test))
    chosen = pieces[:: max(1, len(pieces) // MESSAGES)]
    return sum(_extra(train, piece, order) for piece in chosen) * 8 / sum(map(len, chosen))


def _pieces(text: str) -> Iterator[str]:
    """Whole lines, joined until they reach the length of a piece."""
    piece = ""
    for line in text.splitlines(keepends=True):
        piece += line
        if len(piece) >= PIECE:
            yield piece
            piece = ""


def _extra(before: str, after: str, order: int) -> int:
    """The bytes that `after` adds to the code of `before`; the end of the code is in both and cancels out."""
    return _size(before + after, order) - _size(before, order)


def _size(text: str, order: int) -> int:
    import pyppmd

    encoder = pyppmd.Ppmd7Encoder(max_order=order, mem_size=MEMORY)
    return len(encoder.encode(text.encode())) + len(encoder.flush())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--characters", type=int, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument(
        "--from", dest="start", default="scratch", help="scratch (default), base, or '' to try both"
    )
    asked = parser.parse_args()
    train, test = cut(asked.text.read_text(encoding="utf-8"), asked.characters)
    if len(train) + len(test) < asked.characters + 1_000:
        raise SystemExit(f"{asked.text} is too short to train on {asked.characters:,} characters of it")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "train.txt").write_text(train, encoding="utf-8")
        (folder / "test.txt").write_text(test, encoding="utf-8")
        adaptive, order = ppmd(train, test)
        found = {
            "foreword": ours(folder / "train.txt", test, asked.minutes, asked.start, folder),
            "untuned_lstm": untuned(folder / "train.txt", folder / "test.txt", asked.minutes),
            "ppmd": {"bits_per_character": adaptive, "order": order},
            "ppmd_fixed": {"bits_per_character": ppmd_fixed(train, test, order), "order": order},
        }
    print(json.dumps({"characters": len(train), "test_characters": len(test), **found}, indent=2))


if __name__ == "__main__":
    main()
