"""The places and names of models and of their files.

A person chooses a model by name or path. A bare name is in the person's data folder; a name with a slash is a path.
"""

import os
import re
import stat
import unicodedata
from pathlib import Path
from typing import Final

from foreword.errors import OptionError
from foreword.files import expanded, quoted, system_folder
from foreword.modelfolder.swap import is_there
from foreword.settings import read_settings, settings_path

CONFIG: Final = "config.json"
TOKENIZER: Final = "tokenizer.json"
WEIGHTS: Final = "model.safetensors"
GRAPH: Final = "onnx/model.onnx"
QUANTIZED: Final = "onnx/model_quantized.onnx"
TRAINING: Final = "training.json"
CARD: Final = "README.md"
LEXICON: Final = "lexicon.txt"
NGRAMS: Final = "ngrams.safetensors"
PLAN: Final = "plan.json"  # this and the next one are in a run folder
CHECKPOINT: Final = "checkpoint.safetensors"
PICTURE_ENDINGS: Final = (".png", ".svg")
REQUIRED: Final = (CONFIG, TOKENIZER, WEIGHTS, TRAINING, CARD)

VARIABLE: Final = "FOREWORD_MODEL"
PERSONAL: Final = "me"
SHIPPED: Final = "base"

_LONGEST: Final = 64
_RESERVED_ENDINGS: Final = (".run", ".memory", ".versions")
_WINDOWS_DEVICE: Final = re.compile(r"(con|prn|aux|nul|(com|lpt)[1-9])(\..*)?", re.IGNORECASE)


def home() -> Path:
    """The person's data folder, created if missing: $FOREWORD_HOME, else the system's folder for data.

    Only its owner can read it (mode 0700): a model is as private as its training messages.
    """
    chosen = os.environ.get("FOREWORD_HOME")
    folder = expanded(chosen) if chosen else system_folder("data")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not chosen and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
        os.scandir(folder).close()
    except OSError as error:
        why = "it is a file" if folder.is_file() else error.strerror
        raise OptionError(
            f"the data folder {folder} cannot be used: {why}; set FOREWORD_HOME to another one"
        ) from None
    return folder


def chosen(model: str | Path | None = None) -> tuple[str | Path | None, str]:
    """The chosen model and the source of the choice: `model`, $FOREWORD_MODEL or the settings; else None and "".

    All commands, surfaces and functions use this order.
    """
    if model is not None:
        return model, ""
    if variable := os.environ.get(VARIABLE):
        return variable, f"${VARIABLE}"
    named_there = read_settings().model
    return named_there, "" if named_there is None else str(settings_path())


def locate(model: str | Path | None = None) -> Path:
    """The folder of `model`, a name or a path; the folder may not exist. A `Path` is never a bare name.

    Without `model`: the `chosen` one, else `me` if it exists, else `base`.
    """
    name, origin = chosen(model)
    if name is None:
        return own_or_shipped()
    try:
        return _folder(str(name.absolute()) if isinstance(name, Path) else name)
    except OptionError as error:
        raise OptionError(f"{origin}: {error}") if origin else error from None


def own_or_shipped() -> Path:
    """The folder of the default model: `me` if it exists, else `base`."""
    personal = home() / PERSONAL
    return personal if is_there(personal) else home() / SHIPPED


def _folder(name: str) -> Path:
    if "/" not in name and os.sep not in name:
        return home() / _checked(name)
    path = expanded(name)
    if path.name in ("", ".."):
        raise OptionError(f"{name!r} cannot be the path of a model: it has no name; name a folder in it")
    return path


def find(model: str | Path | None = None) -> Path:
    """The folder to read, from `locate`; the shipped `base` if the person has no `base` of their own."""
    path, shipped = locate(model), shipped_folder()
    return shipped if path == home() / SHIPPED and not is_there(path) and shipped.is_dir() else path


def find_to_type(model: str | Path | None = None) -> Path:
    """The folder to type with: that of `find`, or the base if the memory has no network."""
    path = locate(model)
    return find(SHIPPED if memory_beside(path).is_file() and not is_there(path) else model)


def memory_beside(folder: Path) -> Path:
    """The path of the memory of the model in `folder`."""
    return folder.with_name(f"{folder.name}.memory")


def in_a_command(folder: Path) -> str:
    """The quoted name of a model for a shell; its path if a command does not accept the name."""
    try:
        is_named = folder.parent == home() and _checked(folder.name) == folder.name
    except OptionError:
        is_named = False
    return quoted(folder.name if is_named else str(folder))


def named(path: Path, option: str) -> str:
    """The option that names the model at `path` in a command; empty for the default model."""
    is_free = option == "-o" or chosen()[0] is None  # `train` makes `me`, whatever is chosen to type with
    needs_none = (home() / PERSONAL, home() / SHIPPED) if is_free else (locate(),)
    return "" if path in needs_none else f" {option} {in_a_command(path)}"


def shipped_folder() -> Path:
    """The folder of the model that comes with Foreword."""
    return Path(__file__).parents[1] / SHIPPED


def run_folder(model: Path) -> Path:
    """The folder of a model's unfinished run."""
    return model.with_name(model.name + ".run")


def has_unfinished_run(model: Path) -> bool:
    """Whether a model has a run to continue; a run that was killed while it read its texts has no plan yet."""
    return (run_folder(model) / PLAN).exists()


def lock_of_run(run: Path) -> Path:
    """The hidden file that a process locks while it works on that run."""
    return run.with_name(f".{run.name}.lock")


def models_in(folder: Path) -> list[str]:
    """The names of the model folders in `folder`, sorted."""
    return sorted(path.parent.name for path in folder.glob("[!.]*/config.json"))


def known_names() -> list[str]:
    """The sorted names of models, versions, runs and memories in the data folder, and of the base."""
    folder = home()
    beside = {path.stem for ending in _RESERVED_ENDINGS for path in folder.glob(f"[!.]*{ending}")}
    return sorted({*models_in(folder), *beside, *([SHIPPED] if shipped_folder().is_dir() else [])})


def _checked(name: str) -> str:
    """`name` in composed form (NFC), so one name is one folder, however its accents were typed."""
    composed = unicodedata.normalize("NFC", name)
    if (
        not 0 < len(composed) <= _LONGEST
        or not composed[0].isalnum()
        or not all(each in "-_." or unicodedata.category(each)[0] in "LMN" for each in composed)
        or composed.endswith((*_RESERVED_ENDINGS, "."))
        or _WINDOWS_DEVICE.fullmatch(composed)
    ):
        raise OptionError(
            f"{name!r} cannot be the name of a model: take up to {_LONGEST} letters, digits, '-', '_' and '.', "
            "or write a path with a slash in it"
        )
    return composed
