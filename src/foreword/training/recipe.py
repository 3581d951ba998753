"""A recipe: every setting of a training run, read from TOML, checked by name; and what suits a text where it is silent.

A recipe file may leave out what is to be chosen. An unknown key or a value of the wrong kind is an error that says
which. Sizes, rates and dropouts that are chosen are each from a measured run (docs/log.md). PyTorch is not needed here:
a wrong recipe is an error before it is imported.

    [text]
    unit = "characters"

    [model]
    architecture = "lstm"
    hidden = 512

    [training]
    epochs = 10
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, final, get_args, get_origin, get_type_hints

from foreword.errors import RecipeError
from foreword.text.tokenizer_file import Unit

MOST: Final = 2**63 - 1
"""The largest whole number that TOML, PyTorch and NumPy have in common."""

Architecture = Literal["lstm", "gru", "rnn", "unrolled", "window", "convolution"]
"""The networks that there are; `models/catalogue.py`, which needs PyTorch, builds them."""

Table = Mapping[str, object]
Settings = TypeVar("Settings", "TextSettings", "TrainingSettings")

Size = Literal["small", "medium", "large"]

HIDDEN: Mapping[str, int] = {"small": 384, "medium": 512, "large": 768}
RATES: Mapping[str, float] = {"lstm": 1e-2, "gru": 5e-3, "rnn": 2e-3}
"""Learning rates of small recurrent networks: gates bear, and need, larger ones."""

FINE_TUNING_SHARE: Final = 0.1
"""The share of its first learning rate that a network has when it is trained further."""

DECAY: Final = 4.0
MOST_WEIGHT_DECAY: Final = 0.3
"""Weights are pulled to zero so strongly that they forget their first values about four times in a run."""

MANY_EPOCHS: Final = 60
MOST_DROPOUT: Mapping[str, float] = {"dropout": 0.6, "input_dropout": 0.2, "carry_dropout": 0.5}
"""The dropout of each kind for a network that sees its text sixty times and more."""

MOST_EPOCHS: Final = 120
"""More epochs than that taught nothing in any run here."""


@final
@dataclass(frozen=True, kw_only=True)
class TextSettings:
    """How the text is read and cut into tokens."""

    unit: Unit = "characters"
    vocabulary: int | None = None
    encoding: str | None = None
    held_out: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what no text could be read with."""
        _require("text.held_out", self.held_out, 0 <= self.held_out <= 0.5, "from 0 to 0.5")
        if self.vocabulary is not None:
            _require("text.vocabulary", self.vocabulary, self.vocabulary >= 1, "at least 1")


@final
@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """How the network is trained on it.

    `epochs` or `steps` fix the length of the run; where both are left out, the time given does. `warm_up` is a
    share of the run, `accumulate` the number of groups in which the columns of a batch are read one after the other,
    `replay` the share of the columns that walk old text where there is some (0: none of them), `patience` the number
    of validations without a gain after which training stops (0: never).
    """

    layout: Literal["blocks", "windows"] = "blocks"
    context: int = 3
    stride: int = 1
    batch: int = 32
    accumulate: int = 1
    unroll: int = 64
    epochs: float | None = None
    steps: int | None = None
    optimizer: Literal["adamw", "adam", "nadam"] = "adamw"
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    warm_up: float = 0.05
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    clip: float = 1.0
    validations: int = 20
    patience: int = 6
    replay: float = 0.2
    seed: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"

    def __post_init__(self) -> None:
        """Refuse what no run could be made with."""
        for name, value in asdict(self).items():
            if name in ("context", "stride", "batch", "accumulate", "unroll", "validations"):
                _require(f"training.{name}", value, value >= 1, "at least 1")
            elif name in ("epochs", "steps", "learning_rate", "clip"):
                _require(f"training.{name}", value, value is None or value > 0, "above 0")
            elif name in ("warm_up", "replay"):
                _require(f"training.{name}", value, 0 <= value < 1, "from 0 to below 1")
            elif name in ("weight_decay", "patience", "seed"):
                _require(f"training.{name}", value, value >= 0, "at least 0")


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
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecipeError(f"there is no recipe {path}; recipes are TOML files, see recipes/") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RecipeError(f"the recipe {path} cannot be read as TOML: {error}") from None
    try:
        recipe_of(tables)
    except RecipeError as error:
        raise RecipeError(f"the recipe {path}: {error}") from None
    return tables


def recipe_of(tables: Mapping[str, object]) -> Recipe:
    """The recipe that `tables` describe, over the defaults of this file.

    Raises:
        RecipeError: A table or key is unknown, or a value has the wrong kind.
    """
    checked = {name: _table(name, values) for name, values in tables.items()}
    _refuse_unknown("table", checked, ("text", "model", "training"))
    model = dict(checked.get("model", {}))
    architecture = model.pop("architecture", "lstm")
    for name in ("vocabulary", "newline"):
        if name in model:
            raise RecipeError(f"model.{name} follows from the text; leave it out (see text.vocabulary)")
    if not isinstance(architecture, str):
        raise RecipeError(f'model.architecture is {architecture!r}, but must be a name such as "lstm"')
    _require(
        "model.architecture", architecture, architecture in get_args(Architecture),
        "one of " + ", ".join(get_args(Architecture)),
    )  # fmt: skip
    training = dict(checked.get("training", {}))
    if average := training.pop("average", 0):  # recipes of older models name it, as 0
        raise RecipeError(
            f"training.average is {average!r}: averaged weights are not supported; leave it out"
        )
    return Recipe(
        architecture=architecture,
        text=_settings(TextSettings, "text", checked.get("text", {})),
        model=model,
        training=_settings(TrainingSettings, "training", training),
    )


def merged(*layers: Mapping[str, Table]) -> dict[str, dict[str, object]]:
    """The tables laid over one another; a later one's keys win, but for those it leaves at None."""
    result: dict[str, dict[str, object]] = {"text": {}, "model": {}, "training": {}}
    for layer in layers:
        for name, table in layer.items():
            _refuse_unknown("table", layer, tuple(result))
            result[name].update({key: value for key, value in table.items() if value is not None})
    return result


def defaults_for(
    characters: int, *, minutes: float | None, size: Size | None, named: Table
) -> dict[str, dict[str, object]]:
    """The tables of a recipe for a text of so many characters and so much time, without the dropout.

    The more text, the wider the network may be before it overfits; the less time, the narrower it must be to see enough
    of the text. What the model's table already has `named` is left out, and the rate depends on it.
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
    """The learning rate for a recurrent network: the wider, the smaller."""
    return round(RATES[architecture] * min(1.0, HIDDEN["small"] / int(str(sizes["hidden"]))), 5)


def fine_tuning_rate(architecture: str, sizes: Table) -> float:
    """The learning rate for a network that is trained further: its first rate would undo what it knows."""
    rate = rate_for(architecture, sizes) if architecture in RATES else TrainingSettings().learning_rate
    return round(FINE_TUNING_SHARE * rate, 6)


def dropouts_for(epochs: float) -> dict[str, float]:
    """The dropouts for a recurrent network that sees its text so many times.

    Text seen once cannot be memorised; the more often it is seen, the more of the network is silenced.
    """
    share = math.sqrt(min(1.0, max(0.0, epochs - 1) / (MANY_EPOCHS - 1)))
    return {name: round(most * share, 2) for name, most in MOST_DROPOUT.items()}


def weight_decay_for(steps: int, rate: float) -> float:
    """How strongly weights are pulled to zero in a run of so many updates at that rate.

    What counts is how often a weight forgets where it began, `steps * rate * decay` (Wang and Aitchison 2024, "How to
    set AdamW's weight decay as you scale model and dataset size").
    """
    return float(f"{min(MOST_WEIGHT_DECAY, DECAY / (steps * rate)):.2g}")


def _settings(kind: type[Settings], name: str, values: Table) -> Settings:
    hints = get_type_hints(kind)
    _refuse_unknown(f"key in [{name}]", values, [f.name for f in fields(kind)])
    checked: Any = {key: _checked(f"{name}.{key}", value, hints[key]) for key, value in values.items()}
    return kind(**checked)


def _checked(name: str, value: object, hint: object) -> object:
    """`value` if it is of the kind `hint` names; a whole number stands for a fraction, too."""
    choices = get_args(hint) if get_origin(hint) is Literal else ()
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if choices:
        _require(name, value, value in choices, "one of " + ", ".join(map(str, choices)))
    elif float in kinds and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    else:
        words = " or ".join(_KINDS[kind] for kind in kinds if kind is not NoneType)
        _require(name, value, any(type(value) is kind for kind in kinds), words)
    return value


_KINDS: dict[object, str] = {int: "a whole number", float: "a number", str: "a text in quotes"}


def _table(name: str, values: object) -> Table:
    if not isinstance(values, Mapping):
        raise RecipeError(f"{name} is {values!r}, but must be a table such as [training]")
    for key, value in values.items():
        if isinstance(value, float):
            _require(f"{name}.{key}", value, math.isfinite(value), "a finite number")
        if isinstance(value, int):
            _require(f"{name}.{key}", value, abs(value) <= MOST, "less than 2**63")
    return values


def _refuse_unknown(what: str, given: Mapping[str, object], known: list[str] | tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise RecipeError(f"there is no {what} named {name!r}; known are {', '.join(known)}")


def _require(name: str, value: object, holds: bool, words: str) -> None:
    if not holds:
        raise RecipeError(f"{name} is {value!r}, but must be {words}")
