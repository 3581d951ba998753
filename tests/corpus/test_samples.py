"""The samples: nobody on whom Foreword is measured is in the chats, and the book is the tutorial's."""

import hashlib
import json
import sys
from itertools import pairwise
from pathlib import Path

import platformdirs
import pytest

from foreword.corpus import samples
from foreword.corpus.download import Download
from foreword.corpus.samples import LEFT_OUT, documents
from foreword.errors import MissingExtra, SourceMissing
from foreword.text.documents import Document

chitchat_dataset = pytest.importorskip("chitchat_dataset")


@pytest.fixture(scope="module")
def chats() -> list[Document]:
    return list(documents("sample:chitchat"))


def test_no_conversation_of_the_people_left_out_is_in_the_chats(chats: list[Document]) -> None:
    """Neither what they said, nor what was said to them."""
    data = json.loads((Path(chitchat_dataset.__file__).parent / "dataset.json").read_text("utf-8"))
    left_out = set()
    for talk in data.values():
        messages = [message for turn in talk["messages"] for message in turn]
        if LEFT_OUT & {message["sender"] for message in messages}:
            left_out |= {
                (each["sender"], each["timestamp"], " ".join(each["text"].split())) for each in messages
            }
    assert len(left_out) > 50_000

    assert not LEFT_OUT & {chat.author for chat in chats}
    kept = {(chat.author, chat.time.strftime("%Y-%m-%dT%H:%M:%SZ"), chat.text) for chat in chats if chat.time}
    assert not kept & left_out


def test_twelve_people_are_left_out() -> None:
    assert len(LEFT_OUT) == 12


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


def test_nietzsche_is_fetched_and_read_in_the_encoding_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
