"""The samples: the chats contain nobody on whom Foreword is measured; the book is fetched whole or not at all."""

import hashlib
import importlib.resources
import json
import sys
from itertools import pairwise
from pathlib import Path

import platformdirs
import pytest

from foreword.errors import DownloadFailed, MissingExtra, SourceMissing
from foreword.sources import samples
from foreword.sources.reading import documents
from foreword.sources.samples import LEFT_OUT, PEOPLE, fetch


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


def test_an_unknown_sample_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text").write_text("hello")
    assert [document.text for document in documents(str(tmp_path / "text"))] == ["hello"]
    with pytest.raises(SourceMissing, match=r"there are sample:chitchat, .*nietzsche; .* write \./sample:x"):
        documents("sample:x")
    monkeypatch.setitem(sys.modules, "chitchat_dataset", None)
    with pytest.raises(MissingExtra, match="install it with: pip install chitchat-dataset"):
        list(documents("sample:chitchat"))


def test_the_nietzsche_sample_is_the_book_of_the_tutorial(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(folder: Path) -> Path:
        assert folder == tmp_path / "cache"
        (tmp_path / "nietzsche.txt").write_bytes("Cæsar".encode())
        return tmp_path / "nietzsche.txt"

    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(samples, "fetch", fetched)
    for encoding, text in ((None, "Cæsar"), ("latin-1", "CÃ¦sar")):
        assert [document.text for document in documents("sample:nietzsche", encoding=encoding)] == [text]
    book = (shared_data / "nietzsche" / "nietzsche.txt").read_bytes()
    assert len(book) == samples.BOOK_BYTES
    assert hashlib.sha256(book).hexdigest() == samples.BOOK_SHA256


# Fetching


BOOK = b"SUPPOSING that Truth is a woman--what then?\n" * 500


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file at the book's address, which names a file of this computer during a test."""
    path = tmp_path / "book.txt"
    path.write_bytes(BOOK)
    monkeypatch.setattr(samples, "BOOK", path.as_uri())
    monkeypatch.setattr(samples, "BOOK_BYTES", len(BOOK))
    monkeypatch.setattr(samples, "BOOK_SHA256", hashlib.sha256(BOOK).hexdigest())
    return path


def test_a_sample_is_fetched_again_only_if_its_copy_is_damaged(address: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert fetch(cache).read_bytes() == BOOK
    moved = address.rename(tmp_path / "elsewhere.txt")
    assert fetch(cache).read_bytes() == BOOK
    (cache / "nietzsche.txt").write_bytes(BOOK[:-1])
    moved.rename(address)
    assert fetch(cache).read_bytes() == BOOK
    assert [item.name for item in cache.iterdir()] == ["nietzsche.txt"]


def test_a_wrong_download_is_one_line_with_advice_and_never_kept(address: Path, tmp_path: Path) -> None:
    address.write_bytes(BOOK * 9)
    for reason in ("the server sent a different file", ".*urlopen error.*"):
        with pytest.raises(DownloadFailed, match=rf"book\.txt could not be fetched: {reason}; get that file"):
            fetch(tmp_path / "cache")
        address.unlink(missing_ok=True)
    assert not (tmp_path / "cache").exists()
