"""How many keystrokes does the small graph with 8-bit weights cost?

    python benchmarks/quantised.py FOLDER … --model {folder}/model [--limit 3] [--messages N] [--fixed]

Each FOLDER belongs to a person, as in keystrokes.py. Their messages are typed twice under its protocol: with the
model's small graph, and with its float32 one. For each person, and in the mean: the keystroke savings of both, the
difference in points, and the share of keys at which both put the same word, or none, first.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import mean
from typing import final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.peers.arguments import at_least_one
from benchmarks.peers.contenders import Person, model_of, of_model
from benchmarks.peers.machine import describe
from foreword.assess.keystrokes import Learns, replay
from foreword.errors import ForewordError
from foreword.keyboard.suggest import Suggestion
from foreword.modelfolder import locate
from foreword.modelfolder.names import QUANTIZED


@final
class Pair:
    """Two keyboards with the same requests; the first one answers, and `seen` counts their agreement."""

    def __init__(self, small: Learns, exact: Learns, seen: Counter[bool]) -> None:
        self._small = small
        self._exact = exact
        self._seen = seen

    def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        """The words of the first one."""
        small, exact = self._small.suggest(text, limit), self._exact.suggest(text, limit)
        self._seen[[each.text for each in small[:1]] == [each.text for each in exact[:1]]] += 1
        return small

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        """Report to both that a person saw the words of the first one."""
        self._small.report(text, shown)
        self._exact.report(text, shown)

    def learn(self, text: str) -> int:
        """Let both remember a message."""
        self._exact.learn(text)
        return self._small.learn(text)

    def copy(self) -> "Pair":
        """A copy of both."""
        return Pair(self._small.copy(), self._exact.copy(), self._seen)


def compared(person: Person, pattern: str, scratch: Path, *, limit: int, learn: bool) -> dict[str, float]:
    """The figures of one person."""
    model = model_of(pattern, person)
    exact = scratch / person.folder.name / "exact"
    shutil.copytree(locate(model), exact)
    if not (exact / QUANTIZED).exists():
        raise SystemExit(f"{model} has no small graph to compare with")
    (exact / QUANTIZED).unlink()
    seen: Counter[bool] = Counter()
    with ExitStack() as opened:
        first, second = (
            opened.enter_context(of_model(path)(person)).keyboard for path in (model, str(exact))
        )
        small = replay(Pair(first, second, seen), person.messages, limit=limit, learn=learn)
        large = replay(second, person.messages, limit=limit, learn=learn)
    return {
        "small": small.savings,
        "exact": large.savings,
        "points_lost": 100 * (large.savings - small.savings),
        "same_first_word": seen[True] / seen.total(),
    }


def main() -> None:
    asked = _arguments()
    figures: dict[str, dict[str, float]] = {}
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for folder in asked.folders:
                person = Person.read(folder, asked.messages)
                figures[folder.name] = compared(
                    person, asked.model, Path(scratch), limit=asked.limit, learn=not asked.fixed
                )
    except ForewordError as error:
        raise SystemExit(str(error)) from None
    figures["mean"] = {
        name: mean(each[name] for each in figures.values()) for name in next(iter(figures.values()))
    }
    print(json.dumps({"machine": describe(), **figures}, indent=2))


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    arguments.add_argument("--model", required=True, metavar="PATH", help="{folder} is the person's folder")
    arguments.add_argument("--limit", type=at_least_one, default=3, metavar="K", help="words shown (3)")
    arguments.add_argument("--messages", type=at_least_one, metavar="N", help="type only so many of them")
    arguments.add_argument("--fixed", action="store_true", help="learn nothing while typing")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
