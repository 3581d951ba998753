"""Samples to try Foreword with, named like a source.

`sample:chitchat` has the messages of the package chitchat-dataset (MIT): real chats, each between two people.
`sample:chitchat-9` and `sample:chitchat-13` have those of one person each. `sample:nietzsche` is the book of the 2018
tutorial, downloaded once from its public address. Nothing else in Foreword opens a connection by itself.
"""

import hashlib
import http.client
import importlib.resources
import json
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypedDict, final

from foreword.errors import DownloadFailed, MissingExtra
from foreword.files import system_folder, write_whole
from foreword.sources.decoding import read_plain
from foreword.sources.opening import opened_file
from foreword.text.document import Document

SILENCE_SECONDS: Final = 15.0

PREFIX: Final = "sample:"
PEOPLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "chitchat-9": "95677b7a-44c1-499b-8551-b5ccd870c35a",
        "chitchat-13": "60576dcf-5b39-4420-a850-33ff7d108047",
    }
)
"""Samples of one person's messages, for the demo; the number is the person's rank by the amount written."""
SAMPLES: Final = ("chitchat", *PEOPLE, "nietzsche")

BOOK: Final = "https://s3.amazonaws.com/text-datasets/nietzsche.txt"
BOOK_BYTES: Final = 600_901
BOOK_SHA256: Final = "23cf69874ab69d3d256099ab530ea4be24d47d9675b673bcc67cbcd6298ec647"

_LEFT_OUT: Final = """
    720840be-e522-47ba-9e9f-143f66372673 0f9fe1f8-9afe-4bc0-b283-4841cf9954d8
    afe2b8b4-deb6-4f94-849b-8cc59a6140bd a54af4d5-736a-4ef6-8f51-f45b6c5fdab7
    9c569478-f89c-4afd-8053-7d5e85c50be6 994e94a5-6ae0-4365-8322-93d359cf1c3c
    60576dcf-5b39-4420-a850-33ff7d108047 bdd83751-3d49-4efd-9c25-d68d30f280c9
    70501b84-2434-46da-a0b9-6f1dc3dd62c0 d6e03ccc-4e40-40ea-9abb-131c62ed2bf6
    6dd41fff-8b63-44be-bae7-524ce4ca5796 20a5e75d-5e36-4408-9073-bafa4ccd7974
"""
LEFT_OUT: Final = frozenset([*_LEFT_OUT.split(), *PEOPLE.values()])
"""The demo's person, and the twelve people of the chats on whom keystroke savings are measured: six by whom settings
are chosen, and six for those who check the figures.

The sample has none of their conversations: a model trained on the other side's answers would have seen the test data.
"""


@final
class _Message(TypedDict):
    text: str
    timestamp: str
    sender: str


def sample(name: str, encoding: str | None) -> Iterator[Document]:
    """The documents of the sample of this name; `encoding` is that of the book.

    Raises:
        DownloadFailed: the book cannot be downloaded.
        MissingExtra: the package of the chats is not installed.
    """
    if name == "chitchat":
        return _chitchat()
    if name in PEOPLE:
        return _written_by(PEOPLE[name])
    return read_plain(opened_file(fetch(system_folder("cache")), encoding))


def _chitchat() -> Iterator[Document]:
    """One document per message; conversations in the order of their start, messages in the order of sending.

    A conversation stays in one piece, even if others took place meanwhile, so that its questions precede its answers.
    """
    talks = [talk for talk in _conversations() if talk and not LEFT_OUT & {each["sender"] for each in talk}]
    for talk in sorted(talks, key=lambda talk: talk[0]["timestamp"]):
        yield from _documents_of(talk)


def _written_by(person: str) -> Iterator[Document]:
    """One document per message of that person, in the order of sending."""
    own = [each for talk in _conversations() for each in talk if each["sender"] == person]
    yield from _documents_of(sorted(own, key=lambda each: (each["timestamp"], each["text"])))


def _documents_of(messages: Iterable[_Message]) -> Iterator[Document]:
    for message in messages:
        text = " ".join(message["text"].split())
        if text:
            time = datetime.fromisoformat(message["timestamp"])
            yield Document(text=text, author=message["sender"], time=time)


def _conversations() -> Iterator[list[_Message]]:
    try:
        file = importlib.resources.files("chitchat_dataset") / "dataset.json"
    except ModuleNotFoundError:
        raise MissingExtra(
            "sample:chitchat is not installed; install it with: pip install chitchat-dataset"
        ) from None
    for talk in json.loads(file.read_text("utf-8")).values():
        yield sorted((each for turn in talk["messages"] for each in turn), key=lambda each: each["timestamp"])


def fetch(folder: Path) -> Path:
    """The path of the book in `folder`; it is downloaded if it is missing or incomplete.

    Raises:
        DownloadFailed: the download failed, or gave another file. The files in `folder` stay intact.
    """
    path = folder / "nietzsche.txt"
    if path.is_file() and _is_right(path.read_bytes()):
        return path
    try:
        with urllib.request.urlopen(BOOK, timeout=SILENCE_SECONDS) as answer:
            data = answer.read(BOOK_BYTES + 1)  # no more than that of a larger file
        if not _is_right(data):
            raise OSError("the server sent a different file")
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, data, private=True)
    except (OSError, http.client.HTTPException) as error:
        advice = "get that file some other way, and give its path instead of the sample"
        raise DownloadFailed(f"{BOOK} could not be fetched: {error}; {advice}") from None
    return path


def _is_right(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == BOOK_SHA256
