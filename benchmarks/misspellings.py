"""How many misspelled words does the keyboard correct?

    python benchmarks/misspellings.py TEXT … [--model PATH] [--words N]

Of the lines of the TEXTs, N words are drawn that codespell knows as misspellings (`pip install codespell`), and N
others. Each is typed to its end, after the words before it in its line, with an empty memory. It prints how many of the
misspellings have the right word among three suggestions, how many as the first one, and how many others are corrected.
"""

import argparse
import random
from importlib.resources import files
from pathlib import Path

from foreword.keyboard.candidates import CORRECTED
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from foreword.text.words import words


def main() -> None:
    """Draw, type and count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--model")
    parser.add_argument("--words", type=int, default=250)
    given = parser.parse_args()
    keyboard = Keyboard(Model.open(given.model), Memory.open())
    listed = (files("codespell_lib") / "data" / "dictionary.txt").read_text("utf-8").splitlines()
    meant = {
        word: right.split(", ") for word, _, right in (line.rstrip(",").partition("->") for line in listed)
    }
    lines = [line for path in given.texts for line in path.read_text("utf-8").splitlines()]
    drawn = random.Random(0)
    drawn.shuffle(lines)
    found = [
        (line[: match.start()], match.group())
        for line in lines
        for match in words(line)
        if match.start() and len(match.group()) in CORRECTED
    ]
    wrong = [each for each in found if each[1] in meant][: given.words]
    right = [each for each in found if each[1] not in meant][: given.words]
    lists = [(meant[word], [each.text for each in keyboard.suggest(before + word)]) for before, word in wrong]
    shown = sum(not set(texts).isdisjoint(wanted) for wanted, texts in lists)
    first = sum(texts[:1] != [] and texts[0] in wanted for wanted, texts in lists)
    corrected = sum(
        any(each.correction for each in keyboard.suggest(before + word)) for before, word in right
    )
    print(f"{len(wrong)} misspelled words: {shown} corrected, {first} of them by the first suggestion")
    print(f"{len(right)} other words: {corrected} corrected")


if __name__ == "__main__":
    main()
