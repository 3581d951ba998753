"""How quiet is the keyboard, and what does quiet cost? Messages typed again with several values of settings.toml.

    python benchmarks/feel.py FOLDER … [--model PATH] [--messages N] [--newcomer] [--json]
        [--confidence 0,0.1,0.2,0.3,0.5] [--letters 0,1,2]

Each FOLDER belongs to a person, as for keystrokes.py. The memory learns train.txt (not with `--newcomer`), then each
finished message of typed.txt. Before each key a typist sees the offers of `offer_after` in keyboard/offers.py, as
every surface shows them. If the message continues with a choice, it is accepted with one key; otherwise the next
letter is typed; Enter counts. Three typists differ in what they look at: `list` at a list, `words` at the same list
without phrases, and `inline` at the inline suggestion alone, for which `letters` does not matter.

For each of them: `savings` as keystrokes.py counts them; `shown`, the share of keys before which something was shown;
`false`, the share of keys before which something was shown and nothing of it came; `first_shown` and `first_false`, the
same of places where a word begins. `false` is the cost of savings: a person looks and finds nothing useful.

Each has a keyboard of their own, which gets the reports of what was shown, as from every surface. The figures are means
over people.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Any, Final, Literal, final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.peers.arguments import at_least_one
from benchmarks.peers.contenders import Person
from benchmarks.peers.machine import as_line, describe
from foreword.errors import ForewordError
from foreword.keyboard.learn import learn_source
from foreword.keyboard.memory import Memory
from foreword.keyboard.offers import Suggesting, offer_after
from foreword.keyboard.suggest import Keyboard, Suggestion
from foreword.modelfolder.names import SHIPPED
from foreword.runtime.model import Model
from foreword.settings import Settings
from foreword.sources.reading import documents
from foreword.text.words import is_inside_word, takes_space, word_start

Looks = Literal["list", "words", "inline"]
FIGURES: Final = ("savings", "shown", "false", "first_shown", "first_false")


@final
@dataclass(kw_only=True)
class Typist:
    """Types messages, and counts keys and offers."""

    looks: Looks
    confidence: float
    letters: int
    keys: int = 0
    characters: int = 0
    looked: dict[bool, int] = field(
        default_factory=lambda: {True: 0, False: 0}
    )  # at the beginning of a word, elsewhere
    shown: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    came: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def type(self, message: str, keyboard: Suggesting) -> None:
        """Type one message, and Enter."""
        at = 0
        while at < len(message):
            shown = self._look(message[:at], keyboard)
            is_first = word_start(message[:at]) == at
            self.looked[is_first] += 1
            self.shown[is_first] += bool(shown)
            reached = max(goes_on_at(message, at, each) for each in shown) if shown else 0
            self.came[is_first] += reached > 0
            at = reached or at + 1
            self.keys += 1
        self.keys += 1
        self.characters += len(message) + 1

    def _look(self, before: str, keyboard: Suggesting) -> list[Suggestion]:
        limit = Settings().choices
        offer = offer_after(keyboard, before, limit=limit, confidence=self.confidence, letters=self.letters)
        if self.looks == "inline":
            return [offer.inline.suggestion] if offer.inline else []
        if self.looks == "words":
            return [each.first_word() for each in offer.choices]
        return [each.suggestion for each in offer.choices]

    def figures(self) -> dict[str, float]:
        """The figures that the module docstring describes."""
        looked = sum(self.looked.values())
        shown, came = sum(self.shown.values()), sum(self.came.values())
        return {
            "savings": 1 - self.keys / self.characters,
            "shown": shown / looked,
            "false": (shown - came) / looked,
            "first_shown": self.shown[True] / self.looked[True],
            "first_false": (self.shown[True] - self.came[True]) / self.looked[True],
        }


def goes_on_at(message: str, at: int, suggestion: Suggestion) -> int:
    """Where the message continues if the suggestion is accepted at `at`; 0 if the message differs there."""
    insert = suggestion.insert.removesuffix(" ")
    whole = message[: at - suggestion.replace] + insert
    following = message[len(whole) : len(whole) + 1]
    if not message.startswith(whole) or (following and is_inside_word(following) and takes_space(insert)):
        return 0
    return len(whole) + (suggestion.insert.endswith(" ") and following == " ")


def typists(confidences: Sequence[float], letters: Sequence[int]) -> list[Typist]:
    """One for each setting."""
    kinds: tuple[Looks, ...] = ("list", "words")
    lists = [
        Typist(looks=looks, confidence=confidence, letters=least)
        for looks, least, confidence in product(kinds, letters, confidences)
    ]
    return lists + [Typist(looks="inline", confidence=each, letters=1) for each in confidences]


def typed(person: Person, model: Model, others: Sequence[Typist], *, is_newcomer: bool) -> None:
    """Let each of them type a person's messages."""
    for number, each in enumerate(others, 1):
        with closing(Memory.open()) as memory:
            if not is_newcomer:
                learn_source(memory, documents(str(person.train)))
            keyboard = Keyboard(model, memory)
            for message in person.messages:
                each.type(message, keyboard)
                keyboard.learn(message)
        print(f"\r{person.folder}: typist {number}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def means(people: Sequence[Sequence[Typist]]) -> Iterator[dict[str, Any]]:
    """A row for each setting, with the mean of each figure over people."""
    for same in zip(*people, strict=True):
        figures = [each.figures() for each in same]
        setting = {"looks": same[0].looks, "letters": same[0].letters, "confidence": same[0].confidence}
        yield setting | {name: mean(each[name] for each in figures) for name in FIGURES}


def as_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A table in Markdown; the figures in percent."""
    head = ("looks at", "letters", "confidence", *(name.replace("_", " ") for name in FIGURES))
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        letters = "" if row["looks"] == "inline" else row["letters"]
        figures = (f"{100 * row[name]:.1f}" for name in FIGURES)
        yield f"| {' | '.join(map(str, (row['looks'], letters, row['confidence'], *figures)))} |"


def main() -> None:
    asked, machine = _arguments(), describe()
    try:
        model = Model.open(asked.model)
        people = []
        for folder in asked.folders:
            others = typists(asked.confidence, asked.letters)
            typed(Person.read(folder, asked.messages), model, others, is_newcomer=asked.newcomer)
            people.append(others)
    except ForewordError as error:
        raise SystemExit(str(error)) from None
    rows = [*means(people)]
    if asked.json:
        print(json.dumps({"machine": machine, "settings": rows}, indent=2))
    else:
        print(*as_lines(rows), as_line(machine), sep="\n")


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    arguments.add_argument("--model", default=SHIPPED, metavar="PATH")
    arguments.add_argument("--messages", type=at_least_one, metavar="N", help="type only so many of them")
    arguments.add_argument("--newcomer", action="store_true", help="nothing was learned before")
    arguments.add_argument("--confidence", type=_numbers, default=[0, 0.1, 0.2, 0.3, 0.5], metavar="P,…")
    arguments.add_argument("--letters", type=_counts, default=[0, 1, 2], metavar="N,…")
    arguments.add_argument("--json", action="store_true")
    return arguments.parse_args()


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]


def _counts(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


if __name__ == "__main__":
    main()
