"""A person's own secrets, looked for in a model that should know none of them, for they were taken out of its text.

Each is looked for behind what stood before it. What was found is counted by kind; no secret is kept or shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median
from typing import Final, final

from foreword.assess.alike import shapes
from foreword.assess.drawing import CHARACTERS, WIDTH, is_drawn
from foreword.assess.exposure import Knows, exposure_of
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import Taken

MOST: Final = 16
"""Secrets of a kind that are looked for; of more, so many by chance."""
BEFORE: Final = 1_000  # characters of a line
SHORTEST: Final = 100 * WIDTH
"""Strings of a secret's shape that there must be: of three digits, every thirtieth would be drawn by chance."""
CHOSEN: Final = frozenset({Kind.PASSWORD})
"""Kinds that people think up. What they think up is likelier than what is drawn, for a model that knows none of it."""


@final
@dataclass(slots=True)
class Secrets:
    """The secrets of a text: how many of each kind, and which ones, each once, behind what first stood before it."""

    counts: Counter[Kind] = field(default_factory=Counter)
    distinct: dict[tuple[Kind, str], Taken] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, taken: Iterable[Taken]) -> "Secrets":
        """Those among secrets as they come."""
        found = cls()
        for each in taken:
            found.counts[each.kind] += 1
            found.distinct.setdefault((each.kind, each.text), each)
        return found


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How the secrets of a kind fared.

    Attributes:
        kind: which.
        taken: how many there are in the text.
        looked_for: how many different ones were looked for.
        drawn: how many of these a beam search has written.
        exposures: of each, in bits; none for a kind that people think up.
    """

    kind: Kind
    taken: int
    looked_for: int
    drawn: int
    exposures: tuple[float, ...]

    def figures(self) -> dict[str, object]:
        """All that, for programs."""
        return {
            "kind": str(self.kind),
            "taken": self.taken,
            "looked_for": self.looked_for,
            "drawn": self.drawn,
            "exposure": median(self.exposures) if self.exposures else None,
        }


def searched(model: Knows, secrets: Secrets, *, seed: int = 0) -> tuple[Searched, ...]:
    """What the model knows of the secrets, by kind."""
    return tuple(
        _searched(model, kind, secrets.counts[kind], chosen, seed)
        for kind, chosen in _chosen(secrets, Random(seed)).items()
    )


def _chosen(secrets: Secrets, draw: Random) -> Mapping[Kind, Sequence[Taken]]:
    """Those to look for, of each kind that there is."""
    chosen: dict[Kind, Sequence[Taken]] = {}
    for kind in Kind:
        if secrets.counts[kind]:
            long = [
                each
                for (own, text), each in secrets.distinct.items()
                if own is kind and shapes(text[:CHARACTERS]) >= SHORTEST
            ]
            chosen[kind] = draw.sample(long, k=min(MOST, len(long)))
    return chosen


def _searched(model: Knows, kind: Kind, taken: int, chosen: Sequence[Taken], seed: int) -> Searched:
    ranked = () if kind in CHOSEN else chosen
    return Searched(
        kind=kind,
        taken=taken,
        looked_for=len(chosen),
        drawn=sum(is_drawn(model, each.before[-BEFORE:], each.text) for each in chosen),
        exposures=tuple(
            exposure_of(model, each.before[-BEFORE:], each.text[:CHARACTERS], seed=seed) for each in ranked
        ),
    )
