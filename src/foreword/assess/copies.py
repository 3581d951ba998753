"""Copying: the share of a model's generated text that stands word for word in a text, such as its training text.

People repeat themselves, in chats more than in books. So the last part of the text is compared with all the text before
it in the same way: that is the usual share for its author. A model copies if its share is far above the author's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, final

from foreword.assess.bits import Watch, no_progress
from foreword.errors import OptionError, SourceEmpty, check_within
from foreword.runtime.generate import generate_many
from foreword.runtime.model import Model
from foreword.runtime.sampling import Sampling
from foreword.sources.reading import documents
from foreword.sources.report import Report
from foreword.text.cleaning import clean_pieces
from foreword.text.document import join
from foreword.text.plural import counted

GRAM: Final = 20  # characters: few such stretches repeat by chance, but a copy with changes still shows
CHARACTERS: Final = 20_000
TEMPERATURES: Final = (0.5, 0.8, 1.0)
PASSAGE: Final = 2_000  # characters
LAST_PART: Final = 10  # the baseline is at most a tenth of the text
LEAST: Final = 1_000  # minimum characters of a baseline; with fewer, its figures are chance
TIMES: Final = 2
MORE_SHARE: Final = 0.1
LONG_RUN: Final = 100  # characters: a sentence
"""A model copies if its share is above twice the usual share plus a tenth. It also copies if its longest run is above
twice the usual run and above a sentence. Smaller figures can come from the author's habits."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A stretch that two texts have in common; `offset` is its start in the searched text, from 0."""

    text: str
    offset: int


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The part of some texts that was found in another text."""

    grams: int  # stretches of 20 characters, one at each position
    found: int  # of these, the number in the other text
    longest: Match | None  # None if the texts have no character in common

    @property
    def share(self) -> float:
        """The share of stretches of 20 characters that were found; 0 if the texts are shorter."""
        return self.found / self.grams if self.grams else 0.0

    @property
    def longest_run(self) -> int:
        """The length of the longest run, in characters."""
        return 0 if self.longest is None else len(self.longest.text)

    def figures(self) -> dict[str, object]:
        return {"share_of_20_grams": self.share, "longest_run": self.longest_run}


def overlap(texts: Sequence[str], source: str) -> Overlap:
    """The part of `texts` that stands in the text `source`, which is read once."""
    grams, run, length = _stretches(texts, GRAM), None, 1
    own, found, longer = set(grams), set[str](), {*_stretches(texts, length)}
    for at in range(len(source)):
        if (gram := source[at : at + GRAM]) in own:
            found.add(gram)
        elif length > GRAM:  # no longer stretch begins here
            continue
        if source[at : at + length] in longer:  # longer than the longest run: follow it to its end
            while at + length < len(source) and any(source[at : at + length + 1] in text for text in texts):
                length += 1
            run = Match(text=source[at : at + length], offset=at)
            length += 1
            longer = {*_stretches(texts, length)}
    return Overlap(grams=len(grams), found=sum(gram in found for gram in grams), longest=run)


def _stretches(texts: Sequence[str], length: int) -> list[str]:
    """The stretches of `length` characters in `texts`, one at each position."""
    return [text[at : at + length] for text in texts for at in range(len(text) - length + 1)]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedText:
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
    written: tuple[GeneratedText, ...]
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
        if self.share > self.usual.share or self.longest.longest_run > self.usual.longest_run:
            return "No clear sign that it copies: it repeats more than the text repeats itself, but not far more."
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
    def _highest(self) -> GeneratedText:
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
    watch: Watch = no_progress,
) -> Audit:
    """Generate text with `model`, and search for it in `source`, a text of any length.

    Args:
        model: a model from `foreword.load`.
        source: a file, a folder or a sample, such as the text that the model was trained on.
        encoding: the encoding of the files, if it is not UTF-8.
        characters: the characters to generate at each temperature, in passages of at most 2,000.
        temperatures: see `generate`.
        seed: the same seed gives the same passages.
        notes: a list that gets remarks on the source, such as files left out.
        watch: a callback that gets the name of the task and the finished share of the whole.

    Raises:
        OptionError: a value is out of range.
        SourceError: the text cannot be read, or is empty.
    """
    check_within("characters", characters, GRAM)
    if not temperatures:
        raise OptionError("temperatures is empty; give at least one")
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
    generated = []
    for done, temperature in enumerate(temperatures):
        watch(f"writing at temperature {temperature:g}", done / len(temperatures))
        texts = generate_many(model, passages=passages, characters=each, temperature=temperature, seed=seed)
        generated.append(GeneratedText(temperature=temperature, overlap=overlap(texts, text)))
    watch("measuring what is usual", 1.0)
    usual, usual_characters = _usual(text, characters)
    found = Audit(
        source_characters=len(text),
        characters=passages * each,
        passages=passages,
        seed=seed,
        written=tuple(generated),
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
