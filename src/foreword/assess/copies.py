"""Copying: the share of a model's generated text that stands word for word in a text, such as its training text.

A share of stretches of 20 characters says little by itself: people repeat themselves, in chats more than in books. So
the last part of the text is compared with all the text before it in the same way. The result is the usual share for
the author of the text. A model copies if its share is far above it.

The generated text is indexed, and the text is searched in pieces. Each piece is searched for stretches of 20
characters, and for a stretch longer than the longest run so far. Such a stretch is followed to its end, so one reading
is enough. All matches are compared character by character.

Source: Karp and Rabin (1987), "Efficient randomized pattern-matching algorithms", for the numbers of stretches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, final

import numpy as np
from jaxtyping import Int64, Integer, UInt64

from foreword.assess.bits import Watch, unwatched
from foreword.errors import OptionError, SourceEmpty, within
from foreword.runtime.generate import generate_many
from foreword.runtime.model import Model
from foreword.runtime.sampling import Sampling
from foreword.sources.reading import documents
from foreword.sources.report import Report
from foreword.text.cleaning import clean_pieces
from foreword.text.document import join
from foreword.text.plural import counted
from foreword.text.vocabularies import code_points

GRAM: Final = 20  # characters: few such stretches repeat by chance, but a copy with changes still shows
CHARACTERS: Final = 20_000
TEMPERATURES: Final = (0.5, 0.8, 1.0)
PASSAGE: Final = 2_000  # characters
PIECE: Final = 1 << 18  # characters to search at once: their code points take eight bytes each
LAST_PART: Final = 10  # the baseline is at most a tenth of the text
LEAST: Final = 1_000  # minimum characters of a baseline; with fewer, its figures are chance
TIMES: Final = 2
MORE_SHARE: Final = 0.1
LONG_RUN: Final = 100  # characters: a sentence
"""A model copies if its share is above twice the usual share plus a tenth. It also copies if its longest run is above
twice the usual run and above a sentence. Smaller figures can come from the author's habits."""

_BETWEEN: Final = 0x110000  # not a code point: no stretch goes from one text into the next

_BASE: Final = 0x9E3779B97F4A7C15  # odd, with its bits well mixed
_MODULUS: Final = 1 << 64
_TABLE_BITS: Final = 20  # a table in the processor's cache excludes most numbers at once

Codes = UInt64[np.ndarray, " characters"]
Numbers = UInt64[np.ndarray, " stretches"]
Places = Int64[np.ndarray, " found"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch that two texts have in common; `offset` is its start in the searched text, from 0."""

    text: str
    offset: int


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The part of some texts that was found in another text."""

    grams: int  # stretches of 20 characters, one at each position
    found: int  # of these, the number in the other text
    longest: Run | None  # None if the texts have no character in common

    @property
    def share(self) -> float:
        """The share of stretches of 20 characters that were found; 0 if the texts are shorter."""
        return self.found / self.grams if self.grams else 0.0

    @property
    def longest_run(self) -> int:
        """The length of the longest run, in characters."""
        return 0 if self.longest is None else len(self.longest.text)

    def figures(self) -> dict[str, object]:
        """The two figures, for programs."""
        return {"share_of_20_grams": self.share, "longest_run": self.longest_run}


def overlap(texts: Sequence[str], source: str) -> Overlap:
    """The part of `texts` that stands in the text `source`."""
    codes, run = _joined(texts), None
    grams, met = _Stretches(codes, GRAM), np.zeros(len(codes), dtype=bool)
    longer = _Stretches(codes, 1)
    longest = max(map(len, texts), default=0)
    for offset in range(0, len(source), PIECE):
        piece = code_points(source[offset : offset + PIECE + longest]).astype(np.uint64)
        for here, _ in grams.found_in(piece):
            met[here] = True
        while (found := next(longer.found_in(piece), None)) is not None:
            text = _common(codes[found[0] :], piece[found[1] :])
            run = Run(text=text, offset=offset + found[1])
            longer = _Stretches(codes, len(text) + 1)
    ends = np.concatenate([[0], np.cumsum(codes == _BETWEEN)])
    counts = ends[GRAM:] == ends[:-GRAM]  # without stretches from one text into the next
    return Overlap(grams=int(counts.sum()), found=int(met[grams.first][counts].sum()), longest=run)


def stretch_numbers(codes: Integer[np.ndarray, " time"], length: int) -> Numbers:
    """A number for each stretch of `length` codes: their polynomial modulo 2^64, equal for equal stretches.

    All places are computed at once, by doubling: from stretches of 1, 2, 4, … codes.
    """
    count = max(0, len(codes) - length + 1)
    numbers, done = np.zeros(count, dtype=np.uint64), 0
    doubled, size, factor = codes.astype(np.uint64), 1, _BASE
    while done < length and count:
        if length & size:
            numbers *= np.uint64(factor)
            numbers += doubled[done : done + count]
            done += size
        if done < length:
            doubled = doubled[:-size] * np.uint64(factor) + doubled[size:]
            size, factor = 2 * size, factor * factor % _MODULUS
    return numbers


@final
class StretchIndex:
    """Sorted numbers of stretches, to find those that another text has too."""

    def __init__(self, numbers: Numbers) -> None:
        self.order = np.argsort(numbers, kind="stable")  # of equal numbers, the first one first
        self.numbers = numbers[self.order]
        self._table = np.zeros(1 << _TABLE_BITS, dtype=bool)
        self._table[_slots(numbers)] = True

    def find(self, numbers: Numbers) -> tuple[Places, Places]:
        """The positions in `numbers` of those that the index has, and for each its first place in the index."""
        likely = np.flatnonzero(self._table[_slots(numbers)])
        if not len(likely):
            return likely, likely
        first = np.searchsorted(self.numbers, numbers[likely])
        known = self.numbers[np.minimum(first, len(self.numbers) - 1)] == numbers[likely]
        return likely[known], first[known]


def _slots(numbers: Numbers) -> Places:
    return (numbers >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)  # the low bits are less well mixed


@final
class _Stretches:
    """All stretches of `length` characters of a text. `first` has the first position of an equal one for each."""

    def __init__(self, codes: Codes, length: int) -> None:
        self._codes = codes
        self._length = length
        numbers = stretch_numbers(codes, length)
        self._index = StretchIndex(numbers)
        self.first = self._index.order[np.searchsorted(self._index.numbers, numbers)]

    def found_in(self, piece: Codes) -> Iterator[tuple[int, int]]:
        """The positions of stretches that are also in `piece`: (here, in `piece`), in the order of `piece`."""
        there, at = self._index.find(stretch_numbers(piece, self._length))
        at, first = np.unique(at, return_index=True)
        order = np.argsort(there[first])
        for here, other in zip(
            self._index.order[at][order].tolist(), there[first][order].tolist(), strict=True
        ):
            if np.array_equal(self._codes[here : here + self._length], piece[other : other + self._length]):
                yield here, other


def _common(one: Codes, other: Codes) -> str:
    """The common beginning of both."""
    most = min(len(one), len(other))
    same = one[:most] == other[:most]
    return "".join(map(chr, one[: most if same.all() else int(same.argmin())].tolist()))


def _joined(texts: Sequence[str]) -> Codes:
    """The code points of all texts, each followed by a mark that is not a code point."""
    between = np.array([_BETWEEN], dtype=np.uint64)
    parts = [part for text in texts for part in (code_points(text).astype(np.uint64), between)]
    return np.concatenate([between[:0], *parts])


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The result for the text that a model has generated at one temperature."""

    temperature: float
    overlap: Overlap


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The result of an audit."""

    source_characters: int
    characters: int  # generated at each temperature
    passages: int  # in which they were generated
    seed: int
    written: tuple[Written, ...]
    usual: Overlap | None  # of the last part of the text with the text before it; None if it is too short
    usual_characters: int
    longest_line: int  # the line in which the longest run begins, from 1; 0 without a run

    @property
    def share(self) -> float:
        """The highest share of stretches of 20 characters."""
        return self._highest.overlap.share

    @property
    def longest(self) -> Overlap:
        """The overlap with the longest run."""
        return max((each.overlap for each in self.written), key=lambda each: each.longest_run)

    @property
    def copies(self) -> bool:
        """Whether the model copies."""
        return bool(self._reasons())

    @property
    def verdict(self) -> str:
        """The conclusion, in words."""
        if reasons := self._reasons():
            remedies = "More text, fewer epochs or more dropout would help"
            how = "foreword generate --no-copy keeps long runs out of what it writes"
            return f"It copies: {', and '.join(reasons)}. {remedies}; {how}."
        if self.usual is None:
            return "No sign that it copies, but the text is too short to know how much would be usual."
        return "No sign that it copies: it repeats no more than the text repeats itself."

    def figures(self) -> dict[str, object]:
        """All figures, for programs."""
        run, usual = self.longest.longest, self.usual
        return {
            "share_of_20_grams": self.share,
            "longest_run": self.longest.longest_run,
            "longest": run and {"text": run.text, "offset": run.offset, "line": self.longest_line},
            "copies": self.copies,
            "verdict": self.verdict,
            "temperatures": [
                {"temperature": each.temperature, **each.overlap.figures()} for each in self.written
            ],
            "usual": usual and {"characters": self.usual_characters, **usual.figures()},
            "source_characters": self.source_characters,
            "characters": self.characters,
            "passages": self.passages,
            "seed": self.seed,
        }

    @property
    def _highest(self) -> Written:
        return max(self.written, key=lambda each: each.overlap.share)

    def _reasons(self) -> list[str]:
        usual = self.usual or Overlap(grams=0, found=0, longest=None)
        compared = "" if self.usual is None else f", where {usual.share:.0%} would be usual"
        reasons = []
        if self.share > TIMES * usual.share + MORE_SHARE:
            where = f"at temperature {self._highest.temperature:g}, {self.share:.0%} of its stretches"
            reasons.append(f"{where} of {GRAM} characters stand in the text word for word{compared}")
        if self.longest.longest_run > max(LONG_RUN, TIMES * usual.longest_run):
            reasons.append(f"its longest run has {counted(self.longest.longest_run, 'character')}")
        return reasons


def audit(
    model: Model,
    source: str | Path,
    *,
    encoding: str | None = None,
    characters: int = CHARACTERS,
    temperatures: Sequence[float] = TEMPERATURES,
    seed: int = 0,
    notes: list[str] | None = None,
    watch: Watch = unwatched,
) -> Audit:
    """Generate text with `model`, and search for it in `source`, a text of any length.

    Args:
        model: a model from `foreword.load`.
        source: a file, a folder or a sample, such as the text that the model was trained on.
        encoding: the encoding of the files, if it is not UTF-8.
        characters: the characters to generate at each temperature, in passages of at most 2,000.
        temperatures: see `Sampling`.
        seed: the same seed gives the same passages.
        notes: a list that gets remarks on the source, such as files left out.
        watch: a callback that gets the name of the task and the finished share of the whole.

    Raises:
        OptionError: a value is out of range.
        SourceError: the text cannot be read, or is empty.
    """
    within("characters", characters, GRAM)
    if not temperatures:
        raise OptionError("temperatures must be at least one")
    for temperature in temperatures:
        Sampling(temperature=temperature)  # checks the value before the text is read
    passages, report = -(-characters // PASSAGE), Report()
    each = -(-characters // passages)
    read = documents(str(source), encoding=encoding, everybody=True, report=report)
    text = "".join(clean_pieces(join(read)))
    if notes is not None:
        notes += report.sentences()
    if not text:
        raise SourceEmpty(f"{source} is empty once it is cleaned; name a source with text in it")
    written = []
    for done, temperature in enumerate(temperatures):
        watch(f"writing at temperature {temperature:g}", done / len(temperatures))
        texts = generate_many(model, passages=passages, characters=each, temperature=temperature, seed=seed)
        written.append(Written(temperature=temperature, overlap=overlap(texts, text)))
    watch("measuring what is usual", 1.0)
    usual, usual_characters = _usual(text, characters)
    found = Audit(
        source_characters=len(text),
        characters=passages * each,
        passages=passages,
        seed=seed,
        written=tuple(written),
        usual=usual,
        usual_characters=usual_characters,
        longest_line=0,
    )
    run = found.longest.longest
    return found if run is None else replace(found, longest_line=1 + text.count("\n", 0, run.offset))


def _usual(text: str, characters: int) -> tuple[Overlap | None, int]:
    """The overlap of the last part of a text with the rest of it, and the length of that part."""
    size = min(max(characters, LEAST), len(text) // LAST_PART)
    if size < LEAST:
        return None, 0
    start = len(text) - size
    passages = [text[at : at + PASSAGE] for at in range(start, len(text), PASSAGE)]
    return overlap(passages, text[:start]), size
