"""How much of some texts stands word for word in another one, which may be far larger than memory.

The small texts are indexed and the large one walks by in pieces. Two things are looked for in each piece: stretches of
20 characters, and one stretch that is longer than the longest run found so far; if there is one, it is followed to its
end. So one pass is enough, and what is in memory is a piece and the small texts, however long the large one.

Stretches are looked up by numbers that are made for all places at once (Karp and Rabin 1987, by doubling, modulo 2^64),
and what is found is compared character by character.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
from jaxtyping import Bool, Int64, UInt64

from foreword.assess.bits import Watch, unwatched
from foreword.corpus.texts import CleanedText
from foreword.corpus.samples import documents
from foreword.errors import OptionError, SourceEmpty
from foreword.runtime.generate import generate_many
from foreword.runtime.model import Model
from foreword.runtime.sampling import Sampling
from foreword.sources.report import Report
from foreword.text.vocabularies import code_points
from foreword.text.cleaning import clean_pieces
from foreword.text.counting import counted
from foreword.text.documents import join

GRAM: Final = 20
"""Characters: long enough that few are written twice by chance, short enough that a copy with changes still shows."""

_BETWEEN: Final = 0x110000  # no character: no stretch goes from one text into the next
_BASE: Final = 0x9E3779B97F4A7C15  # odd, with its bits well mixed
_MODULUS: Final = 1 << 64
_TABLE_BITS: Final = 20  # a table that fits the processor's cache tells most places of the large text at once

Codes = UInt64[np.ndarray, " characters"]
Places = Int64[np.ndarray, " found"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch that two texts have in common; `offset` is where it begins in the one that was searched, from 0."""

    text: str
    offset: int


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What of some texts was found in another.

    Attributes:
        grams: how many stretches of 20 characters the texts have, one at each place.
        found: how many of them stand in the other.
        longest: the longest run; None if not one character is common.
    """

    grams: int
    found: int
    longest: Run | None

    @property
    def share(self) -> float:
        """The share of stretches of 20 characters that were found; 0 where the texts are shorter."""
        return self.found / self.grams if self.grams else 0.0

    @property
    def longest_run(self) -> int:
        """The characters of the longest run."""
        return 0 if self.longest is None else len(self.longest.text)


def overlap(texts: Sequence[str], source: Iterable[str]) -> Overlap:
    """What of `texts` stands in the text that the pieces of `source` make up, wherever these are cut."""
    codes = joined(texts)
    grams, longest = Grams(codes), LongestRun(codes)
    for piece, offset in overlapping(source, max(map(len, texts), default=0)):
        grams.look_in(piece)
        longest.look_in(piece, offset)
    return Overlap(grams=grams.count, found=grams.found, longest=longest.run)


@final
class Windows:
    """All stretches of `length` characters of a text, to be met again in another."""

    def __init__(self, codes: Codes, length: int) -> None:
        self.length = length
        self._codes = codes
        self._known, self._first, self.which = np.unique(
            window_numbers(codes, length), return_index=True, return_inverse=True
        )
        self._table = np.zeros(1 << _TABLE_BITS, dtype=bool)
        self._table[self._slots(self._known)] = True

    @property
    def distinct(self) -> int:
        """How many different ones there are; `which` has the number of the one at each place."""
        return len(self._known)

    def met_in(self, codes: Codes) -> tuple[Places, Places]:
        """The numbers of those that seem to stand in `codes`, and where each of them does for the first time."""
        numbers = window_numbers(codes, self.length)
        likely = np.flatnonzero(self._table[self._slots(numbers)])
        if not len(likely):
            return likely, likely
        at = np.minimum(np.searchsorted(self._known, numbers[likely]), len(self._known) - 1)
        same = self._known[at] == numbers[likely]
        met, first = np.unique(at[same], return_index=True)
        return met, likely[same][first]

    def places(self, met: Places) -> Places:
        """Where those of these numbers stand in the text itself, for the first time."""
        return np.asarray(self._first[met])

    @staticmethod
    def _slots(numbers: UInt64[np.ndarray, " windows"]) -> Int64[np.ndarray, " windows"]:
        return (numbers >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)  # the low bits are less well mixed


@final
class Grams:
    """The stretches of 20 characters of a text, and which of them were met so far."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._windows = Windows(codes, GRAM)
        self._met: Bool[np.ndarray, " distinct"] = np.zeros(self._windows.distinct, dtype=bool)
        ends = np.concatenate([[0], np.cumsum(codes == _BETWEEN)])
        self._counts = ends[GRAM:] == ends[:-GRAM]  # not those from one text into the next

    @property
    def count(self) -> int:
        """How many there are, one at each place."""
        return int(self._counts.sum())

    @property
    def found(self) -> int:
        """How many of them were met."""
        return int(self._met[self._windows.which][self._counts].sum())

    def look_in(self, codes: Codes) -> None:
        """Look for all of them in a piece of another text."""
        met, places = self._windows.met_in(codes)
        span = np.arange(GRAM)
        there = codes[places[:, None] + span]  # (found, 20)
        here = self._codes[self._windows.places(met)[:, None] + span]
        self._met[met[(there == here).all(axis=1)]] = True


@final
class LongestRun:
    """The longest stretch that a text has in common with what was looked at so far."""

    def __init__(self, codes: Codes) -> None:
        self.run: Run | None = None
        self._codes = codes
        self._longer = Windows(codes, 1)

    def look_in(self, codes: Codes, offset: int) -> None:
        """Look for a longer one in a piece of another text, which begins at `offset` there."""
        while (found := self._find(codes)) is not None:
            here, there = found
            most = min(len(self._codes) - here, len(codes) - there)
            same = self._codes[here : here + most] == codes[there : there + most]
            length = most if same.all() else int(same.argmin())
            text = "".join(map(chr, codes[there : there + length].tolist()))
            self.run = Run(text=text, offset=offset + there)
            self._longer = Windows(self._codes, length + 1)

    def _find(self, codes: Codes) -> tuple[int, int] | None:
        """Where a stretch longer than the longest stands here and there, the first place there."""
        met, places = self._longer.met_in(codes)
        length = self._longer.length
        order = np.argsort(places)
        for here, there in zip(self._longer.places(met)[order].tolist(), places[order].tolist(), strict=True):
            if np.array_equal(self._codes[here : here + length], codes[there : there + length]):
                return here, there
        return None


def joined(texts: Sequence[str]) -> Codes:
    """The code points of all texts, with what is no character behind each."""
    between = np.array([_BETWEEN], dtype=np.uint64)
    parts = [part for text in texts for part in (code_points(text).astype(np.uint64), between)]
    return np.concatenate([np.zeros(0, dtype=np.uint64), *parts])


def overlapping(pieces: Iterable[str], longest: int) -> Iterator[tuple[Codes, int]]:
    """Pieces, each with enough of the text before it that no stretch of `longest` is cut; and where each begins."""
    before, read = np.zeros(0, dtype=np.uint64), 0
    for piece in pieces:
        codes = np.concatenate([before, code_points(piece).astype(np.uint64)])
        yield codes, read - len(before)
        read += len(piece)
        before = codes[max(0, len(codes) - longest) :]


def window_numbers(codes: Codes, length: int) -> UInt64[np.ndarray, " windows"]:
    """A number for each stretch of `length`: the polynomial of its code points modulo 2^64, alike for like ones."""
    count = max(0, len(codes) - length + 1)
    numbers, done = np.zeros(count, dtype=np.uint64), 0
    doubled, size, factor = codes, 1, _BASE  # the numbers of stretches of 1, 2, 4, … and what to shift by
    while done < length and count:
        if length & size:
            numbers *= np.uint64(factor)
            numbers += doubled[done : done + count]
            done += size
        if done < length:
            doubled = doubled[:-size] * np.uint64(factor) + doubled[size:]
            size, factor = 2 * size, factor * factor % _MODULUS
    return numbers


# Does a model copy? How much of what it writes stands word for word in a text, such as the one it was trained on.
#
# A share of stretches of 20 characters says little by itself: people repeat themselves, too, in chats more than in books.
# So the same is measured for the last part of the text against all that stands before it: as much would be usual for
# somebody who goes on writing it. A model copies if it is far above that.


CHARACTERS: Final = 20_000
TEMPERATURES: Final = (0.5, 0.8, 1.0)
"""What people write with: bolder and duller, as `generate` does it, and as the model has learned."""

PASSAGE: Final = 2_000  # characters
LAST_PART: Final = 10  # the baseline is at most this part of the text
LEAST: Final = 1_000  # characters of a baseline; with fewer, its figures would be chance
MORE_SHARE: Final = 0.1
LONG_RUN: Final = 100  # characters: a sentence
TIMES: Final = 2
"""A model copies where its share is above twice the usual one and a tenth, or its longest run above twice the usual one
and above a sentence: with less, what is written cannot be told from the habits of its author."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model has written at one temperature, and what of it was found."""

    temperature: float
    overlap: Overlap


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was found.

    Attributes:
        source_characters: the length of the text that was searched.
        characters: how much was written at each temperature.
        passages: in how many passages.
        seed: the random numbers' beginning.
        written: a row for each temperature.
        usual: the same of the last part of the text against what stands before it; None where the text is too short.
        usual_characters: the length of that last part.
        longest_line: where the longest run of all begins, in lines from 1; 0 if there is none.
    """

    source_characters: int
    characters: int
    passages: int
    seed: int
    written: tuple[Written, ...]
    usual: Overlap | None
    usual_characters: int
    longest_line: int

    @property
    def share(self) -> float:
        """The highest share of stretches of 20 characters."""
        return self._highest.overlap.share

    @property
    def longest(self) -> Overlap:
        """What was written with the longest run."""
        return longest_of(self.written)

    @property
    def copies(self) -> bool:
        """Whether the model copies."""
        return bool(self._reasons())

    @property
    def verdict(self) -> str:
        """What that comes to, in words."""
        if reasons := self._reasons():
            return (
                f"It copies: {', and '.join(reasons)}. More text, fewer passes over it or more dropout would help; "
                "foreword generate --no-copy keeps long runs out of what it writes."
            )
        if self.usual is None:
            return "No sign that it copies, but the text is too short to know how much would be usual."
        return "No sign that it copies: what it repeats is what this text repeats of itself."

    def figures(self) -> dict[str, object]:
        """All that, for programs."""
        longest = self.longest.longest
        return {
            "share_of_20_grams": self.share,
            "longest_run": self.longest.longest_run,
            "longest": None
            if longest is None
            else {"text": longest.text, "offset": longest.offset, "line": self.longest_line},
            "copies": self.copies,
            "verdict": self.verdict,
            "temperatures": [
                {"temperature": each.temperature, **figures_of(each.overlap)} for each in self.written
            ],
            "usual": None
            if self.usual is None
            else {"characters": self.usual_characters, **figures_of(self.usual)},
            "source_characters": self.source_characters,
            "characters": self.characters,
            "passages": self.passages,
            "seed": self.seed,
        }

    @property
    def _highest(self) -> Written:
        return max(self.written, key=lambda each: each.overlap.share)

    def _reasons(self) -> list[str]:
        usual = Overlap(grams=0, found=0, longest=None) if self.usual is None else self.usual
        compared = "" if self.usual is None else f", where {usual.share:.0%} would be usual"
        reasons = []
        if self.share > TIMES * usual.share + MORE_SHARE:
            reasons.append(
                f"at temperature {self._highest.temperature:g}, {self.share:.0%} of its stretches of {GRAM} characters "
                f"stand in the text word for word{compared}"
            )
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
    """Let `model` write, and look for what it has written in `source`, which may be of any length.

    Args:
        model: what `foreword.load` gives.
        source: a file, a folder or a sample, such as the text that the model was trained on.
        encoding: of the files, if it is not UTF-8.
        characters: how much to write at each temperature, in passages of at most 2,000.
        temperatures: how boldly; see `Sampling`.
        seed: the same seed gives the same passages.
        notes: is told what a person should know of the source, such as files left out.
        watch: is told what is being done, and which share of all is done.

    Raises:
        OptionError: a value makes no sense.
        SourceError: the text cannot be read, or there is none.
    """
    if characters < GRAM:
        raise OptionError(f"characters must be at least {GRAM}, not {characters}")
    if not temperatures:
        raise OptionError("temperatures must be at least one")
    for temperature in temperatures:
        Sampling(temperature=temperature)  # before the text is read
    passages, report = -(-characters // PASSAGE), Report()
    with tempfile.TemporaryDirectory() as folder:
        pieces = clean_pieces(join(documents(str(source), encoding=encoding, everybody=True, report=report)))
        text = CleanedText.write(pieces, Path(folder) / "source.txt")
        if notes is not None:
            notes += report.sentences()
        if text.characters == 0:
            raise SourceEmpty(f"{source} is empty once it is cleaned; name a source with text in it")
        written = []
        for done, temperature in enumerate(temperatures):
            watch(f"writing at temperature {temperature:g}", done / len(temperatures))
            texts = generate_many(
                model,
                passages=passages,
                characters=-(-characters // passages),
                temperature=temperature,
                seed=seed,
            )
            found = overlap(texts, text.pieces(0, text.characters))
            written.append(Written(temperature=temperature, overlap=found))
        watch("looking for what is usual", 1.0)
        usual, usual_characters = usual_overlap(text, characters)
        longest = longest_of(written).longest
        line = (
            0 if longest is None else 1 + sum(piece.count("\n") for piece in text.pieces(0, longest.offset))
        )
    return Audit(
        source_characters=text.characters,
        characters=passages * -(-characters // passages),
        passages=passages,
        seed=seed,
        written=tuple(written),
        usual=usual,
        usual_characters=usual_characters,
        longest_line=line,
    )


def usual_overlap(text: CleanedText, characters: int) -> tuple[Overlap | None, int]:
    """What of the last part of a text stands in the rest of it, and the length of that part: what is usual there."""
    size = min(characters, text.characters // LAST_PART)
    if size < LEAST:
        return None, 0
    cut = text.characters - size
    last = "".join(text.pieces(cut, text.characters))
    passages = [last[start : start + PASSAGE] for start in range(0, size, PASSAGE)]
    return overlap(passages, text.pieces(0, cut)), size


def longest_of(written: Sequence[Written]) -> Overlap:
    """The one with the longest run."""
    return max((each.overlap for each in written), key=lambda each: each.longest_run)


def figures_of(found: Overlap) -> dict[str, object]:
    """The two figures, for programs."""
    return {"share_of_20_grams": found.share, "longest_run": found.longest_run}
