"""Write a file of n-grams (`foreword/modelfolder/ngrams.py` describes and reads it)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import save

from foreword.libraries import Float64, Int64, UInt8, UInt32
from foreword.modelfolder.ngrams import HALF, RESTS, STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The contexts of one length to write: sorted keys, the number of followers of each, and all followers in order."""

    keys: UInt32[np.ndarray, " contexts"]
    counts: Int64[np.ndarray, " contexts"]
    rest: Float64[np.ndarray, " contexts"]
    followers: Int64[np.ndarray, " followers"]
    chances: Float64[np.ndarray, " followers"]


def to_bytes(
    words: Sequence[str],
    unigram: Float64[np.ndarray, " words"],
    shares: Sequence[float],
    levels: Sequence[Level],
    frequencies: Float64[np.ndarray, " words"] | None = None,
) -> bytes:
    """The bytes of a file with these n-grams; `levels` begin with the contexts of one symbol."""
    arrays: dict[str, np.ndarray] = {
        "words": np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        "unigram": unigram.astype(np.float32),
        "shares": np.array(shares, dtype=np.float32),
    }
    if frequencies is not None:
        arrays["frequencies"] = steps(frequencies)
    for symbols, level in enumerate(levels, start=1):
        upper, lower = np.divmod(level.keys.astype(np.int64), HALF)
        starts = np.searchsorted(upper, np.arange(HALF + 1))
        kind = np.min_scalar_type(int(level.counts.max(initial=0)))
        arrays |= {
            f"starts_{symbols}": starts.astype(np.uint32),
            f"offsets_{symbols}": np.append(0, np.cumsum(level.counts))[starts].astype(np.uint32),
            f"keys_{symbols}": lower.astype(np.uint16),
            f"counts_{symbols}": level.counts.astype(kind),
            f"rest_{symbols}": np.clip(np.round(RESTS * level.rest), 0, RESTS).astype(np.uint8),
            f"followers_{symbols}": level.followers.astype(np.uint16),
            f"chances_{symbols}": steps(level.chances),
        }
    return save(arrays)


def steps(chances: Float64[np.ndarray, " some"]) -> UInt8[np.ndarray, " some"]:
    """Chances as they are stored."""
    found: UInt8[np.ndarray, " some"] = np.clip(np.round(-STEPS * np.log(chances)), 0, 255).astype(np.uint8)
    return found
