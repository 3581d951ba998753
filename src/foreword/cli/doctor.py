"""`foreword doctor`: the state of each part of Foreword, and the commands that help."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, final

import typer

from foreword.cli.options import JsonOption, ModelOption
from foreword.cli.output import beside, in_words, one_line, say, say_json
from foreword.errors import ForewordError
from foreword.settings import Settings, read_settings, settings_path
from foreword.text.plural import counted

State = Literal["ready", "not set up", "broken"]
EDITORS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "Neovim": (("nvim",), (".config/nvim/init.lua", ".config/nvim/**/*.lua", ".config/nvim/init.vim")),
    "Helix": (("hx", "helix"), (".config/helix/languages.toml",)),
    "Emacs": (("emacs",), (".emacs.d/init.el", ".emacs", ".config/emacs/init.el", ".config/doom/*.el")),
    "VS Code": (("code", "codium"), (".vscode*/extensions/extensions.json",)),
    "Kate": (("kate",), (".config/kate/lspclient/settings.json",)),
}
"""The programs of each editor, and the files under the home folder that set up Foreword."""


@final
@dataclass(frozen=True)
class Finding:
    """The state of a part of Foreword, and the command that uses it, sets it up or repairs it."""

    part: str
    state: State
    text: str
    command: str | None = None


def doctor(model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Say which model, memory and settings are in use, where you can type with them, and what is not set up.

    It changes nothing. The exit code is 1 if something is broken.
    """
    found = [*_findings(model)]
    if as_json:
        say_json([asdict(each) for each in found])
    else:
        for each in found:
            say(_as_lines(each))
    if any(each.state == "broken" for each in found):
        raise typer.Exit(1)


def _as_lines(found: Finding) -> str:
    """The lines of a finding. Its command has its own line, so that a person can copy it whole."""
    home = os.path.expanduser("~")  # noqa: PTH111 - without a known home folder, this is no error
    text = f" {one_line(found.text)}".replace(f" {home}/", " ~/")[1:]
    helps = {"ready": "to use it", "not set up": "to set it up", "broken": "to mend it"}[found.state]
    lines = [f"{helps}: {found.command}"] if found.command else []
    return beside(f"{found.part:<13} {found.state:<11} ", text, *lines)


def _findings(model: str | None) -> Iterator[Finding]:
    from foreword.modelfolder.names import PERSONAL

    settings = examined("Settings", lambda: _settings(read_settings()))
    yield settings
    is_readable = settings.state != "broken"  # if broken, check model and memory without the settings
    yield examined("Model", lambda: _model(model if is_readable else _without_settings(model)))
    yield examined("Memory", lambda: _memory(model if is_readable else _without_settings(model, PERSONAL)))
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
    except Exception as error:  # noqa: BLE001 - this is the command for what nobody foresaw
        return Finding(part, "broken", f"{type(error).__name__}: {error}")


def _without_settings(model: str | None, otherwise: str | None = None) -> str:
    from foreword.modelfolder.names import VARIABLE, own_or_shipped

    return model or os.environ.get(VARIABLE) or otherwise or str(own_or_shipped())


def _settings(settings: Settings) -> Finding:
    path = settings_path()
    there = f"{path}" if path.is_file() else f"the defaults; there is no {path}"
    learning = f"learning is {_LEARNING[settings.learn]}"
    left_out = f", nothing is offered in {', '.join(settings.leave_out)}" if settings.leave_out else ""
    return Finding("Settings", "ready", f"{there}; {learning}{left_out}")


_LEARNING: Final = {True: "on", False: "off", None: "on in foreword write alone"}


def _model(model: str | None) -> Finding:
    from foreword.keyboard.memory import Memory
    from foreword.keyboard.suggest import Keyboard
    from foreword.modelfolder.names import SHIPPED, chosen, locate
    from foreword.modelfolder.names import named as named_at
    from foreword.runtime.model import Model

    opened = Model.open(model)
    date = opened.folder.record().date or "an unknown day"
    Keyboard(opened, Memory.open()).suggest("a ")  # an error if its graphs cannot be run
    asked, (_, origin) = locate(model), chosen(model)
    says = f", as {origin} says" if origin else ""
    if asked.name != opened.path.name:
        says = f", because {asked.name}{says}{',' * bool(says)} has no network of its own"
    own = f"; for one of your own: foreword train SOURCE{named_at(asked, '-o')}"
    about = f"{opened.config.architecture}, trained {date}{own if opened.path.name == SHIPPED else ''}"
    return Finding("Model", "ready", f"{opened.path.name}{says}: {about}")


def _memory(model: str | None) -> Finding:
    from foreword.keyboard.memory import memory_path
    from foreword.keyboard.memory_file import counts_in
    from foreword.modelfolder.names import PERSONAL, home, in_a_command

    path = memory_path(model)
    aside = sorted(path.parent.glob(f"{path.name}.damaged-[0-9]*"))
    kept = f"; {aside[0]} was damaged and is kept" if aside else ""
    if not path.exists():
        folder = path.with_suffix("")
        option = "" if folder == home() / PERSONAL else f" -m {in_a_command(folder)}"
        command = f"foreword learn SOURCE{option}"
        text = f"nothing is learned yet: there is no {path}{kept}"
        return Finding("Memory", "not set up", text, command)
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

    state, text, command = install.state()
    return Finding(part, state, text, command)


def _editors() -> Finding:
    if lacking := _lacking("Editors", "lsp", "pygls"):
        return lacking
    known = [name for name, (programs, _) in EDITORS.items() if any(map(shutil.which, programs))]
    ready = [name for name, (_, files) in EDITORS.items() if any(map(_names_foreword, files))]
    others = [name for name in known if name not in ready]
    says = [f"set up in {', '.join(ready)}"] if ready else []
    says += [f"not in {', '.join(others)}: see docs/how-to/editors.md"] if others else []
    text = "; ".join(says) or "no editor that we know is installed: see docs/how-to/editors.md"
    return Finding("Editors", "ready" if ready else "not set up", text)


def _names_foreword(pattern: str) -> bool:
    """Whether a file under the home folder that matches the pattern contains `foreword`; not if it cannot be read."""
    for each in Path.home().glob(pattern):
        with suppress(OSError):
            if each.is_file() and b"foreword" in each.read_bytes():
                return True
    return False


def _training() -> Finding:
    from foreword.libraries import missing_for_training

    if missing := missing_for_training():
        text, command = f"{' and '.join(missing)} not installed", 'pip install "foreword[train]"'
        return Finding("Training", "not set up", text, command)
    return Finding("Training", "ready", "PyTorch and ONNX are installed", "foreword train SOURCE")


SURFACES: Final[dict[str, Callable[[], Finding]]] = {
    "Terminal": lambda: Finding("Terminal", "ready", "an editor in the terminal", "foreword write"),
    "Input method": _input_method,
    "Page": lambda: (
        _lacking("Page", "web", "starlette", "uvicorn")
        or Finding("Page", "ready", "a page in the browser, and an HTTP API", "foreword serve")
    ),
    "Editors": _editors,
    "Training": _training,
}


def _lacking(part: str, extra: str, *modules: str) -> Finding | None:
    """A finding with the missing packages of a surface; None if all are installed."""
    missing = [each.replace("_", "-") for each in modules if find_spec(each) is None]
    if not missing:
        return None
    text, command = f"{' and '.join(missing)} not installed", f'pip install "foreword[{extra}]"'
    return Finding(part, "not set up", text, command)
