"""Characters to ids by one look-up in NumPy: what the tokenizer of characters gives, a hundred times as fast."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, final

import numpy as np
from jaxtyping import Bool, Int32, Int64, UInt32

CODE_POINTS: Final = 0x110000
PIECE: Final = 1 << 16
"""Characters worked on at a time, so that a text of any length needs the memory of its result and a little more."""

_REPLACEMENT: Final = 0xFFFD


def code_points(text: str) -> UInt32[np.ndarray, " characters"]:
    """The code points of `text`; a lone surrogate, which no encoding can write, reads as U+FFFD."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(
        np.uint32, copy=False
    )
    surrogate = (codes >= 0xD800) & (codes <= 0xDFFF)
    return np.where(surrogate, np.uint32(_REPLACEMENT), codes) if surrogate.any() else codes


def count_characters(pieces: Iterable[str]) -> Counter[str]:
    """How often each character occurs in the text that `pieces` make up."""
    counts = np.zeros(CODE_POINTS, dtype=np.int64)
    for piece in pieces:
        for start in range(0, len(piece), PIECE):
            found = np.bincount(code_points(piece[start : start + PIECE]))
            counts[: len(found)] += found
    return Counter({chr(code): int(counts[code]) for code in np.flatnonzero(counts)})


def rare_characters(counts: Mapping[str, int], share: float) -> frozenset[str]:
    """The rarest characters that together make up at most `share` of the text that was counted."""
    left = share * sum(counts.values())
    rare = set()
    for character, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        left -= count
        if left < 0:
            break
        rare.add(character)
    return frozenset(rare)


@final
class CharacterTable:
    """Ids by code point for a vocabulary of characters whose first 256 ids are the bytes.

    `rare` names the characters whose occurrences `encode` may spell in bytes though they have an id of their own.
    """

    def __init__(self, tokens: Sequence[bytes], rare: Iterable[str] = ()) -> None:
        self._ids: Int32[np.ndarray, " code_points"] = np.full(CODE_POINTS, -1, dtype=np.int32)
        for at, token in enumerate(tokens[256:], start=256):
            self._ids[ord(token.decode())] = at
        self._rare: Bool[np.ndarray, " code_points"] = np.zeros(CODE_POINTS, dtype=np.bool_)
        self._rare[[ord(character) for character in rare]] = True

    def encode(
        self, text: str, *, spell: np.random.Generator | None = None, share: float = 0.0
    ) -> Int64[np.ndarray, " time"]:
        """The ids of `text`; a character without an id is spelled in its UTF-8 bytes.

        With a generator to `spell`, so is this `share` of the occurrences of the rare characters, lest a model
        trained on the text meet the byte tokens for the first time when someone types.
        """
        parts = [
            self._encode(code_points(text[start : start + PIECE]), spell, share)
            for start in range(0, len(text), PIECE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def _encode(
        self, codes: UInt32[np.ndarray, " characters"], spell: np.random.Generator | None, share: float
    ) -> Int64[np.ndarray, " time"]:
        ids = self._ids[codes].astype(np.int64)
        if spell is not None:
            candidates = np.flatnonzero(self._rare[codes])
            ids[candidates[spell.random(len(candidates)) < share]] = -1
        unknown = np.flatnonzero(ids < 0)
        return _spell(ids, codes, unknown) if len(unknown) else ids


def _spell(
    ids: Int64[np.ndarray, " characters"],
    codes: UInt32[np.ndarray, " characters"],
    unknown: Int64[np.ndarray, " unknown"],
) -> Int64[np.ndarray, " time"]:
    """`ids` with the bytes of `codes` in the places that `unknown` names."""
    strange = codes[unknown]
    lengths = np.ones(len(ids), dtype=np.int64)
    lengths[unknown] = 1 + (strange >= 0x80) + (strange >= 0x800) + (strange >= 0x10000)
    spelled = np.repeat(ids, lengths)
    spelled[spelled < 0] = np.frombuffer(strange.tobytes().decode("utf-32-le").encode(), dtype=np.uint8)
    return spelled
