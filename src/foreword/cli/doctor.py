"""`foreword doctor`: what is in use, what is broken, what is not set up, and the commands that help."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Literal, final

import typer

from foreword.cli.options import JsonOption, ModelOption, named
from foreword.cli.terminal import one_line, say, say_json
from foreword.errors import ForewordError
from foreword.settings import Settings, read_settings, settings_path
from foreword.text.counting import counted

State = Literal["ready", "not set up", "broken"]
EDITORS: Final = {"nvim": "Neovim", "hx": "Helix", "helix": "Helix", "emacs": "Emacs", "code": "VS Code"}


@final
@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found out about a part of Foreword, and the command that sets it up, or helps."""

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
            helps = f"; {_helps(each)}: {each.command}" if each.command else ""
            say(f"{each.part:<13} {each.state:<11} {one_line(each.text + helps)}")
    if any(each.state == "broken" for each in found):
        raise typer.Exit(1)


def _helps(found: Finding) -> str:
    return {"ready": "to use it", "not set up": "to set it up", "broken": "to mend it"}[found.state]


def _findings(model: str | None) -> Iterator[Finding]:
    settings = Settings()

    def read() -> Finding:
        nonlocal settings
        settings = read_settings()
        return _settings(settings)

    yield _examined("Settings", read)
    chosen = model or os.environ.get("FOREWORD_MODEL") or settings.model
    yield _examined("Model", partial(_model, chosen))
    yield _examined("Memory", partial(_memory, chosen))
    for part, look in SURFACES.items():
        yield _examined(part, look)


def _examined(part: str, look: Callable[[], Finding]) -> Finding:
    """What is found out; whatever goes wrong is a finding, too."""
    try:
        return look()
    except ForewordError as error:
        return Finding(part=part, state="broken", text=str(error))
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        return Finding(part=part, state="broken", text=f"{error.strerror or error}{where}")
    except Exception as error:  # noqa: BLE001 - this is the command for what nobody foresaw
        return Finding(part=part, state="broken", text=f"{type(error).__name__}: {error}")


def _settings(settings: Settings) -> Finding:
    path, learning = (
        settings_path(),
        f"learning is {'on' if settings.learn else 'off'} outside foreword write",
    )
    there = f"{path}" if path.is_file() else f"the defaults, for there is no {path}"
    left_out = f", nothing is offered in {', '.join(settings.leave_out)}" if settings.leave_out else ""
    return Finding(part="Settings", state="ready", text=f"{there}; {learning}{left_out}")


def _model(model: str | None) -> Finding:
    from foreword.keyboard.memory import Memory
    from foreword.keyboard.suggest import Keyboard
    from foreword.modelfolder.names import SHIPPED
    from foreword.runtime.model import Model

    opened = Model.open(model)
    date = opened.folder.record().date or "an unknown day"
    keyboard = Keyboard(opened, Memory.open())
    keyboard.suggest("a ")
    begun = time.perf_counter()
    keyboard.suggest("a w")
    milliseconds = 1000 * (time.perf_counter() - begun)
    is_base = opened.path.name == SHIPPED
    text = (
        f"{opened.path.name}: {opened.config.architecture}, trained {date}; a key took {milliseconds:.0f} ms"
    )
    if is_base:
        return Finding(
            part="Model", state="ready", text=f"{text}; for one of your own: foreword train SOURCE"
        )
    return Finding(part="Model", state="ready", text=text)


def _memory(model: str | None) -> Finding:
    from foreword.keyboard.memory import memory_path
    from foreword.keyboard.memory_file import counts_in

    path = memory_path(model)
    aside = sorted(path.parent.glob(f"{path.name}.damaged-[0-9]*"))
    kept = f"; {aside[0]} was damaged and is kept" if aside else ""
    if not path.exists():
        command = f"foreword learn SOURCE{named(model)}"
        text = f"there is no {path} yet{kept}"
        return Finding(part="Memory", state="not set up", text=text, command=command)
    messages, words = counts_in(path)
    text = f"{path}: {counted(messages, 'message')}, {counted(words, 'word')}{kept}"
    return Finding(part="Memory", state="ready", text=text)


def _terminal() -> Finding:
    return Finding(part="Terminal", state="ready", text="an editor in the terminal", command="foreword write")


def _input_method() -> Finding:
    part = "Input method"
    if not sys.platform.startswith("linux"):
        return Finding(part=part, state="not set up", text="IBus is for Linux")
    if lacking := _lacking(part, "ibus", "dbus_fast"):
        return lacking
    look = getattr(import_module("foreword.ibus.install"), "state", None)
    unknown: tuple[State, str, str | None] = ("not set up", "not known", "foreword ibus install")
    state, text, command = look() if look else unknown
    return Finding(part=part, state=state, text=text, command=command)


def _page() -> Finding:
    text = "a page in the browser, and an HTTP API"
    ready = Finding(part="Page", state="ready", text=text, command="foreword serve")
    return _lacking("Page", "web", "starlette", "uvicorn") or ready


def _editors() -> Finding:
    found = dict.fromkeys(title for name, title in EDITORS.items() if shutil.which(name))
    text = f"{', '.join(found) or 'no editor of those we know'} found; docs/how-to/editors.md sets one up"
    return _lacking("Editors", "lsp", "pygls") or Finding(part="Editors", state="ready", text=text)


def _training() -> Finding:
    from foreword.libraries import lacking

    missing = lacking()
    if missing:
        command = 'pip install "foreword[train]"'
        text = f"{' and '.join(missing)} not installed"
        return Finding(part="Training", state="not set up", text=text, command=command)
    text = "PyTorch and ONNX are installed"
    return Finding(part="Training", state="ready", text=text, command="foreword train SOURCE")


SURFACES: Final[dict[str, Callable[[], Finding]]] = {
    "Terminal": _terminal,
    "Input method": _input_method,
    "Page": _page,
    "Editors": _editors,
    "Training": _training,
}


def _lacking(part: str, extra: str, *modules: str) -> Finding | None:
    """What is not installed of a surface; None if all of it is."""
    if find_spec(f"foreword.{extra}") is None:
        return Finding(part=part, state="not set up", text="not in this version of Foreword")
    missing = [each.replace("_", "-") for each in modules if find_spec(each) is None]
    if not missing:
        return None
    text, command = f"{' and '.join(missing)} not installed", f'pip install "foreword[{extra}]"'
    return Finding(part=part, state="not set up", text=text, command=command)
