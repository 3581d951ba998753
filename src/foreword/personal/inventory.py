"""The inventory of a person's data folder: its models, and the deletion of one, of its versions or of its run."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import ForewordError, ModelMissing, OptionError
from foreword.modelfolder import find, find_to_type, home, names, run_folder, swap, writing
from foreword.modelfolder.names import SHIPPED, known_names, memory_beside, shipped_folder
from foreword.modelfolder.reading import is_being_trained
from foreword.modelfolder.versions import Version, earlier_versions, versions_folder, versions_of
from foreword.personal.run_folder import is_run, locked

Part = Literal["model", "versions", "run"]
PARTS: Final[tuple[Part, ...]] = ("run", "versions", "model")
"""In the order of deletion, so that no older version can replace a model that is half deleted."""


@final
@dataclass(frozen=True, kw_only=True)
class Entry:
    """A model and all files that have its name; `bytes` is the size of the model folder alone.

    `date` is None without a model, `memory_bytes` without a memory, and `problem` if the model can be used.
    """

    path: Path
    is_default: bool
    date: str | None = None
    bytes: int = 0
    bits_per_character: float | None = None
    versions: int = 0
    run: Literal["interrupted", "under way"] | None = None
    memory_bytes: int | None = None
    problem: str | None = None


def entries() -> list[Entry]:
    """The models in the data folder, the model that comes with Foreword, and the default model."""
    folders = [find(SHIPPED) if each == SHIPPED else home() / each for each in known_names()]
    return [_entry(folder) for folder in dict.fromkeys([*folders, find_to_type()])]


def _entry(folder: Path) -> Entry:
    memory, run = memory_beside(folder), run_folder(folder)
    found = Entry(
        path=folder,
        is_default=folder == find_to_type(),
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        versions=len(earlier_versions(folder)),
        run="under way" if is_being_trained(folder) else "interrupted" if run.is_dir() else None,
        memory_bytes=memory.stat().st_size if memory.is_file() else None,
    )
    try:
        version = Version.of(folder)
    except ModelMissing:
        return found
    except ForewordError as error:
        return replace(found, problem=str(error))
    return replace(found, date=version.date, bits_per_character=version.bits_per_character)


def parts_of(folder: Path) -> list[Part]:
    """The existing parts of a model, in the order of deletion."""
    is_ours = {
        "model": True,
        "versions": bool(versions_of(folder)) or (versions_folder(folder) / "aside").is_dir(),
        "run": names.has_unfinished_run(folder) or is_run(run_folder(folder)),
    }
    is_home = folder.parent == home()  # only Foreword's files have such names there
    return [
        part for part in PARTS if (is_home or is_ours[part]) and swap.is_anything_left(_place(folder, part))
    ]


def check_deletable(folder: Path) -> None:
    """Check that `folder` is a model of the person, and may be deleted.

    Raises:
        OptionError: it is the base.
        ModelForeign: it is not a model, or it contains other files.
    """
    writing.check_destination(folder)  # first: it refuses a link to itself
    if folder.resolve() in (shipped_folder().resolve(), (home() / SHIPPED).resolve()):
        raise OptionError(f"{folder.name} is the model that all others begin with; it is never deleted")


def delete(folder: Path, parts: list[Part]) -> None:
    """Delete parts of a model. Each part is deleted completely or not at all, even after a kill.

    Raises:
        RunError: the model is in training.
        OptionError, ModelForeign: see `check_deletable`.
    """
    check_deletable(folder)
    with locked(run_folder(folder)):
        for part in parts:
            swap.delete(_place(folder, part))


def _place(folder: Path, part: Part) -> Path:
    return {"model": folder, "versions": versions_folder(folder), "run": run_folder(folder)}[part]
