"""Count the words of the base's texts, and write the n-grams that its network is mixed with into its folder.

    python recipes/base_english/ngrams.py TEXTS src/foreword/base --tune FILE …

TEXTS has all lines of each text (texts.py writes them into TEXTS/all). Secrets are taken out. Only words of the base's
word list are counted. Each context of one to three symbols has the probabilities of Kneser and Ney
(`foreword/keyboard/ngram_model.py`), but a text has a weight: what is discounted is counted in all texts alike, and
what stays is weighed by the mean weight of the texts that it is from. Of all followers, the `--followers` that change
the model most are kept: those with the largest

    count(c) · P(w | c) · ln(P(w | c) / P(w | c without its oldest symbol))

(Seymore and Rosenfeld 1996, "Scalable backoff language models"). This is nearly the relative entropy of the models with
and without the follower (Stolcke 1998, "Entropy-based pruning of backoff language models"). The shares of the mixture
are those under which the lines of each FILE, which nobody trained on, are likeliest.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ngram_file import Level, steps, to_bytes
from texts import TEXTS

from foreword.files import write_whole
from foreword.keyboard.mixture import Background
from foreword.keyboard.ngram_model import context_of, occurrences
from foreword.libraries import Bool, Float64, Int64, UInt
from foreword.modelfolder.names import NGRAMS
from foreword.modelfolder.ngrams import (
    CHANCES,
    HALF,
    LONGEST,
    MOST_WORDS,
    SIGNS,
    SPREAD,
    Ngrams,
)
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor
from foreword.text.cleaning import clean
from foreword.text.secrets.scrubbing import scrub
from foreword.text.words import matching, words

FOLLOWERS = 2_600_000
"""So many followers take about 15 MB."""
AT_LEAST = 3
WEIGHTS = {name: text.second for name, text in TEXTS.items()} | {"chitchat": 6.0}
"""The share of a text that the second training takes; the chats that people write most like weigh six times as much."""
DISCOUNTS = (0.5, 0.6, 0.75, 0.85)
UNKNOWN = HALF - 1
"""The number of a symbol that is no word of the list: one that no word has."""
BITS = np.uint64(16)
ROUNDS = 50

Ids = UInt[np.ndarray, " some"]
"""N-grams. Each is a number: 16 bits for each symbol, the oldest first, then 16 for the word."""


class Counts(NamedTuple):
    """Different n-grams, their counts in all texts alike, and their counts weighed by text."""

    ngrams: Ids
    alike: Float64[np.ndarray, " some"]
    weighed: Float64[np.ndarray, " some"]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--tune", type=Path, nargs="+", required=True)
    parser.add_argument("--followers", type=int, default=FOLLOWERS)
    given = parser.parse_args()
    model = Model.open(given.model)
    found = sorted(given.texts.glob("*.txt"))
    texts = {path.stem: scrub(clean(path.read_text("utf-8"))).text for path in found}
    listed = vocabulary(texts.values(), model)
    levels = estimated(counted(texts, listed), len(listed))
    prune(levels, given.followers)
    unigram, written = levels[0].own, to_write(levels[1:])
    made = Ngrams(to_bytes(listed, unigram, [0.1] * (LONGEST + 1), written))
    lines = (clean(path.read_text("utf-8")).split("\n") for path in given.tune)
    shares = tuned(model, made, chain.from_iterable(lines))
    data = to_bytes(listed, unigram, shares, written)
    to = given.model / NGRAMS
    write_whole(to, data, private=False)
    contexts = " + ".join(f"{len(each.keys):,}" for each in written)
    print(f"{to}: {len(data):,} bytes; {len(listed):,} words, {contexts} contexts, shares {shares}")


def vocabulary(texts: Iterable[str], model: Model) -> list[str]:
    """The words to count, in the order of the file: those of the word list that occur often enough."""
    found = Counter(match.group() for text in texts for match in words(text))
    lexicon = model.lexicon
    listed = (word for word, count in found.most_common() if count >= AT_LEAST)
    held = (word for word in listed if lexicon is None or lexicon.holds(word))
    return sorted(islice(held, MOST_WORDS - 1), key=lambda word: (matching(word), word))


def counted(texts: Mapping[str, str], listed: Sequence[str]) -> list[Counts]:
    """The n-grams of 0 to `LONGEST` symbols and a word. Only the longest ones count occurrences (`ngram_model.py`)."""
    numbers = {word: at for at, word in enumerate(listed)}
    symbols = {sign: at for at, sign in enumerate(SIGNS, start=1)}
    for at, word in enumerate(listed, start=1 + len(SIGNS)):
        symbols.setdefault(word.casefold(), at)
    whole = [occurred(text, numbers, symbols) for text in texts.values()]
    weights = [np.full(len(each), WEIGHTS[name]) for name, each in zip(texts, whole, strict=True)]
    ngrams = np.concatenate(whole)
    counts, found = summed(Counts(ngrams, np.ones(len(ngrams)), np.concatenate(weights))), list[Counts]()
    for size in range(LONGEST, 0, -1):
        is_full = symbol(counts.ngrams, size) != 0
        found.append(Counts(*(each[is_full] for each in counts)))
        once = np.where(is_full, counts.alike, 1.0)  # a longer context counts once
        counts = summed(
            Counts(counts.ngrams & np.uint64(HALF**size - 1), counts.alike / once, counts.weighed / once)
        )
    found.append(counts)
    return [known(each, size) for size, each in enumerate(reversed(found))]


def occurred(text: str, numbers: Mapping[str, int], symbols: Mapping[str, int]) -> UInt[np.ndarray, " words"]:
    """The n-gram of each listed word of a text; 0 is no symbol."""

    def each() -> Iterator[int]:
        for line in text.split("\n"):
            for word, context in occurrences(line, order=LONGEST + 1):
                if word in numbers:
                    ngram = 0
                    for one in context:
                        ngram = ngram * HALF + symbols.get(one, UNKNOWN)
                    yield ngram * HALF + numbers[word]

    return np.array([*each()], dtype=np.uint64)


def summed(counts: Counts) -> Counts:
    """Each n-gram once, sorted, with the sums of its counts."""
    kinds, at = np.unique(counts.ngrams, return_inverse=True)
    return Counts(kinds, *(np.bincount(at, weights=each) for each in counts[1:]))


def symbol(ngrams: Ids, place: int) -> Ids:
    """The symbol at this place before the word: 1 is the nearest one. Place 0 has the word."""
    return (ngrams >> (np.uint64(place) * BITS)) & np.uint64(HALF - 1)


def known(counts: Counts, size: int) -> Counts:
    """The n-grams without unknown symbols."""
    fits = np.ones(len(counts.ngrams), dtype=np.bool_)
    for place in range(1, size + 1):
        fits &= symbol(counts.ngrams, place) != UNKNOWN
    return Counts(*(each[fits] for each in counts))


@dataclass(kw_only=True)
class Estimate:
    """The n-grams of one length: `own` is what the context adds for the word, `rest` what it leaves to the shorter one.

    `at` has the position of each n-gram's context in `contexts`, and `totals` their counts.
    """

    ngrams: UInt[np.ndarray, " ngrams"]
    own: Float64[np.ndarray, " ngrams"]
    at: Int64[np.ndarray, " ngrams"]
    contexts: UInt[np.ndarray, " contexts"]
    totals: Float64[np.ndarray, " contexts"]
    rest: Float64[np.ndarray, " contexts"]
    kept: Bool[np.ndarray, " ngrams"] | None = None


def estimated(counts: Sequence[Counts], size: int) -> list[Estimate]:
    """The probabilities of Kneser and Ney; those of the empty context are of all `size` words."""
    found = []
    for discount, (ngrams, alike, weighed) in zip(DISCOUNTS, counts, strict=True):
        contexts, at = np.unique(ngrams >> BITS, return_inverse=True)
        totals = np.bincount(at, weights=weighed)
        own = np.maximum(alike - discount, 0.0) / alike * weighed / totals[at]
        rest = 1 - np.bincount(at, weights=own)
        found.append(Estimate(ngrams=ngrams, own=own, at=at, contexts=contexts, totals=totals, rest=rest))
    every = np.zeros(size)
    every[found[0].ngrams.astype(np.int64)] = found[0].own
    found[0].own, found[0].ngrams = every, np.arange(size, dtype=np.uint64)
    return found


def prune(levels: Sequence[Estimate], most: int) -> None:
    """Mark the `most` followers to keep, of all contexts but the empty one."""
    unigram, whole, worth = levels[0].own, levels[0].own, []
    for size, (shorter, level) in enumerate(pairwise(levels), start=1):
        word = symbol(level.ngrams, 0).astype(np.int64)
        without = level.ngrams & np.uint64(HALF**size - 1)
        there, place = looked_up(without, shorter.ngrams)
        known_context, context = looked_up(without >> BITS, shorter.contexts)
        less = np.where(known_context, shorter.rest[context], 1.0) * unigram[word]
        less = np.where(there, whole[place], less)
        whole = level.own + level.rest[level.at] * less
        worth.append(
            level.totals[level.at] * whole * np.log(np.maximum(whole, 1e-12) / np.maximum(less, 1e-12))
        )
    every = np.concatenate(worth)
    least = np.partition(every, -most)[-most] if len(every) > most else -np.inf
    for level, each in zip(levels[1:], worth, strict=True):
        level.kept = (each >= max(least, 1e-9)) & (level.own > 0)


def looked_up(
    wanted: Ids, there: UInt[np.ndarray, " kinds"]
) -> tuple[Bool[np.ndarray, " some"], Int64[np.ndarray, " some"]]:
    """Whether each is in the sorted array, and its place there."""
    place = np.minimum(np.searchsorted(there, wanted), len(there) - 1)
    return there[place] == wanted, place


def to_write(levels: Sequence[Estimate]) -> list[Level]:
    """The kept followers by their contexts. A context whose longer one is written is written, too."""
    found, needed = list[Level](), np.zeros(0, dtype=np.uint64)
    for size, level in reversed([*enumerate(levels, start=1)]):
        ngrams, own = level.ngrams[level.kept], level.own[level.kept]
        contexts = np.union1d(ngrams >> BITS, needed)
        needed = np.unique(contexts & np.uint64(HALF ** (size - 1) - 1))
        keys, chosen = np.unique(keys_of(contexts), return_index=True)  # of two with one key, one is left out
        place = np.full(len(contexts), -1)
        place[chosen] = np.arange(len(chosen))
        at = place[np.searchsorted(contexts, ngrams >> BITS)]
        order = np.argsort(at, kind="stable")[np.count_nonzero(at < 0) :]
        chances = CHANCES[steps(own[order])].astype(np.float64)  # as they will be read
        found.append(
            Level(
                keys=keys.astype(np.uint32),
                counts=np.bincount(at[order], minlength=len(keys)),
                rest=1 - np.bincount(at[order], weights=chances, minlength=len(keys)),
                followers=symbol(ngrams[order], 0).astype(np.int64),
                chances=chances,
            )
        )
    return found[::-1]


def keys_of(contexts: Ids) -> Ids:
    """The keys of contexts (`foreword.modelfolder.ngrams.key`)."""
    nearest, second, third = (symbol(contexts, place) for place in range(LONGEST))
    keys: Ids
    keys = (third * np.uint64(SPREAD) + second * np.uint64(HALF) + nearest) % np.uint64(HALF**2)
    return keys


def tuned(model: Model, ngrams: Ngrams, lines: Iterable[str]) -> list[float]:
    """The share of the n-grams by the number of symbols found, under which these lines are likeliest (EM)."""
    predictor, background = Predictor(model), Background(ngrams)
    beam, found, preceding = Beam(predictor), list[tuple[int, float, float]](), ""
    for line in lines:
        for match in words(line):
            before, word = line[: match.start()], match.group()
            cursor = predictor.read_to_cursor(before, preceding)
            if not cursor.word:
                ahead = beam.find(cursor, 0, {word})
                neural = next((each.probability for each in ahead.words if each.text == word), 0.0)
                _, known = ngrams.after(context_of(before, order=LONGEST + 1))
                found.append((known, neural * ahead.typed, background.after(before).probability(word)))
        preceding = line
    symbols, chances = np.array([each[0] for each in found]), np.array([each[1:] for each in found])
    shares = np.full((LONGEST + 1, 2), 0.5)
    for _ in range(ROUNDS):
        credit = shares[symbols] * chances + 1e-12
        credit /= credit.sum(axis=1, keepdims=True)
        shares[:] = 1.0  # as if each had predicted one word
        np.add.at(shares, symbols, credit)
        shares /= shares.sum(axis=1, keepdims=True)
    return [round(float(each), 3) for each in shares[:, 1]]


if __name__ == "__main__":
    main()
