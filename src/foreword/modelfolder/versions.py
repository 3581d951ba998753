"""The last versions of a model, kept beside it when a new model replaces it, and the rollback to one of them.

`NAME.versions/` holds complete model folders, numbered in the order of their replacement.
"""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword import modelfolder
from foreword.errors import ModelError, ModelMissing
from foreword.files import sync
from foreword.modelfolder import names, swap
from foreword.modelfolder.reading import read_training
from foreword.modelfolder.record import of_the_training

KEPT: Final = 3
"""The number of versions that are kept beside the one in use."""


@final
@dataclass(frozen=True, kw_only=True)
class Version:
    """A version: its folder, the day of its training, and its bits per character, if measured."""

    path: Path
    date: str
    bits_per_character: float | None

    @classmethod
    def of(cls, path: Path) -> "Version":
        """The model in a folder.

        Raises:
            ModelError: there is no model, or it is damaged.
        """
        record = modelfolder.read(path).record()
        test = None if record.held_out is None else record.held_out.test
        return cls(
            path=path,
            date=record.date or "an unknown day",
            bits_per_character=None if test is None else test.bits_per_character,
        )


def versions_of(model: Path) -> list[Path]:
    """The folders of a model's versions, oldest first."""
    folder = versions_folder(model)
    found = [path for path in folder.iterdir() if path.name.isdecimal()] if folder.is_dir() else []
    return sorted(found, key=lambda path: int(path.name))


def keep(model: Path) -> None:
    """Keep the current model as the newest version, before a new model replaces it.

    No code changes its files in place. So the files are linked if the system can, which takes no space.
    """
    swap.complete(model)
    if not (model / names.TRAINING).is_file():
        return
    folder, present = versions_folder(model), _among(model, versions_of(model))
    last = versions_of(model)[-1:]
    newest = folder / f"{int(last[0].name) + 1 if last else 1:06}"
    if present is not None:
        present.rename(newest)
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(model, draft, copy_function=_link)
    draft.rename(newest)
    sync(folder)


def prune(model: Path) -> None:
    """Delete the oldest versions if there are more than `KEPT` beside the one in use."""
    present = _among(model, versions_of(model))
    others = [path for path in versions_of(model) if path != present]
    for path in others[: len(others) - KEPT] if len(others) > KEPT else []:
        gone = path.with_name(f"draft-{path.name}")  # an incomplete version must not look complete
        with contextlib.suppress(OSError):
            path.rename(gone)
            shutil.rmtree(gone)


def put_aside(model: Path) -> Path:
    """The folder for a rejected model of a training, beside the versions; the next rejected one replaces it."""
    folder = versions_folder(model)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "aside"


def take_aside(model: Path) -> Version:
    """Replace the model in use by the one kept aside; the old one becomes the version before it.

    Raises:
        ModelMissing: no model is kept aside.
        ModelError: it is damaged.
    """
    path = versions_folder(model) / "aside"
    if not path.is_dir():
        raise ModelMissing(
            f"no model is kept aside for {model.name}; a training keeps one aside if it predicts held-out text worse"
        )
    version = Version.of(path)
    keep(model)
    _copy(path, model)
    shutil.rmtree(path)
    prune(model)
    return version


def roll_back(model: Path) -> Version:
    """Replace the model in use by the version before it; the model in use stays among the versions.

    Raises:
        ModelMissing: there is no version before it.
        ModelError: that version is damaged.
    """
    found = versions_of(model)
    present = _among(model, found)
    before = found[: found.index(present)] if present is not None else found
    if not before:
        raise ModelMissing(
            f"{model.name} has no earlier version; a training keeps the model that it replaces, the last {KEPT}"
        )
    version = Version.of(before[-1])
    if present is None:
        keep(model)
    _copy(version.path, model)
    return version


def _copy(version: Path, model: Path) -> None:
    """Replace the model by a copy of a version, atomically."""
    draft = swap.draft_beside(model)
    try:
        shutil.copytree(version, draft, dirs_exist_ok=True)
        swap.put(draft, model)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _among(model: Path, versions: list[Path]) -> Path | None:
    """The version with the same record as the model, if there is one."""
    record = _record(model)
    return next((path for path in versions if record and _record(path) == record), None)


def _record(model: Path) -> dict[str, object]:
    """The record of a model; empty if it cannot be read."""
    with contextlib.suppress(OSError, ModelError):
        return of_the_training(read_training(model / names.TRAINING))
    return {}


def versions_folder(model: Path) -> Path:
    """The folder of a model's versions; it may not exist."""
    return model.with_name(f"{model.name}.versions")


def _link(source: str, target: str) -> None:
    """Give the file, not a link to it, a second name, or copy it if the system cannot."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        shutil.copy2(source, target)
