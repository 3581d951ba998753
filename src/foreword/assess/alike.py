"""Strings of the same shape as a secret: a digit for each digit, a small letter for a small one, a capital for one.

What else stands in it is kept: who looks for a secret may know its blanks and dashes. So are letters beyond ASCII.
"""

import string
from itertools import product
from math import prod
from typing import Final

import numpy as np

CLASSES: Final = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def shapes(text: str) -> int:
    """How many strings of this shape there are, the text itself among them."""
    return prod(len(choice) for choice in _choices(text))


def others_like(text: str, most: int, *, seed: int) -> list[str]:
    """All other strings of this shape if there are at most so many, else so many drawn by chance."""
    choices = _choices(text)
    if shapes(text) - 1 <= most:
        return [other for other in map("".join, product(*choices)) if other != text]
    draw, found = np.random.default_rng(seed), list[str]()
    while len(found) < most:
        columns = [np.array(list(choice))[draw.integers(0, len(choice), size=most)] for choice in choices]
        found += [other for other in map("".join, zip(*columns, strict=True)) if other != text]
    return found[:most]


def _choices(text: str) -> list[str]:
    """What may stand at each place."""
    return [next((each for each in CLASSES if character in each), character) for character in text]
