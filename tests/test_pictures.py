"""The pictures of the documents: scripts make them; they are small and run no script."""

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from program import ran
from scripts.svg_screens import Run, still
from surfaces.desktop import missing

ROOT = Path(__file__).resolve().parents[1]
DRAWN = ("typing.svg", "editor.svg")
TAKEN = ("page.png", "page-inside.png", "ibus.png")
MOST_BYTES = 300_000
SVG = "{http://www.w3.org/2000/svg}"


def test_typed_markup_is_escaped_in_a_picture() -> None:
    picture = still("t", [(Run(2, "<b> &amp;", "reverse c-red"),)], "d")
    found = [text for text in ET.fromstring(picture).iter(f"{SVG}text") if text.get("class") != "title"]
    assert [text.text for text in found] == ["<b> &amp;"]


@pytest.mark.parametrize("name", [*DRAWN, *TAKEN])
def test_the_committed_pictures_are_small_and_run_no_script(name: str) -> None:
    picture = (ROOT / "docs" / "pictures" / name).read_bytes()
    assert 1000 < len(picture) < MOST_BYTES
    assert b"<script" not in picture
    assert b"http" not in picture.replace(b'"http://www.w3.org/2000/svg"', b"")


def made(script: str, folder: Path) -> str:
    sources = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": sources}
    done = ran(sys.executable, ROOT / "scripts" / script, folder, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.all
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are Unix's")
@pytest.mark.skipif(importlib.util.find_spec("pyte") is None, reason="needs: pip install pyte")
def test_the_script_draws_the_terminal_pictures(tmp_path: Path) -> None:
    made("terminal_pictures.py", tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == set(DRAWN)
    typing = (tmp_path / "typing.svg").read_text("utf-8")
    assert "Thanks for the message." in typing
    assert re.search(r"My grand\w+ loves Quimby\.", typing)
    assert all(each.stat().st_size < MOST_BYTES for each in tmp_path.iterdir())


@pytest.mark.all
@pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="needs: pip install playwright")
def test_the_script_takes_window_pictures_or_names_missing_programs(tmp_path: Path) -> None:
    said = made("desktop_pictures.py", tmp_path)
    wanted = set(TAKEN[:2]) if shutil.which("chromium") else set()
    wanted |= set() if missing("gtk3") else {"ibus.png"}
    assert {each.name for each in tmp_path.iterdir()} == wanted
    assert all(each in said for each in wanted)
    assert ("is not installed" in said) == (wanted != set(TAKEN))
