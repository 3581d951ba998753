"""The pictures of the documents: a script makes them, and the one that moves shows each frame in its time."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts.svg_screens import Frame, Run, moving, still
from surfaces.desktop import missing

ROOT = Path(__file__).resolve().parents[1]
DRAWN = ("typing.svg", "editor.svg", "screen.svg")
TAKEN = ("page.png", "page-inside.png", "ibus.png")
MOST_BYTES = 300_000
SVG = "{http://www.w3.org/2000/svg}"


def frame(*rows: str, seconds: float = 1.0, caption: str = "") -> Frame:
    return Frame(tuple((Run(0, row, ""),) if row else () for row in rows), seconds, caption)


FRAMES = [
    frame("a", "list"),
    frame("ab", "", seconds=0.5, caption="Tab takes it."),
    frame("a", "", seconds=0.25),
    frame("a", "end", seconds=2),
]


def seen(picture: str, percent: float) -> set[str]:
    """The texts that a reader sees at a time, in percent of the whole."""
    shown = {}
    for name, steps in re.findall(r"@keyframes (\w+)\{((?:[\d.]+%\{visibility:\w+\})+)\}", picture):
        for at, how in re.findall(r"([\d.]+)%\{visibility:(\w+)\}", steps):
            if float(at) <= percent:
                shown[name] = how
    return set(texts(ET.fromstring(picture), shown))


def texts(element: ET.Element, shown: dict[str, str]) -> Iterator[str]:
    name = element.get("style", "").removeprefix("animation-name:")
    if name and shown[name] == "hidden":
        return
    if element.tag == f"{SVG}text" and element.get("class") != "title":
        yield element.text or ""
    for below in element:
        yield from texts(below, shown)


def test_each_frame_is_seen_in_its_time_and_no_other() -> None:
    picture, begin = moving("typing", FRAMES), 0.0
    whole = sum(each.seconds for each in FRAMES)
    for each in FRAMES:
        words = {run.text for row in each.rows for run in row} | ({each.caption} - {""})
        for at in (begin + 0.01, begin + each.seconds - 0.01):
            assert seen(picture, 100 * at / whole) == words
        begin += each.seconds


def test_without_motion_the_last_frame_is_seen() -> None:
    picture = moving("typing", FRAMES)
    assert "prefers-reduced-motion:reduce){.f{animation:none}}" in picture
    last = {
        text.text
        for group in ET.fromstring(picture).iter(f"{SVG}g")
        if group.get("class") == "f last"
        for text in group.iter(f"{SVG}text")
    }
    assert last == {"a", "end"}


def test_what_is_typed_cannot_become_a_part_of_the_picture() -> None:
    picture = still("t", [(Run(2, "<b> &amp;", "reverse c-red"),)], "d")
    found = [text for text in ET.fromstring(picture).iter(f"{SVG}text") if text.get("class") != "title"]
    assert [text.text for text in found] == ["<b> &amp;"]


@pytest.mark.parametrize("name", [*DRAWN, *TAKEN])
def test_the_committed_pictures_are_small_and_run_nothing(name: str) -> None:
    picture = (ROOT / "docs" / "pictures" / name).read_bytes()
    assert 1000 < len(picture) < MOST_BYTES
    assert b"<script" not in picture
    assert b"http" not in picture.replace(b'"http://www.w3.org/2000/svg"', b"")


def made(script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, folder],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.all
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are Unix's")
@pytest.mark.skipif(importlib.util.find_spec("pyte") is None, reason="needs: pip install pyte")
def test_the_script_draws_the_terminal(tmp_path: Path) -> None:
    made("terminal_pictures.py", tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == set(DRAWN)
    typing = (tmp_path / "typing.svg").read_text("utf-8")
    assert seen(typing, 99.9) >= {"My grandfather loves Quimby."}
    assert all(each.stat().st_size < MOST_BYTES for each in tmp_path.iterdir())


@pytest.mark.all
@pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="needs: pip install playwright")
def test_the_script_takes_pictures_of_windows_or_names_what_is_missing(tmp_path: Path) -> None:
    told = made("desktop_pictures.py", tmp_path)
    wanted = set(TAKEN[:2]) if shutil.which("chromium") else set()
    wanted |= set() if missing("gtk3") else {"ibus.png"}
    assert {each.name for each in tmp_path.iterdir()} == wanted
    assert all(each in told for each in wanted)
    assert ("is not installed" in told) == (wanted != set(TAKEN))
