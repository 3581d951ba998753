"""The page in a real Firefox, controlled through its own protocol, Marionette: no driver is needed."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, final

import pytest

from program import PATIENCE, Program, soon

pytestmark = pytest.mark.all

BASE: Final = Path(__file__).resolve().parents[2] / "src" / "foreword" / "base"
FIREFOX: Final = shutil.which("firefox-esr") or shutil.which("firefox")
TAB, RIGHT, CONTROL, DELETE = "\ue004", "\ue014", "\ue009", "\ue017"
TEXT: Final = "document.getElementById('text').value"


@final
class Firefox:
    """The page in a headless Firefox."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._file = self._socket.makefile("rb")
        self._read()  # the greeting
        self("WebDriver:NewSession")

    def __call__(self, command: str, **values: Any) -> Any:
        body = json.dumps([0, 1, command, values]).encode()
        self._socket.sendall(f"{len(body)}:".encode() + body)
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def _read(self) -> Any:
        length = b"".join(iter(lambda: self._file.read(1), b":"))
        return json.loads(self._file.read(int(length)))

    def run(self, script: str) -> Any:
        return self("WebDriver:ExecuteScript", script=f"return {script}", args=[])["value"]

    def until(self, script: str) -> None:
        assert soon(lambda: self.run(script), PATIENCE / 5), script

    def press(self, *keys: str) -> None:
        actions = [{"type": "keyDown", "value": key} for key in keys]
        actions += [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self("WebDriver:PerformActions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Firefox with the page of a copy of the shipped model."""
    if FIREFOX is None:
        pytest.skip("this needs: apt install firefox-esr")
    folder = tmp_path_factory.mktemp("firefox")
    shutil.copytree(BASE, folder / "base")
    (folder / "user.js").write_text('user_pref("marionette.port", 0);', "utf-8")
    command = [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(folder)]
    with Program(folder).serving(folder / "base", FOREWORD_CONFIG=str(folder)) as (_, address):
        environment = {**os.environ, "HOME": str(folder)}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            found = folder / "MarionetteActivePort"
            assert soon(lambda: found.is_file() and found.read_text("ascii").strip(), PATIENCE / 5)
            with closing(Firefox(int(found.read_text("ascii")))) as browser:
                browser("WebDriver:Navigate", url=address)
                browser.until("document.documentElement.dataset.ready === 'yes'")
                yield browser
        finally:
            process.kill()
            process.wait()


def test_one_key_takes_a_word_and_another_undoes_it(firefox: Firefox) -> None:
    for key in (TAB, RIGHT):
        firefox.press(CONTROL, "a")
        firefox.press(DELETE)
        firefox.until(f"{TEXT} === ''")
        for letter in "We meet tom":
            firefox.press(letter)
        firefox.until("document.getElementById('inline').textContent.startsWith('orrow')")
        firefox.press(key)
        assert firefox.run(TEXT) == "We meet tomorrow "
        firefox.press(CONTROL, "z")
        assert firefox.run(TEXT) == "We meet tom"


def test_passages_stream_until_the_user_stops_them(firefox: Firefox) -> None:
    firefox.run("(location.hash = 'generate')")
    firefox.until("!document.getElementById('generate').hidden")
    firefox.run("(document.querySelector('[name=max_tokens]').value = 10000)")
    firefox.run("document.getElementById('begin').click()")
    firefox.until("document.querySelector('#passages span')?.textContent.length > 20")
    firefox.run("document.getElementById('stop').click()")
    firefox.until("document.getElementById('generate-state').textContent === 'Stopped.'")
