"""The word meant when a person makes one typo.

A typo is a neighbouring key or another vowel, a letter or an apostrophe left out, or two letters swapped. It is also a
letter typed twice, the wrong letter typed twice, or ae, oe, ue or aa on a keyboard without ä, ö, ø, ü and å.

A noisy channel: P(word, typo | text) = P(word | text) · P(typo). In most cases the text decides between two words.

Source: Kernighan, Church and Gale (1990), "A spelling correction program based on a noisy channel model". The rates are
our own choice: one typo in a hundred letters, most of them a neighbouring key.
"""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

SUBSTITUTION: Final = 0.006
OMISSION: Final = 0.002
APOSTROPHE: Final = 0.03  # left out, as many people do
UMLAUT: Final = 0.03  # such as koennen, where the key is missing
DOUBLING: Final = 0.001
WRONG_DOUBLE: Final = 0.0005  # such as tommorow
SWAP: Final = 0.001
VOWEL: Final = 0.001

_ROWS: Final = ((0.0, "qwertyuiop"), (0.25, "asdfghjkl"), (0.75, "zxcvbnm"))
_NEAR: Final = 1.3  # in widths of a key


_PLACES: Final = {
    key: (offset + column, row) for row, (offset, keys) in enumerate(_ROWS) for column, key in enumerate(keys)
}
_SMALL: Final = {
    key: "".join(other for other, at in _PLACES.items() if other != key and math.dist(place, at) < _NEAR)
    for key, place in _PLACES.items()
}
NEIGHBOURS: Final = MappingProxyType(_SMALL | {key.upper(): keys.upper() for key, keys in _SMALL.items()})
"""The keys around each, on a QWERTY keyboard; letters of other scripts have none."""
VOWELS: Final = "aeiouy"
_UMLAUTS: Final = {"ae": "ä", "oe": "öø", "ue": "ü", "aa": "å"}


@lru_cache(maxsize=8)
def intended(typed: str, letters: str) -> Mapping[str, float]:
    """The beginnings of words that one typo turns into `typed`, with the typo's probability."""
    found: dict[str, float] = {}
    for length in range(len(typed)):
        for meant, chance in _meant(typed[length:], letters):
            begun = typed[:length] + meant
            found[begun] = max(found.get(begun, 0.0), chance)
    found.pop(typed, None)
    return found


def _meant(rest: str, letters: str) -> Iterator[tuple[str, float]]:
    """The texts meant by `rest` if its first letter is a typo, with its probability; `letters` is the alphabet."""
    typed, after = rest[0], rest[1:]
    for near in NEIGHBOURS.get(typed, ""):
        yield near + after, SUBSTITUTION / len(NEIGHBOURS[near])
    if typed in VOWELS:
        for vowel in VOWELS.replace(typed, ""):
            yield vowel + after, VOWEL
    for left_out in letters:
        if left_out != typed and (typed.isupper() or not left_out.isupper()):
            yield left_out + rest, OMISSION
    yield "'" + rest, APOSTROPHE
    for umlaut in _UMLAUTS.get(rest[:2].lower(), ""):
        yield (umlaut if typed.islower() else umlaut.upper()) + rest[2:], UMLAUT
    if after[:1] == typed:
        yield after, DOUBLING
        for place, letter in enumerate(after[1:], start=1):
            yield after[:place] + letter + after[place:], WRONG_DOUBLE
    elif after:
        yield after[0] + typed + after[1:], SWAP
