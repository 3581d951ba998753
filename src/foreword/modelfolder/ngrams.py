"""The n-grams of a model's training texts, `ngrams.safetensors`: the words that follow one to three symbols.

    P(w | c) = chance(w | c) + rest(c) · P(w | c without its oldest symbol)

A symbol is a word in folded case, or a sign (`keyboard/ngram_model.py`). `words` has all words, sorted without case and
accents; a word's number is its position. `unigram` has their probabilities after the empty context. `shares` has the
share of this distribution in the mixture with the network, by the number of symbols found. `frequencies` has how often
the model writes each word, in 256 steps; a network that was trained further is without it.

The contexts of n symbols are sorted by a key of 32 bits:

    starts_n      for each upper half of a key, the position of the first context
    offsets_n     the position of this context's first follower
    keys_n        the lower half of each key
    counts_n      the number of followers of each context
    rest_n        the rest of each context, in 255 steps
    followers_n   the number of each follower
    chances_n     its chance, in 256 steps

Source: Seymore and Rosenfeld (1996), "Scalable backoff language models", for the choice of the followers
(recipes/base_english/ngrams.py).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from mmap import mmap
from typing import Final, Literal, final

import msgspec
import numpy as np

from foreword.errors import ModelTruncated
from foreword.libraries import Float32, UInt8
from foreword.text.words import LONGEST as LONGEST_WORD
from foreword.text.words import lines_and_keys, matching

LONGEST: Final = 3
SIGNS: Final = ("\n", ",")
MOST_WORDS: Final = 2**16 - 1 - len(SIGNS)  # the number of a symbol has 16 bits
HALF: Final = 2**16
STEPS: Final = 16.0  # p is stored as -16 ln p, rounded: steps of 6 %, down to one in eight million
RESTS: Final = 255
SPREAD: Final = 0x9E3779B1
KINDS: Final = {"U8": np.uint8, "U16": np.uint16, "U32": np.uint32, "F32": np.float32}
FREQUENCIES: Final = "frequencies"
WRITTEN: Final = {
    "words": ("U8",),
    "unigram": ("F32",),
    "shares": ("F32",),
    FREQUENCIES: ("U8",),
    "starts": ("U32",),
    "offsets": ("U32",),
    "keys": ("U16",),
    "counts": ("U8", "U16", "U32"),
    "rest": ("U8",),
    "followers": ("U16",),
    "chances": ("U8",),
}
"""The types of each array, whose name may end in the number of symbols."""


class _Entry(msgspec.Struct):
    dtype: Literal["U8", "U16", "U32", "F32"]
    data_offsets: tuple[int, int]


@final
class Ngrams:
    """The n-grams of one model. `keys` are the `words` without case and accents, in the same order."""

    def __init__(self, data: bytes | mmap, where: str = "the file of n-grams") -> None:
        """Read the bytes of the file `where`; they are not copied, so only the parts that are used take memory.

        Raises:
            ModelTruncated: they are damaged.
        """
        try:
            arrays = _arrays(np.frombuffer(data, dtype=np.uint8))
            self.words, self.keys = lines_and_keys(arrays["words"].tobytes().decode())
            self.shares: Float32[np.ndarray, " degrees"] = arrays["shares"]
            first = arrays["unigram"]
            if (
                not len(first) == len(self.words) == len(self.keys) <= MOST_WORDS
                or len(self.shares) != LONGEST + 1
            ):
                raise ValueError("its words, their probabilities and the shares do not fit")
            if max(map(len, self.words)) > LONGEST_WORD:
                raise ValueError(f"a word has more than {LONGEST_WORD} letters")
            if not all(((each >= 0) & (each <= 1)).all() for each in (first, self.shares)):
                raise ValueError("a probability is not between 0 and 1")
            self._unigram: Float32[np.ndarray, " words"] = np.zeros(HALF, dtype=np.float32)
            self._unigram[: len(self.words)] = first
            steps = arrays.get(FREQUENCIES)
            if steps is not None and len(steps) != len(self.words):
                raise ValueError("its frequencies do not fit its words")
            self.frequencies: Float32[np.ndarray, " words"] | None = None if steps is None else CHANCES[steps]
            self._levels = [_Level(arrays, symbols) for symbols in range(1, LONGEST + 1)]
        except (KeyError, ValueError) as error:
            why = f"it has no array {error}" if isinstance(error, KeyError) else error
            raise ModelTruncated(f"{where} is damaged: {why}; get the model again") from None

    def after(self, context: Sequence[str]) -> tuple[Float32[np.ndarray, " words"], int]:
        """The probability of each word after these symbols, the nearest last, and the number of symbols found."""
        chances, numbers = self._unigram.copy(), list[int]()
        for symbol, level in zip(reversed(context), self._levels, strict=False):
            number = self._symbol(symbol)
            if number is None or not level.follow([*numbers, number], chances):
                break
            numbers.append(number)
        chances /= max(1.0, float(chances.sum()))  # rounded steps may add to a little more
        return chances[: len(self.words)], len(numbers)

    def alike(self, word: str) -> range:
        """The numbers of the words that differ from this one only in case and accents."""
        key = matching(word)
        return range(bisect_left(self.keys, key), bisect_right(self.keys, key))

    def _symbol(self, symbol: str) -> int | None:
        if symbol in SIGNS:
            return 1 + SIGNS.index(symbol)
        first = next((at for at in self.alike(symbol) if self.words[at].casefold() == symbol), None)
        return None if first is None else 1 + len(SIGNS) + first


@final
class _Level:
    """The contexts of one length, with their followers."""

    def __init__(self, arrays: Mapping[str, np.ndarray], symbols: int) -> None:
        self._starts, self._keys, self._offsets, self._counts, self._rest, self._followers, self._chances = (
            arrays[f"{name}_{symbols}"]
            for name in ("starts", "keys", "offsets", "counts", "rest", "followers", "chances")
        )
        contexts, followers = len(self._keys), len(self._followers)
        if (
            not contexts == len(self._counts) == len(self._rest) == self._starts.max()
            or not len(self._starts) == len(self._offsets) == HALF + 1
            or not followers == len(self._chances) == self._offsets.max()
        ):
            raise ValueError(f"its contexts of {symbols} symbols do not fit their followers")

    def follow(self, numbers: Sequence[int], chances: Float32[np.ndarray, " words"]) -> bool:
        """Change the probabilities after the shorter context to those after this one; False if it is unknown."""
        upper, lower = divmod(key(numbers), HALF)
        first, end = self._starts[upper : upper + 2].tolist()
        at = first + int(np.searchsorted(self._keys[first:end], lower))
        if at >= end or self._keys[at] != lower:
            return False
        offset = int(self._offsets[upper]) + int(self._counts[first:at].sum())
        own = slice(offset, offset + int(self._counts[at]))
        chances *= self._rest[at] / np.float32(RESTS)
        chances[self._followers[own]] += CHANCES[self._chances[own]]
        return True


def _arrays(data: UInt8[np.ndarray, " bytes"]) -> dict[str, np.ndarray]:
    """The arrays of a safetensors file, each of one dimension, without copying them."""
    start = 8 + int.from_bytes(data[:8].tobytes(), "little")
    header = msgspec.json.decode(data[8:start].tobytes(), type=dict[str, msgspec.Raw])
    header.pop("__metadata__", None)
    found, size = dict[str, np.ndarray](), len(data) - start
    for name, raw in header.items():
        each = msgspec.json.decode(raw, type=_Entry)
        first, end = each.data_offsets
        if not 0 <= first <= end <= size:
            raise ValueError("it is cut off")
        if each.dtype not in WRITTEN.get(name.partition("_")[0], ()):
            raise ValueError(f"{name} cannot be {each.dtype}")
        found[name] = data[start + first : start + end].view(KINDS[each.dtype])
    return found


CHANCES: Final = np.exp(np.arange(256) / -STEPS).astype(np.float32)  # by their steps


def key(numbers: Sequence[int]) -> int:
    """The key of a context, from the numbers of its symbols, the nearest first; unique for one or two symbols."""
    nearest, second, third = (*numbers, 0, 0)[:LONGEST]
    return (third * SPREAD + second * HALF + nearest) % HALF**2
