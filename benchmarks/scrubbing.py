"""How fast are secrets looked for, and how often is something taken for one that is none?

    python benchmarks/scrubbing.py FILE… [--show 20] [--also] [--json]

Scrubs each file, a text in UTF-8, in pieces as `foreword train` does, and counts what was found by kind. With
`--show`, the first lines that were changed are printed as they were and as they are. Time is that of the processor.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from foreword.text.secrets import ASKED_FOR, Kind, scrub, scrub_pieces

MEGABYTE = 1_000_000
PIECE = 1 << 18


def pieces_of(text: str) -> Iterator[str]:
    """A text as it is read."""
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))


def changed(text: str, also: frozenset[Kind]) -> Iterator[tuple[str, str]]:
    """The lines with secrets, before and after."""
    for line in text.split("\n"):
        scrubbed = scrub(line, also=also)
        if scrubbed.found:
            yield line, scrubbed.text


def main() -> None:
    """Measure each file once and print."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--show", type=int, default=0)
    arguments.add_argument("--also", action="store_true", help="e-mail addresses and telephone numbers, too")
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    also = ASKED_FOR if asked.also else frozenset()
    scrub("warm", also=also)
    for path in asked.files:
        text = path.read_text("utf-8")
        found = Counter[Kind]()
        start = time.process_time()
        for _ in scrub_pieces(pieces_of(text), found, also=also):
            pass
        seconds = time.process_time() - start
        row = {
            "file": path.name,
            "megabytes": round(len(text.encode()) / MEGABYTE, 2),
            "megabytes_per_second": round(len(text.encode()) / MEGABYTE / seconds, 1),
            "found": dict(found),
        }
        print(json.dumps(row) if asked.json else "  ".join(f"{name}: {value}" for name, value in row.items()))
        for before, after in islice(changed(text, also), asked.show):
            print(f"  - {before[:300]}\n  + {after[:300]}")


if __name__ == "__main__":
    main()
