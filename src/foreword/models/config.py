"""The sizes of a network: small frozen dataclasses, made from what a recipe or a file holds."""

import math
from abc import ABC
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from types import MappingProxyType
from typing import Any, TypeVar

from foreword.errors import RecipeError

TYPE_NAMES: Mapping[object, str] = MappingProxyType(
    {int: "a whole number", float: "a number", bool: "true or false", str: "a word"}
)


@dataclass(frozen=True, kw_only=True)
class AbstractConfig(ABC):
    """What every network needs to know of its tokens.

    Attributes:
        vocabulary: how many different ids there are.
        newline: the id that is read before every text.

    Raises:
        RecipeError: a value is out of its range; the message names the field and the value.
    """

    vocabulary: int
    newline: int

    def __post_init__(self) -> None:
        at_least(1, vocabulary=self.vocabulary)
        if not 0 <= self.newline < self.vocabulary:
            raise wrong("newline", self.newline, f"an id from 0 to vocabulary - 1 = {self.vocabulary - 1}")


ConfigT = TypeVar("ConfigT", bound=AbstractConfig)


def wrong(name: str, value: object, wanted: str) -> RecipeError:
    """The error that names a size, the value it has, and what to give instead."""
    message = f"{name} = {value!r}: give {wanted}"
    return RecipeError(message)


def at_least(minimum: int, **values: int) -> None:
    """Refuse the first of the named values that is below `minimum`."""
    for name, value in values.items():
        if value < minimum:
            raise wrong(name, value, f"a whole number of at least {minimum}")


def share(**values: float) -> None:
    """Refuse the first of the named values that is not from 0 up to, but not, 1."""
    for name, value in values.items():
        if not 0 <= value < 1:
            raise wrong(name, value, "a number of at least 0 and below 1")


def finite(**values: float) -> None:
    """Refuse the first of the named values that is infinite or not a number."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise wrong(name, value, "a finite number")


def config_from(kind: type[ConfigT], sizes: Mapping[str, object], *, architecture: str) -> ConfigT:
    """Make the config of class `kind` from values of any origin, such as TOML or JSON.

    Raises:
        RecipeError: a name is unknown or missing, or a value has the wrong type or range.
    """
    known = {field.name: field for field in fields(kind)}
    unknown = sorted(set(sizes) - set(known))
    if unknown:
        message = f"{unknown[0]}: {architecture} has no such size; it has {', '.join(known)}"
        raise RecipeError(message)
    missing = [name for name, field in known.items() if field.default is MISSING and name not in sizes]
    if missing:
        message = f"{missing[0]}: {architecture} cannot be built without this size; give it"
        raise RecipeError(message)
    values: dict[str, Any] = {name: typed(known[name], value) for name, value in sizes.items()}
    return kind(**values)


def typed(field: Field[Any], value: object) -> object:
    """`value` as the field's own type; a whole number may stand for a float, nothing else is converted."""
    if field.type is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not field.type:
        raise wrong(field.name, value, TYPE_NAMES[field.type])
    return value
