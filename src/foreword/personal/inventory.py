"""What lies in a person's data folder: models, their versions, interrupted runs, memories; and how one is deleted."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, final

from foreword import modelfolder
from foreword.errors import ForewordError, ModelMissing, OptionError
from foreword.modelfolder import run_folder, swap
from foreword.modelfolder.names import SHIPPED, known_names, memory_beside, shipped_folder
from foreword.modelfolder.reading import is_being_trained
from foreword.personal.run import held
from foreword.personal.versions import Version, versions_folder, versions_of

Part = Literal["model", "versions", "run"]
PLAN: Final = "plan.json"  # as in training/plan.py
PARTS: Final[tuple[Part, ...]] = ("run", "versions", "model")
"""In the order in which they are deleted: a model that is half deleted has no older version to come back as."""


@final
@dataclass(frozen=True, kw_only=True)
class Entry:
    """All that goes by the name of one model.

    Attributes:
        path: the model folder, whether there is one or not.
        is_default: whether it is the model that is used where none is named.
        date: when the model was trained; None where there is no model.
        bytes: the size of the model, without versions and run.
        bits_per_character: on the text that was held out of its training, where there was some.
        versions: how many are kept beside the model.
        run: what there is of an unfinished training.
        memory_bytes: the size of the memory beside it, None where there is none.
        problem: why the model cannot be used.
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
    """Whatever has a name in the data folder, the model that comes with Foreword, and the one used by default."""
    folders = [
        modelfolder.find(SHIPPED) if name == SHIPPED else modelfolder.home() / name for name in known_names()
    ]
    return [_entry(folder) for folder in dict.fromkeys([*folders, modelfolder.find_to_type()])]


def _entry(folder: Path) -> Entry:
    memory, run = memory_beside(folder), run_folder(folder)
    found = Entry(
        path=folder,
        is_default=folder == modelfolder.find_to_type(),
        bytes=_size(folder),
        versions=len(versions_of(folder)),
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
    """What there is to delete of a model."""
    is_ours = {
        "model": True,
        "versions": bool(versions_of(folder)) or (versions_folder(folder) / "aside").is_dir(),
        "run": (run_folder(folder) / PLAN).exists(),
    }
    is_home = folder.parent == modelfolder.home()  # where nothing but ours has such names
    return [
        part for part in PARTS if (is_home or is_ours[part]) and swap.is_anything_left(_place(folder, part))
    ]


def check_deletable(folder: Path) -> None:
    """See that what is to be deleted is a model of the person's own.

    Raises:
        OptionError: it is the base.
        ModelForeign: it is no model, or something else lies in it.
    """
    if folder.resolve() in (shipped_folder().resolve(), (modelfolder.home() / SHIPPED).resolve()):
        raise OptionError(f"{folder.name} is the model that all others begin with; it is never deleted")
    modelfolder.check_destination(folder)


def delete(folder: Path, parts: list[Part]) -> None:
    """Delete parts of a model. Each of them is there as a whole or not at all, also after a kill.

    Raises:
        RunError: the model is being trained.
        OptionError, ModelForeign: see `check_deletable`.
    """
    check_deletable(folder)
    with held(run_folder(folder)):
        for part in parts:
            swap.delete(_place(folder, part))


def _place(folder: Path, part: Part) -> Path:
    return {"model": folder, "versions": versions_folder(folder), "run": run_folder(folder)}[part]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
