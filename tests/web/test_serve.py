"""The command `serve`: one process, its address, its signals."""

import os
import re
import signal
import socket
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from foreword.runtime.model import Model
from foreword.web.serving import listen, run
from program import PATIENCE, CommandLine, Program
from web.conftest import TOKEN, Served, opening


def test_sigterm_lets_the_current_passage_finish_and_prints_nothing(served: Served) -> None:
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


def test_a_signal_while_the_server_begins_is_no_failed_start() -> None:
    async def interrupted(_scope: object, _receive: object, _send: object) -> None:
        raise KeyboardInterrupt

    with socket.socket() as listening, pytest.raises(KeyboardInterrupt):
        run(interrupted, listening)


def test_a_second_ctrl_c_ends_an_answer_without_a_traceback(served: Served) -> None:
    process, client = served
    asked = {"model": "toy", "prompt": "the ", "max_tokens": 10_000, "n": 16, "stream": True}
    cut_off = suppress(httpx.RemoteProtocolError)
    with cut_off, client.stream("POST", "/v1/completions", json=asked) as answer:
        for number, _ in enumerate(answer.iter_lines()):
            if number in (0, 500):
                process.send_signal(signal.SIGINT)
    assert process.communicate() == ("", "Ctrl-C ends it.\n")


def test_typists_beside_a_client_that_does_not_read_get_the_same_answers_as_alone(served: Served) -> None:
    _process, client = served
    asked = {"model": "toy", "prompt": "the ", "max_tokens": 10_000, "n": 16, "stream": True, "logprobs": 5}
    texts = ["the quick brown", "a lazy dog sle", "we went to the ho", "nothing at al"]

    def typed(text: str) -> list[object]:
        asked = [{"text": text[:end], "letters": 0} for end in range(1, len(text) + 1)]
        return [client.post("/v1/suggest", json=each).json() for each in asked]

    alone = [typed(text) for text in texts]
    unread = client.stream("POST", "/v1/completions", json=asked)  # tens of megabytes
    with unread, ThreadPoolExecutor(len(texts)) as typists:
        assert [*typists.map(typed, texts)] == alone


@pytest.mark.parametrize(
    ("given", "known", "message"),
    [
        (("--host", "0.0.0.0"), {}, "with --host others can reach this server; set FOREWORD_TOKEN"),
        ((), {"FOREWORD_TOKEN": "short"}, "FOREWORD_TOKEN must have 16 ASCII characters or more"),
        (("--port", "99999"), {}, "--port must be from 0 to 65535, not 99999"),
    ],
)
def test_an_invalid_serve_option_is_a_one_line_error(
    foreword: CommandLine, random_model: Model, given: tuple[str, ...], known: dict[str, str], message: str
) -> None:
    outcome = foreword("serve", "-m", random_model.path, *given, **known)
    assert outcome.code == 2
    assert outcome.err.startswith(f"foreword: {message}")
    assert outcome.err.count("\n") == 1


def test_a_huge_body_is_refused_without_filling_the_memory(served: Served) -> None:
    """The sender gets the reason, although the answer comes before the end of the body."""
    process, client = served
    megabyte = b"x" * 1_000_000
    with_length = {"Content-Type": "application/json", "Content-Length": "100000000"}
    for headers in (with_length, {"Content-Type": "application/json"}, {**with_length, "Authorization": ""}):
        answer = client.post("/v1/suggest", content=(megabyte for _ in range(100)), headers=headers)
        assert answer.status_code == (413 if headers.get("Authorization") is None else 401)
    memory = Path(f"/proc/{process.pid}/status")
    if memory.is_file():
        highest = re.search(r"VmHWM:\s+(\d+) kB", memory.read_text("ascii"))
        assert highest is not None
        assert int(highest[1]) < 200_000


def test_the_log_has_no_typed_text_and_sigterm_waits_for_no_silent_connection(
    served: Served,
) -> None:
    process, client = served
    word = b"xylophone"
    bodies = b'{"text": "xylophone', b'{"text": "xylophone", "limit": 100}', b'{"text": "\xff xylophone"}'
    for path in ("suggest", "learn", "explain", "completions", "xylophone", "models/xylophone"):
        for body in bodies:
            client.post(f"/v1/{path}?xylophone", content=body, headers={"Content-Type": "application/json"})
    where = (client.base_url.host, client.base_url.port or 0)
    for raw in (b"xylophone\r\n\r\n", b"GET /xylophone HTTP/1.1\r\nHost: xylophone\r\n\r\n"):
        with socket.create_connection(where, PATIENCE) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(10_000):
                assert word not in piece
    with socket.create_connection(where, PATIENCE) as silent:
        silent.sendall(b"POST /v1/suggest HTTP/1.1\r\n")
        process.terminate()
        assert process.communicate(timeout=20) == ("", "Ctrl-C ends it.\n")  # less than END_SECONDS
    assert process.returncode == 0


def test_a_port_in_use_is_an_error_with_advice(foreword: CommandLine, random_model: Model) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = foreword("serve", "-m", random_model.path, "--port", str(port))
    assert outcome.code == 2
    assert "Address already in use; choose another with --port or --host" in outcome.err


def test_on_windows_no_second_program_may_listen_at_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.web.serving.os", SimpleNamespace(name="nt"))
    with listen("127.0.0.1", 0) as listening:
        assert listening.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == 0


@pytest.mark.slow
def test_a_public_host_prints_a_warning_about_encryption(tmp_path: Path, random_model: Model) -> None:
    given = ("serve", "-m", random_model.path, "--port", "0", "--host", "0.0.0.0")
    running = Program(tmp_path).start(*given, FOREWORD_TOKEN=TOKEN)
    running.until("Ctrl-C ends it.")
    outcome = running.stop(signal.SIGTERM)
    assert outcome.code == 0
    assert "The connection is not encrypted" in running.seen


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="this needs a pseudo-terminal")
@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_command_of_the_browser_shows_no_token(tmp_path: Path, random_model: Model, end: str) -> None:
    """All users of a computer can read it. A private file leads the browser to the page, until the end."""
    with opening(tmp_path, random_model.path) as (process, address, argument):
        assert TOKEN not in argument
        door = Path(unquote(urlsplit(argument).path))
        assert f'url={address}"' in door.read_text("utf-8")
        assert stat.S_IMODE(door.stat().st_mode) == 0o600
        process.send_signal(signal.Signals[end])
        # Python itself ends by SIGINT after a caught interrupt inside `exec`, as of a class that is being made.
        assert process.wait(timeout=PATIENCE) in (0, 130, -signal.SIGINT)
    assert not door.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="some systems allow a process only 256 files")
def test_a_program_with_many_connections_is_answered_on_all(served: Served) -> None:
    """The clients of OpenAI open up to 1,000, a browser six; one that is closed counts as an error."""
    process, client = served
    resource = pytest.importorskip("resource")
    where = (client.base_url.host, client.base_url.port or 0)
    for number, files in ((6, 128), (200, 1_024)):
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (files, 1_024))
        with ExitStack() as stack:
            many = [stack.enter_context(socket.create_connection(where, PATIENCE)) for _ in range(number)]
            for each in many:
                each.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert {each.recv(9) for each in many} == {b"HTTP/1.1 "}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the files of another process")
def test_silent_connections_of_others_keep_nobody_out(served: Served) -> None:
    """They need no token. Without files for new connections, asyncio printed 2 MB of tracebacks a second."""
    process, client = served
    resource = pytest.importorskip("resource")
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (256, 256))
    where = (client.base_url.host, client.base_url.port or 0)
    with ExitStack() as stack, ThreadPoolExecutor(8) as threads:

        def be_silent(_number: int) -> None:
            for _ in range(100):
                silent = stack.enter_context(socket.create_connection(where, PATIENCE))
                silent.sendall(b"GET / HTTP/1.1\r\n")

        list(threads.map(be_silent, range(8)))
        for _ in range(20):
            assert httpx.post(client.base_url.join("/v1/suggest"), timeout=10).status_code == 401
        process.terminate()
        assert process.communicate(timeout=PATIENCE) == ("", "Ctrl-C ends it.\n")
