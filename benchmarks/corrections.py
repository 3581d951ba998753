"""Of the corrections that are shown with 90 %, do 90 % come?

    python benchmarks/corrections.py SOURCE [--model PATH] [--messages N] [--typos 0.05]

SOURCE is a file or a sample. So many of its last messages, evenly spread, are typed with an empty memory; nothing is
learned. Each word of four letters or more is typed twice: as it is, and with one typo (`mistyped`). From the third
letter on, and from the typo on, the corrections among three suggestions are looked at before each key. Words with a
typo are weighed as `--typos` of all words. By probability: its mean, the share that came, and the number of offers, of
words with a typo and without. A correction of a word without one never comes.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from foreword.assess.keystrokes import LEAST_LETTERS, Suggests, lines_of, mistyped, sample, word_at
from foreword.keyboard.candidates import CORRECTED
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from foreword.sources.reading import documents

LAST: Final = 300  # the messages to draw from
BANDS: Final = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)


class Offer(NamedTuple):
    """A correction that was shown."""

    probability: float
    came: bool
    is_typo: bool  # the word was typed with a typo


def offers(keyboard: Suggests, messages: Iterable[str]) -> Iterator[Offer]:
    """The corrections shown while each word is typed correctly, and with a typo."""
    draw = np.random.default_rng(0)
    for message in lines_of(messages):
        for at in range(len(message)):
            start, word = word_at(message, at)
            if start != at or len(word) < LEAST_LETTERS:
                continue
            for typed in (word, mistyped(word, draw)):
                same = next((n for n in range(len(word)) if word[n : n + 1] != typed[n : n + 1]), 0)
                for length in range(max(CORRECTED.start, same + 1), len(typed) + 1):
                    for each in keyboard.suggest(message[:start] + typed[:length], 3):
                        if each.correction:
                            yield Offer(each.probability, each.text == word, typed != word)


def lines(found: Iterable[Offer], typos: float) -> Iterator[str]:
    """A line for each band of probability."""
    shown = np.array(list(found), dtype=np.float64).reshape(-1, 3)  # (offers, fields)
    bands = np.digitize(shown[:, 0], BANDS) - 1
    for band, least in enumerate(BANDS):
        said, came, is_typo = shown[bands == band].T
        if len(said):
            weights = np.where(is_typo, typos, 1 - typos)
            mean, share = (np.average(each, weights=weights) for each in (said, came))
            with_typo, without = int(is_typo.sum()), int((1 - is_typo).sum())
            yield f"from {least:4.0%}: {mean:6.1%} said, {share:6.1%} came; {with_typo} and {without} offers"


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source")
    parser.add_argument("--model", default="base")
    parser.add_argument("--messages", type=int, default=40)
    parser.add_argument("--typos", type=float, default=0.05)
    asked = parser.parse_args()
    messages = [each.text for each in documents(asked.source)][-LAST:]
    keyboard = Keyboard(Model.open(asked.model), Memory.open())
    for line in lines(offers(keyboard, sample(messages, asked.messages)), asked.typos):
        print(line, flush=True)


if __name__ == "__main__":
    main()
