"""The command: one process, its address, its signals."""

import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from foreword.runtime.model import Model
from program import PATIENCE, CommandLine, Inside
from web.conftest import TOKEN


@pytest.fixture
def foreword(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line in this process."""
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path))
    return Inside(tmp_path / "home", monkeypatch, capsys)


@pytest.mark.slow
def test_sigterm_finishes_the_passage_under_way_and_says_nothing_of_it(
    served: tuple["subprocess.Popen[str]", httpx.Client],
) -> None:
    process, client = served
    asked = {"model": "toy", "prompt": "the ", "max_tokens": 3000, "stream": True}
    with client.stream("POST", "/v1/completions", json=asked) as answer:
        lines = answer.iter_lines()
        next(lines)
        process.send_signal(signal.SIGTERM)
        *_, last, _nothing = lines
    assert last == "data: [DONE]"
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert (out, err) == ("", "Ctrl-C ends it.\n")


@pytest.mark.slow
def test_a_reader_that_does_not_read_slows_nobody(
    served: tuple["subprocess.Popen[str]", httpx.Client],
) -> None:
    _process, client = served
    asked = {"model": "toy", "prompt": "the ", "max_tokens": 10_000, "n": 16, "stream": True, "logprobs": 5}
    with client.stream("POST", "/v1/completions", json=asked):  # tens of megabytes that nobody takes
        for _ in range(20):
            assert client.post("/v1/suggest", json={"text": "the qu"}).status_code == 200


@pytest.mark.slow
def test_typists_at_once_get_what_each_would_get_alone(
    served: tuple["subprocess.Popen[str]", httpx.Client],
) -> None:
    _process, client = served
    texts = ["the quick brown", "a lazy dog sle", "we went to the ho", "nothing at al"]

    def typed(text: str) -> list[object]:
        return [
            client.post("/v1/suggest", json={"text": text[:end], "letters": 0}).json()
            for end in range(1, len(text) + 1)
        ]

    alone = [typed(text) for text in texts]
    together: dict[int, list[object]] = {}
    threads = [
        threading.Thread(target=lambda at=at: together.update({at: typed(texts[at])})) for at in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[at] for at in range(4)] == alone


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (("--host", "0.0.0.0"), {}, "with --host others can reach this server; set FOREWORD_TOKEN"),
        ((), {"FOREWORD_TOKEN": "short"}, "FOREWORD_TOKEN must have 16 ASCII characters or more"),
        (
            ("--host", "no.such.host.invalid"),
            {"FOREWORD_TOKEN": TOKEN},
            "cannot listen at no.such.host.invalid",
        ),
        (("--port", "99999"), {}, "port must be from 0 to 65535, not 99999"),
    ],
)
def test_what_cannot_be_served_is_one_line(
    foreword: CommandLine,
    random_model: Model,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    message: str,
) -> None:
    outcome = foreword("serve", "-m", random_model.path, *arguments, **environment)
    assert outcome.code == 2
    assert outcome.err.startswith(f"foreword: {message}")
    assert outcome.err.count("\n") == 1


@pytest.mark.slow
def test_a_connection_on_which_nobody_speaks_is_closed(
    served: tuple["subprocess.Popen[str]", httpx.Client],
) -> None:
    """Its end comes with the process's at the latest: it does not wait for it."""
    process, client = served
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as silent:
        silent.sendall(b"POST /v1/suggest HTTP/1.1\r\n")
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert time.monotonic() - begun < 20
