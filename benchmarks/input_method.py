"""`foreword ibus`: its start, its memory, its connections, and how long a key waits for the list to be drawn.

    pip install python-xlib
    python -m benchmarks.input_method --field gtk3 --field chromium

A bare X screen, IBus and its own panel, the packages of `tests/surfaces`. The X server presses a key and reports
each change of the panel's window (X's Damage extension). The list is drawn first if the old one still fits the letters,
and last when the words for the new text are found.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from surfaces.desktop import Desktop, missing

LINE: Final = (
    "see you tomorrow at the station and bring some coffee for the morning because nobody had breakfast "
)
QUIET_SECONDS: Final = 0.4  # a list without changes for this long is final
PANEL: Final = "ibus-ui-gtk3"


class Screen:
    """The X server: presses keys, and reports when the windows of the panel are drawn."""

    def __init__(self, name: str) -> None:
        from Xlib import XK, X, display  # type: ignore[import-untyped]
        from Xlib.ext import damage, xtest  # type: ignore[import-untyped]

        self._x, self._keysyms, self._damage, self._xtest = X, XK, damage, xtest
        self._display = display.Display(name)
        self._display.damage_query_version()
        self._watched: set[int] = set()

    def watch_panel(self) -> None:
        """Subscribe to each drawing in the windows of the panel."""
        for each in self._display.screen().root.query_tree().children:
            try:
                owner = each.get_wm_class() or ()
            except Exception:  # noqa: BLE001 - the window has gone
                continue
            if PANEL in owner and each.id not in self._watched:
                each.damage_create(self._damage.DamageReportRawRectangles)
                self._watched.add(each.id)
        self._display.sync()

    def press(self, character: str) -> tuple[float, float] | None:
        """Press a key. Returns the milliseconds until the panel was drawn first and last; None if it was not drawn."""
        name = {" ": "space"}.get(character, character)
        code = self._display.keysym_to_keycode(self._keysyms.string_to_keysym(name))
        while self._display.pending_events():
            self._display.next_event()
        begun = time.perf_counter()
        self._xtest.fake_input(self._display, self._x.KeyPress, code)
        self._xtest.fake_input(self._display, self._x.KeyRelease, code)
        self._display.sync()
        drawn: list[float] = []
        while time.perf_counter() - begun < QUIET_SECONDS:
            while self._display.pending_events():
                event = self._display.next_event()
                if event.type == self._display.extension_event.DamageNotify:
                    drawn.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.0005)
        return (drawn[0], drawn[-1]) if drawn else None


def start(home: Path) -> tuple[float, float, list[str]]:
    """The seconds until the engine is ready, its megabytes, and its connections."""
    with Desktop(home) as desktop:
        desktop.start_ibus()
        begun = time.perf_counter()
        command = [sys.executable, "-m", "foreword", "ibus", "-m", "base"]
        engine = subprocess.Popen(command, env=desktop.environment, stderr=subprocess.PIPE)
        assert engine.stderr is not None
        engine.stderr.readline()  # the line that says it is ready
        seconds = time.perf_counter() - begun
        desktop.open("gtk3")
        desktop.type(LINE)
        desktop.wait_for("view", LINE)
        status = Path(f"/proc/{engine.pid}/status").read_text()
        megabytes = int(status.split("VmRSS:")[1].split()[0]) / 1024
        listed = subprocess.run(["ss", "-Hxtuap"], capture_output=True, text=True, check=False).stdout
        connections = [each.split()[0] for each in listed.splitlines() if f"pid={engine.pid}," in each]
        engine.terminate()
        engine.wait()
    return seconds, megabytes, connections


def waits(kind: str, home: Path) -> list[tuple[float, float]]:
    """For each key followed by a list, the milliseconds until the list was drawn first and last."""
    with Desktop(home) as desktop:
        desktop.start_ibus()
        desktop.start_engine("-m", "base")
        desktop.open(kind)  # type: ignore[arg-type]
        screen = Screen(desktop.environment["DISPLAY"])
        desktop.type("see you tom")
        desktop.wait_for_offer("see you tom")
        screen.watch_panel()
        desktop.type("orrow and ")
        desktop.wait_for("view", "see you tomorrow and ")
        return list(filter(None, map(screen.press, LINE)))


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--field", action="append", choices=["gtk3", "gtk4", "qt6", "chromium", "firefox"])
    parser.add_argument("--starts", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = [start(Path(folder) / f"start{number}") for number in range(arguments.starts)]
        if started:
            seconds, megabytes = [each[0] for each in started], [each[1] for each in started]
            print(f"ready after {statistics.median(seconds):.2f} s (longest {max(seconds):.2f} s)")
            print(f"memory after typing {max(megabytes):.0f} MB; sockets: {', '.join(started[-1][2])}")
        print(
            "| field | keys | first drawing, p50 | p95 | last drawing, p50 | p95 |\n|---|---|---|---|---|---|"
        )
        for kind in arguments.field or ["gtk3"]:
            if lacking := missing(kind):
                print(f"{kind}: {lacking} is not installed", file=sys.stderr)
                continue
            found = waits(kind, Path(folder) / kind)
            first, last = [each[0] for each in found], [each[1] for each in found]
            cells = [f"{percentile(each, share):.0f} ms" for each in (first, last) for share in (0.5, 0.95)]
            print(f"| {kind} | {len(found)} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
