"""Installs Foreword as an engine of IBus for one person, without root, and removes it again.

IBus finds its engines in the folders of $IBUS_COMPONENT_PATH, and keeps them in a cache. So one file describes the
engine, and systemd reads another to set that variable at log-in.
"""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, Literal
from xml.sax.saxutils import escape, unescape

import platformdirs

from foreword.errors import ForewordError
from foreword.files import write_whole
from foreword.ibus import engine
from foreword.modelfolder import home, locate
from foreword.modelfolder.names import VARIABLE
from foreword.settings import settings_path

State = tuple[Literal["ready", "not set up", "broken"], str, str | None]

SYSTEM_FOLDER: Final = "/usr/share/ibus/component"
INSTALL: Final = "foreword ibus install"
CHOICES: Final = (
    ("org.gnome.desktop.input-sources", "sources", ("ibus", engine.ENGINE)),
    ("org.gnome.desktop.input-sources", "mru-sources", ("ibus", engine.ENGINE)),
    ("org.freedesktop.ibus.general", "preload-engines", engine.ENGINE),
)
"""The settings of desktops that hold the chosen input sources: schema, key and our value."""


def component_file() -> Path:
    """The file that describes the engine."""
    return platformdirs.user_data_path() / "ibus" / "component" / "foreword.xml"


def environment_file() -> Path:
    """The file that sets the folder of the engine at log-in."""
    return platformdirs.user_config_path() / "environment.d" / "60-foreword-ibus.conf"


def install(command: list[str]) -> list[Path]:
    """Write both files, with the command that runs the engine, and renew IBus's cache. Return the files.

    Raises:
        ForewordError: IBus is not installed.
    """
    if shutil.which("ibus") is None:
        raise ForewordError(f"{engine.NOT_INSTALLED}, then try again")
    folder = component_file().parent
    path = f"{folder}:${{IBUS_COMPONENT_PATH:-{SYSTEM_FOLDER}}}"
    texts = {
        component_file(): described(command),
        environment_file(): f"# Written by foreword ibus install\nIBUS_COMPONENT_PATH={path}\n",
    }
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode(), private=False)
    _renew_cache(folder)
    return list(texts)


def uninstall() -> list[str]:
    """Delete the files of `install`, and remove Foreword from the input sources. Return a line for each step."""
    done = []
    for file in (component_file(), environment_file()):
        if file.exists():
            file.unlink()
            for folder in list(file.parents)[:2]:
                if not any(folder.iterdir()):
                    folder.rmdir()
            done.append(f"deleted {file}")
    for schema, key, value in CHOICES:
        if _unchoose(schema, key, value):
            done.append(f"removed Foreword from {schema} {key}")
    if done and shutil.which("ibus"):
        _renew_cache(component_file().parent)
    return done


def state() -> State:
    """The state of the installation, a sentence about it, and the command for the next step or None."""
    if shutil.which("ibus") is None:
        return "not set up", engine.NOT_INSTALLED, None
    file = component_file()
    if not file.exists():
        return "not set up", "it is not yet an input source of this account", INSTALL
    program = _program(file.read_text("utf-8"))
    if program is None or shutil.which(program) is None:
        return "broken", f"{file} starts {program or 'nothing'}, which is missing", INSTALL
    if not environment_file().exists():
        return "broken", f"{environment_file()} is missing", INSTALL
    return _state_in_session()


def _state_in_session() -> State:
    if not engine.output("ibus", "address").startswith("unix:"):
        text = "installed, but IBus does not run in this session"
        if engine.is_kde_on_wayland():
            return "not set up", f"{text}; {engine.START_IN_KDE}", None
        return "not set up", text, engine.START
    if engine.ENGINE not in engine.output("ibus", "list-engine", "--name-only").split():
        return "not set up", "installed, but IBus has not read it yet; log out, and in again", None
    if engine.output("ibus", "engine").strip() == engine.ENGINE:
        return "ready", "the input source in use", None
    is_gnome = engine.is_session_of("GNOME")  # it ignores the choices in ibus-setup
    choices = CHOICES[:1] if is_gnome else CHOICES
    chosen = (engine.output("gsettings", "get", schema, key) for schema, key, _ in choices)
    if any(f"'{engine.ENGINE}'" in each for each in chosen):
        return "ready", "installed; Super+Space switches to it", None
    to_choose = "gnome-control-center keyboard" if is_gnome else "ibus-setup"
    return "not set up", "installed, but not among the input sources that you chose", to_choose


def described(command: list[str]) -> str:
    """The description of the engine. IBus starts it with this command, quoted for a shell, then for XML."""
    config = settings_path().parent.absolute()  # IBus starts the engine in another folder
    folders = {"FOREWORD_HOME": home(), "FOREWORD_CONFIG": config, VARIABLE: locate()}
    kept = [f"{name}={folder}" for name, folder in folders.items() if os.environ.get(name)]
    run = shlex.join([*(["/usr/bin/env", *kept] if kept else []), *command])
    return f"""<?xml version="1.0" encoding="utf-8"?>
<component>
  <name>{engine.COMPONENT}</name>
  <description>{engine.DESCRIPTION}</description>
  <exec>{escape(run)}</exec>
  <version></version>
  <author>{engine.TITLE}</author>
  <license>Apache-2.0</license>
  <homepage></homepage>
  <textdomain></textdomain>
  <engines>
    <engine>
      <name>{engine.ENGINE}</name>
      <language>{engine.LANGUAGE}</language>
      <license>Apache-2.0</license>
      <author>{engine.TITLE}</author>
      <icon></icon>
      <layout>default</layout>
      <longname>{engine.TITLE}</longname>
      <description>{engine.DESCRIPTION}</description>
      <rank>0</rank>
      <symbol>F</symbol>
    </engine>
  </engines>
</component>
"""


def own_command() -> list[str]:
    """The command that runs this installation of Foreword, from anywhere: -P imports nothing from that folder."""
    return [sys.executable, "-P", "-m", "foreword", "ibus"]


def _program(description: str) -> str | None:
    """The program that this description of an engine starts; None if it starts none."""
    found = re.search(r"<exec>(.+)</exec>", description)
    try:
        run = shlex.split(unescape(found[1])) if found else []
    except ValueError:
        return None
    return next((each for each in run if "=" not in each and each != "/usr/bin/env"), None)


def _renew_cache(folder: Path) -> None:
    """Let IBus read its folders again; if it cannot, it does so at the next log-in."""
    search = f"{folder}:{os.environ.get('IBUS_COMPONENT_PATH', SYSTEM_FOLDER)}"
    environment = {**os.environ, "IBUS_COMPONENT_PATH": search}
    subprocess.run(["ibus", "write-cache"], env=environment, capture_output=True, check=False)  # noqa: S607


def _unchoose(schema: str, key: str, value: object) -> bool:
    """Remove a value from a list in the desktop's settings; False if it is not there."""
    try:
        listed = engine.output("gsettings", "get", schema, key)
        chosen = ast.literal_eval(listed.removeprefix("@as ").removeprefix("@a(ss) ").strip() or "[]")
    except (ValueError, SyntaxError):
        return False
    if value not in chosen:
        return False
    left = [each for each in chosen if each != value]
    text = repr(left) if left else ("@a(ss) []" if isinstance(value, tuple) else "@as []")
    return subprocess.run(["gsettings", "set", schema, key, text], check=False).returncode == 0  # noqa: S603, S607
