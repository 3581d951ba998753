"""The plan of a run: what will be done, fixed before the first step and stored beside its checkpoints.

A run that goes on later, or elsewhere, goes on as it was planned: no probe is made twice.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import final

from foreword.errors import RecipeError, RunError
from foreword.training.precision import Precision
from foreword.training.recipe import Recipe, recipe_of

NAME = "plan.json"
FORMAT_VERSION = 2


@final
@dataclass(frozen=True, kw_only=True)
class Budget:
    """The time of a run that has one: `seconds` for updates and all that goes on between them.

    It makes `most_steps` updates at most. The next two are what a probe measured: what to expect until the run itself
    has shown its pace. So many seconds may go into `measuring` what came of it.
    """

    seconds: float
    most_steps: int
    seconds_per_step: float
    seconds_per_look: float
    measuring: float = math.inf


@final
@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every choice of a run: the whole recipe, and what was measured or computed from it.

    `steps` is how many updates the run makes, and about how many where it has a `budget` of time. `looks` counts
    those at held-out text, `validation_tokens` how much of it each look reads; `tensorboard` is the
    folder of a log, if one is asked for, `html` the file of a report, which keeps words out where it is to `share`;
    `reasons` are lines for people.
    """

    recipe: Recipe
    steps: int
    looks: int
    validation_tokens: int
    precision: Precision
    device: str
    budget: Budget | None = None
    tensorboard: str | None = None
    html: str | None = None
    share: bool = False
    reasons: tuple[str, ...] = ()


def write_plan(plan: Plan, folder: Path) -> None:
    """Store the plan in the run folder, whole or not at all."""
    numbers = {
        "format_version": FORMAT_VERSION,
        "recipe": plan.recipe.tables(),
        "steps": plan.steps,
        "looks": plan.looks,
        "validation_tokens": plan.validation_tokens,
        "precision": plan.precision,
        "device": plan.device,
        "budget": None if plan.budget is None else asdict(plan.budget),
        "tensorboard": plan.tensorboard,
        "html": plan.html,
        "share": plan.share,
        "reasons": plan.reasons,
    }
    unfinished = folder / (NAME + ".new")
    unfinished.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(folder / NAME)


def read_plan(folder: Path) -> Plan:
    """The plan of the run in `folder`.

    Raises:
        RunError: There is no run, or its plan is damaged or of another version.
    """
    try:
        numbers = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if not isinstance(numbers, Mapping):
            raise RecipeError("it is not an object")
        return _plan_of(numbers)
    except FileNotFoundError:
        raise RunError(f"there is no unfinished run in {folder}") from None
    except (ValueError, KeyError, TypeError, RecipeError, OSError) as error:
        raise RunError(
            f"the plan in {folder} cannot be used: {error}; delete the folder and start anew"
        ) from None


def _plan_of(numbers: Mapping[str, object]) -> Plan:
    if numbers["format_version"] != FORMAT_VERSION:
        raise RunError("the run was begun by another version of Foreword; finish it with that one")
    recipe, precision, reasons = numbers["recipe"], numbers["precision"], numbers["reasons"]
    if not isinstance(recipe, Mapping) or not isinstance(reasons, list):
        raise RecipeError("recipe and reasons have the wrong form")
    if precision not in ("float32", "bfloat16"):
        raise RecipeError(f"precision is {precision!r}")
    counts = {name: int(str(numbers[name])) for name in ("steps", "looks", "validation_tokens")}
    return Plan(
        recipe=recipe_of(recipe),
        precision=precision,
        device=str(numbers["device"]),
        budget=_budget_of(numbers["budget"]),
        tensorboard=None if numbers["tensorboard"] is None else str(numbers["tensorboard"]),
        html=None if numbers.get("html") is None else str(numbers["html"]),
        share=numbers.get("share") is True,
        reasons=tuple(map(str, reasons)),
        **counts,
    )


def _budget_of(numbers: object) -> Budget | None:
    if numbers is None:
        return None
    if not isinstance(numbers, Mapping) or not all(
        isinstance(value, int | float) and value >= 0 for value in numbers.values()
    ):
        raise RecipeError(f"budget is {numbers!r}")
    return Budget(**numbers)
