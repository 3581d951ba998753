"""The last versions of a model, kept beside it when another takes its place, and put back when that was no good.

`NAME.versions/` holds whole model folders, numbered in the order in which they were replaced.
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
"""So many versions are kept beside the one in use."""


@final
@dataclass(frozen=True, kw_only=True)
class Version:
    """One of them: its folder, when it was trained, and its bits per character where they were measured."""

    path: Path
    date: str
    bits_per_character: float | None

    @classmethod
    def of(cls, path: Path) -> "Version":
        """The model in a folder.

        Raises:
            ModelError: there is none, or it is damaged.
        """
        record = modelfolder.read(path).record()
        test = None if record.held_out is None else record.held_out.test
        return cls(
            path=path,
            date=record.date or "an unknown day",
            bits_per_character=None if test is None else test.bits_per_character,
        )


def versions_of(model: Path) -> list[Path]:
    """The folders of the versions that are kept of a model, oldest first."""
    folder = versions_folder(model)
    found = [path for path in folder.iterdir() if path.name.isdecimal()] if folder.is_dir() else []
    return sorted(found, key=lambda path: int(path.name))


def keep(model: Path) -> None:
    """Keep the model as it is, as the newest version, before another takes its place.

    Its files are never changed in place, so they are linked where the system can, which takes no space.
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
    """Delete the oldest versions, if too many are beside the one in use."""
    present = _among(model, versions_of(model))
    others = [path for path in versions_of(model) if path != present]
    for path in others[: len(others) - KEPT] if len(others) > KEPT else []:
        gone = path.with_name(f"draft-{path.name}")  # half of one must never be taken for a whole one
        with contextlib.suppress(OSError):
            path.rename(gone)
            shutil.rmtree(gone)


def put_aside(model: Path) -> Path:
    """Where the model is kept that a training made in vain: beside the versions, until the next one of its kind."""
    folder = versions_folder(model)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "aside"


def take_aside(model: Path) -> Version:
    """Put the model that was kept aside in place of the one in use, which becomes the version before it.

    Raises:
        ModelMissing: there is none.
        ModelError: it is damaged.
    """
    path = versions_folder(model) / "aside"
    if not path.is_dir():
        raise ModelMissing(
            f"no model is kept aside for {model.name}; one is where a training makes a model that reads worse"
        )
    version = Version.of(path)
    keep(model)
    _copy(path, model)
    shutil.rmtree(path)
    prune(model)
    return version


def roll_back(model: Path) -> Version:
    """Put the version before the one in use in its place; the one in use stays among the versions.

    Raises:
        ModelMissing: there is none before it.
        ModelError: it is damaged.
    """
    if _among(model, versions_of(model)) is None:
        keep(model)
    found = versions_of(model)
    present = _among(model, found)
    before = found[: found.index(present)] if present is not None else found
    if not before:
        raise ModelMissing(
            f"there is no version before {model.name} as it is; the last {KEPT} are kept whenever it is trained anew"
        )
    version = Version.of(before[-1])
    _copy(version.path, model)
    return version


def _copy(version: Path, model: Path) -> None:
    """Put a copy of a version in place of the model, whole or not at all."""
    draft = swap.draft_beside(model)
    try:
        shutil.copytree(version, draft, dirs_exist_ok=True)
        swap.put(draft, model)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _among(model: Path, versions: list[Path]) -> Path | None:
    """The version that the model is, by its record."""
    with contextlib.suppress(OSError, ModelError):
        record = _record(model)
        return next((path for path in versions if _record(path) == record), None)
    return None


def _record(model: Path) -> dict[str, object]:
    return of_the_training(read_training(model / names.TRAINING))


def versions_folder(model: Path) -> Path:
    """The folder of the versions of a model, whether there are some or not."""
    return model.with_name(f"{model.name}.versions")


def _link(source: str, target: str) -> None:
    """One file under two names, or a copy where that cannot be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
