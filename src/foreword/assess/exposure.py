"""Exposure: how much more a model knows of a secret than of any other string of the same shape, in bits.

    exposure = log2 |R| - log2 rank

R are all strings that the secret could have been, ordered by the information that the model finds in them. The rank is
the secret's place among them (Carlini and others 2019, "The Secret Sharer"). To a model that knows nothing of it, each
rank is as likely: then the exposure is above x bits with the chance 2^-x, and 1.44 bits on average. A secret at the
first place is as good as written down.

The rank is counted if R is small. Else it is estimated from 4,095 others drawn by chance, so an exposure is 12 bits at
most. Beyond that, it is better shown whether the secret can be drawn out: somebody who has the model, and knows what
stood before the secret, would let a beam search write on.
"""

import math
import string
from collections.abc import Sequence
from itertools import product, zip_longest
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64

from foreword.runtime.model import Model
from foreword.runtime.network import Network, State

SAMPLES: Final = 4_095  # others that a secret is compared with: with it, 2 to the power of 12
NUMBERS: Final = 2_000_000  # log-probabilities held at once: 8 MB
CLASSES: Final = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
WIDTH: Final = 32  # hypotheses of the search: far more than a keyboard's
CHARACTERS: Final = 16  # of a longer secret, so many are searched for: nobody finds them by chance

Ids = Int64[np.ndarray, " _"]


def exposure_of(model: Model, before: str, secret: str, *, seed: int = 0, most: int = SAMPLES) -> float:
    """The exposure of a secret after the text `before` it, in bits: at most log2 of `most` + 1."""
    others = others_like(secret, most, seed=seed)
    own, *rest = information(model, before, [secret, *others]).tolist()
    return exposure(own, np.array(rest))


def exposure(own: float, others: Float[np.ndarray, " others"]) -> float:
    """The exposure of a secret with `own` nats among others with theirs; a tie counts as before it."""
    rank = 1 + int((others <= own).sum())
    return math.log2(len(others) + 1) - math.log2(rank)


def chance(exposures: Sequence[float]) -> float:
    """How likely it is that secrets of which a model knows nothing show such exposures together, or higher ones.

    Each is then distributed exponentially, with a mean of one nat, and their sum by Erlang's distribution. Ranks are
    whole numbers, so the truth is a little below this.
    """
    total = math.log(2) * sum(exposures)
    terms = [total**k / math.factorial(k) for k in range(max(1, len(exposures)))]
    return min(1.0, math.exp(-total) * sum(terms))


def shapes(text: str) -> int:
    """How many strings there are of the shape of a text, the text itself among them."""
    return math.prod(map(len, _choices(text)))


def others_like(text: str, most: int, *, seed: int) -> list[str]:
    """All other strings of the shape of a text if there are at most so many, else so many drawn by chance.

    A digit stands for each digit, a small letter for a small one, a capital for one. All else is kept, for whoever
    searches for a secret may know it.
    """
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


def is_drawn(model: Model, before: str, secret: str) -> bool:
    """Whether the secret, or its first 16 characters, can be drawn out after the cleaned text `before`."""
    prompt = before.rstrip(" ")  # where tokens are words, a space belongs to the token behind it
    ids = model.tokenizer.encode(before + secret)
    start = _shared([model.tokenizer.encode(prompt), ids])
    spelled = np.cumsum([len(model.tokenizer.tokens[token]) for token in ids[start:].tolist()])
    enough = len((before[len(prompt) :] + secret[:CHARACTERS]).encode())
    wanted = ids[start : start + 1 + int(np.searchsorted(spelled, enough))].tolist()
    return _is_found(model.exact, ids[:start], wanted)


def _is_found(network: Network, read: Ids, wanted: Sequence[int]) -> bool:
    """Whether a beam search that writes on behind `read` ends with the `wanted` ids among its hypotheses."""
    answer, state = _read(network, read)
    scores, own = np.zeros(1), 0
    for token in wanted:
        totals = scores[:, None] + answer  # (hypotheses, vocabulary)
        if (totals >= totals[own, token]).sum() > WIDTH:  # a tie counts as before it
            return False
        best = np.argpartition(-totals, min(WIDTH, totals.size) - 1, axis=None)[:WIDTH]
        own = int(np.flatnonzero(best == own * network.vocabulary + token)[0])
        rows, tokens = np.divmod(best, network.vocabulary)
        scores = totals[rows, tokens]
        answers, state = network.step(tokens[None], tuple(part[:, rows] for part in state))
        answer = answers[0]
    return True


def information(model: Model, before: str, texts: Sequence[str]) -> Float64[np.ndarray, " texts"]:
    """The nats in each of `texts`, read after a newline and the cleaned text `before`, but for what all begin with."""
    network, ids = model.exact, [model.tokenizer.encode(before + text) for text in texts]
    shared = _shared(ids)
    answer, state = _read(network, ids[0][:shared])
    rest, size = [each[shared:] for each in ids], max(1, NUMBERS // network.vocabulary)
    parts = [rest[first : first + size] for first in range(0, len(rest), size)]
    return np.concatenate([_nats(network, answer, state, part) for part in parts])


def _read(network: Network, ids: Ids) -> tuple[Float32[np.ndarray, "1 vocabulary"], State]:
    """The log-probabilities after a newline and these ids, and the state there."""
    start = np.concatenate([[network.newline], ids])
    answer, state = network.step(start[:, None], network.initial_state())
    return answer[-1], state


def _shared(ids: Sequence[Ids]) -> int:
    """How many tokens all of them begin with."""
    columns = enumerate(zip(*ids, strict=False))
    return next((at for at, tokens in columns if len(set(tokens)) > 1), min(map(len, ids)))


def _nats(
    network: Network, answer: Float32[np.ndarray, "1 vocabulary"], state: State, texts: Sequence[Ids]
) -> Float64[np.ndarray, " texts"]:
    """The nats in each of some texts that go on from one state, after which the next token has these log-probabilities.

    They are read side by side, token by token; what several of them begin with is read once.
    """
    padded = np.array(list(zip_longest(*texts, fillvalue=-1)), dtype=np.int64)  # (time, texts)
    nats, at = np.zeros(len(texts)), np.zeros(len(texts), dtype=np.int64)  # the row of `answer` for each text
    for step, column in enumerate(padded):
        tokens = np.maximum(column, 0)
        nats -= np.where(column < 0, 0.0, answer[at, tokens].astype(np.float64))
        if step + 1 < len(padded):
            beginnings, at = np.unique(at * network.vocabulary + tokens, return_inverse=True)
            rows, read = np.divmod(beginnings, network.vocabulary)
            answers, state = network.step(read[None], tuple(part[:, rows] for part in state))
            answer = answers[0]
    return nats
