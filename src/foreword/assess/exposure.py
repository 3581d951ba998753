"""Strings of the same shape as a secret: a digit for each digit, a small letter for a small one, a capital for one.

What else stands in it is kept: who looks for a secret may know its blanks and dashes. So are letters beyond ASCII.
"""

import math
import string
from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Final, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64

from foreword.assess.extraction import likeliest_texts
from foreword.runtime.network import Network, State
from foreword.runtime.predictor import Reads
from foreword.text.tokenizer import Tokenizer

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


# Exposure: how much more a model knows of a secret than of any other string of the same shape, in bits.
#
#     exposure = log2 |R| - log2 rank
#
# where R are all strings that the secret could have been, ordered by the information that the model finds in them, and
# the rank is the secret's place among them (Carlini and others 2019, "The Secret Sharer"). A model that knows nothing of
# a secret gives it any rank alike: then the exposure is above x bits with the chance 2^-x, and 1.44 bits on average,
# whatever the model thinks of such strings. A secret at the first place is as good as written down.
#
# The rank is counted where R is small. Else it is estimated by drawing from R, one of the paper's two ways: among 4,095
# others, an exposure is 12 bits at most. Their other way goes beyond that with a skew-normal distribution fitted to what
# was drawn. It is left out here: what is beyond 12 bits is better shown by drawing the secret out (`assess/drawing.py`),
# and a fit says least about the far end, where it would be asked.


SAMPLES: Final = 4_095
"""Others that a secret is compared with: with it, 2 to the power of 12."""
NUMBERS: Final = 2_000_000  # log-probabilities held at once: 8 MB


@runtime_checkable
class Knows(Reads, Protocol):
    """What may know a secret: a model, or one in the making."""

    @property
    def exact(self) -> Network:
        """From tokens to probabilities, as precisely as there is."""
        ...


def exposure_of(model: Knows, before: str, secret: str, *, seed: int = 0, most: int = SAMPLES) -> float:
    """The exposure of a secret after the text `before` it, in bits; `highest` is the most it can be."""
    others = others_like(secret, most, seed=seed)
    own, *rest = information(model, before, [secret, *others]).tolist()
    return exposure(own, np.array(rest))


def highest(secret: str, most: int = SAMPLES) -> float:
    """The exposure of a secret of this shape that a model finds likelier than all others it is compared with."""
    return math.log2(min(shapes(secret), most + 1))


def exposure(own: float, others: Float[np.ndarray, " others"]) -> float:
    """The exposure of what has `own` nats among others with theirs; who ties is taken to be before it."""
    rank = 1 + int((others <= own).sum())
    return math.log2(len(others) + 1) - math.log2(rank)


def chance(exposures: Sequence[float]) -> float:
    """How likely it is that secrets of which a model knows nothing show such exposures together, or higher ones.

    Each is then distributed exponentially, with a mean of one nat, and their sum by Erlang's distribution. Ranks are
    whole numbers, so the truth is a little below this.
    """
    total = math.log(2) * sum(exposures)
    if total <= 0:
        return 1.0
    terms = [math.exp(-total + k * math.log(total) - math.lgamma(k + 1)) for k in range(len(exposures))]
    return min(1.0, sum(terms))


def information(model: Knows, before: str, texts: Sequence[str]) -> Float64[np.ndarray, " texts"]:
    """The nats in each of `texts`, read after a newline and the cleaned text `before`, but for what all begin with."""
    network, ids = model.exact, encoded(model.tokenizer, [before + text for text in texts])
    shared = _shared(ids)
    start = np.concatenate([[network.newline], ids[0][:shared]])
    answer, state = network.step(start[:, None], network.initial_state())
    size = max(1, NUMBERS // network.vocabulary)
    return np.concatenate(
        [
            _nats(network, answer[-1], state, [each[shared:] for each in ids[first : first + size]])
            for first in range(0, len(ids), size)
        ]
    )


def encoded(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Int64[np.ndarray, " _"]]:
    """The ids of each text, which has no newline in it."""
    if tokenizer.unit != "characters":
        return [tokenizer.encode(text) for text in texts]
    whole = tokenizer.encode("\n".join(texts))  # character by character, so no text changes another
    first, *others = np.split(whole, np.flatnonzero(whole == tokenizer.newline))
    return [first, *(each[1:] for each in others)]


def _shared(ids: Sequence[Int64[np.ndarray, " _"]]) -> int:
    """How many tokens all of them begin with."""
    least = min(map(len, ids))
    block = np.array([each[:least] for each in ids])  # (texts, time)
    differing = np.flatnonzero((block != block[0]).any(axis=0))
    return int(differing[0]) if len(differing) else least


def _nats(
    network: Network,
    answer: Float32[np.ndarray, "1 vocabulary"],
    state: State,
    texts: Sequence[Int64[np.ndarray, " _"]],
) -> Float64[np.ndarray, " texts"]:
    """The nats in each of some texts that go on from one state, after which the next token has these log-probabilities.

    They are read side by side, token by token, and what several of them begin with is read once.
    """
    longest = max(map(len, texts))
    padded = np.full((longest, len(texts)), network.newline)  # (time, texts)
    for column, text in enumerate(texts):
        padded[: len(text), column] = text
    counted = np.arange(longest)[:, None] < np.array([len(text) for text in texts])
    nats, at = np.zeros(len(texts)), np.zeros(len(texts), dtype=np.int64)  # the row of `answer` for each text
    for step, tokens in enumerate(padded):
        nats -= np.where(counted[step], answer[at, tokens].astype(np.float64), 0.0)
        if step + 1 < longest:
            beginnings, at = np.unique(at * network.vocabulary + tokens, return_inverse=True)
            rows, read = np.divmod(beginnings, network.vocabulary)
            answers, state = network.step(read[None], tuple(part[:, rows] for part in state))
            answer = answers[0]
    return nats


# Drawing a secret out of a model: what stood before it is the prompt, and a beam search writes on.
#
# That is what somebody would do who has the model and knows, or guesses, what a person writes before a secret (Carlini
# and others 2019, "The Secret Sharer"). They search for the very likeliest string of a known shape; this search is wider
# than any keyboard's, and free in what it writes.


WIDTH: Final = 32
CHARACTERS: Final = 16
"""Of a longer secret, so many are looked for: nobody comes upon them by chance."""


def is_drawn(model: Reads, before: str, secret: str, *, width: int = WIDTH) -> bool:
    """Whether the secret, or its first 16 characters, are among the likeliest texts after the cleaned text `before`."""
    prompt = before.rstrip(" ")  # a blank belongs to the token behind it, where tokens are words
    wanted = before[len(prompt) :] + secret[:CHARACTERS]
    return wanted in likeliest_texts(model, prompt, characters=len(wanted), width=width)
