"""A text that must not be repeated: no run of more than N characters of it may come out again.

A run of N + 1 characters has at least N + 1 bytes. Cut the text, from its beginning, into blocks of (N + 2) // 2 bytes,
and each such run in it holds a whole block, wherever it begins. So one number is kept for each block and not for each
place: beside the text itself, 80 MB for a text of 100 MB and N = 40. What is found is compared with the text, byte by
byte, so that nothing is missed and nothing is refused for a collision of numbers. UTF-8 shows where a character
begins, so a run of whole characters is found in the bytes if and only if it is in the text.

Source of the idea: Tridgell and Mackerras (1996), "The rsync algorithm".
"""

from collections.abc import Iterable
from typing import Final, final

import numpy as np
from jaxtyping import Int64, UInt64

from foreword.errors import OptionError
from foreword.text.cleaning import clean_pieces

CHARACTERS: Final = 40
"""About eight words: longer than what people say again and again, shorter than what one would call a quotation."""

_BASE: Final = 0x9E3779B97F4A7C15  # odd, with its bits well mixed
_MODULUS: Final = 1 << 64


@final
class NoCopy:
    """A text that passages must not repeat.

    Attributes:
        characters: how long a run of it may be.
        name: what it is called in notes.
    """

    def __init__(
        self, text: str | Iterable[str], *, characters: int = CHARACTERS, name: str = "the text"
    ) -> None:
        """Index `text`, which may come in pieces; it is cleaned as all texts are.

        Raises:
            OptionError: not even one character could be repeated.
        """
        if characters < 1:
            raise OptionError(f"the characters that may be repeated must be at least 1, not {characters}")
        self.characters = characters
        self.name = name
        pieces = clean_pieces([text] if isinstance(text, str) else text)
        self._bytes = b"".join(piece.encode() for piece in pieces)
        self._size = (characters + 2) // 2
        numbers = _block_numbers(self._bytes, self._size)
        order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[order]
        self._places = order * self._size
        self._powers = np.array(
            [pow(_BASE, power, _MODULUS) for power in reversed(range(self._size))], dtype=np.uint64
        )

    def refuses(self, before: str, text: str) -> bool:
        """Whether a run of more than `characters` characters ends in `text` when it comes after `before`.

        Both are taken as they are; of `before`, no more is looked at than could be part of such a run.
        """
        whole = before[-self.characters :] + text
        if len(whole) <= self.characters:
            return False
        places, offsets = self._blocks_in(whole.encode())
        return len(places) > 0 and any(
            self._has(whole, end - self.characters - 1, end, places, offsets)
            for end in range(self.characters + 1, len(whole) + 1)
        )

    def _blocks_in(self, data: bytes) -> tuple[Int64[np.ndarray, " found"], Int64[np.ndarray, " found"]]:
        """Where blocks stand that seem to be in `data`, and where in `data` each of them begins."""
        nothing = np.zeros(0, dtype=np.int64)
        if len(self._numbers) == 0:
            return nothing, nothing
        windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, dtype=np.uint8), self._size)
        numbers = windows @ self._powers
        first = np.searchsorted(self._numbers, numbers)
        known = self._numbers[np.minimum(first, len(self._numbers) - 1)] == numbers
        if not known.any():
            return nothing, nothing
        offsets = np.flatnonzero(known)
        first, last = first[offsets], np.searchsorted(self._numbers, numbers[offsets], side="right")
        places = [self._places[start:stop] for start, stop in zip(first, last, strict=True)]
        return np.concatenate(places), np.repeat(offsets, last - first)

    def _has(
        self,
        whole: str,
        start: int,
        end: int,
        places: Int64[np.ndarray, " found"],
        offsets: Int64[np.ndarray, " found"],
    ) -> bool:
        """Whether the characters of `whole` from `start` to `end` are a run of the text around one of the blocks."""
        run, skipped = whole[start:end].encode(), len(whole[:start].encode())
        inside = (offsets >= skipped) & (offsets + self._size <= skipped + len(run))
        starts = places[inside] - (offsets[inside] - skipped)
        starts = starts[(starts >= 0) & (starts <= len(self._bytes) - len(run))]
        # A line of dashes has one block in thousands of places: look at two bytes of all before all bytes of one.
        text = np.frombuffer(self._bytes, dtype=np.uint8)
        starts = starts[(text[starts] == run[0]) & (text[starts + len(run) - 1] == run[-1])]
        return any(self._bytes.startswith(run, place) for place in starts.tolist())


def _block_numbers(data: bytes, size: int) -> UInt64[np.ndarray, " blocks"]:
    """A number for each whole block of `size` bytes: a polynomial of its bytes, modulo 2^64."""
    count = len(data) // size
    blocks = np.frombuffer(data, dtype=np.uint8, count=count * size).reshape(count, size)
    numbers = np.zeros(count, dtype=np.uint64)
    for place in range(size):  # a column at a time, or eight times the text would be held
        numbers *= np.uint64(_BASE)
        numbers += blocks[:, place]
    return numbers
