"""The samples: the chats contain nobody on whom Foreword is measured; the book is fetched whole or not at all.

The server of these tests runs on this computer.
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

import platformdirs
import pytest

from foreword.corpus import samples
from foreword.corpus.samples import LEFT_OUT, PEOPLE, Download, documents, fetch
from foreword.errors import DownloadFailed, MissingExtra, SourceMissing


@pytest.mark.slow
def test_the_chats_leave_out_the_test_people_and_keep_conversations_whole() -> None:
    """The chats omit messages by these people and to them. A step back in time marks another conversation."""
    chats = list(documents("sample:chitchat"))
    data = json.loads((importlib.resources.files("chitchat_dataset") / "dataset.json").read_text("utf-8"))
    talks = [[message for turn in talk["messages"] for message in turn] for talk in data.values()]
    left_out = {
        (each["sender"], each["timestamp"], " ".join(each["text"].split()))
        for talk in talks
        if LEFT_OUT & {message["sender"] for message in talk}
        for each in talk
    }
    assert (len(LEFT_OUT), len(left_out) > 50_000, len(chats) > 100_000) == (13, True, True)
    kept = {(chat.author, f"{chat.time:%Y-%m-%dT%H:%M:%SZ}", chat.text) for chat in chats}
    assert not kept & left_out
    assert not LEFT_OUT & {author for author, _, _ in kept}
    assert all(author and text and text == " ".join(text.split()) for author, _, text in kept)

    times = [chat.time for chat in chats if chat.time]
    begun = [times[0]] + [later for sooner, later in pairwise(times) if later < sooner]
    assert begun == sorted(begun)
    assert len(begun) <= 7_168


@pytest.mark.parametrize("name", PEOPLE)
def test_the_sample_of_a_person_contains_only_their_messages_sorted_by_time(name: str) -> None:
    found = list(documents(f"sample:{name}"))
    assert len(found) > 2_000
    assert {each.author for each in found} == {PEOPLE[name]} <= LEFT_OUT
    times = [each.time for each in found if each.time]
    assert times == sorted(times)


def test_an_unknown_sample_is_an_error_and_other_names_are_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text").write_text("hello")
    assert [document.text for document in documents(str(tmp_path / "text"))] == ["hello"]
    with pytest.raises(
        SourceMissing, match=r"there are sample:chitchat, .*, sample:nietzsche; .* write \./sample:x"
    ):
        documents("sample:x")
    monkeypatch.setitem(sys.modules, "chitchat_dataset", None)
    with pytest.raises(MissingExtra, match="install it with: pip install chitchat-dataset"):
        list(documents("sample:chitchat"))


def test_the_nietzsche_sample_is_the_book_of_the_tutorial(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(wanted: Download, folder: Path) -> Path:
        assert (wanted, folder) == (samples.NIETZSCHE, tmp_path / "cache")
        (tmp_path / "nietzsche.txt").write_bytes("Cæsar".encode())
        return tmp_path / "nietzsche.txt"

    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(samples, "fetch", fetched)
    for encoding, text in ((None, "Cæsar"), ("latin-1", "CÃ¦sar")):
        assert [document.text for document in documents("sample:nietzsche", encoding=encoding)] == [text]
    book = (shared_data / "nietzsche" / "nietzsche.txt").read_bytes()
    assert len(book) == samples.NIETZSCHE.bytes
    assert hashlib.sha256(book).hexdigest() == samples.NIETZSCHE.sha256


# Fetching


BOOK = b"SUPPOSING that Truth is a woman--what then?\n" * 500
ADVICE = "get that file some other way, and give its path instead of the sample"

Answer = Callable[[BaseHTTPRequestHandler], None]
Serve = Callable[[Answer], str]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a web server on this computer with the given answer, and returns its address."""
    monkeypatch.setenv("no_proxy", "*")
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        handler = type(
            "Handler", (BaseHTTPRequestHandler,), {"do_GET": answer, "log_message": lambda *_: None}
        )
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, args=[0.01], daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/book.txt"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def give(data: bytes, *, status: int = 200, length: int | None = None) -> Answer:
    """Answers with `data`, and optionally with a false length."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def book_at(url: str) -> Download:
    return Download(name="book.txt", url=url, bytes=len(BOOK), sha256=hashlib.sha256(BOOK).hexdigest())


def test_a_sample_is_fetched_once_and_again_only_if_its_copy_is_damaged(serve: Serve, tmp_path: Path) -> None:
    asked: list[BaseHTTPRequestHandler] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler)
        give(BOOK)(handler)

    book, copy = book_at(serve(answer)), tmp_path / "cache" / "book.txt"
    for data, times in ((None, 1), (BOOK, 1), (BOOK[:-1], 2)):
        if data is not None:
            copy.write_bytes(data)
        assert fetch(book, tmp_path / "cache").read_bytes() == BOOK
        assert len(asked) == times
    assert [item.name for item in (tmp_path / "cache").iterdir()] == ["book.txt"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (give(b"<html>Please log in</html>"), r"the server sent a different file \(26 bytes\)"),
        (give(BOOK.replace(b"woman", b"human")), "the server sent a different file"),
        (give(BOOK * 9), rf"a different file \({len(BOOK) + 1:,} bytes\)"),
        (give(BOOK[:100], length=len(BOOK)), "100 bytes"),
        (give(b"", status=503), "HTTP Error 503"),
    ],
)
def test_a_wrong_or_incomplete_download_is_never_kept(
    serve: Serve, tmp_path: Path, answer: Answer, reason: str
) -> None:
    words = rf"book\.txt could not be fetched from http://.*({reason}).*; {ADVICE}"
    with pytest.raises(DownloadFailed, match=words):
        fetch(book_at(serve(answer)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_connection_or_answer_is_an_error_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "SILENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/book.txt"
        with pytest.raises(DownloadFailed, match="timed out"):
            fetch(book_at(url), tmp_path)
    with pytest.raises(DownloadFailed, match=f"could not be fetched from {url}: .*refused.*; {ADVICE}"):
        fetch(book_at(url), tmp_path)
