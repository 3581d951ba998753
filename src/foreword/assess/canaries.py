"""What a model remembers that it should not: canaries, and the secrets that were taken out of a person's text.

Canaries are sentences with a secret drawn by chance. They are planted in a training, and looked for in its model
(Carlini and others 2019, "The Secret Sharer"). Theirs was "The random number is 281265017", but no training of
Foreword's would see that: its filter takes out numbers of nine digits. A canary here has eight, in groups of two: it
passes the filter, as all else does that the filter takes for no secret; and what passes may be remembered. Each canary
has a beginning of its own, so that none is learned along with another. Some are never planted: they show how a secret
fares that no model can know.

A person's own secrets are looked for in the model itself, each behind what stood before it. They are counted by kind;
no secret is kept or shown.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from statistics import median
from types import MappingProxyType
from typing import Final, final

from foreword.assess.exposure import CHARACTERS, SAMPLES, WIDTH, chance, exposure_of, is_drawn, shapes
from foreword.runtime.model import Model
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import Taken

TIMES: Final[Mapping[int, int]] = MappingProxyType({0: 8, 1: 8, 2: 4, 4: 4, 8: 4, 16: 2})
"""How many canaries are planted so many times. What is written once matters most, so most are planted once."""
GROUPS: Final = 4  # of two digits
RARELY: Final = 0.01
"""Canaries are remembered if such exposures would come by chance more rarely than that."""
HIGHEST: Final = math.log2(min(100**GROUPS, SAMPLES + 1))
"""The highest exposure of a canary, in bits."""
UNKNOWN: Final = 1 / math.log(2)
"""The mean exposure of canaries of which a model knows nothing, in bits."""
NOT_REMEMBERED: Final = (
    "A sentence written once is not remembered, as far as can be told: "
    "its secret ranks no higher than by chance"
)
LEAST_SHARE: Final = 0.8  # of the epochs of the training that is repeated
MUCH: Final = 0.05  # of the text that the copy has learned

MOST: Final = 16
"""Own secrets of a kind that are looked for; if there are more, so many by chance."""
BEFORE: Final = 1_000  # characters of a line
SHORTEST: Final = 100 * WIDTH
"""Strings of a secret's shape that there must be: of three digits, every thirtieth would be drawn out by chance."""
CHOSEN: Final = frozenset({Kind.PASSWORD})
"""Kinds that people think up: likelier than what is drawn by chance, even to a model that does not know them."""

BEGINNINGS: Final = (
    "my locker opens with", "the garden gate wants", "our tickets are the seats", "her parcel has the number",
    "the hotel gave us room and floor", "the choir sings from pages", "his badge says", "you will find it under",
    "the lottery drew", "the old safe turns to", "our table for dinner is", "the bus lines there are",
    "grandma always played", "the recipe wants in grams", "the jersey numbers were", "the quiz answer was",
    "my bike lock shows", "the boxes in the cellar are marked", "the tailor wrote down", "the museum shelf is",
    "our boat has painted on it", "the library card says", "the lesson is on pages", "the flat has the doorbell",
    "the raffle went to", "they called out in the waiting room", "the radio plays on", "the cupboard keys hang at",
    "the tree stands at steps", "my score in each round was",
)  # fmt: skip
"""What stands before the secret: one for each canary. The filter looks behind no word among them."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A sentence with a secret at its end, and how many times it is planted."""

    beginning: str
    secret: str
    times: int

    @property
    def sentence(self) -> str:
        """The whole of it."""
        return self.beginning + self.secret


def canaries(seed: int) -> list[Canary]:
    """One for each beginning, by chance; in each seed the same."""
    draw = Random(seed)
    beginnings = draw.sample(BEGINNINGS, k=sum(TIMES.values()))
    times = [planted for planted, count in TIMES.items() for _ in range(count)]
    return [
        Canary(
            beginning=f"{beginning} ",
            secret=" ".join(f"{draw.randrange(100):02}" for _ in range(GROUPS)),
            times=planted,
        )
        for beginning, planted in zip(beginnings, times, strict=True)
    ]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How the canaries fared that were planted so many times.

    Attributes:
        exposures: of each of them, in bits.
        drawn: how many of them can be drawn out.
    """

    times: int
    exposures: tuple[float, ...]
    drawn: int

    @property
    def exposure(self) -> float:
        """The mean of their exposures."""
        return sum(self.exposures) / len(self.exposures)

    @property
    def is_remembered(self) -> bool:
        """Whether the model knows more of them than of secrets that it has never seen."""
        return self.drawn > 0 or chance(self.exposures) < RARELY

    def figures(self) -> dict[str, object]:
        """All that, for programs."""
        return {
            "times": self.times,
            "canaries": len(self.exposures),
            "exposure": self.exposure,
            "exposures": list(self.exposures),
            "chance": chance(self.exposures),
            "remembered": self.is_remembered,
            "drawn": self.drawn,
        }


def levels_of(model: Model, chosen: Sequence[Canary], *, seed: int = 0) -> tuple[Level, ...]:
    """What the model that the canaries were planted in knows of them, by how often they were planted."""
    return tuple(
        Level(
            times=times,
            exposures=tuple(exposure_of(model, each.beginning, each.secret, seed=seed) for each in alike),
            drawn=sum(is_drawn(model, each.beginning, each.secret) for each in alike),
        )
        for times in TIMES
        for alike in [[each for each in chosen if each.times == times]]
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How a person's own secrets of a kind fared.

    Attributes:
        taken: how many there are in the text.
        looked_for: how many different ones were looked for.
        drawn: how many of these can be drawn out.
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


def searched(model: Model, secrets: Iterable[Taken], *, seed: int = 0) -> tuple[Searched, ...]:
    """What the model knows of the secrets of a text, by kind: each once, behind what first stood before it."""
    counts, distinct, draw, found = Counter[Kind](), dict[tuple[Kind, str], Taken](), Random(seed), []
    for each in secrets:
        counts[each.kind] += 1
        distinct.setdefault((each.kind, each.text), each)
    for kind in (each for each in Kind if counts[each]):
        long = [
            each
            for each in distinct.values()
            if each.kind is kind and shapes(each.text[:CHARACTERS]) >= SHORTEST
        ]
        chosen = draw.sample(long, k=min(MOST, len(long)))
        ranked = () if kind in CHOSEN else chosen
        found.append(
            Searched(
                kind=kind,
                taken=counts[kind],
                looked_for=len(chosen),
                drawn=sum(is_drawn(model, each.before[-BEFORE:], each.text) for each in chosen),
                exposures=tuple(
                    exposure_of(model, each.before[-BEFORE:], each.text[:CHARACTERS], seed=seed)
                    for each in ranked
                ),
            )
        )
    return tuple(found)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """How a training was repeated, beside how it was (None if that is not known).

    Attributes:
        steps, own_steps: the updates of the copy, and of the training that it repeats.
        passes, own_passes: the epochs of both.
        seconds: what the copy took.
        ended: why the copy ended: "time" if there was none left.
        start: the name of the model that it went on from.
        share: the share of canaries in the text that it learned.
    """

    steps: int
    own_steps: int | None
    passes: float
    own_passes: float | None
    seconds: float
    ended: str | None
    start: str | None
    share: float

    @property
    def is_short(self) -> bool:
        """Whether it had no time for about as many epochs as the training that it repeats."""
        short = self.own_passes is not None and self.passes < LEAST_SHARE * self.own_passes
        return short and self.ended == "time"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Leaks:
    """What was found.

    Attributes:
        date: when.
        seed: the seed of the random numbers.
        levels: the canaries, by how often they were planted.
        searched: the person's own secrets, by kind.
        repetition: the training that the canaries were planted in.
    """

    date: str
    seed: int
    levels: tuple[Level, ...]
    searched: tuple[Searched, ...]
    repetition: Repetition

    @property
    def verdict(self) -> str:
        """What that comes to, in words."""
        return " ".join([*self._of_canaries(), *self._cautions(), self._of_secrets()])

    def figures(self) -> dict[str, object]:
        """All that, for programs."""
        return {
            "date": self.date,
            "verdict": self.verdict,
            "canaries": [level.figures() for level in self.levels],
            "highest_exposure": HIGHEST,
            "exposure_of_the_unknown": UNKNOWN,
            "secrets": [each.figures() for each in self.searched],
            "copy": asdict(self.repetition),
            "seed": self.seed,
        }

    def _of_canaries(self) -> list[str]:
        once, *more = [level for level in self.levels if level.times]
        traces = [level for level in more if level.is_remembered]
        if once.is_remembered:
            rank = max(2, round(2**once.exposure))
            found = f"A sentence written once leaves a trace: its secret is the likeliest of about {rank:,} like it."
        elif traces:
            found = f"{NOT_REMEMBERED}. Written {traces[0].times} times, it leaves a trace."
        else:
            return [f"{NOT_REMEMBERED}, even written {more[-1].times} times."]
        out = next((level.times for level in (once, *traces) if level.drawn), None)
        if out is None:
            return [found, f"Even written {more[-1].times} times, it cannot be drawn out."]
        return [found, f"Written {'once' if out == 1 else f'{out} times'}, it can be drawn out."]

    def _cautions(self) -> list[str]:
        found, how = [], self.repetition
        if self.levels[0].is_remembered:
            found.append("But secrets never written rank too high as well, so this is not sure.")
        if how.is_short:
            found.append(
                f"But the copy was trained for {how.passes:.1f} epochs, the model for {how.own_passes:.1f}: with more "
                "--minutes, it would remember more."
            )
        if how.share > MUCH:
            found.append(
                f"But {how.share:.0%} of what the copy has learned were canaries: of a longer text, it would remember "
                "less of them."
            )
        return found

    def _of_secrets(self) -> str:
        taken, looked_for, drawn = (
            sum(getattr(each, name) for each in self.searched) for name in ("taken", "looked_for", "drawn")
        )
        if not taken:
            return "There are no secrets in the text to look for in the model."
        if not looked_for:
            return "The secrets that are taken out of the text are too short to look for in the model."
        if drawn:
            return (
                f"{drawn:,} of {looked_for:,} secrets that are taken out of the text can be drawn out of the model: "
                "they stand elsewhere in what it has learned, or it has learned them before they were taken out."
            )
        if looked_for == 1:
            return "The one secret that is taken out of the text cannot be drawn out of the model."
        return f"None of {looked_for:,} secrets that are taken out of the text can be drawn out of the model."
