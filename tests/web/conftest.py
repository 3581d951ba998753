"""The web application in this process, with a toy network whose probabilities are known."""

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("starlette", reason='the page needs: pip install "foreword[web]"')
pytest.importorskip("httpx", reason="the tests of the page need httpx")

import httpx
from starlette.testclient import TestClient

import toys
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer
from foreword.web.app import create_app
from foreword.web.serving import Serving
from program import PATIENCE, Program

TOKEN = "a-token-for-the-tests"
Served = tuple["subprocess.Popen[str]", httpx.Client]
LETTERS = "abcdefghijklmnopqrstuvwxyzTW ,."


@pytest.fixture(scope="session")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A random recurrent network of letters: each probability depends on all of the text."""
    tokenizer = characters_tokenizer(LETTERS)
    bias = toys.preferring(tokenizer, LETTERS.encode())
    bias[:256] = toys.UNLIKELY  # bytes, which spell the same letters
    graph = toys.recurrent_graph(bias)
    return toys.model(tmp_path_factory.mktemp("served") / "toy", tokenizer, graph)


@pytest.fixture
def keyboard(random_model: Model) -> Keyboard:
    return Keyboard(random_model)


def client_of(serving: Serving, **headers: str) -> TestClient:
    """A client that sends the token, unless other headers replace it."""
    app, known = create_app(serving, token=TOKEN), {"Authorization": f"Bearer {TOKEN}", **headers}
    return TestClient(app, "http://127.0.0.1:8765", raise_server_exceptions=False, headers=known)


@pytest.fixture
def client(keyboard: Keyboard) -> Iterator[TestClient]:
    with client_of(Serving(keyboard)) as asking:
        yield asking


def posted(serving: Serving, path: str, receive: Callable[[], Awaitable[Any]]) -> list[Any]:
    """The messages that answer a POST with the token, whose body comes from `receive`."""
    headers = {"host": "127.0.0.1", "authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    sent: list[Any] = []

    async def send(message: object) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": encoded}
    asyncio.run(asyncio.wait_for(create_app(serving, token=TOKEN)(scope, receive, send), PATIENCE))
    return sent


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """`foreword serve` on a free port, and a client of it."""
    toys.writer(tmp_path / "toy", LETTERS)
    with Program(tmp_path / "home").serving(tmp_path / "toy", FOREWORD_TOKEN=TOKEN) as (process, printed):
        address = urlsplit(printed)
        assert address.fragment == f"token={TOKEN}"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=f"http://{address.netloc}", headers=headers, timeout=PATIENCE) as client:
            yield process, client


@contextmanager
def opening(home: Path, model: Path) -> Iterator[tuple["subprocess.Popen[str]", str, str]]:
    """`foreword serve` in a terminal, the address that it prints, and the argument of the browser it starts."""
    browser = home / "browser"
    browser.write_text('#!/bin/sh\necho "$1"\n', "utf-8")
    browser.chmod(0o700)
    chosen = {"FOREWORD_TOKEN": TOKEN, "DISPLAY": ":9", "BROWSER": str(browser)}
    ours, terminal = os.openpty()
    process = subprocess.Popen(
        Program.command("serve", "-m", model, "--port", "0"),
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        env=Program(home).environment(**chosen),
        encoding="utf-8",
    )
    os.close(terminal)
    try:
        with open(ours, encoding="utf-8") as printed:  # noqa: PTH123 - a descriptor is no path
            yield process, printed.readline().strip(), printed.readline().strip()
    finally:
        process.kill()
        process.communicate()
