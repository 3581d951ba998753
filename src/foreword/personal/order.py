"""What a person asked for, before anything is read or measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from foreword.errors import OptionError
from foreword.training.recipe import Table, merged, read_recipe, recipe_of
from foreword.training.sizing import Size

DEFAULT_MINUTES = 10.0


@final
@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for. `recipe` holds tables of a recipe; where it is silent, `sizing` chooses."""

    sources: tuple[str, ...]
    to: Path
    minutes: float | None = None
    size: Size | None = None
    device: str | None = None
    recipe: dict[str, Table] = field(default_factory=dict)


def order_for(
    sources: Sequence[str],
    to: Path,
    *,
    minutes: float | None = None,
    recipe: str | Path | Mapping[str, Table] | None = None,
    tables: Mapping[str, Table] | None = None,
    size: Size | None = None,
    device: str | None = None,
) -> Order:
    """The order for what a person said: a recipe, and `tables` that go over it.

    A time given wins over the length that the recipe names; where neither is given, it is ten minutes.

    Raises:
        RecipeError: The recipe cannot be read, or names something unknown.
        OptionError: Both `minutes` and a number of steps are given.
    """
    if "" in sources:
        raise OptionError("a source is empty text, not the name of a file; was a variable not set?")
    over = tables or {}
    if minutes is not None and over.get("training", {}).get("steps") is not None:
        raise OptionError("minutes and steps both say how long to train; give one of them")
    asked = merged(read_recipe(Path(recipe)) if isinstance(recipe, str | Path) else recipe or {}, over)
    if minutes is not None:
        for name in ("steps", "epochs"):
            asked["training"].pop(name, None)
    elif not asked["training"].keys() & {"steps", "epochs"}:
        minutes = DEFAULT_MINUTES
    recipe_of(asked)
    return Order(sources=tuple(sources), to=to, minutes=minutes, size=size, device=device, recipe={**asked})
