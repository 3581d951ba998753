"""Sentences planted in a text, each a line of its own at a random place, to see whether a network learns them by heart.

The text stays on disk: it is cut where a sentence comes in, and the pieces run on around it.
"""

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np

from foreword.corpus.cleaned import CleanedText, Part, RunningText

REACH: Final = 1_000
"""How far a place moves on to stand where a line begins, or, in a text without lines, a word."""


def plant(text: RunningText, sentences: Sequence[str], path: Path, *, seed: int) -> RunningText:
    """The text with all `sentences` in it, which are written to `path` and must have no newline.

    A sentence that shall come twice is handed in twice. The seed decides the places, each as likely as any other.
    """
    written = CleanedText.write((f"{sentence}\n" for sentence in sentences), path)
    ends = list(accumulate(len(sentence) + 1 for sentence in sentences))
    lines = [Part(written, start, end) for start, end in zip([0, *ends], ends, strict=False)]
    draw = np.random.default_rng(seed)
    sizes = np.array([part.stop - part.start for part in text.parts])
    where = draw.choice(len(sizes), size=len(lines), p=sizes / sizes.sum())
    draw.shuffle(lines)
    found: list[Part] = []
    for number, part in enumerate(text.parts):
        here = [line for line, place in zip(lines, where, strict=True) if place == number]
        cuts = sorted(_cut(part, int(at)) for at in draw.integers(part.start, part.stop, size=len(here)))
        for start, stop, line in zip([part.start, *cuts], cuts, here, strict=False):
            found += Part(part.text, start, stop), line
        found.append(Part(part.text, cuts[-1] if cuts else part.start, part.stop))
    return RunningText(found)


def _cut(part: Part, at: int) -> int:
    """The next beginning of a line after `at`, else of a word."""
    after = part.text.characters_from(at, min(at + REACH, part.stop))
    for mark in ("\n", " "):
        place = after.find(mark)
        if place >= 0:
            return at + place + 1
    return at
