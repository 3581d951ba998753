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
from foreword.files import sync, write_whole
from foreword.modelfolder import names, swap
from foreword.modelfolder.reading import read_training
from foreword.modelfolder.record import of_the_training

KEPT: Final = 3  # versions beside the one in use


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
        bits = None if test is None else test.bits_per_character
        return cls(path=path, date=record.date or "an unknown day", bits_per_character=bits)


def versions_of(model: Path) -> list[Path]:
    """The folders of a model's versions, oldest first."""
    folder = versions_folder(model)
    found = [path for path in folder.iterdir() if path.name.isdecimal()] if folder.is_dir() else []
    return sorted(found, key=lambda path: int(path.name))


def earlier_versions(model: Path) -> list[Path]:
    """The versions before the one in use, oldest first. After a rollback, the folder also holds later ones."""
    found = versions_of(model)
    present = _among(model, found)
    return found if present is None else found[: found.index(present)]


def keep(model: Path) -> None:
    """Keep the current model as the newest version, before a new model replaces it."""
    swap.complete(model)
    if not (model / names.TRAINING).is_file():
        return
    folder, found = versions_folder(model), versions_of(model)
    present = _among(model, found)
    newest = folder / f"{int(found[-1].name) + 1 if found else 1:06}"
    if present is not None:
        present.rename(newest)
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    _copy(model, draft)
    draft.rename(newest)
    sync(folder)


def prune(model: Path) -> None:
    """Delete the oldest versions if there are more than `KEPT`; the model in use, which is new, is none of them."""
    for path in versions_of(model)[:-KEPT]:
        with contextlib.suppress(OSError):
            _delete(path)
    for left in versions_folder(model).glob("*draft*"):  # by a killed process
        shutil.rmtree(left, ignore_errors=True)


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
            f"no model is kept aside for {model.name}; "
            "a training keeps its model aside if that predicts held-out text worse"
        )
    version = Version.of(path)
    keep(model)
    _replace(model, path)
    _delete(path)
    prune(model)
    return version


def roll_back(model: Path) -> Version:
    """Replace the model in use by the last undamaged version before it; the model in use stays among the versions.

    Raises:
        ModelMissing: there is no version before it.
        ModelError: all of them are damaged.
    """
    before = earlier_versions(model)
    if not before:
        raise ModelMissing(
            f"{model.name} has no earlier version; a training keeps the last {KEPT} models that it replaced"
        )
    version = _last_undamaged(before)
    if _among(model, versions_of(model)) is None:
        keep(model)
    _replace(model, version.path)
    return version


def _last_undamaged(versions: list[Path]) -> Version:
    for path in versions[:0:-1]:
        with contextlib.suppress(ModelError):
            return Version.of(path)
    return Version.of(versions[0])


def _replace(model: Path, version: Path) -> None:
    """Replace the model, or the target of a link to it, by a copy of a version, atomically."""
    with swap.replacing(model.resolve()) as draft:
        _copy(version, draft)


def _delete(version: Path) -> None:
    """Delete a version; of a link, only the link: a stranger's may lead to the person's own folder."""
    if version.is_symlink():
        version.unlink()
    else:
        swap.delete(version)


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


def _copy(folder: Path, draft: Path) -> None:
    """Copy the files of a folder, and wait for the disk.

    No code changes the files of a model in place. So they are linked if the system can, which takes no space.
    """
    for path in (path for path in folder.rglob("*") if path.is_file()):
        target = draft / path.relative_to(folder)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.link(path.resolve(), target)
        except OSError:
            write_whole(target, path.read_bytes(), private=False)
    for place in (draft, *filter(Path.is_dir, draft.rglob("*"))):
        sync(place)
