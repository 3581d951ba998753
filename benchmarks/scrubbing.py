"""How fast is the search for secrets, how many does it find, and how often is it wrong?

    python benchmarks/scrubbing.py FILE… [--show 20]
    python benchmarks/scrubbing.py --planted [--show 20]

With `--planted`, it searches for the made-up secrets of `planted_secrets.py` and counts the found ones by kind.
Wordings held aside while the filter was written have a column of their own. Otherwise it scrubs each file, a text in
UTF-8, in blocks as `foreword train` does, and counts the secrets by kind. With `--show`, the first changed
lines are printed before and after. Times are processor time.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.planted_secrets import planted
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import scrub, scrub_pieces

MEGABYTE = 1_000_000
PIECE = 1 << 18


def pieces_of(text: str) -> Iterator[str]:
    """A text in the blocks in which it is read."""
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))


def changed(text: str) -> Iterator[tuple[str, str]]:
    """The lines with secrets, before and after."""
    for line in text.split("\n"):
        scrubbed = scrub(line)
        if scrubbed.found:
            yield line, scrubbed.text


def recall(show: int) -> None:
    """Print how many planted secrets are found, and some missed ones."""
    counts, missed = Counter[tuple[str, bool, bool]](), []
    for each in planted():
        clear = scrub(each.text).text
        survives = each.survives_in(clear)
        counts[each.kind, each.held_aside, survives] += 1
        missed += [(each.text, clear)] if survives else []
    for kind in [*dict.fromkeys(kind for kind, _, _ in counts), "all"]:
        row: dict[str, object] = {"kind": kind}
        for name, aside in (("known", False), ("held_aside", True)):
            of_kind = {key: n for key, n in counts.items() if key[1] == aside and kind in {key[0], "all"}}
            row[name] = f"{sum(n for key, n in of_kind.items() if not key[2])}/{sum(of_kind.values())}"
        print(json.dumps(row))
    for before, after in missed[:show]:
        print(f"  - {before!r}\n  + {after!r}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--planted", action="store_true", help="how many made-up secrets are found")
    arguments.add_argument("--show", type=int, default=0)
    asked = arguments.parse_args()
    scrub("warm")
    if asked.planted:
        recall(asked.show)
    for path in asked.files:
        text = path.read_text("utf-8")
        found = Counter[Kind]()
        start = time.process_time()
        for _ in scrub_pieces(pieces_of(text), found):
            pass
        seconds = time.process_time() - start
        row = {
            "file": path.name,
            "megabytes": round(len(text.encode()) / MEGABYTE, 2),
            "megabytes_per_second": round(len(text.encode()) / MEGABYTE / seconds, 1),
            "found": dict(found),
        }
        print(json.dumps(row, ensure_ascii=False))
        for before, after in islice(changed(text), asked.show):
            print(f"  - {before[:300]}\n  + {after[:300]}")


if __name__ == "__main__":
    main()
