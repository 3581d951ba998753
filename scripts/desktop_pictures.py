"""Makes the pictures of windows: page.png and page-inside.png of the page, ibus.png of the input method.

Chromium opens the page. A GTK field on a desktop of its own takes what the input method offers; tests/surfaces tells
which programs that needs. What is missing is named, and its picture is left as it is.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from surfaces.desktop import Desktop, missing

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
BEFORE = "We meet at the Falkenhof on Sunday.\nThe choir sings at the Falkenhof at eight.\n"
TYPED = "Thanks for your message. See you tomorrow morning at the Fal"
LOOKED_AT = "See you at the Falkenhof. I will be th"
WIDTH, HEIGHT = 1000, 600
WINDOW_ROWS = 140  # of the window with the field: its title and the area of the list


def learn(home: Path) -> None:
    """Teach an empty memory the earlier text."""
    command = [sys.executable, "-m", "foreword", "learn", "-"]
    where = {**os.environ, "FOREWORD_HOME": str(home), "FOREWORD_CONFIG": str(home)}
    subprocess.run(command, input=BEFORE.encode(), env=where, check=True, capture_output=True)  # noqa: S603


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the page."""
    command = [sys.executable, "-m", "foreword", "serve", "--port", "0"]
    where = {**os.environ, "FOREWORD_HOME": str(home), "FOREWORD_CONFIG": str(home)}
    process = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=where, encoding="utf-8"
    )
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.terminate()
        process.communicate()


def draw_page(folder: Path, home: Path) -> str:
    """Picture the writing part of the page and the inside view. Returns what is missing, or ""."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return "chromium"
    learn(home)
    with served(home) as address, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("data-ready", "yes")
        write(page)
        page.screenshot(path=folder / "page.png")
        look_inside(page)
        page.screenshot(path=folder / "page-inside.png")
        browser.close()
    return ""


def write(page: Page) -> None:
    """Write until a learned name is offered."""
    text = page.locator("#text")
    for typed, offered in (
        ("Than", "ks "),
        ("f", "or "),
        ("", "the "),
        ("mess", "age"),
        (". See you tom", "orrow "),
        ("mor", "ning "),
        ("at the Fal", "kenhof"),
    ):
        text.press_sequentially(typed, delay=20)
        expect(page.locator("#inline")).to_have_text(offered)
        if offered != "kenhof":
            page.keyboard.press("Tab")


def look_inside(page: Page) -> None:
    """Show the surprise of each character, the next characters, and the units."""
    page.set_viewport_size({"width": WIDTH, "height": 2 * HEIGHT - 46})  # down to below the unit
    page.get_by_role("link", name="Look inside").click()
    page.locator("#sample").fill(LOOKED_AT)
    for name in ("#heat", "#cell"):
        expect(page.locator(name)).to_have_text(LOOKED_AT)
    expect(page.locator("#tokens tbody tr").first).to_be_visible()
    expect(page.locator("#weighed tbody tr").first).to_be_visible()


def draw_input_method(folder: Path, home: Path) -> str:
    """Picture a list below the cursor of a GTK field. Returns what is missing, or ""."""
    if lacking := missing("gtk3"):
        return lacking
    (home / "settings").mkdir()
    (home / "models").mkdir()
    learn(home / "models")
    with Desktop(home) as desktop:
        desktop.start_ibus()
        desktop.start_engine()
        desktop.open("gtk3")
        desktop.type(TYPED)
        desktop.wait_for("view", TYPED)
        desktop.until(lambda: "Falkenhof" in desktop.shown()["choices"], "the name is offered")
        desktop.until(desktop.list_is_seen, "the list is seen")
        desktop.picture(home / "screen.png")
    with Image.open(home / "screen.png") as screen:
        left, top, right, _ = screen.convert("RGB").getbbox() or (
            0,
            0,
            0,
            0,
        )  # the screen around the window is black
        screen.crop((left, top, right, top + WINDOW_ROWS)).save(folder / "ibus.png")
    return ""


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=PICTURES, help="where they go")
    folder = parser.parse_args().folder
    drawers: dict[str, Callable[[Path, Path], str]] = {"page": draw_page, "ibus": draw_input_method}
    for name, draw in drawers.items():
        with tempfile.TemporaryDirectory() as home:
            lacking = draw(folder, Path(home))
        if lacking:
            print(f"{name}: no picture, {lacking} is not installed")
        for made in [] if lacking else sorted(folder.glob(f"{name}*.png")):
            print(f"{made}: {made.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
