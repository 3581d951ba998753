"""What a training began with, as far as it is still there: the model that it went on from, the text learned along."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from foreword import modelfolder
from foreword.errors import ForewordError, SourceMissing
from foreword.modelfolder.names import SHIPPED, home, shipped_folder
from foreword.personal.inheritance import own_sources
from foreword.personal.start import weights_digest
from foreword.personal.versions import versions_of
from foreword.runtime.model import Model


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Origin:
    """A finished model, or nothing, and text that was not to be forgotten; `notes` say what is gone."""

    model: Model | None
    old: tuple[str, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, model: Model) -> "Origin":
        """That of the training that made `model`, as far as it is still there."""
        name, found = went_on(model), origin_of(model)
        if name is None:
            return cls(model=None, old=(), notes=())
        if found is None:
            note = f"{model.path.name} went on from {name}, which is not there any more: a copy begins from scratch"
            return cls(model=None, old=(), notes=(note,))
        try:
            return cls(model=found, old=own_sources(model, "old_sources"), notes=())
        except SourceMissing:
            note = "the old text that was learned along is not where it was: a copy learns without it"
            return cls(model=found, old=(), notes=(note,))


def went_on(model: Model) -> str | None:
    """The name of the model that `model` went on from; None if it began from scratch."""
    record = model.folder.training.get("from")
    return str(record.get("name")) if isinstance(record, Mapping) else None


def origin_of(model: Model) -> Model | None:
    """That model, by the hash of its weights: beside this one, in the data folder, or among the versions kept."""
    name, record = went_on(model), model.folder.training.get("from")
    if name is None or not isinstance(record, Mapping):
        return None
    beside = model.path.parent / name
    places = [beside, home() / name, *versions_of(model.path), *versions_of(beside)]
    if name == SHIPPED:
        places.append(shipped_folder())
    for place in places:
        with contextlib.suppress(ForewordError, OSError):
            folder = modelfolder.read(place)
            if weights_digest(folder) == record.get("sha256"):
                return Model(folder)
    return None
