"""A bare X desktop with IBus, where tests type as a person does. Linux only; it needs packages of Debian."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final, Literal

from program import ran, soon

Kind = Literal["gtk3", "gtk4", "qt6", "chromium", "firefox"]

PATIENCE: Final = 60.0
FIELDS: Final = Path(__file__).parent / "fields"
SPIED_ENGINE: Final = Path(__file__).parent / "spied_engine.py"
PANEL: Final = Path("/usr/libexec/ibus-ui-gtk3")
PROGRAMS: Final = ("Xvfb", "dbus-daemon", "ibus-daemon", "xdotool", "openbox", "xwininfo", "setxkbmap")
SYSTEM_PYTHON: Final = "/usr/bin/python3"
NEEDS: Final[dict[Kind, str]] = {
    "gtk3": "import gi; gi.require_version('Gtk', '3.0')",
    "gtk4": "import gi; gi.require_version('Gtk', '4.0')",
    "qt6": "import PyQt6.QtWidgets",
    "chromium": "chromium",
    "firefox": "firefox-esr",
}


def missing(kind: Kind) -> str:
    """What is not installed here, "" if nothing is missing."""
    for each in PROGRAMS:
        if shutil.which(each) is None:
            return each
    need = NEEDS[kind]
    if "import" not in need:
        return "" if shutil.which(need) else need
    tried = subprocess.run([SYSTEM_PYTHON, "-c", need], capture_output=True, check=False)
    return f"{kind} for {SYSTEM_PYTHON}" if tried.returncode else ""


class Page(BaseHTTPRequestHandler):
    """The page with the fields; it sends back what they hold."""

    held = b""

    def do_GET(self) -> None:
        page = (FIELDS / "page.html").read_bytes() if self.path == "/" else b""
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def do_POST(self) -> None:
        Page.held = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Desktop:
    """A screen, a session bus, a window manager, the IBus daemon, and the programs started there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._started: list[subprocess.Popen[bytes]] = []
        self.engine: subprocess.Popen[bytes] | None = None
        self.kind: Kind = "gtk3"
        self._own = ""  # the window with the fields
        run = home / "run"
        run.mkdir(mode=0o700, parents=True)
        self.environment = {
            "PATH": os.environ["PATH"] + ":/usr/bin",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(run),
            "LANG": "C.UTF-8",
            "GTK_IM_MODULE": "ibus",
            "QT_IM_MODULE": "ibus",
            "XMODIFIERS": "@im=ibus",
            "GSETTINGS_BACKEND": "memory",
            "GIO_USE_VFS": "local",
            "NO_AT_BRIDGE": "1",
            "FOREWORD_HOME": str(home / "models"),
            "FOREWORD_CONFIG": str(home / "settings"),
            "FIELDS": str(home / "fields.json"),
            "SHOWN": str(home / "shown.json"),
            "KEYS": str(home / "keys.txt"),
        }

    def __enter__(self) -> "Desktop":
        reading, writing = os.pipe()
        screen = f"Xvfb -displayfd {writing} -screen 0 900x620x24 -noreset -nolisten tcp"
        self._start(*screen.split(), pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as display:
            self.environment["DISPLAY"] = f":{display.readline().strip()}"
        bus = self._start("dbus-daemon", "--session", "--print-address", "--nofork", output=subprocess.PIPE)
        assert bus.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        layout = ["-layout", "us", "-variant", "altgr-intl", "-option", "compose:menu"]  # with dead keys
        subprocess.run(["setxkbmap", *layout], env=self.environment, check=True)
        self._start("openbox")
        Page.held = b""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        for each in reversed(self._started):
            each.terminate()
        for each in self._started:
            try:
                each.wait(10)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
            if each.stdout is not None:
                each.stdout.close()

    def start_ibus(self, *options: str, **more: str) -> None:
        self.environment |= more
        panel = f"--panel={PANEL if PANEL.exists() else 'disable'}"
        self._start("ibus-daemon", "--xim", panel, "--config=disable", "--emoji-extension=disable", *options)
        self.until(lambda: self._told("ibus", "address").startswith("unix:"), "IBus answers")

    def start_engine(self, *options: str, under: tuple[str, ...] = ()) -> None:
        """Start `foreword ibus`, under another program if one is given, and wait until it is the engine."""
        command = [*under, sys.executable, str(SPIED_ENGINE), "ibus", *options]
        with (self.home / "engine.log").open("wb") as log:
            self.engine = self._start(*command, output=log)
        self.until(lambda: self._told("ibus", "engine").strip() == "foreword", "Foreword is the engine")

    def choose_engine(self) -> None:
        """Choose Foreword for the window in focus, as a person does with Super+Space."""
        self._told("ibus", "engine", "foreword")

    def open(self, kind: Kind) -> None:
        """Open a window with fields, the first of which has the focus."""
        self.kind = kind
        page = f"http://127.0.0.1:{self._server.server_port}/"
        if kind == "chromium":
            quiet = "--no-sandbox", "--no-first-run", "--test-type", "--disable-gpu"
            own = f"--user-data-dir={self.home / 'chromium'}", f"--app={page}", "--window-size=700,480"
            self._start("chromium", *quiet, *own)
        elif kind == "firefox":
            profile = self.home / "firefox"
            profile.mkdir()
            (profile / "user.js").write_text(QUIET_FIREFOX)
            self._start("firefox-esr", "--no-remote", "--profile", str(profile), "--kiosk", page)
        else:
            program = [f"{kind}.py"] if kind == "qt6" else ["gtk.py", f"{kind[-1]}.0"]
            self._start(SYSTEM_PYTHON, *program, cwd=FIELDS, PYTHONPATH="")
        self.until(lambda: self._window() != "" and self._has_read(), f"{kind} shows its fields")
        self.xdotool("windowfocus", "--sync", self._own)
        self.click("view")

    def click(self, field: str, *, across: int = 200) -> None:
        """Click into a field, `across` pixels from its left."""
        self.until(lambda: self._window() != "", "the window is there")
        shape = self._told("xwininfo", "-id", self._own)
        left, top, height = (
            int(re.search(rf"{name}:\s+(-?\d+)", shape)[1])  # type: ignore[index]
            for name in ("Absolute upper-left X", "Absolute upper-left Y", "Height")
        )
        web = {"view": 50, "entry": 130, "secret": 178}
        own = {"view": 12, "entry": height - 54, "secret": height - 18}
        down = (web if self.kind in ("chromium", "firefox") else own)[field]
        self.xdotool("mousemove", str(left + across), str(top + down), "click", "1")
        self.until(lambda: self.held("focus") == field, f"{field} has the focus")

    def type(self, text: str, *, milliseconds: int | None = None) -> None:
        """Type on the keyboard; in Firefox one key at a time, unless a speed is given."""
        if self.kind == "firefox" and milliseconds is None:
            for letter in text:
                self._give_letter(letter)
        else:
            self.xdotool("type", "--delay", str(milliseconds or 100), text)

    def press(self, *keys: str) -> None:
        if self.kind == "firefox":
            self.press_each(*keys)
        else:
            self.xdotool("key", *keys)

    def press_each(self, *keys: str) -> None:
        """Press the keys one by one, and wait until each has arrived."""
        for key in keys:
            self._give("key", key)

    def _give(self, *key: str) -> None:
        """Press a key, and again if neither the engine nor the window gets it: a busy Firefox drops some keys."""
        before = self.keys(), self._read()
        for _ in range(3):
            self.xdotool(*key)
            with suppress(AssertionError):
                self.until(lambda: (self.keys(), self._read()) != before, f"{key} arrives", seconds=10)
                return

    def _give_letter(self, letter: str) -> None:
        """Type a letter, and wait until it is seen: else the next one, if it is lost, seems to arrive with it."""
        before = self._read()
        self._give("type", letter)
        with suppress(AssertionError):  # a dead key shows nothing
            self.until(lambda: self._read() != before, f"{letter} is seen", seconds=2)

    def letter_in(self, field: str) -> None:
        """Click into a field and type a letter, again if it is lost: a busy toolkit can lose its first key."""
        before = self.held(field)
        for _ in range(6):
            self.click(field)
            self.xdotool("type", "x")
            with suppress(AssertionError):
                self.until(lambda: self.held(field) != before, "a letter arrives", seconds=10)
                return
        focus = self._told("xdotool", "getwindowfocus", "getwindowname").strip()
        known = f"the engine got {self.keys()!r}, {focus!r} has the focus"
        raise AssertionError(f"no letter arrives in {field}; {known}")

    def held(self, field: str) -> str:
        return str(self._read()[field])

    def wait_for(self, field: str, text: str, *, seconds: float = PATIENCE) -> None:
        what = f"{field} holds {text!r}"
        self.until(lambda: self.held(field) == text, what, lambda: self.held(field), seconds=seconds)

    def list_is_seen(self) -> bool:
        """Whether a list is below the cursor: the window of the panel is visible."""
        found = self._told("xdotool", "search", "--onlyvisible", "--class", "ibus-ui-gtk3").split()
        wide = (re.search(r"Width: (\d+)", self._told("xwininfo", "-id", each)) for each in found)
        return any(each is not None and int(each[1]) > 20 for each in wide)

    def shown(self) -> dict[str, Any]:
        try:
            return json.loads(Path(self.environment["SHOWN"]).read_bytes())  # type: ignore[no-any-return]
        except FileNotFoundError:
            return {"before": "", "choices": []}

    def keys(self) -> str:
        """The characters of all keys that the engine got, without modifiers such as Shift; NUL if a key has none."""
        keys = Path(self.environment["KEYS"])
        return keys.read_text() if keys.exists() else ""

    def wait_for_offer(self, before: str) -> None:
        self.until(
            lambda: self.shown()["before"].endswith(before) and self.list_is_seen(),
            f"there is a list for {before!r}",
            self.shown,
        )

    def wait_for_no_list(self) -> None:
        self.until(lambda: not self.list_is_seen(), "there is no list", self.shown)

    def picture(self, path: Path) -> None:
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True)

    def until(
        self,
        holds: Callable[[], bool],
        what: str,
        found: Callable[[], object] = str,
        *,
        seconds: float = PATIENCE,
    ) -> None:
        assert soon(holds, seconds), f"waited in vain until {what}; {found()!r}"

    def xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.environment, check=True, capture_output=True)

    def kill_engine(self) -> None:
        """SIGKILL, as if it had crashed."""
        assert self.engine is not None
        self.engine.send_signal(signal.SIGKILL)
        self.engine.wait()

    def _start(
        self,
        *command: str,
        output: "IO[bytes] | int" = subprocess.DEVNULL,
        pass_fds: tuple[int, ...] = (),
        cwd: Path | None = None,
        **more: str,
    ) -> "subprocess.Popen[bytes]":
        started = subprocess.Popen(
            command,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL if output == subprocess.PIPE else output,
            pass_fds=pass_fds,
            cwd=cwd,
        )
        self._started.append(started)
        return started

    def _told(self, *command: str) -> str:
        return ran(*command, env=self.environment).stdout

    def _window(self) -> str:
        """The window with the fields, "" if there is no window; xdotool sometimes misses one."""
        found = self._told("xdotool", "search", "--onlyvisible", "--name", "^Fields").split()
        self._own = found[-1] if found else self._own
        return found[-1] if found else ""

    def _has_read(self) -> bool:
        try:
            return bool(self._read())
        except (OSError, ValueError):
            return False

    def _read(self) -> dict[str, str]:
        is_page = self.kind in ("chromium", "firefox")
        held = Page.held if is_page else Path(self.environment["FIELDS"]).read_bytes()
        return json.loads(held)  # type: ignore[no-any-return]


QUIET_FIREFOX: Final = """\
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("termsofuse.bypassNotification", true);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
"""
