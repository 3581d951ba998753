"""The samples: no person on whom Foreword is measured is in the chats; the book is fetched whole or not at all.

The server of these tests is this computer.
"""

import hashlib
import importlib.resources
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import final

import platformdirs
import pytest

from foreword.corpus import samples
from foreword.corpus.samples import LEFT_OUT, Download, documents, fetch
from foreword.errors import DownloadFailed, MissingExtra, SourceMissing
from foreword.text.documents import Document


@pytest.fixture(scope="module")
def chats() -> list[Document]:
    return list(documents("sample:chitchat"))


def test_no_conversation_of_the_people_left_out_is_in_the_chats(chats: list[Document]) -> None:
    """Neither what they said, nor what was said to them."""
    data = json.loads((importlib.resources.files("chitchat_dataset") / "dataset.json").read_text("utf-8"))
    left_out = set()
    for talk in data.values():
        messages = [message for turn in talk["messages"] for message in turn]
        if LEFT_OUT & {message["sender"] for message in messages}:
            left_out |= {
                (each["sender"], each["timestamp"], " ".join(each["text"].split())) for each in messages
            }
    assert len(left_out) > 50_000

    assert len(LEFT_OUT) == 12
    assert not LEFT_OUT & {chat.author for chat in chats}
    kept = {(chat.author, chat.time.strftime("%Y-%m-%dT%H:%M:%SZ"), chat.text) for chat in chats if chat.time}
    assert not kept & left_out


def test_a_chat_is_one_line_said_by_somebody_at_some_time(chats: list[Document]) -> None:
    assert len(chats) > 100_000
    for chat in chats:
        assert chat.text == " ".join(chat.text.split())
        assert chat.text
        assert chat.author
        assert chat.time


def test_a_message_that_goes_back_in_time_begins_another_conversation(chats: list[Document]) -> None:
    """Conversations stay in one piece, in the order they began, each in the order of its messages."""
    times = [chat.time for chat in chats if chat.time]
    begun = [times[0]] + [later for sooner, later in pairwise(times) if later < sooner]
    assert begun == sorted(begun)
    assert sum(later < sooner for sooner, later in pairwise(times)) < 7_168


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chitchat_dataset", None)
    with pytest.raises(MissingExtra, match="install it with: pip install chitchat-dataset"):
        list(documents("sample:chitchat"))


def test_an_unknown_sample_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(
        SourceMissing, match=r"there are sample:chitchat, sample:nietzsche; for a file .* write \./sample:x"
    ):
        documents("sample:x")


def test_any_other_source_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    assert [document.text for document in documents(str(tmp_path / "text"))] == ["hello"]


def test_nietzsche_is_read_in_the_encoding_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetched(wanted: Download, folder: Path) -> Path:
        assert wanted == samples.NIETZSCHE
        assert folder == tmp_path / "cache"
        (tmp_path / "nietzsche.txt").write_bytes("Cæsar".encode())
        return tmp_path / "nietzsche.txt"

    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(samples, "fetch", fetched)
    assert [document.text for document in documents("sample:nietzsche")] == ["Cæsar"]
    assert [document.text for document in documents("sample:nietzsche", encoding="latin-1")] == ["CÃ¦sar"]


def test_nietzsche_is_the_book_of_the_tutorial(shared_data: Path) -> None:
    book = (shared_data / "nietzsche" / "nietzsche.txt").read_bytes()
    assert len(book) == samples.NIETZSCHE.bytes
    assert hashlib.sha256(book).hexdigest() == samples.NIETZSCHE.sha256
    assert samples.NIETZSCHE.url == "https://s3.amazonaws.com/text-datasets/nietzsche.txt"


# Fetching


BOOK = b"SUPPOSING that Truth is a woman--what then?\n" * 500
ADVICE = "get that file some other way, and hand in its path instead of the sample"

Serve = Callable[[BaseHTTPRequestHandler], None]


@final
class Server:
    """A web server on this computer, and how often it was asked."""

    def __init__(self, answer: Serve) -> None:
        self.asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:  # noqa: N805 - the name is given; `self` is the server's
                self.asked += 1
                answer(handler)

            def log_message(handler, format: str, *args: object) -> None:  # noqa: A002, N805
                """Be quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, args=[0.01], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/book.txt"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def serve() -> Iterator[Callable[[Serve], Server]]:
    """Starts servers, and stops them in the end."""
    servers: list[Server] = []

    def start(answer: Serve) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.http.shutdown()
        server.http.server_close()


def give(data: bytes, *, status: int = 200, length: int | None = None) -> Serve:
    """Answers with `data`, and perhaps a lie about its length."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def book_at(url: str, *, seconds: float = 10.0) -> Download:
    sha256 = hashlib.sha256(BOOK).hexdigest()
    return Download(name="book.txt", url=url, bytes=len(BOOK), sha256=sha256, seconds=seconds)


def test_a_sample_is_fetched_once_and_kept(serve: Callable[[Serve], Server], tmp_path: Path) -> None:
    server = serve(give(BOOK))
    for _ in range(2):
        path = fetch(book_at(server.url), tmp_path / "cache")
        assert path.read_bytes() == BOOK
    assert server.asked == 1
    assert [item.name for item in (tmp_path / "cache").iterdir()] == ["book.txt"]


def test_a_damaged_copy_is_fetched_again(serve: Callable[[Serve], Server], tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_bytes(BOOK[:-1])
    assert fetch(book_at(serve(give(BOOK)).url), tmp_path).read_bytes() == BOOK


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (give(b"<html>Please log in</html>"), r"what came is another file \(26 bytes\)"),
        (give(BOOK.replace(b"woman", b"human")), "what came is another file"),
        (give(BOOK + b"more"), "what came is another file"),
        (give(b""), r"what came is another file \(0 bytes\)"),
        (give(BOOK[:100], length=len(BOOK)), r"100 bytes|IncompleteRead"),
        (give(b"", status=404), "HTTP Error 404"),
        (give(b"", status=503), "HTTP Error 503"),
    ],
)
def test_what_is_not_the_sample_is_never_kept(
    serve: Callable[[Serve], Server], tmp_path: Path, answer: Serve, reason: str
) -> None:
    with pytest.raises(
        DownloadFailed, match=rf"book\.txt could not be fetched from http://.*({reason}).*; {ADVICE}"
    ):
        fetch(book_at(serve(answer).url), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_more_is_read_than_the_sample_has(serve: Callable[[Serve], Server], tmp_path: Path) -> None:
    sent: list[int] = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while len(sent) < 2_000:
                handler.wfile.write(b"x" * 2**16)
                sent.append(2**16)
        except OSError:
            pass

    with pytest.raises(DownloadFailed, match=rf"another file \({len(BOOK) + 1:,} bytes\)"):
        fetch(book_at(serve(endless).url), tmp_path)
    assert len(sent) < 2_000


def test_a_server_that_drips_is_left_in_time(serve: Callable[[Serve], Server], tmp_path: Path) -> None:
    left = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not left.wait(0.05):
            try:
                handler.wfile.write(b"x")
            except OSError:
                left.set()

    with pytest.raises(DownloadFailed, match=r"it took more than 0\.2 seconds"):
        fetch(book_at(serve(drip).url, seconds=0.2), tmp_path)
    assert left.wait(60)


def test_a_server_that_says_nothing_is_left_when_time_is_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/book.txt"
        with pytest.raises(DownloadFailed, match="timed out"):
            fetch(book_at(url, seconds=0.2), tmp_path)


def test_without_a_connection_the_error_says_how_to_go_on(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}/book.txt"
    with pytest.raises(DownloadFailed, match=f"could not be fetched from {url}: .*refused.*; {ADVICE}"):
        fetch(book_at(url), tmp_path)
