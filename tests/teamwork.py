"""What processes do together in the tests of teams: importable, for they are started anew."""

import pickle
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import final

import pytest
import torch

from foreword.errors import OptionError
from foreword.training.checkpoint import load_checkpoint, save_checkpoint
from foreword.training.distributed import ALONE, Place, Team, joined
from foreword.training.journal import Journal
from foreword.training.loop import Divergence, Event, Step, Validation, fit
from foreword.training.plan import Budget
from foreword.training.recipe import Recipe
from foreword.training.session import Session
from foreword.training.timing import Timing
from sessions import noise, poison, recipe, session

STEPS = 14
SAVED_AFTER = 6


def quiet(architecture: str = "lstm", **training: object) -> Recipe:
    """A recipe without dropout: what a network computes is then the same, however its columns are shared out."""
    loud = recipe(architecture, **{"validations": 2, "patience": 0, **training})
    return replace(loud, model={**loud.model, "dropout": 0.0} if "dropout" in loud.model else loud.model)


CASES: dict[str, Recipe] = {
    "blocks": quiet(),
    "blocks of columns that two processes cannot share evenly": quiet("gru", batch=5),
    "windows": quiet("window", layout="windows", context=4, batch=7, stride=2),
    "averaged weights": quiet("rnn", average=0.8),
    "a gradient that is clipped": quiet(clip=0.01),
    "groups of columns, one after the other": quiet(batch=7, accumulate=2),
    "windows in groups, more of them than a process has columns": quiet(
        "unrolled", layout="windows", context=3, batch=5, accumulate=3
    ),
}
TEXT = noise(157)  # its last block is shorter, and not all columns walk to its end
HELD_OUT = noise(300, seed=1)  # one column: not every process has one


@final
@dataclass(frozen=True)
class Run:
    """What a session did: its losses, rates, looks, and the weights it ended with."""

    nats: list[float]
    tokens: list[int]
    rates: list[float]
    looks: list[float]
    weights: dict[str, torch.Tensor]
    averaged: dict[str, torch.Tensor]

    @classmethod
    def of(cls, training: Session, steps: int = STEPS) -> "Run":
        events = []
        for event in fit(training):
            events.append(event)
            if training.step >= steps and not training.look_is_due:
                break
        made = [event for event in events if isinstance(event, Step)]
        return cls(
            nats=[event.nats.item() for event in made],
            tokens=[event.tokens for event in made],
            rates=[event.learning_rate for event in made],
            looks=[event.nats for event in events if isinstance(event, Validation)],
            weights={name: value.detach().clone() for name, value in training.model.named_parameters()},
            averaged={name: value.detach().clone() for name, value in training.averaged.named_parameters()},
        )


def begun(of: Recipe, team: Team = ALONE, **more: object) -> Session:
    """A session on the text of the cases."""
    return session(of, TEXT, steps=STEPS, held_out=HELD_OUT, validate_every=7, team=team, **more)  # type: ignore[arg-type]


def all_cases(team: Team = ALONE) -> dict[str, Run]:
    """The cases, run to their end."""
    return {name: Run.of(begun(of, team)) for name, of in CASES.items()}


def saved(folder: Path, team: Team = ALONE, of: Recipe = CASES["blocks"]) -> None:
    """A session that was saved on its way."""
    folder.mkdir(exist_ok=True)
    training = begun(of, team)
    Run.of(training, SAVED_AFTER)
    save_checkpoint(training, Journal(), folder)


def resumed(folder: Path, team: Team = ALONE, of: Recipe = CASES["blocks"]) -> Run:
    """The rest of it."""
    training = begun(of, team)
    load_checkpoint(training, folder)
    return Run.of(training)


def of_each(team: Team, numbers: list[float]) -> list[list[float]]:
    """The numbers of each process; on the first one."""
    return team.rows(torch.tensor(numbers, dtype=torch.float64)).tolist()


def told_apart(team: Team) -> list[list[float]]:
    """What each draws for its dropout."""
    begun(recipe(), team)
    return of_each(team, torch.rand(4).tolist())


def by_unequal_clocks(team: Team) -> list[list[float]]:
    """The progress after each update of a run with a time, on clocks of which one runs three times as fast."""
    ticks = iter(range(10**6))
    clock = Timing(clock=lambda: next(ticks) * (0.1 if team.first else 0.3))
    budget = Budget(seconds=20.0, most_steps=1000, seconds_per_step=0.5, seconds_per_look=0.5)
    training = begun(quiet(), team, timing=clock, budget=budget)
    places = [training.progress for event in fit(training) if isinstance(event, Step)]
    return of_each(team, [*places, *([0.0] * (200 - len(places)))])


def wishing(team: Team) -> list[list[float]]:
    """When a wish of the last process alone, after its second update, is granted to each."""
    granted = []
    training = begun(quiet(), team)
    for event in islice(fit(training), 5):
        if isinstance(event, Step) and event.step == 2 and not team.first:
            training.accord.ask("stop")
        if training.accord.granted("stop"):
            granted.append(float(training.step))
    return of_each(team, [*granted, *([0.0] * (5 - len(granted)))])


def losing(team: Team) -> list[list[float]]:
    """The steps at which each turns back, where the columns of the last process alone lead to no number."""
    patch = pytest.MonkeyPatch()
    training = begun(quiet(), team)
    if not team.first:
        poison(training, patch, steps=range(3, 5))
    events: list[Event] = list(fit(training))
    back = [float(event.step) for event in events if isinstance(event, Divergence)]
    return of_each(team, [*back, *([0.0] * (4 - len(back))), training.settings.learning_rate])


def too_many(team: Team) -> list[str]:
    """What is said where there are not as many columns as processes."""
    try:
        begun(quiet(batch=1), team)
    except OptionError as error:
        return [str(error)]
    return []


def bit_for_bit(folder: Path, team: Team) -> tuple[Run, Run]:
    """A run with dropout in one go, and the rest of the same that was saved on its way."""
    loud = recipe(validations=2, patience=0)
    saved(folder / "loud", team, loud)
    return Run.of(begun(loud, team)), resumed(folder / "loud", team, loud)


def work_in_three(folder: Path) -> None:
    """What is another matter for three: two numbers add up to the same in either order."""
    with joined(Place.found()) as team:
        found = bit_for_bit(folder, team)
        if team.first:
            (folder / "found in three").write_bytes(pickle.dumps(found))


def work(folder: Path) -> None:
    """All of it, in one process of two; the first one writes down what was found."""
    with joined(Place.found()) as team:
        found: dict[str, object] = {"cases": all_cases(team)}
        saved(folder / "by two", team)
        found["from one"] = resumed(folder / "by one", team)
        found["sums"] = team.sums([1.0 + team.place.rank, 0.25])
        found["told"] = of_each(team, [float(team.told(lambda: 7))])
        found["bit for bit"] = bit_for_bit(folder, team)
        for name in (told_apart, by_unequal_clocks, wishing, losing, too_many):
            found[name.__name__] = name(team)
        if team.first:
            (folder / "found").write_bytes(pickle.dumps(found))
