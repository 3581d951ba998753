"""How many keystrokes does Foreword save, compared with other keyboards, on the same messages?

    python benchmarks/keystrokes.py FOLDER … [--model {folder}/model] [--stranger PATH] [--peers onboard,presage,ibus]
        [--limit 3] [--messages N] [--learning] [--fixed] [--text | --typos] [--words FILE] [--json]

Each FOLDER is a person's: train.txt has what they wrote before, typed.txt the messages to type again, one a line.
Every contender has learned that train.txt, and types under the protocol of `foreword.replay` (assess/keystrokes.py):
before each key the first `--limit` words are looked at; the word to come, in exact case, is taken for one key, and a
space with it where one follows; Enter counts. With `--learning` each message is learned when it is finished, with
`--fixed` none is; with both, or neither, both are measured.

With `--text`, whatever equals the text to come is taken whole for one key: of Foreword a word, a phrase, a sign, or
words with their signs; of the others a word. With `--typos`, each word of four letters or more gets one typo.

Contenders: Foreword with each `--model`, in whose path {folder} stands for the person's folder; with the model of a
`--stranger` and an empty memory, which has learned nothing of the person's; its memory alone (word counts); and
Onboard, Presage and ibus-typing-booster, as Debian has them, each in a process of its own, or left out with the
reason. benchmarks/peers/install-keyboards installs them; peers/*_words.py say how each is driven. The first two bring
n-grams of English with them, the third a dictionary.

With `--words`, a file with a word a line, such as american-english-huge of Debian's wamerican-huge: the share of places
that show no word (`no_words_at_1` and so on). A word is in the file, whole or in parts, or a number, or the person's.

With `--json`: for each person and contender, the keystroke figures of `foreword evaluate --json`; their `mean` over the
people; and in `skipped` why a contender has none. Milliseconds are those of a list; with other programs the way through
two pipes is in them. `processor_p50` and `processor_p95` are
milliseconds of this process alone: they say nothing of other programs, and less than a clock of what else runs here.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import product
from pathlib import Path
from statistics import mean
from time import process_time
from typing import Any, final

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.peers.arguments import at_least_one, names_of
from benchmarks.peers.contenders import Contender, Person, model_of, of_counts, of_model, of_peer, of_stranger
from benchmarks.peers.environments import Unavailable
from benchmarks.peers.keyboard_process import PEERS
from benchmarks.peers.machine import as_line, describe
from foreword.assess.keystrokes import Learns, WithOptions, replay
from foreword.errors import ForewordError
from foreword.keyboard.suggest import Keyboard, Suggestion
from foreword.runtime.model import Model
from foreword.text.cleaning import clean
from foreword.text.words import words

Figures = Mapping[str, Any]
Measure = Callable[[Contender, Person], Figures]

ENDINGS = frozenset(["s", "d", "ll", "m", "re", "t", "ve"])
AVERAGED = (
    "keystroke_savings",
    "theoretical_limit",
    "share_of_limit",
    "hit_at_1",
    "hit_at_3",
    "mean_reciprocal_rank",
    "milliseconds_p50",
    "milliseconds_p95",
    "milliseconds_p99",
    "processor_p50",
    "processor_p95",
)


def contenders(
    models: Sequence[str],
    peers: Sequence[str],
    modes: Sequence[bool],
    strangers: Sequence[str] = (),
) -> list[Contender]:
    """The contenders to measure, ours first."""
    named = {f"foreword_{at}" if at > 1 else "foreword": model for at, model in enumerate(models, 1)}
    programs = [
        *(
            (key, f"Foreword {model.removeprefix('{folder}/')}", of_model(model))
            for key, model in named.items()
        ),
        *(
            (
                f"stranger_{at}" if at > 1 else "stranger",
                f"Foreword {path}, nothing learned",
                of_stranger(path),
            )
            for at, path in enumerate(strangers, 1)
        ),
        ("counts", "Foreword's memory alone", of_counts),
        *((peer.key, peer.title, of_peer(peer)) for peer in PEERS if peer.key in peers),
    ]
    return [
        Contender(
            key=f"{key}_{'learning' if learn else 'fixed'}",
            title=f"{title}, {'learning' if learn else 'fixed'}",
            learn=learn,
            opened=opened,
        )
        for key, title, opened in programs
        for learn in modes
    ]


def compare(people: Sequence[Person], others: Sequence[Contender], measure: Measure) -> dict[str, Any]:
    """Measure all contenders on each person; an unavailable one is not tried again and has no mean."""
    figures: dict[str, dict[str, Figures]] = {}
    skipped: dict[str, str] = {}
    for person in people:
        found = figures[str(person.folder)] = {}
        for contender in others:
            if contender.key in skipped:
                continue
            try:
                found[contender.key] = measure(contender, person)
            except Unavailable as reason:
                skipped[contender.key] = str(reason)
    means = {
        each.key: None if each.key in skipped else mean_of([found[each.key] for found in figures.values()])
        for each in others
    }
    return {"people": figures, "mean": means, "skipped": skipped}


def mean_of(figures: Sequence[Figures]) -> Figures:
    """The mean over people of the figures that can be averaged."""
    names = [*AVERAGED, *(name for name in figures[0] if name.startswith("no_words"))]
    return {name: mean(float(each[name]) for each in figures) for name in names}


@final
class Watched:
    """A keyboard whose lists are timed and whose words are checked: it counts the non-words at each place."""

    def __init__(self, keyboard: Learns, words: Set[str]) -> None:
        self.keyboard = keyboard
        self.words = words
        self.shown = Counter[int]()
        self.no_words = Counter[int]()
        self.milliseconds: list[float] = []  # processor time

    def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        """As the keyboard does."""
        began = process_time()
        found = self.keyboard.suggest(text, limit)
        self.milliseconds.append(1e3 * (process_time() - began))
        for place, each in enumerate(found, 1):
            self.shown[place] += 1
            self.no_words[place] += not is_word(each.text, self.words)
        return found

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        """As the keyboard does."""
        self.keyboard.report(text, shown)

    def learn(self, text: str) -> int:
        """As the keyboard does."""
        return self.keyboard.learn(text)

    def copy(self) -> "Watched":
        """A watched copy, which counts into the same figures."""
        copy = Watched(self.keyboard.copy(), self.words)
        copy.shown, copy.no_words, copy.milliseconds = self.shown, self.no_words, self.milliseconds
        return copy

    def figures(self) -> Figures:
        """The processor time of a list, and, if words are checked, the share of non-words by place."""
        times = {f"processor_p{share}": float(np.percentile(self.milliseconds, share)) for share in (50, 95)}
        places = self.shown.items() if self.words else ()
        return times | {f"no_words_at_{place}": self.no_words[place] / count for place, count in places}


def is_word(word: str, words: Set[str]) -> bool:
    """Whether it is one of them in upper or lower case, or a number, or made of these parts."""
    folded = word.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    parts = [part for part in re.split("['-]", folded) if part]
    return folded in words or all(part in words or part in ENDINGS or part.isdigit() for part in parts)


def known_words(path: Path, person: Person) -> frozenset[str]:
    """The words of a list, and those that a person has written or will write."""
    own = person.train.read_text("utf-8") + "\n" + "\n".join(person.messages)
    listed = path.read_text("utf-8").casefold().split("\n")
    return frozenset([*listed, *(found.group().casefold() for found in words(clean(own)))])


def typed_again(
    contender: Contender,
    person: Person,
    limit: int,
    listed: Mapping[Path, Set[str]] | None = None,
    *,
    whole: bool = False,
    typos: bool = False,
) -> Figures:
    """Type a person's messages with a contender.

    Raises:
        Unavailable: It is missing, or failed.
    """
    print(f"{person.folder}: {contender.title} …", file=sys.stderr, flush=True)
    with contender.opened(person) as opened:
        keyboard = opened.keyboard
        if whole and isinstance(keyboard, Keyboard):
            keyboard = WithOptions(keyboard, phrases=True, signs=True)
        watched = Watched(keyboard, (listed or {}).get(person.folder, frozenset()))
        learn = contender.learn
        found = replay(watched, person.messages, limit=limit, learn=learn, slips=typos, whole=whole)
    print(f"{person.folder}: {contender.title} {100 * found.savings:.1f} %", file=sys.stderr, flush=True)
    return {**found.figures(), **watched.figures(), "version": opened.version}


def as_lines(found: Mapping[str, Any], others: Sequence[Contender]) -> Iterator[str]:
    """For people: the savings per person, the means, and the contenders left out."""
    for name, rows in [*found["people"].items(), ("mean", found["mean"])]:
        yield name
        for each in others:
            if row := rows.get(each.key):
                yield (
                    f"  {each.title:<36} saves {100 * row['keystroke_savings']:.1f} % of at most "
                    f"{100 * row['theoretical_limit']:.1f}; median {row['milliseconds_p50']:.2f} ms; "
                    f"of the processor {row['processor_p50']:.2f}, p95 {row['processor_p95']:.2f}"
                )
    for each in others:
        if each.key in found["skipped"]:
            yield f"{each.title} is left out: {found['skipped'][each.key]}"


def main() -> None:
    asked, machine = _arguments(), describe()
    try:
        people = [Person.read(folder, asked.messages) for folder in asked.folders]
        for pattern, person in product(asked.model, people):
            Model.open(model_of(pattern, person))  # a wrong path fails now, not after an hour
        for path in asked.stranger:
            Model.open(path)
        both = modes(learning=asked.learning, fixed=asked.fixed)
        others = contenders(asked.model, asked.peers, both, asked.stranger)
        listed = {each.folder: known_words(asked.words, each) for each in people if asked.words is not None}
        measure = partial(typed_again, limit=asked.limit, listed=listed, whole=asked.text, typos=asked.typos)
        found = compare(people, others, measure)
    except ForewordError as error:
        raise SystemExit(str(error)) from None
    if asked.json:
        print(json.dumps({"machine": machine, "limit": asked.limit, **found}, indent=2, ensure_ascii=False))
    else:
        print(*as_lines(found, others), as_line(machine), sep="\n")


def modes(*, learning: bool, fixed: bool) -> list[bool]:
    """Whether to learn while typing: both ways, unless one was asked for."""
    return [True, False] if learning == fixed else [learning]


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    peers = [peer.key for peer in PEERS]
    arguments.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    arguments.add_argument("--model", action="append", default=[], metavar="PATH", help="may be given again")
    arguments.add_argument(
        "--stranger", action="append", default=[], metavar="PATH", help="may be given again"
    )
    arguments.add_argument(
        "--peers", type=names_of(peers), default=peers, metavar="NAMES", help="'' for none of them"
    )
    arguments.add_argument("--limit", type=at_least_one, default=3, metavar="K", help="words shown (3)")
    arguments.add_argument("--messages", type=at_least_one, metavar="N", help="type only so many of them")
    arguments.add_argument("--learning", action="store_true", help="only learning while typing")
    arguments.add_argument("--fixed", action="store_true", help="only without learning")
    ways = arguments.add_mutually_exclusive_group()
    ways.add_argument("--text", action="store_true", help="take whatever equals the text to come")
    ways.add_argument("--typos", action="store_true", help="type each longer word with a typo")
    arguments.add_argument("--words", type=Path, metavar="FILE", help="what a word is, one a line")
    arguments.add_argument("--json", action="store_true")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
