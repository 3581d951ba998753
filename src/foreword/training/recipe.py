"""A recipe: every setting of a training run, read from TOML and checked by name, with defaults that suit the text.

A recipe file may omit any setting; Foreword then chooses it. An unknown key or a value of the wrong kind is an error
that names it. The chosen sizes, rates and dropouts come from measured runs (docs/log.md). This module does not need
PyTorch, so a wrong recipe is an error before PyTorch is imported.
"""

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar, final, get_args

from msgspec import Meta

from foreword.errors import RecipeError
from foreword.settings import Architecture, Size, Unit, checked

MOST: Final = 2**63 - 1  # the largest whole number that TOML, PyTorch and NumPy have in common

Table = Mapping[str, object]
Settings = TypeVar("Settings", "TextSettings", "TrainingSettings")

Count = Annotated[int, Meta(ge=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, lt=1)]

REMOVED_VALUES: Final = frozenset([("optimizer", "nadam"), ("schedule", "linear")])
"""Values in models of older versions. Further training of such a model uses the default instead."""

LENGTHS: Final = ("steps", "epochs")  # keys of [training] that set the length of the training
REMOVED: Mapping[str, object] = {"average": 0, "accumulate": 1}
"""Keys of [training] in recipes of older versions, each with the one value that changes nothing."""

HIDDEN: Mapping[str, int] = {"small": 384, "medium": 512, "large": 768}
RATES: Mapping[str, float] = {"lstm": 1e-2, "gru": 5e-3, "rnn": 2e-3}
"""Learning rates of small recurrent networks. Gates allow and need larger rates."""

FINE_TUNING_SHARE: Final = 0.1  # learning rate of fine-tuning, as a share of the first learning rate
DECAY: Final = 4.0
MOST_WEIGHT_DECAY: Final = 0.3
"""At the highest rate, weight decay makes weights forget their initial values four times a run; it is 0.3 at most."""

MANY_EPOCHS: Final = 60
MOST_DROPOUT: Mapping[str, float] = {"dropout": 0.6, "input_dropout": 0.2, "carry_dropout": 0.5}
"""The dropout of each kind for 60 epochs or more of a new network."""

FURTHER_DROPOUT: Final = 1 / 3  # of these, if the network knows the language: more destroys that
MOST_EPOCHS: Final = 120  # of a timed run; more gave no gain in any measured run
MOST_FURTHER_EPOCHS: Final = 6  # if the network knows the language; more memorises sentences


@final
@dataclass(frozen=True, kw_only=True)
class TextSettings:
    """Settings for reading the text and cutting it into tokens."""

    unit: Unit = "characters"
    vocabulary: Count | None = None
    encoding: str | None = None
    held_out: Annotated[float, Meta(ge=0, le=0.5)] = 0.1


@final
@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """Settings for training the network.

    `epochs` or `steps` set the length of the run; without them, the time does. `warm_up` is a share of the run.
    `replay` is the share of the columns that read old text, if any. Training stops after `patience` validations without
    a gain (0: never).
    """

    layout: Literal["blocks", "windows"] = "blocks"
    context: Count = 3
    stride: Count = 1
    batch: Count = 32
    unroll: Count = 64
    epochs: Annotated[float, Meta(gt=0, le=1e9)] | None = None
    steps: Count | None = None
    optimizer: Literal["adamw", "adam"] = "adamw"
    learning_rate: Positive = 3e-3
    weight_decay: NotNegative = 0.01
    warm_up: Share = 0.05
    schedule: Literal["cosine", "constant"] = "cosine"
    clip: Positive = 1.0
    validations: Count = 20
    patience: Annotated[int, Meta(ge=0)] = 6
    replay: Share = 0.2
    seed: Annotated[int, Meta(ge=0)] = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"


@final
@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Every setting of a run. `model` holds the architecture's own sizes, which its catalogue entry checks."""

    architecture: str = "lstm"
    text: TextSettings = field(default_factory=TextSettings)
    model: Table = field(default_factory=dict)
    training: TrainingSettings = field(default_factory=TrainingSettings)

    def tables(self) -> dict[str, dict[str, object]]:
        """The recipe as the tables of a TOML file or a JSON object; `recipe_of` reads it back."""
        model = {"architecture": self.architecture, **self.model}
        return {"text": asdict(self.text), "model": model, "training": asdict(self.training)}


def read_recipe(path: Path) -> dict[str, dict[str, object]]:
    """The tables of the TOML file at `path`, checked.

    Raises:
        RecipeError: The file is missing, is not TOML, or has an unknown key or a value of the wrong kind.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise RecipeError(f"there is no recipe {path}; give the path of a TOML file") from None
    except (ValueError, RecursionError, OSError) as error:  # a number of 5,000 digits is a plain ValueError
        raise RecipeError(f"the recipe {path} cannot be read as TOML: {error}") from None
    try:
        recipe_of(tables)
    except RecipeError as error:
        raise RecipeError(f"the recipe {path}: {error}") from None
    return tables


def recipe_of(tables: Mapping[str, object]) -> Recipe:
    """The recipe in `tables`, with the defaults of this file for missing keys.

    Raises:
        RecipeError: A table or key is unknown, or a value has the wrong kind.
    """
    _refuse_unknown("table", tables, ("text", "model", "training"))
    text, model, training = ({**_table(name, tables.get(name, {}))} for name in ("text", "model", "training"))
    architecture = model.pop("architecture", "lstm")
    for name in ("vocabulary", "newline"):
        if name in model:
            raise RecipeError(f"model.{name} follows from the text; leave it out (see text.vocabulary)")
    if architecture not in get_args(Architecture):
        known = ", ".join(get_args(Architecture))
        raise RecipeError(f"model.architecture is {architecture!r}, but must be one of {known}")
    for name, harmless in REMOVED.items():
        if training.pop(name, harmless) != harmless:
            raise RecipeError(f"training.{name} is not supported any more; leave it out")
    return Recipe(
        architecture=str(architecture),
        text=_settings(TextSettings, "text", text),
        model=model,
        training=_settings(TrainingSettings, "training", training),
    )


def merged(*layers: Mapping[str, Table]) -> dict[str, dict[str, object]]:
    """The layers merged into one set of tables. A key of a later layer wins, unless its value is None."""
    result: dict[str, dict[str, object]] = {"text": {}, "model": {}, "training": {}}
    for layer in layers:
        _refuse_unknown("table", layer, result)
        for name, table in layer.items():
            result[name].update({key: value for key, value in table.items() if value is not None})
    return result


def defaults_for(
    characters: int, *, minutes: float | None, size: Size | None, named: Table
) -> dict[str, dict[str, object]]:
    """The tables of a recipe for a text of this many `characters` and a time in `minutes`, without the dropout.

    With more text, a network can be wider before it overfits. With less time, it must be narrower to see enough of the
    text. `named` is the recipe's own model table: the architecture and the rate depend on it.
    """
    small = characters < 200_000 or (minutes is not None and minutes < 4)
    large = characters > 20_000_000 and minutes is not None and minutes >= 120
    chosen = size or ("small" if small else "large" if large else "medium")
    architecture = str(named.get("architecture", "lstm"))
    training: dict[str, object] = {}
    model: dict[str, object] = {"architecture": architecture}
    if architecture in RATES:
        model |= {"embedding": 128, "hidden": HIDDEN[chosen], "layers": 1 if chosen == "small" else 2}
        training["learning_rate"] = rate_for(architecture, {**model, **named})
    if chosen == "small":
        training["unroll"] = 32  # more updates in a short time, from a short text
    return {"text": {}, "model": model, "training": training}


def rate_for(architecture: str, sizes: Table) -> float:
    """The learning rate of a recurrent network; a wider network has a lower rate."""
    return round(RATES[architecture] * min(1.0, HIDDEN["small"] / int(str(sizes["hidden"]))), 5)


def fine_tuning_rate(architecture: str, sizes: Table) -> float:
    """The learning rate for fine-tuning. The first rate would destroy the network's knowledge."""
    rate = rate_for(architecture, sizes) if architecture in RATES else TrainingSettings().learning_rate
    return round(FINE_TUNING_SHARE * rate, 6)


def dropouts_for(epochs: float, *, knows_language: bool = False) -> dict[str, float]:
    """The dropouts of a recurrent network for this number of `epochs`.

    A network cannot memorise text in one epoch. With more epochs, the dropout is stronger.
    """
    most_share = FURTHER_DROPOUT if knows_language else 1.0
    share = min(most_share, math.sqrt(max(0.0, epochs - 1) / (MANY_EPOCHS - 1)))
    return {name: round(most * share, 2) for name, most in MOST_DROPOUT.items()}


def weight_decay_for(steps: int, rate: float) -> float:
    """The weight decay for a run of this many `steps` whose highest learning rate is `rate`.

    It keeps `steps * rate * decay` constant: the number of times a weight forgets its initial value (Wang and Aitchison
    2024, "How to set AdamW's weight decay as you scale model and dataset size").
    """
    return float(f"{min(MOST_WEIGHT_DECAY, DECAY / (steps * rate)):.2g}")


def _settings(kind: type[Settings], name: str, values: Table) -> Settings:
    _refuse_unknown(f"key in [{name}]", values, [each.name for each in fields(kind)])
    return checked(kind, values, name)


def _table(name: str, values: object) -> Table:
    if not isinstance(values, Mapping):
        raise RecipeError(f"{name} is {values!r}, but must be a table such as [training]")
    for key, value in values.items():
        if isinstance(value, int) and abs(value) > MOST:
            raise RecipeError(f"{name}.{key} is {value!r}, but must be less than 2**63")
    return values


def _refuse_unknown(what: str, given: Mapping[str, object], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise RecipeError(f"there is no {what} named {name!r}; known are {', '.join(known)}")
