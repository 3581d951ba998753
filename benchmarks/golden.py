"""Does a checkout give the same results as another one? Golden outputs of commands, suggestions and trainings.

    python benchmarks/golden.py make OUT [--checkout FOLDER] [--quick]
    python benchmarks/golden.py compare BEFORE AFTER

`make` runs the program of a checkout (by default this one) on fixed inputs and writes its results to OUT, a folder: the
`--json` of every command; suggestions of the base model for 1,000 prefixes, with an empty memory and with one that has
learned; the figures of each architecture after 200 seeded steps; and a home folder with a model and its memory.
`compare` prints where two such folders differ: numbers by more than 1e-5 of their size, other values in any way. Times
and speeds are left out. It ends with exit code 1 where they differ.

With `make OUT --home BEFORE/home` a newer checkout opens the home of an older one, and trains nothing.
"""

import argparse
import json
import math
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, final

ROOT: Final = Path(__file__).parent.parent
ARCHITECTURES: Final = ("lstm", "gru", "rnn", "unrolled", "window", "convolution")
TOLERANCE: Final = 1e-5
UNSTEADY: Final = (
    "milliseconds", "seconds", "time", "date", "megabytes", "per_second", "sha256", "path", "model",
    "version", "last",
)  # fmt: skip
"""Parts of JSON keys whose values differ from run to run."""

PEOPLE: Final = ("Ana", "Ben", "Cleo")
OPENINGS: Final = (
    "see you", "I think we", "could you", "did you", "the train", "tomorrow I", "my sister", "that would",
    "no, not", "well then,",
)  # fmt: skip
MIDDLES: Final = (
    "at the station", "have to call", "bring the tickets", "was late again", "will be fine",
    "like the garden", "forgot her keys", "before the weekend", "read the letter", "cook something nice",
)  # fmt: skip
ENDINGS: Final = (
    "tonight", "on Monday", "as usual", "if it rains", "with Wolfgang", "in Zürich", "haha", "you know",
    "at seven", "again",
)  # fmt: skip


def sentences(count: int, seed: int) -> Iterator[str]:
    """Made-up messages."""
    draw = random.Random(seed)
    for _ in range(count):
        yield f"{draw.choice(OPENINGS)} {draw.choice(MIDDLES)} {draw.choice(ENDINGS)}"


def write_inputs(folder: Path) -> None:
    """The texts that commands are run on."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notes.txt").write_text("\n".join(sentences(3_000, 1)) + "\n", encoding="utf-8")
    (folder / "more.txt").write_text("\n".join(sentences(200, 2)) + "\n", encoding="utf-8")
    chat = "".join(
        f"{1 + at // 60 % 28:02d}/03/24, {at // 60 % 24:02d}:{at % 60:02d} - {PEOPLE[at % 3]}: {text}\n"
        for at, text in enumerate(sentences(900, 3))
    )
    (folder / "chat.txt").write_text(chat, encoding="utf-8")


def prefixes(count: int) -> list[str]:
    """Beginnings of texts, half of them within a word."""
    draw = random.Random(4)
    return [text[: draw.randrange(1, len(text))] for text in sentences(count, 4)]


@final
class Program:
    """The program of a checkout."""

    def __init__(self, checkout: Path, home: Path, folder: Path) -> None:
        self._folder = folder
        self._places = {str(home): "HOME", str(checkout): "CHECKOUT"}
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(checkout / "src"),
            "FOREWORD_HOME": str(home),
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "100",
        }

    def _ended(self, arguments: Sequence[str], given: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments], cwd=self._folder, env=self._environment, input=given,
            capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip

    def run(self, command: str) -> dict[str, Any]:
        """The output of a command, parsed if it is JSON, and its exit code."""
        ended = self._ended(["-m", "foreword", *shlex.split(command)])
        print(command, ended.returncode, flush=True)
        text = ended.stdout
        for place, name in self._places.items():
            text = text.replace(place, name)
        try:
            printed: Any = json.loads(text)
        except ValueError:
            printed = text.split("\n")
            with suppress(ValueError):
                printed = [json.loads(line) for line in text.splitlines()]
        error = {"error": ended.stderr} if ended.returncode else {}
        return {"exit": ended.returncode, "printed": printed, **error}

    def python(self, code: str, given: object) -> Any:
        """The JSON output of a program that reads `given` as JSON."""
        return json.loads(self._ended(["-c", code], json.dumps(given)).stdout)


SUGGEST: Final = """
import json, sys
from foreword import Keyboard, Memory, Model
asked = json.load(sys.stdin)
memory = Memory.open()
if asked["learned"]:
    memory.learn(asked["learned"])
keyboard = Keyboard(Model.open("base"), memory)
found = [
    [[s.text, s.replace, s.insert, s.probability, s.source, s.correction] for s in keyboard.suggest(text, limit=5)]
    for text in asked["prefixes"]
]
print(json.dumps(found))
"""


COMMANDS: Final = """
preview chat.txt --me Ana --json
learn chat.txt --me Ana -m toy --json
learn more.txt -m toy --json
suggest "see you at the sta" -m toy --json
suggest "see you at the sta" --characters -m toy --json
suggest "see you" --phrases -m toy --json
suggest "see you at the sta" -m base --json
generate "I think " -m toy --characters 80 --seed 1 --json
generate "I think " -m toy --passages 2 --characters 40 --seed 1 --json
explain "How are you?" -m toy --json
evaluate more.txt -m toy --json
evaluate more.txt -m base --json
inspect -m toy --json
inspect -m base --json
audit notes.txt -m toy --json
memory list -m toy --json
memory messages Wolfgang -m toy --json
memory export - -m toy
forget Wolfgang -m toy --json
memory blocked Wolfgang -m toy --json
models --json
"""
"""Every command that prints JSON, on fixed inputs."""


def make(out: Path, checkout: Path, *, quick: bool, home: Path | None) -> None:
    """Write the results of the program of a checkout."""
    out.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        inputs = Path(place) / "inputs"
        write_inputs(inputs)
        used = Path(place) / "home"
        if home is not None:
            shutil.copytree(home, used)
        program = Program(checkout, used, inputs)
        if home is None:
            train = "train notes.txt --from scratch --json"
            found["train toy"] = program.run(f"{train} -o toy --steps 150 --seed 3")
            kept = Path(place) / "kept"
            shutil.copytree(used, kept)
        for command in COMMANDS.strip().splitlines():
            found[" ".join(shlex.split(command))] = program.run(command)
        if home is None:
            for architecture in ARCHITECTURES[: 1 if quick else None]:
                command = f"{train} -o of-{architecture} --architecture {architecture} --steps 200 --seed 5"
                found[f"train {architecture}"] = program.run(command)
            learned = (inputs / "more.txt").read_text(encoding="utf-8")
            some = prefixes(100 if quick else 1_000)
            found["suggestions of the base"] = program.python(SUGGEST, {"prefixes": some, "learned": ""})
            found["suggestions with a memory"] = program.python(
                SUGGEST, {"prefixes": some, "learned": learned}
            )
            shutil.rmtree(out / "home", ignore_errors=True)
            shutil.copytree(kept, out / "home")
    (out / "golden.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def differences(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """Where two JSON values differ."""
    if any(part in where.rpartition("/")[2] for part in UNSTEADY):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if key not in before or key not in after:
                yield f"{where}/{key}: only {'before' if key in before else 'after'}"
            else:
                yield from differences(before[key], after[key], f"{where}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{where}/{at}")
    elif isinstance(before, float) and isinstance(after, (int, float)):
        if not math.isclose(before, after, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            yield f"{where}: {before} → {after}"
    elif before != after:
        yield f"{where}: {json.dumps(before, ensure_ascii=False)[:200]} → {json.dumps(after, ensure_ascii=False)[:200]}"


def compare(before: Path, after: Path) -> int:
    """Print the differences and return their number."""
    values = [json.loads((each / "golden.json").read_text(encoding="utf-8")) for each in (before, after)]
    found = list(differences(*values))
    print("\n".join(found) or "no difference")
    return len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("make")
    making.add_argument("out", type=Path)
    making.add_argument("--checkout", type=Path, default=ROOT)
    making.add_argument("--home", type=Path)
    making.add_argument("--quick", action="store_true")
    comparing = verbs.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    asked = parser.parse_args()
    if asked.verb == "make":
        make(asked.out, asked.checkout.resolve(), quick=asked.quick, home=asked.home)
    else:
        sys.exit(compare(asked.before, asked.after) > 0)


if __name__ == "__main__":
    main()
