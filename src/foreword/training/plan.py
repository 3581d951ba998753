"""The plan of a run: what will be done, fixed before the first step and stored beside its checkpoints.

A run that goes on later, or elsewhere, goes on as it was planned: no probe is made twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

from foreword.errors import RecipeError, RunError
from foreword.training.precision import Precision
from foreword.training.recipe import Recipe, recipe_of

NAME = "plan.json"
FORMAT_VERSION = 1


@final
@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every choice of a run: the whole recipe, and what was measured or computed from it.

    `validate_every` counts steps, `validation_tokens` how much held-out text each look reads; `reasons` are
    lines for people.
    """

    recipe: Recipe
    steps: int
    validate_every: int
    validation_tokens: int
    precision: Precision
    device: str
    reasons: tuple[str, ...] = ()


def write_plan(plan: Plan, folder: Path) -> None:
    """Store the plan in the run folder, whole or not at all."""
    numbers = {
        "format_version": FORMAT_VERSION,
        "recipe": plan.recipe.tables(),
        "steps": plan.steps,
        "validate_every": plan.validate_every,
        "validation_tokens": plan.validation_tokens,
        "precision": plan.precision,
        "device": plan.device,
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
    counts = {name: int(str(numbers[name])) for name in ("steps", "validate_every", "validation_tokens")}
    return Plan(
        recipe=recipe_of(recipe),
        precision=precision,
        device=str(numbers["device"]),
        reasons=tuple(map(str, reasons)),
        **counts,
    )
