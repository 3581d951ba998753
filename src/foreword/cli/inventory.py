"""What is on this computer: the settings, the models with all that belongs to them, and the ways to type."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, final

from foreword.cli.output import in_words
from foreword.errors import ForewordError, ModelMissing, OptionError
from foreword.libraries import TRAINING_MODULES
from foreword.modelfolder import find, find_to_type, home, locate, names, run_folder, swap, writing
from foreword.modelfolder.names import PERSONAL, SHIPPED, known_names, memory_beside, shipped_folder
from foreword.modelfolder.reading import is_being_trained
from foreword.modelfolder.versions import Version, earlier_versions, versions_folder, versions_of
from foreword.personal.run_folder import is_run, locked
from foreword.settings import read_settings, settings_path
from foreword.text.plural import counted

# Models

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


# The state of each part of Foreword

State = Literal["ready", "not set up", "broken"]
LEARNING: Final[Mapping[bool | None, str]] = {True: "on", False: "off", None: "on in foreword write alone"}


@final
@dataclass(frozen=True)
class Finding:
    """The state of a part of Foreword, and the command that uses it, sets it up or repairs it."""

    part: str
    state: State
    text: str
    command: str | None = None


def findings(model: str | None) -> Iterator[Finding]:
    """The state of the settings, of the model and its memory, and of all ways to type."""
    yield (settings := examined("Settings", _settings))
    if settings.state != "broken":
        chosen, of_memory = model, model
    else:  # check model and memory without the settings
        chosen = model or os.environ.get(names.VARIABLE) or str(names.own_or_shipped())
        of_memory = model or os.environ.get(names.VARIABLE) or PERSONAL
    yield examined("Model", lambda: _model(chosen))
    yield examined("Memory", lambda: _memory(of_memory))
    for part, look in SURFACES.items():
        yield examined(part, look)


def examined(part: str, look: Callable[[], Finding]) -> Finding:
    """The finding of `look`; an error becomes a finding, too."""
    try:
        return look()
    except ForewordError as error:
        return Finding(part, "broken", str(error))
    except OSError as error:
        return Finding(part, "broken", in_words(error))
    except Exception as error:  # noqa: BLE001 - `doctor` is the command for what nobody foresaw
        return Finding(part, "broken", f"{type(error).__name__}: {error}")


def _settings() -> Finding:
    settings, path = read_settings(), settings_path()
    there = f"{path}" if path.is_file() else f"the defaults; there is no {path}"
    left_out = f", nothing is offered in {', '.join(settings.leave_out)}" if settings.leave_out else ""
    return Finding("Settings", "ready", f"{there}; learning is {LEARNING[settings.learn]}{left_out}")


def _model(model: str | None) -> Finding:
    from foreword.keyboard.memory import Memory
    from foreword.keyboard.suggest import Keyboard
    from foreword.runtime.model import Model

    opened = Model.open(model)
    date = opened.folder.record().date or "an unknown day"
    Keyboard(opened, Memory.open()).suggest("a ")  # an error if its graphs cannot be run
    asked, (_, origin) = locate(model), names.chosen(model)
    says = f", as {origin} says" if origin else ""
    if asked.name != opened.path.name:
        says = f", because {asked.name}{says}{',' * bool(says)} has no network of its own"
    own = f"; for one of your own: foreword train SOURCE{names.named(asked, '-o')}"
    about = f"{opened.config.architecture}, trained {date}{own if opened.path.name == SHIPPED else ''}"
    return Finding("Model", "ready", f"{opened.path.name}{says}: {about}")


def _memory(model: str | None) -> Finding:
    from foreword.keyboard.memory import memory_path
    from foreword.keyboard.memory_file import counts_in

    path = memory_path(model)
    aside = sorted(path.parent.glob(f"{path.name}.damaged-[0-9]*"))
    kept = f"; {aside[0]} was damaged and is kept" if aside else ""
    if not path.exists():
        folder = path.with_suffix("")
        option = "" if folder == home() / PERSONAL else f" -m {names.in_a_command(folder)}"
        text = f"nothing is learned yet: there is no {path}{kept}"
        return Finding("Memory", "not set up", text, f"foreword learn SOURCE{option}")
    messages, words = counts_in(path)
    is_writable = all(os.access(each, os.W_OK) for each in (path, path.parent))
    only_read = "" if is_writable else "; it may not be written, so nothing can be learned or forgotten"
    text = f"{path}: {counted(messages, 'message')}, {counted(words, 'word')}{only_read}{kept}"
    return Finding("Memory", "ready", text)


def _input_method() -> Finding:
    part = "Input method"
    if not sys.platform.startswith("linux"):
        return Finding(part, "not set up", "IBus is for Linux")
    if lacking := _lacking(part, "ibus", "dbus_fast"):
        return lacking
    from foreword.ibus import install

    return Finding(part, *install.state())


def _lacking(part: str, extra: str, *modules: str) -> Finding | None:
    """A finding with the missing libraries of an extra; None if all are installed."""
    titles = {each: TRAINING_MODULES.get(each, each.replace("_", "-")) for each in modules}
    if missing := [title for each, title in titles.items() if find_spec(each) is None]:
        text, command = f"{' and '.join(missing)} not installed", f'pip install "foreword[{extra}]"'
        return Finding(part, "not set up", text, command)
    return None


SURFACES: Final[dict[str, Callable[[], Finding]]] = {
    "Terminal": lambda: Finding("Terminal", "ready", "an editor in the terminal", "foreword write"),
    "Input method": _input_method,
    "Page": lambda: (
        _lacking("Page", "web", "starlette", "uvicorn")
        or Finding("Page", "ready", "a page in the browser, and an HTTP API", "foreword serve")
    ),
    "Editors": lambda: (
        _lacking("Editors", "lsp", "pygls")
        or Finding("Editors", "ready", "a language server for text editors: see docs/how-to/editors.md")
    ),
    "Training": lambda: (
        _lacking("Training", "train", *TRAINING_MODULES)
        or Finding("Training", "ready", "PyTorch and ONNX are installed", "foreword train SOURCE")
    ),
}
