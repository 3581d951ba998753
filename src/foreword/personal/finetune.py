"""Training that continues from a finished model: its recipe and its weights."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from foreword.errors import (
    ModelForeign,
    ModelMismatch,
    ModelTruncated,
    OptionError,
    RecipeError,
    RunError,
)
from foreword.files import write_whole
from foreword.keyboard.trained_on import weights_digest
from foreword.modelfolder import Config
from foreword.modelfolder.names import NGRAMS
from foreword.modelfolder.record import FOUND_LATER, TrainingRecord
from foreword.runtime.model import Model
from foreword.training.recipe import RATES, REMOVED_VALUES, Recipe, Table, fine_tuning_rate, merged, recipe_of

LAYOUT: Final = ("layout", "context", "stride")
"""Settings for cutting the text; a network that continues always keeps them. With `more`, it keeps all others but
OF_ONE_RUN."""
OF_ONE_RUN: Final = ("steps", "epochs", "learning_rate")

LEFT_BEHIND: Final = frozenset(["private", "history", FOUND_LATER])
"""Keys that are left out of an earlier training's record: the places of its texts, its own history, which is listed
beside it, and later findings about its model."""
INITIAL_WEIGHTS: Final = "start.safetensors"

Tables = dict[str, dict[str, object]]


def tables_for(model: Model, asked: Mapping[str, Table], *, more: bool) -> Tables:
    """The tables of a recipe to continue with `model`: its network and training settings, overridden by `asked`.

    With `more`, it keeps the settings of its training, and its held-out text stays held out.

    Raises:
        OptionError: `asked` has a setting that does not fit a finished network.
        ModelForeign: its training.json holds no recipe.
    """
    _check(model, asked)
    config, before = model.config, recorded_recipe(model)
    share = asked.get("text", {}).get("held_out")
    if more and share is not None and share != before.text.held_out:
        raise OptionError(
            f"--held-out {share}: {model.path.name} was trained with {before.text.held_out:g}, and must not be trained "
            "on its own test text; leave it out"
        )
    sizes = own_sizes(config)
    rate = fine_tuning_rate(config.architecture, sizes)
    if config.architecture in RATES:  # dropout is chosen anew, for the new text
        sizes = {name: value for name, value in sizes.items() if "dropout" not in name}
    trained = before.tables()["training"]
    kept = [name for name in trained if name in LAYOUT or (more and name not in OF_ONE_RUN)]
    text: dict[str, object] = {"unit": config.unit}
    if more:
        text["held_out"] = before.text.held_out
    return merged(
        {
            "text": text,
            "model": {"architecture": config.architecture, **sizes},
            "training": {**{name: trained[name] for name in kept}, "learning_rate": rate},
        },
        asked,
    )


def own_sizes(config: Config) -> dict[str, object]:
    """The sizes of a network that a recipe may name: all but those that depend on its text."""
    return {name: value for name, value in config.sizes.items() if name not in ("vocabulary", "newline")}


def recorded_recipe(model: Model) -> Recipe:
    """The training recipe of `model` from its training.json, with defaults for missing and unknown settings.

    Another version may have had other settings. config.json describes the network itself, not this recipe.

    Raises:
        ModelForeign: a setting has a value that is not valid.
    """
    tables = model.folder.record().recipe
    known = recipe_of({}).tables()
    try:
        return recipe_of(
            {
                name: {
                    key: value
                    for key, value in table.items()
                    if key in known[name] and (key, str(value)) not in REMOVED_VALUES
                }
                for name, table in tables.items()
                if name in ("text", "training")
            }
        )
    except RecipeError as error:
        raise ModelForeign(
            f"{model.path / 'training.json'} holds no recipe of Foreword's: {error}; get the model again"
        ) from None


def _check(model: Model, asked: Mapping[str, Table]) -> None:
    """Raise OptionError for settings that do not fit a finished network, whose weights and tokens are fixed."""
    fixed = {"architecture": model.config.architecture, **own_sizes(model.config)}
    for key, value in asked.get("model", {}).items():
        if key in fixed and "dropout" not in key and value not in (None, fixed[key]):
            raise _does_not_fit(model, f"{key} {value}", f"{key} {fixed[key]}")
    text = asked.get("text", {})
    if text.get("unit") not in (None, model.config.unit):
        raise _does_not_fit(model, f"units {text['unit']}", f"units {model.config.unit}")
    if text.get("vocabulary") is not None:
        raise _does_not_fit(model, f"text.vocabulary {text['vocabulary']}", "its own tokens")


def _does_not_fit(model: Model, wanted: str, fitting: str) -> OptionError:
    return OptionError(
        f"{wanted}: the weights of {model.path.name} fit only {fitting}; leave that out, or train from scratch"
    )


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class InitialWeights:
    """The finished model that a run continues from, as it was then; `sha256` is the hash of its weights file."""

    name: str
    sha256: str
    weights: Mapping[str, np.ndarray]
    training: Mapping[str, Any]
    lexicon: str | None = None
    ngrams: bytes | None = None

    @classmethod
    def of(cls, model: Model) -> "InitialWeights":
        """The weights of `model`, always in float32.

        Raises:
            ModelTruncated: they are damaged.
            ModelMismatch: they do not fit config.json, or were replaced since they were read.
        """
        from foreword.models.catalogue import check_fit  # noqa: PLC0415 - needs PyTorch

        folder, config = model.folder, model.config
        weights = folder.weights()
        for name, weight in weights.items():
            if not np.isfinite(weight).all():
                raise ModelTruncated(
                    f"{folder.path} is damaged: {name!r} has values that are not finite numbers; get the model again"
                )
        ngrams = folder.ngrams() if model.ngrams else None  # damaged ones are refused here
        sizes = {**config.sizes, "vocabulary": config.vocabulary, "newline": config.newline}
        try:
            check_fit(config.architecture, sizes, weights)
        except (ModelMismatch, RecipeError) as error:
            raise ModelMismatch(f"{folder.path}: {error}") from None
        return cls(
            name=folder.path.name,
            sha256=weights_digest(folder),
            weights=weights,
            training=folder.training,
            lexicon=folder.lexicon(),
            ngrams=None if ngrams is None else bytes(ngrams),
        )

    def record(self) -> TrainingRecord:
        """The typed record of its training.json."""
        return TrainingRecord.of(self.training, Path(self.name))

    def lineage(self) -> dict[str, object]:
        """The part of the new model's training.json that describes this model."""
        earlier = self.training.get("history")
        last = {key: value for key, value in self.training.items() if key not in LEFT_BEHIND}
        return {
            "from": {"name": self.name, "sha256": self.sha256},
            "history": [*(earlier if isinstance(earlier, list) else []), last],
        }

    def keep(self, run: Path) -> None:
        """Write them into the run folder, completely or not at all."""
        record = {
            "name": self.name,
            "sha256": self.sha256,
            "training": dict(self.training),
            "lexicon": self.lexicon,
        }
        ngrams = {} if self.ngrams is None else {NGRAMS: np.frombuffer(self.ngrams, np.uint8)}
        data = save({**self.weights, **ngrams}, metadata={"start": json.dumps(record)})
        write_whole(run / INITIAL_WEIGHTS, data, private=True)

    @classmethod
    def kept(cls, run: Path) -> "InitialWeights | None":
        """The initial weights of the run in a folder; None if it began from scratch.

        Raises:
            RunError: they are damaged.
        """
        path = run / INITIAL_WEIGHTS
        try:
            with safe_open(path, framework="numpy") as file:
                record = json.loads((file.metadata() or {})["start"])
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            ngrams = weights.pop(NGRAMS, None)
            return cls(weights=weights, ngrams=None if ngrams is None else ngrams.tobytes(), **record)
        except FileNotFoundError:
            return None
        except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"the initial weights in {run} cannot be read: {error}; delete that folder and start a new run"
            ) from None
