"""Where models live, and what they and the files in them are called.

A model is chosen by name or path. A bare name lives in the person's data folder, a name with a slash is a path.
"""

import os
import shlex
import stat
import unicodedata
from pathlib import Path
from typing import Final

import platformdirs

from foreword.errors import OptionError
from foreword.modelfolder.swap import is_there

CONFIG: Final = "config.json"
TOKENIZER: Final = "tokenizer.json"
WEIGHTS: Final = "model.safetensors"
GRAPH: Final = "onnx/model.onnx"
QUANTIZED: Final = "onnx/model_quantized.onnx"
TRAINING: Final = "training.json"
CARD: Final = "README.md"
LEXICON: Final = "lexicon.txt"

PICTURE_ENDINGS: Final = (".png", ".svg")
REQUIRED: Final = (CONFIG, TOKENIZER, WEIGHTS, TRAINING, CARD)

PERSONAL = "me"
SHIPPED = "base"
LONGEST_NAME = 64
RESERVED_ENDINGS = (".run", ".memory", ".versions", ".")
WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)


def home() -> Path:
    """The person's data folder, made if need be: $FOREWORD_HOME, else the one that the system has for it.

    It is for its owner alone (mode 0700): a model is as private as the messages it was trained on.

    Raises:
        OptionError: the folder cannot be made, or $FOREWORD_HOME is in the home of nobody.
    """
    chosen = os.environ.get("FOREWORD_HOME")
    folder = _expanded(chosen) if chosen else platformdirs.user_data_path("foreword", appauthor=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not chosen and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise OptionError(
            f"the data folder {folder} cannot be used: {error.strerror}; set FOREWORD_HOME to one that can"
        ) from None
    return folder


def locate(model: str | Path | None = None) -> Path:
    """The folder of `model`, a name or a path, whether it is there or not; a `Path` is never a bare name.

    Without one: $FOREWORD_MODEL, else `me` if there is one, else `base`.

    Raises:
        OptionError: a bare name that no folder can have everywhere, or a path that cannot be a model's.
    """
    if isinstance(model, Path):
        model = str(model.absolute())
    name = model if model is not None else os.environ.get("FOREWORD_MODEL") or None
    if name is None:
        personal = home() / PERSONAL
        return personal if is_there(personal) else home() / SHIPPED
    if "/" in name or os.sep in name:
        return _checked_path(name)
    try:
        return home() / _checked(name)
    except OptionError as error:
        raise error if model is not None else OptionError(f"$FOREWORD_MODEL: {error}") from None


def find(model: str | Path | None = None) -> Path:
    """The folder of `model` to read: where `locate` says, or the model that comes with Foreword, which is `base`.

    A person's own model of that name goes before it.

    Raises:
        OptionError: as `locate`.
    """
    path, shipped = locate(model), shipped_folder()
    return shipped if path == home() / SHIPPED and not is_there(path) and shipped.is_dir() else path


def find_to_type(model: str | Path | None = None) -> Path:
    """The same; but a memory that has no network of its own types with the base.

    Raises:
        OptionError: as `locate`.
    """
    path = locate(model)
    if is_there(path):
        return path
    return find(SHIPPED if memory_beside(path).is_file() else model)


def memory_beside(folder: Path) -> Path:
    """Where the memory lies that goes with the model in `folder`, whether these are there or not."""
    return folder.with_name(f"{folder.name}.memory")


def in_a_command(folder: Path) -> str:
    """The name of a model as it is typed in a shell; its path where that is no name, as of a copy called `me copy`."""
    is_named = folder.parent == home() and _is_name(folder.name)
    return shlex.quote(folder.name if is_named else str(folder))


def shipped_folder() -> Path:
    """Where the model lies that comes with Foreword, whether it is there or not."""
    return Path(__file__).parents[1] / SHIPPED


def run_folder(model: Path) -> Path:
    """Where the unfinished run of a model lives."""
    return model.with_name(model.name + ".run")


def lock_of_run(run: Path) -> Path:
    """The hidden file that is locked while a process is at that run."""
    return run.with_name(f".{run.name}.lock")


def models_in(folder: Path) -> list[str]:
    """The names of the model folders in `folder`, sorted."""
    return sorted(
        path.parent.name for path in folder.glob("*/config.json") if not path.parent.name.startswith(".")
    )


def known_names() -> list[str]:
    """The names in the data folder that a model, its versions, a run or a memory has, and that of the base, sorted."""
    folder = home()
    beside = {
        path.stem for ending in RESERVED_ENDINGS for path in folder.glob(f"[!.]*{ending}") if ending != "."
    }
    shipped = {SHIPPED} if shipped_folder().is_dir() else set[str]()
    return sorted({*models_in(folder), *beside} | shipped)


def _checked_path(name: str) -> Path:
    path = _expanded(name)
    if not path.name:
        raise OptionError(f"{name!r} cannot be the path of a model: it has no name; name a folder in it")
    return path


def _expanded(path: str) -> Path:
    """`path` from the root on, with the home folder that `~` or `~somebody` stands for."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise OptionError(
            f"{path!r}: nobody of that name has a home folder here; write the path out"
        ) from None


def _checked(name: str) -> str:
    """`name` composed (NFC), so that one name is one folder whichever way its accents were typed."""
    composed = unicodedata.normalize("NFC", name)
    if (
        not 0 < len(composed) <= LONGEST_NAME
        or not composed[0].isalnum()
        or not all(_is_allowed(character) for character in composed)
        or composed.endswith(RESERVED_ENDINGS)
        or composed.split(".")[0].lower() in WINDOWS_DEVICES
    ):
        raise OptionError(
            f"{name!r} cannot be the name of a model: take up to {LONGEST_NAME} letters, digits, '-', '_' and '.', "
            "or write a path with a slash in it"
        )
    return composed


def _is_name(name: str) -> bool:
    try:
        return _checked(name) == name
    except OptionError:
        return False


def _is_allowed(character: str) -> bool:
    return character in "-_." or unicodedata.category(character)[0] in "LMN"
