"""How many bits per character does a text take, by the network alone, with n-grams, and with the memory as well?

    python benchmarks/mixture.py FOLDER … [--model PATH] [--own]

Each FOLDER has a test.txt, one message a line. In PATH, `{folder}` is the folder. With --own, the memory has learned
train.txt of the same folder. It learns each line after it is measured, as it does while somebody types.

At each place where a word begins, the mixture replaces the network's opinion of which word it is. That a word begins
there, and everything between the words, is left to the network. So the probabilities of all texts add up to at most 1.
Lines over 500 characters are left out.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import regex

from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import Background, Mixture, Observation
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.predictor import ENOUGH, Cursor, Predictor
from foreword.text.cleaning import clean
from foreword.text.words import words


class Measure:
    """The nats of lines by three mixtures: the network, with the n-grams, and with the memory."""

    def __init__(self, model: Model, memory: Memory) -> None:
        self.memory, self.mixture = memory, Mixture()
        self.predictor = Predictor(model)
        self.beam, self.background = Beam(self.predictor), Background(model.ngrams)
        spelled = [token.decode(errors="replace") for token in model.tokenizer.tokens]
        self.plain = np.array([regex.match(r"[\p{L}\p{N}]", each) is not None for each in spelled])
        self.spaced = np.array([regex.match(r" [\p{L}\p{N}]", each) is not None for each in spelled])
        self.spaces = np.array([each.startswith(" ") for each in spelled])

    def line(self, line: str) -> tuple[float, float, float]:
        """The nats of a line and its end; then learn it."""
        preceding = self.memory.latest().text
        start = self.predictor.read_to_cursor("", preceding).reading.log_total
        nats = start - self.predictor.read_to_cursor(line + "\n", preceding).reading.log_total
        with_ngrams = with_memory = nats
        seen: list[Observation] = []
        for match in words(line):
            before, word = line[: match.start()], match.group()
            cursor = self.predictor.read_to_cursor(before, preceding)
            if cursor.word or cursor.touches:
                continue
            found = self.beam.find(cursor, 0, {word})
            neural = found.typed * sum(each.probability for each in found.words if each.text == word)
            known = self.memory.after(before)
            plain, expected = self.background.after(before), self.background.after(before, known.words)
            ngrams, counted = plain.probability(word), known.probability(word)
            share = self.mixture.share(known.knowledge)
            adapted, of_person = expected.adapted(word, neural), expected.probability(word)
            seen.append(Observation(known.knowledge, expected.mixed(adapted, of_person), counted))
            if neural > 0:
                begins = self.begins(cursor)
                with_ngrams -= math.log(plain.mixed(neural, begins * ngrams) / neural)
                mixed = expected.mixed(adapted, begins * of_person)
                with_memory -= math.log(((1 - share) * mixed + share * begins * counted) / neural)
        self.memory.learn(line)
        for each in seen:
            self.mixture.follow(each)
        return nats, with_ngrams, with_memory

    def begins(self, cursor: Cursor) -> float:
        """The network's probability that a word begins at the cursor, from below."""
        chances = np.exp(cursor.reading.log_probabilities)
        if not cursor.owed:
            return float(chances[self.plain].sum())
        return float(chances[self.spaced].sum() / chances[self.spaces].sum())


def main() -> None:
    """Measure each folder, and print a row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--model", default="base")
    parser.add_argument("--own", action="store_true")
    given = parser.parse_args()
    rows = []
    for folder in given.folders:
        memory = Memory.open()
        if given.own:
            memory.learn((folder / "train.txt").read_text("utf-8"))
        measure = Measure(Model.open(given.model.replace("{folder}", str(folder))), memory)
        lines = [line.strip() for line in clean((folder / "test.txt").read_text("utf-8")).split("\n")]
        kept = [line for line in lines if 0 < len(line) <= ENOUGH]
        nats = np.sum([measure.line(line) for line in kept], axis=0)
        rows.append(nats / math.log(2) / sum(len(line) + 1 for line in kept))
        print(folder, *(f"{each:.3f}" for each in rows[-1]), flush=True)
    print("mean", *(f"{each:.3f}" for each in np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
