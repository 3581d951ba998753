"""Training that continues from a finished model: its recipe, its weights, and its texts.

If `train --more` gets no source, it learns the messages that the memory has learned since the last training. If these
are too few, it learns the texts of the last training again. This module does not need PyTorch.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, final

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from foreword.corpus.texts import MEMORY, Lines, Source
from foreword.errors import (
    MemoryUnusable,
    ModelError,
    ModelForeign,
    ModelMismatch,
    ModelTruncated,
    OptionError,
    RecipeError,
    RunError,
    SourceEmpty,
    SourceMissing,
)
from foreword.files import write_whole
from foreword.keyboard.memory import Memory, Message, memory_path
from foreword.keyboard.trained_on import FEWEST, TrainedOn, weights_digest
from foreword.modelfolder import Config
from foreword.modelfolder.names import NGRAMS, SHIPPED, named
from foreword.modelfolder.ngrams import FREQUENCIES
from foreword.modelfolder.record import FOUND_LATER, TrainingRecord
from foreword.runtime.model import Model
from foreword.sources.samples import PREFIX
from foreword.text.plural import counted
from foreword.training.recipe import (
    RATES,
    REMOVED_VALUES,
    Recipe,
    Table,
    TextSettings,
    fine_tuning_rate,
    merged,
    recipe_of,
)

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
        ModelMismatch: its config.json has no width of the network.
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
    if not sizes.get("hidden"):
        raise ModelMismatch(f"{model.path / 'config.json'} has no size 'hidden'; get the model again")
    rate = fine_tuning_rate(config.architecture, sizes)
    if config.architecture in RATES:  # dropout is chosen anew, for the new text
        sizes = {name: value for name, value in sizes.items() if "dropout" not in name}
    trained = before.tables()["training"]
    kept = [name for name in trained if name in LAYOUT or (more and name not in OF_ONE_RUN)]
    text: dict[str, object] = {"unit": config.unit}
    if more:
        text |= {"held_out": before.text.held_out, "encoding": before.text.encoding}
    return merged(
        {
            "text": text,
            "model": {"architecture": config.architecture, **sizes},
            "training": {**{name: trained[name] for name in kept}, "learning_rate": rate},
        },
        asked,
    )


def base_model() -> Model | None:
    """The model that comes with Foreword, or the person's own `base`; None if there is none that can be used."""
    try:
        return Model.open(SHIPPED)
    except ModelError:
        return None  # the command that opens a damaged one reports it


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
        if ngrams is not None:  # a network that is trained further learns how often a person writes each word
            ngrams = save({name: each for name, each in load(bytes(ngrams)).items() if name != FREQUENCIES})
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
        last = {key: value for key, value in self.training.items() if key not in LEFT_BEHIND}
        return {
            "from": {"name": self.name, "sha256": self.sha256},
            "history": [*self.training.get("history", ()), last],
        }

    def keep(self, run: Path) -> None:
        """Write them into the run folder, completely or not at all."""
        identity = {"name": self.name, "sha256": self.sha256}
        record = {**identity, "training": dict(self.training), "lexicon": self.lexicon}
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
            path.open("rb").close()  # safe_open takes any error for a missing file
            with safe_open(path, framework="numpy") as file:
                record = json.loads((file.metadata() or {})["start"])
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            ngrams = weights.pop(NGRAMS, None)
            return cls(weights=weights, ngrams=None if ngrams is None else ngrams.tobytes(), **record)
        except FileNotFoundError:
            return None
        except (SafetensorError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"the initial weights in {run} cannot be read: {error}; delete that folder and start a new run"
            ) from None


# The texts


@final
@dataclass(frozen=True, kw_only=True)
class ToLearn:
    """The texts that a run learns, and the old texts that it must not forget.

    Attributes:
        unchanged: the SHA-256 that each source must have, if the model was trained on these sources.
        numbers: the numbers of the messages in the first source, if it came from the memory.
    """

    sources: tuple[Source, ...]
    old: tuple[Source, ...] = ()
    unchanged: tuple[str, ...] | None = None
    numbers: tuple[int, ...] = ()
    tables: Tables = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def more_for(model: Model, tables: Tables, *, old: tuple[Source, ...]) -> ToLearn:
    """The texts of `train --more` without a source: the memory's new messages, or else the model's own texts.

    Raises:
        SourceEmpty: the network was trained on all messages of the memory.
        SourceMissing: the model does not say where its texts are, or a text is missing.
    """
    try:
        with closing(Memory.open(memory_path(str(model.path)))) as memory:
            known = TrainedOn.of(memory, model.folder)
    except MemoryUnusable as error:
        return _own(model, tables, old, f"the memory has nothing to learn from: {error}")
    if not known.is_enough():
        there = counted(known.characters, "character") if known.untrained else "nothing"
        enough = f", and training needs {FEWEST:,}" if known.untrained else ""
        why = f"{known.name} has learned {there} since {model.path.name} was trained{enough}"
        own = _own(model, tables, old, why)
        return replace(own, notes=(*known.notes, *own.notes))
    new = sorted((*known.waiting, *known.untrained), key=lambda each: each.time)
    again = f", and {len(known.waiting):,} that its last training held out" if known.waiting else ""
    note = (
        f"{model.path.name} learns {counted(len(known.untrained), 'new message')} of {known.name} "
        f"({counted(known.characters, 'character')}){again}; the newest are held out"
    )
    share = tables["text"].get("held_out") or TextSettings().held_out
    return ToLearn(
        sources=(_lines(known.name, new),),
        old=old or _earlier(model, known),
        numbers=tuple(each.number for each in new),
        # Always hold out a part, even if the first training did not: a worse model must be visible.
        tables={**tables, "text": {**tables["text"], "held_out": share}},
        notes=(*known.notes, note),
    )


def _own(model: Model, tables: Tables, old: tuple[Source, ...], why: str) -> ToLearn:
    """The texts of the model's last training, which are in files."""
    record = model.folder.record()
    if any(record.place_of(source) == MEMORY for source in record.sources):
        raise SourceEmpty(
            f"{why}; write on, or teach it more with: foreword learn SOURCE{named(model.path, '-m')}"
        )
    return ToLearn(
        sources=own_sources(model),
        old=old or own_sources(model, old=True),
        unchanged=tuple(source.sha256 or "" for source in record.sources),
        tables=tables,
        notes=(f"{why}; training continues with the texts of the last one",),
    )


def own_sources(model: Model, *, old: bool = False) -> tuple[str, ...]:
    """The places of the texts of the last training of `model`; with `old`, of the old texts that it replayed.

    Raises:
        SourceMissing: the model does not say where a text is, or a text no longer exists.
    """
    record, name = model.folder.record(), model.path.name
    found = [record.place_of(source) for source in (record.old_sources if old else record.sources)]
    for place in found:
        if not place:
            raise SourceMissing(f"{name} does not say where all of its texts are; {_hand_in(model)}")
        if not place.startswith(PREFIX) and not Path(place).exists():
            raise SourceMissing(f"{place} is gone: {name} was trained on it; {_hand_in(model)}")
    if not old and not found:
        raise SourceMissing(f"{name} does not say what it was trained on; {_hand_in(model)}")
    return tuple(found)


def changed_text(model: Model, name: str) -> SourceMissing:
    """The error for a text of `model` that has changed: it may contain held-out text."""
    return SourceMissing(f"{name} has changed since {model.path.name} was trained on it; {_hand_in(model)}")


def _hand_in(model: Model) -> str:
    return f"give the text to go on with: foreword train SOURCE --more{named(model.path, '-o')}"


def _earlier(model: Model, known: TrainedOn) -> tuple[Source, ...]:
    """The texts of earlier trainings: messages with the same split, and samples."""
    record = model.folder.record()
    places = [record.place_of(source) for source in (*record.sources, *record.old_sources)]
    parted = (
        (f"{known.name}, learned before", known.trained, 0.0),
        (f"{known.name}, held out before", known.held_out, 1.0),
    )
    return (
        *(_lines(name, messages, held_out) for name, messages, held_out in parted if messages),
        *(place for place in places if place.startswith(PREFIX)),
    )


def _lines(name: str, messages: Sequence[Message], held_out: float | None = None) -> Lines:
    return Lines(name=name, lines=tuple(each.text for each in messages), held_out=held_out)
