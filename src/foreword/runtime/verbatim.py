"""No copies of a text: a generated passage may contain no run of more than N characters of it.

A run of N + 1 characters has at least N + 1 bytes. Cut the text, from its beginning, into blocks of (N + 2) // 2 bytes.
Each such run in it then holds a whole block, at any start. So one number is stored for each block, not for each place.
For a text of 100 MB and N = 40, this takes 80 MB besides the text. A block found is compared with the text, byte by
byte. So nothing is missed, and a collision of numbers refuses nothing. UTF-8 shows where a character begins, so a run
of whole characters is in the bytes if and only if it is in the text.

Sources: Karp and Rabin (1987) for the numbers, Tridgell and Mackerras (1996), "The rsync algorithm", for the blocks.
"""

from collections.abc import Iterable
from typing import Final, final

import numpy as np
from jaxtyping import Int64, Integer, UInt64

from foreword.errors import within
from foreword.text.cleaning import clean_pieces

CHARACTERS: Final = 40
"""About eight words: longer than common phrases, shorter than a quotation."""

_BASE: Final = 0x9E3779B97F4A7C15  # odd, with its bits well mixed
_MODULUS: Final = 1 << 64
_TABLE_BITS: Final = 20  # a table in the processor's cache excludes most numbers at once

Numbers = UInt64[np.ndarray, " stretches"]
Places = Int64[np.ndarray, " found"]


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


@final
class NoCopy:
    """A text that passages must not repeat: no run of more than `characters` of it."""

    def __init__(
        self, text: str | Iterable[str], *, characters: int = CHARACTERS, name: str = "the text"
    ) -> None:
        """Index `text`, which may come in pieces; it is cleaned like all texts. Notes call it `name`.

        Raises:
            OptionError: `characters` is less than 1.
        """
        within("the characters that may be repeated", characters, 1)
        self.characters = characters
        self.name = name
        pieces = clean_pieces([text] if isinstance(text, str) else text)
        self._bytes = b"".join(piece.encode() for piece in pieces)
        self._size = (characters + 2) // 2
        self._blocks = StretchIndex(_block_numbers(self._bytes, self._size))

    def refuses(self, before: str, text: str) -> bool:
        """True if a run of more than `characters` characters ends in `text` when it comes after `before`.

        Neither is cleaned. Only the end of `before` that could be part of such a run is read.
        """
        whole = before[-self.characters :] + text
        if len(whole) <= self.characters:
            return False
        places, offsets = self._blocks_in(whole.encode())
        return len(places) > 0 and any(
            self._has(whole, end - self.characters - 1, end, places, offsets)
            for end in range(self.characters + 1, len(whole) + 1)
        )

    def _blocks_in(self, data: bytes) -> tuple[Places, Places]:
        """The places in the text of blocks that seem to be in `data`, and the offset of each in `data`."""
        numbers = stretch_numbers(np.frombuffer(data, dtype=np.uint8), self._size)
        offsets, first = self._blocks.find(numbers)
        last = np.searchsorted(self._blocks.numbers, numbers[offsets], side="right")
        places = [self._blocks.order[start:stop] for start, stop in zip(first, last, strict=True)]
        return np.concatenate([first[:0], *places]) * self._size, np.repeat(offsets, last - first)

    def _has(self, whole: str, start: int, end: int, places: Places, offsets: Places) -> bool:
        """True if the characters of `whole` from `start` to `end` are a run of the text around one of the blocks."""
        run, skipped = whole[start:end].encode(), len(whole[:start].encode())
        inside = (offsets >= skipped) & (offsets + self._size <= skipped + len(run))
        starts = places[inside] - (offsets[inside] - skipped)
        starts = starts[(starts >= 0) & (starts <= len(self._bytes) - len(run))]
        # A line of dashes has one block in thousands of places: compare two bytes at each place, then all bytes at few.
        text = np.frombuffer(self._bytes, dtype=np.uint8)
        starts = starts[(text[starts] == run[0]) & (text[starts + len(run) - 1] == run[-1])]
        return any(self._bytes.startswith(run, place) for place in starts.tolist())


def _block_numbers(data: bytes, size: int) -> Numbers:
    """The number of each whole block of `size` bytes, as `stretch_numbers` computes it."""
    count = len(data) // size
    blocks = np.frombuffer(data, dtype=np.uint8, count=count * size).reshape(count, size)
    numbers = np.zeros(count, dtype=np.uint64)
    for place in range(size):  # a column at a time; else memory would hold eight times the text
        numbers *= np.uint64(_BASE)
        numbers += blocks[:, place]
    return numbers


def _slots(numbers: Numbers) -> Places:
    return (numbers >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)  # the low bits are less well mixed
