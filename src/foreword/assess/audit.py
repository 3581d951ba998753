"""Does a model copy? How much of what it writes stands word for word in a text, such as the one it was trained on.

A share of stretches of 20 characters says little by itself: people repeat themselves, too, in chats more than in books.
So the same is measured for the last part of the text against all that stands before it: as much would be usual for
somebody who goes on writing it. A model copies if it is far above that.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.assess.bits import Watch, unwatched
from foreword.assess.verbatim import GRAM, Overlap, overlap
from foreword.corpus.cleaned import CleanedText
from foreword.corpus.samples import documents
from foreword.errors import OptionError, SourceEmpty
from foreword.runtime.generate import generate_many
from foreword.runtime.model import Model
from foreword.runtime.sampling import Sampling
from foreword.sources.report import Report
from foreword.text.cleaning import clean_pieces
from foreword.text.counting import counted
from foreword.text.documents import join

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
    last = text.characters_from(cut, text.characters)
    passages = [last[start : start + PASSAGE] for start in range(0, size, PASSAGE)]
    return overlap(passages, text.pieces(0, cut)), size


def longest_of(written: Sequence[Written]) -> Overlap:
    """The one with the longest run."""
    return max((each.overlap for each in written), key=lambda each: each.longest_run)


def figures_of(found: Overlap) -> dict[str, object]:
    """The two figures, for programs."""
    return {"share_of_20_grams": found.share, "longest_run": found.longest_run}
