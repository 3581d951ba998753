"""The installation can be undone, and it does not change other files or settings."""

import shlex
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import toys

pytest.importorskip("dbus_fast", reason="the extra ibus is not installed")

from foreword.errors import ForewordError
from foreword.ibus import install as installation
from program import CommandLine

pytestmark = pytest.mark.slow  # they start programs of IBus


@pytest.fixture(autouse=True)
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An account with an IBus that does nothing, and with no desktop."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "ibus").write_text("#!/bin/sh\n")
    (programs / "ibus").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/bin")
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
    monkeypatch.setattr(installation, "_unchoose", lambda *_: False)
    for name, folder in (("DATA", "share"), ("CONFIG", "config")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / folder))
    return tmp_path


def test_uninstall_removes_all_installed_files(account: Path) -> None:
    before = {file for file in account.rglob("*") if file.is_file()}
    written = installation.install(["python", "-m", "foreword", "ibus"])
    assert all(file.exists() for file in written)
    assert installation.install(["python", "-m", "foreword", "ibus"]) == written, "twice is once"
    done = installation.uninstall()
    assert len(done) == 2
    assert {file for file in account.rglob("*") if file.is_file()} == before
    assert installation.uninstall() == []


def test_the_command_keeps_spaces_signs_and_folders(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """IBus starts the engine in another folder."""
    monkeypatch.chdir(account)
    given = {"FOREWORD_HOME": "a b", "FOREWORD_CONFIG": "c", "FOREWORD_MODEL": "./d"}
    for name, path in given.items():
        monkeypatch.setenv(name, path)
    command = ["/opt/my <own> python", "-m", "foreword", "ibus", "-m", "a & b"]
    run = ET.fromstring(installation.described(command)).findtext("exec")
    assert run is not None
    kept = [f"{name}={account / path}" for name, path in given.items()]
    assert shlex.split(run) == ["/usr/bin/env", *kept, *command]


def test_the_command_imports_nothing_from_the_folder_where_it_starts(tmp_path: Path) -> None:
    """A student's random.py in the home folder, where desktops start IBus, was imported in place of Python's."""
    (tmp_path / "random.py").write_text("1 / 0")
    *command, _ = installation.own_command()
    subprocess.run([*command, "--version"], cwd=tmp_path, check=True, capture_output=True)


def test_install_refuses_a_missing_model_and_writes_a_whole_path(
    foreword: CommandLine, account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(account)
    done = foreword("ibus", "install", "-m", "./mine")
    assert done.code == 1
    assert f"there is no model {account / 'mine'}" in done.err
    assert not installation.component_file().exists()
    toys.writer(account / "mine", "abc ")
    assert foreword("ibus", "install", "-m", "./mine").code == 0
    assert f"--model {account / 'mine'}</exec>" in installation.component_file().read_text("utf-8")


def test_install_without_ibus_names_the_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ForewordError, match="install your system's package ibus"):
        installation.install(["foreword"])


def answers(account: Path, program: str, script: str) -> None:
    file = account / "programs" / program
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_the_state_names_the_next_step(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installation.state()[0::2] == ("not set up", "foreword ibus install")
    installation.install(["/bin/sh", "-m", "foreword", "ibus"])
    assert installation.state()[0::2] == ("not set up", "ibus-daemon --daemonize --xim")
    answers(account, "ibus", "echo unix:path=/run/ibus")
    assert "log out" in installation.state()[1]
    knows = 'case "$1" in address) echo unix:;; list-engine) echo foreword;; engine) echo %s;; esac'
    answers(account, "ibus", knows % "xkb:us::eng")
    assert installation.state()[0::2] == ("not set up", "ibus-setup")
    answers(account, "gsettings", """echo "[('xkb', 'us'), ('ibus', 'foreword')]" """)
    assert installation.state()[0] == "ready"
    assert "Super+Space" in installation.state()[1]
    answers(account, "ibus", knows % "foreword")
    assert installation.state() == ("ready", "the input source in use", None)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "install your system's package ibus" in installation.state()[1]


@pytest.mark.parametrize("desktop", ["ubuntu:GNOME", "KDE"])
def test_the_next_step_is_that_of_the_desktop(
    foreword: CommandLine, account: Path, monkeypatch: pytest.MonkeyPatch, desktop: str
) -> None:
    """GNOME ignores the choices in ibus-setup. KDE on Wayland starts IBus as its virtual keyboard."""
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    toys.writer(account / "mine", "abc ")
    said = foreword("ibus", "install", "-m", account / "mine").err
    assert ("Virtual Keyboard" in said) == (desktop == "KDE")
    assert ("Virtual Keyboard" in installation.state()[1]) == (desktop == "KDE")
    answers(account, "ibus", 'case "$1" in address) echo unix:;; list-engine) echo foreword;; esac')
    answers(account, "gsettings", """[ "$3" = preload-engines ] && echo "['foreword']" """)
    chosen = ("ready", None) if desktop == "KDE" else ("not set up", "gnome-control-center keyboard")
    assert installation.state()[0::2] == chosen


def test_the_state_reports_a_broken_installation(account: Path) -> None:
    command = ["/gone with the environment/python", "-m", "foreword", "ibus"]
    installation.install(command)
    state, text, helps = installation.state()
    assert (state, helps) == ("broken", "foreword ibus install")
    assert "/gone with the environment/python" in text
    installation.install(["/bin/sh"])
    installation.environment_file().unlink()
    assert installation.state()[0] == "broken"
    installation.component_file().write_text("<exec>'</exec>")
    assert installation.state()[0] == "broken"
