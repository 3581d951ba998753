"""Exposure: a model's knowledge of a secret compared with other strings of the same shape, in bits.

    exposure = log2 |R| - log2 rank

R is the set of all strings of the secret's shape, ordered by their information in the model. The rank is the secret's
position in this order (Carlini and others 2019, "The Secret Sharer"). If a model does not know the secret, all ranks
are equally likely. The exposure is then above x bits with the probability 2^-x, and 1.44 bits on average. A secret at
rank 1 is no longer secret.

If R is small, the rank is counted. Otherwise it is estimated from 4,095 other random strings, so an exposure is 12 bits
at most. The stronger test tries to draw the secret out with a beam search. An attacker with the model and the text
before the secret would do the same.

A person's own secrets are looked for in the same two ways. They are counted by kind; no secret is kept or shown.
"""

import math
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product, zip_longest
from random import Random
from statistics import median
from typing import Any, Final

import numpy as np
from jaxtyping import Float32, Float64, Int64

from foreword.runtime.model import Model
from foreword.runtime.network import Network, State
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import Taken

SAMPLES: Final = 4_095  # other strings for the comparison: with the secret, 2 to the power of 12
CLASSES: Final = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
WIDTH: Final = 32  # hypotheses of the beam search: far more than in a keyboard
CHARACTERS: Final = 16  # maximum characters of a secret to search for: chance does not find 16
MOST: Final = 16  # maximum number of own secrets of a kind to look for; of more, a random choice
BEFORE: Final = 1_000  # maximum characters of the line before a secret
SHORTEST: Final = 100 * WIDTH
"""The minimum number of strings of a secret's shape. Of three digits, one in thirty would be drawn out by chance."""

Ids = Int64[np.ndarray, " _"]


def searched(model: Model, secrets: Iterable[Taken], *, seed: int = 0) -> list[dict[str, Any]]:
    """The figures of the secrets of a text, by kind. Each is tested once, after the text before its first position.

    `taken` counts all, `looked_for` the different ones that were tested, `drawn` those of them that can be drawn out.
    `exposure` is the median, in bits. It is None for passwords: people invent them, so they are likelier than random
    strings, even to a model that does not know them.
    """
    counts, distinct, draw, found = Counter[Kind](), dict[tuple[Kind, str], str](), Random(seed), []
    for each in secrets:
        counts[each.kind] += 1
        distinct.setdefault((each.kind, each.text), each.before[-BEFORE:])
    for kind in (each for each in Kind if counts[each]):
        alike = [(before, text) for (its_kind, text), before in distinct.items() if its_kind is kind]
        long = [each for each in alike if shapes(each[1][:CHARACTERS]) >= SHORTEST]
        chosen = draw.sample(long, k=min(MOST, len(long)))
        exposures = [
            exposure_of(model, before, text[:CHARACTERS], seed=seed)
            for before, text in chosen
            if kind is not Kind.PASSWORD
        ]
        found.append(
            {
                "kind": str(kind),
                "taken": counts[kind],
                "looked_for": len(chosen),
                "drawn": sum(is_drawn(model, *each) for each in chosen),
                "exposure": median(exposures) if exposures else None,
            }
        )
    return found


def exposure_of(model: Model, before: str, secret: str, *, seed: int = 0, most: int = SAMPLES) -> float:
    """The exposure of a secret after the text `before` it, in bits: at most log2 of `most` + 1.

    A tie ranks before the secret.
    """
    own, *others = information(model, before, [secret, *others_like(secret, most, seed=seed)]).tolist()
    rank = 1 + sum(other <= own for other in others)
    return math.log2((1 + len(others)) / rank)


def chance(exposures: Sequence[float]) -> float:
    """The probability that secrets unknown to a model have exposures with at least this sum.

    Each exposure then has an exponential distribution with a mean of 1 nat, and their sum an Erlang distribution. Ranks
    are whole numbers, so the true probability is a little lower.
    """
    total = math.log(2) * sum(exposures)
    terms = [total**k / math.factorial(k) for k in range(max(1, len(exposures)))]
    return min(1.0, math.exp(-total) * sum(terms))


def shapes(text: str) -> int:
    """The number of strings with the shape of a text, including the text itself."""
    return math.prod(map(len, _choices(text)))


def others_like(text: str, most: int, *, seed: int) -> list[str]:
    """All other strings with the shape of a text, if there are at most `most`; else `most` random ones.

    Digits replace digits, small letters small letters, and capitals capitals. All other characters stay, because an
    attacker may know them.
    """
    choices = _choices(text)
    if shapes(text) - 1 <= most:
        return [other for other in map("".join, product(*choices)) if other != text]
    draw, found = Random(seed), list[str]()
    while len(found) < most:
        other = "".join(map(draw.choice, choices))
        found += [other] if other != text else []
    return found


def _choices(text: str) -> list[str]:
    """The possible characters at each position."""
    return [next((each for each in CLASSES if character in each), character) for character in text]


def is_drawn(model: Model, before: str, secret: str) -> bool:
    """Whether the secret, or its first 16 characters, can be drawn out after the cleaned text `before`."""
    prompt = before.rstrip(" ")  # if tokens are words, a space belongs to the token after it
    ids = model.tokenizer.encode(before + secret)
    start = _shared([model.tokenizer.encode(prompt), ids])
    spelled = np.cumsum([len(model.tokenizer.tokens[token]) for token in ids[start:].tolist()])
    enough = len((before[len(prompt) :] + secret[:CHARACTERS]).encode())
    wanted = ids[start : start + 1 + int(np.searchsorted(spelled, enough))].tolist()
    return _is_found(model.exact, ids[:start], wanted)


def _is_found(network: Network, read: Ids, wanted: Sequence[int]) -> bool:
    """Whether a beam search after the ids `read` has the `wanted` ids among its last hypotheses."""
    answer, state = _read(network, read)
    scores, own = np.zeros(1), 0
    for token in wanted:
        totals = scores[:, None] + answer  # (hypotheses, vocabulary)
        if (totals >= totals[own, token]).sum() > WIDTH:  # a tie ranks before it
            return False
        best = np.argpartition(-totals, min(WIDTH, totals.size) - 1, axis=None)[:WIDTH]
        own = int(np.flatnonzero(best == own * network.vocabulary + token)[0])
        rows, tokens = np.divmod(best, network.vocabulary)
        scores = totals[rows, tokens]
        answers, state = network.step(tokens[None], tuple(part[:, rows] for part in state))
        answer = answers[0]
    return True


def information(model: Model, before: str, texts: Sequence[str]) -> Float64[np.ndarray, " texts"]:
    """The nats in each of `texts` after a newline and the cleaned text `before`, without their common beginning.

    The texts are read side by side, token by token. A common beginning of several texts is read once.
    """
    network, ids = model.exact, [model.tokenizer.encode(before + text) for text in texts]
    shared = _shared(ids)
    answer, state = _read(network, ids[0][:shared])
    columns = [*zip_longest(*(each[shared:] for each in ids), fillvalue=-1)]  # (time, texts)
    nats, at = np.zeros(len(texts)), np.zeros(len(texts), dtype=np.int64)  # the row of `answer` for each text
    for step, column in enumerate(np.array(columns, dtype=np.int64), 1):
        tokens = np.maximum(column, 0)
        nats -= np.where(column < 0, 0.0, answer[at, tokens].astype(np.float64))
        if step < len(columns):
            beginnings, at = np.unique(at * network.vocabulary + tokens, return_inverse=True)
            rows, read = np.divmod(beginnings, network.vocabulary)
            answers, state = network.step(read[None], tuple(part[:, rows] for part in state))
            answer = answers[0]
    return nats


def _read(network: Network, ids: Ids) -> tuple[Float32[np.ndarray, "1 vocabulary"], State]:
    """The log-probabilities after a newline and these ids, and the state there."""
    start = np.concatenate([[network.newline], ids])
    answer, state = network.step(start[:, None], network.initial_state())
    return answer[-1], state


def _shared(ids: Sequence[Ids]) -> int:
    """The number of tokens in the common beginning."""
    columns = enumerate(zip(*ids, strict=False))
    return next((at for at, tokens in columns if len(set(tokens)) > 1), min(map(len, ids)))
