"""How fast is a corpus of characters prepared, and how much memory does it take?

    python benchmarks/preparing.py [--megabytes 100] [--one-line]

Writes a text of that size to a temporary folder: English letters at English frequencies, some accents and emoji. Then
it reads, cleans, splits and encodes it as `foreword train` does. Peak memory is that of the whole process; another one
has made the text.
"""

import argparse
import json
import resource
import tempfile
import time
from multiprocessing import Process
from pathlib import Path

import numpy as np

from foreword.corpus.prepare import EncodingSettings, prepare

LETTERS = "etaoinshrdlcumwfgypbvkjxqz" + "ETAOINSH" + ".,!?'-" + "éüñ漢🙂"
WEIGHTS = np.array(
    [12.7, 9, 8.2, 7.5, 7, 6.7, 6.3, 6.1, 6, 4.3, 4, 2.8, 2.8, 2.4, 2.4, 2.2, 2, 2, 1.9, 1.5, 1, 0.8]
)
MEGABYTE = 1_000_000


def write_text(path: Path, megabytes: int, *, one_line: bool) -> None:
    """A text of `megabytes`, a megabyte at a time."""
    random = np.random.default_rng(0)
    weights = np.concatenate([WEIGHTS, np.full(len(LETTERS) - len(WEIGHTS), 0.1)])
    alphabet, weights = np.array([*LETTERS, " "]), np.append(weights, 20)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(megabytes):
            characters = random.choice(alphabet, MEGABYTE, p=weights / weights.sum())
            if not one_line:
                characters[79::80] = "\n"
            file.write("".join(characters))


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--megabytes", type=int, default=100)
    arguments.add_argument("--one-line", action="store_true")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        making = Process(target=write_text, args=(text, asked.megabytes), kwargs={"one_line": asked.one_line})
        making.start()
        making.join()
        size = text.stat().st_size / MEGABYTE
        start = time.perf_counter()
        prepare([str(text)], Path(folder) / "corpus", EncodingSettings())
        seconds = time.perf_counter() - start
    found = {
        "megabytes_per_second": round(size / seconds, 1),
        "seconds": round(seconds, 1),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
