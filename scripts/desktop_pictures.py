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

from playwright.sync_api import Page, expect, sync_playwright

from surfaces.desktop import Desktop, missing

BEFORE = "We meet at the Falkenhof on Sunday.\nThe choir sings at the Falkenhof at eight.\n"
WIDTH, HEIGHT = 1000, 640


def learn(home: Path) -> None:
    """Teach an empty memory what was written before."""
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
    """The part where one writes, and the part that looks inside. The answer is what is missing, "" if nothing."""
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
    """Write until a name that was learned is offered."""
    text = page.locator("#text")
    text.press_sequentially("Thank you for your letter. See you tom", delay=20)
    expect(page.locator("#ghost")).to_have_text("orrow")
    page.keyboard.press("Tab")
    text.press_sequentially("at the Fal", delay=20)
    expect(page.locator("#ghost")).to_have_text("kenhof")


def look_inside(page: Page) -> None:
    """Let it show the surprise of each character."""
    page.get_by_role("link", name="Look inside").click()


def draw_input_method(folder: Path, home: Path) -> str:
    """A list below the cursor of a GTK field. The answer is what is missing, "" if nothing."""
    if lacking := missing("gtk3"):
        return lacking
    (home / "settings").mkdir()
    (home / "models").mkdir()
    learn(home / "models")
    with Desktop(home) as desktop:
        desktop.start_ibus()
        desktop.start_engine()
        desktop.open("gtk3")
        desktop.type("See you tomorrow at the Fal")
        desktop.wait_for_offer("at the Fal")
        desktop.picture(folder / "ibus.png")
    return ""


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the pictures go")
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
