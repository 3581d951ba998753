"""The page in a real Firefox, controlled through its own protocol, Marionette: no driver is needed."""

import itertools
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, final

import pytest

from program import PATIENCE, Program

pytestmark = pytest.mark.all

BASE: Final = Path(__file__).resolve().parents[2] / "src" / "foreword" / "base"
FIREFOX: Final = shutil.which("firefox-esr") or shutil.which("firefox")
ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
PREFERENCES: Final = {"marionette.port": 0, "browser.shell.checkDefaultBrowser": False}
TAB, RIGHT, CONTROL = "\ue004", "\ue014", "\ue009"


@final
class Firefox:
    """A headless Firefox with a page in it."""

    def __init__(self, profile: Path) -> None:
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()
        ]
        (profile / "user.js").write_text("\n".join(lines), "utf-8")
        assert FIREFOX is not None
        command = [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
        home = {**os.environ, "HOME": str(profile)}
        self.process = subprocess.Popen(
            command, env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        found = profile / "MarionetteActivePort"
        waited_for(lambda: found.is_file() and found.read_text("ascii").strip())
        self._socket = socket.create_connection(("127.0.0.1", int(found.read_text("ascii"))), PATIENCE)
        self._file = self._socket.makefile("rb")
        self._numbers = itertools.count(1)
        self._read()  # the greeting of Firefox
        self("WebDriver:NewSession")

    def __call__(self, command: str, **values: Any) -> Any:
        """The result of a command."""
        body = json.dumps([0, next(self._numbers), command, values]).encode()
        self._socket.sendall(f"{len(body)}:".encode() + body)
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def _read(self) -> Any:
        length = b""
        while (byte := self._file.read(1)) != b":":
            assert byte, "Firefox has ended"
            length += byte
        return json.loads(self._file.read(int(length)))

    def run(self, script: str) -> Any:
        """The result of a script in the page."""
        return self("WebDriver:ExecuteScript", script=f"return {script}", args=[])["value"]

    def until(self, script: str) -> None:
        """Wait until the script gives true."""
        waited_for(lambda: self.run(script), script)

    def press(self, *keys: str) -> None:
        """Press these keys together."""
        actions = [{"type": "keyDown", "value": key} for key in keys]
        actions += [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self("WebDriver:PerformActions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def type(self, text: str, ghost: str = "") -> None:
        """Type into the page, and wait for the inline suggestion `ghost`."""
        for letter in text:
            self.press(letter)
        if ghost:
            self.until(f"document.getElementById('ghost').textContent.startsWith({json.dumps(ghost)})")

    def click(self, selector: str) -> None:
        """Click on the first element that matches."""
        found = self("WebDriver:FindElement", using="css selector", value=selector)["value"]
        self("WebDriver:ElementClick", id=found[ELEMENT])

    def clear(self) -> None:
        """Empty the text, as a person does."""
        self.click("#text")
        self.press(CONTROL, "a")
        self.press("\ue017")
        self.until("document.getElementById('text').value === ''")

    def end(self) -> None:
        """Close it."""
        self._socket.close()
        self.process.kill()
        self.process.wait()


def waited_for(is_so: Any, what: str = "Firefox") -> None:
    end = time.monotonic() + PATIENCE / 5
    while not is_so():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.03)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Firefox with the page of a copy of the shipped model."""
    if FIREFOX is None:
        pytest.skip("this needs: apt install firefox-esr")
    folder = tmp_path_factory.mktemp("firefox")
    shutil.copytree(BASE, folder / "base")
    (folder / "profile").mkdir()
    with Program(folder).serving(folder / "base", FOREWORD_CONFIG=str(folder)) as (_, address):
        browser = Firefox(folder / "profile")
        try:
            browser("WebDriver:Navigate", url=address)
            browser.until("document.documentElement.dataset.ready === 'yes'")
            yield browser
        finally:
            browser.end()


TEXT: Final = "document.getElementById('text').value"


def test_one_key_takes_a_word_and_another_undoes_it(firefox: Firefox) -> None:
    for key in (TAB, RIGHT):
        firefox.clear()
        firefox.type("We meet tom", "orrow")
        firefox.press(key)
        assert firefox.run(TEXT) == "We meet tomorrow "
        firefox.press(CONTROL, "z")
        assert firefox.run(TEXT) == "We meet tom"


def test_passages_stream_until_the_user_stops_them(firefox: Firefox) -> None:
    firefox.click("a[href='#generate']")
    firefox.run("(document.querySelector('[name=max_tokens]').value = 10000)")
    firefox.click("#begin")
    firefox.until("document.querySelector('#passages span').textContent.length > 20")
    firefox.click("#stop")
    firefox.until("document.getElementById('generate-state').textContent === 'Stopped.'")
