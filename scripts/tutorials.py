"""Runs the tutorials from top to bottom, as a reader does.

python scripts/tutorials.py                          all of them, with seed 0
python scripts/tutorials.py gradients --seeds 0 1 2  one of them, with three seeds: its claims must hold for each
python scripts/tutorials.py gradients --write        the same with seed 0; its pictures and printed lines are renewed
"""

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "tutorials"
PYTHON = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n.*?^```\n)?", re.MULTILINE | re.DOTALL)
"""A block of code, and its output when the page was last renewed."""


@dataclass(frozen=True)
class Block:
    """Code of a page, and the number of lines before it."""

    code: str
    line: int


def pages() -> list[Path]:
    """The tutorials in the order of the table of contents."""
    return sorted(FOLDER.glob("[0-9]-*.md"))


def blocks(text: str) -> Iterator[Block]:
    """The Python of a page."""
    for found in PYTHON.finditer(text):
        yield Block(found[1], text.count("\n", 0, found.start(1)))


def run(page: Path, seed: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a page in its own process in `folder`, where its pictures go; it prints a JSON list of outputs."""
    command = [sys.executable, __file__, "--execute", str(page)]
    wanted = {**os.environ, "SEED": str(seed), "MPLBACKEND": "agg"}
    return subprocess.run(command, cwd=folder, env=wanted, text=True, capture_output=True, check=False)  # noqa: S603


def execute(page: Path) -> None:
    """Run the blocks of a page one after the other in one namespace; an error names the line of the page."""
    names: dict[str, object] = {"__name__": "__main__"}
    printed = []
    for block in blocks(page.read_text("utf-8")):
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                exec(compile("\n" * block.line + block.code, str(page), "exec"), names)  # noqa: S102 - our own page
        except BaseException:
            print(out.getvalue(), file=sys.stderr)
            raise
        printed.append(out.getvalue())
    print(json.dumps(printed))


def renewed(text: str, printed: list[str]) -> str:
    """The page with the output of each block below it."""
    left = iter(printed)

    def with_output(found: re.Match[str]) -> str:
        shown = next(left).rstrip()
        return f"```python\n{found[1]}```\n" + (f"\n```text\n{shown}\n```\n" if shown else "")

    return PYTHON.sub(with_output, text)


def fresh_folder(where: Path) -> Path:
    """A copy of the tutorials to run in, so that a run changes nothing here."""
    return Path(shutil.copytree(FOLDER, where / "tutorials"))


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="parts of the names of tutorials")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--execute", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.execute:
        execute(asked.execute)
        return
    failed = False
    for page in pages():
        if asked.names and not any(name in page.name for name in asked.names):
            continue
        for seed in asked.seeds:
            with tempfile.TemporaryDirectory() as temporary:
                begun = time.perf_counter()
                done = run(page, seed, FOLDER if asked.write else fresh_folder(Path(temporary)))
                seconds = time.perf_counter() - begun
            print(
                f"{page.name}, seed {seed}: {seconds:.0f} s, {'all claims hold' if not done.returncode else 'FAILED'}"
            )
            if done.returncode:
                failed = True
                print(done.stderr)
            elif asked.write:
                page.write_text(renewed(page.read_text("utf-8"), json.loads(done.stdout)), "utf-8")
    sys.exit(failed)


if __name__ == "__main__":
    main()
