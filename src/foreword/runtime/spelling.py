"""What tokens spell: the ones that begin with given bytes, and the ones that may stand inside a UTF-8 character."""

import codecs
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Final, final

import numpy as np
from jaxtyping import Bool, Int64

CONTINUATION: Final = range(0x80, 0xC0)  # the bytes of a character behind its first


@final
class Spelling:
    """A vocabulary asked by its bytes. A text has many spellings: characters as bytes, words as characters."""

    def __init__(self, tokens: tuple[bytes, ...]) -> None:
        self.tokens = tokens
        order = sorted(range(len(tokens)), key=tokens.__getitem__)
        self._sorted = [tokens[token] for token in order]
        self._order = np.array(order, dtype=np.int64)
        self._longest = max(map(len, tokens))
        self._inside = [token for token, spelled in enumerate(tokens) if spelled[0] in CONTINUATION]
        self.valid_after = lru_cache(maxsize=256)(self._valid_after)

    def beginning_with(self, text: bytes) -> Int64[np.ndarray, " some"]:
        """The tokens that begin with `text`, or are it."""
        first = bisect_left(self._sorted, text)
        return self._order[first : bisect_right(self._sorted, text + b"\xff" * self._longest)]

    def spelling_part_of(self, text: bytes) -> Int64[np.ndarray, " some"]:
        """The tokens that `text` begins with, itself left out."""
        parts = [text[:length] for length in range(1, min(len(text) - 1, self._longest) + 1)]
        places = [range(bisect_left(self._sorted, part), bisect_right(self._sorted, part)) for part in parts]
        return self._order[np.array([place for run in places for place in run], dtype=np.int64)]

    def fitting(self, owed: bytes) -> Int64[np.ndarray, " some"]:
        """The tokens that can come next where `owed` must be spelled first: all of them if nothing is owed."""
        return np.concatenate([self.spelling_part_of(owed), self.beginning_with(owed)])

    def _valid_after(self, pending: bytes) -> Bool[np.ndarray, " vocabulary"]:
        """Which tokens make UTF-8 of the unfinished character `pending` (b"" if there is none) and themselves."""
        mask = np.zeros(len(self.tokens), dtype=bool)
        for token in self._inside if pending else range(len(self.tokens)):
            mask[token] = split(pending + self.tokens[token]) is not None
        return mask


def split(text: bytes) -> tuple[str, bytes] | None:
    """The whole characters of UTF-8 bytes, and the bytes of one that is not complete; None if they are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        whole, pending = decoder.decode(text), decoder.getstate()[0]
    except UnicodeDecodeError:
        return None
    return (whole, pending) if not pending or can_be_completed(pending) else None


def can_be_completed(pending: bytes) -> bool:
    """Whether these bytes begin a character: Python's decoder waits for the rest of half a surrogate pair in vain."""
    missing = (2 if pending[0] < 0xE0 else 3 if pending[0] < 0xF0 else 4) - len(pending)
    return any(is_utf8(pending + filling * missing) for filling in (b"\x80", b"\xbf"))


def is_utf8(text: bytes) -> bool:
    """Whether these bytes are whole characters."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
