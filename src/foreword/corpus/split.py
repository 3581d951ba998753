"""The one split: the end of each text is held out, its first half to validate, its second half to test.

Contiguous and by time, never random windows: a window whose neighbours were trained on is not unseen.
"""

from typing import Final

from foreword.corpus.cleaned import CleanedText

LEAST: Final = 2_000
"""Characters to validate on, and as many to test on, below which a figure says little."""

SHORTEST: Final = 200
"""Characters below which a text is not worth splitting: all of it is trained on."""

REACH: Final = 1_000
"""How far a cut moves back to stand at the beginning of a line."""


def split(text: CleanedText, held_out: float) -> tuple[int, int]:
    """Where training ends and where validation ends; the test part goes on to the end of `text`.

    The share `held_out` (at most a half) is raised to LEAST characters for each of the two parts, but to no more
    than a third of the text for both: a text below 12,000 characters gives a third, and one below SHORTEST nothing.
    Then each cut moves back to the beginning of its line, so that no message is cut in two, if it begins within
    REACH and within half a part. Only the training part loses by that, and keeps at least a quarter of the text.
    """
    length = text.characters
    if held_out == 0 or length < SHORTEST:
        return length, length
    size = max(round(held_out * length), min(2 * LEAST, length // 3)) // 2
    test = _line_start(text, length - size, size)
    return _line_start(text, test - size, size), test


def _line_start(text: CleanedText, cut: int, size: int) -> int:
    """The beginning of the line that `cut` falls in, if it is near, else `cut`."""
    first = max(0, cut - min(REACH, size // 2))
    newline = text.characters_from(first, cut).rfind("\n")
    return cut if newline < 0 else first + newline + 1
