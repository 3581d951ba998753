"""Sources by what a person hands in: a path, or the name of a sample to try Foreword with.

`sample:chitchat` are the messages of the package chitchat-dataset (MIT), real chats between two people each.
`sample:nietzsche` is the book of the 2018 tutorial, fetched once from its public address.
"""

import importlib.resources
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, TypedDict, final

import platformdirs

from foreword.corpus.download import Download, fetch
from foreword.errors import MissingExtra, SourceMissing
from foreword.sources.detect import STANDARD_INPUT, check_named, read_source
from foreword.sources.files import opened_file
from foreword.sources.report import Report
from foreword.text.documents import Document

PREFIX: Final = "sample:"
SAMPLES: Final = ("chitchat", "nietzsche")

NIETZSCHE: Final = Download(
    name="nietzsche.txt",
    url="https://s3.amazonaws.com/text-datasets/nietzsche.txt",
    bytes=600_901,
    sha256="23cf69874ab69d3d256099ab530ea4be24d47d9675b673bcc67cbcd6298ec647",
)

LEFT_OUT: Final = frozenset(
    [
        "720840be-e522-47ba-9e9f-143f66372673",
        "0f9fe1f8-9afe-4bc0-b283-4841cf9954d8",
        "afe2b8b4-deb6-4f94-849b-8cc59a6140bd",
        "a54af4d5-736a-4ef6-8f51-f45b6c5fdab7",
        "9c569478-f89c-4afd-8053-7d5e85c50be6",
        "994e94a5-6ae0-4365-8322-93d359cf1c3c",
        "60576dcf-5b39-4420-a850-33ff7d108047",
        "bdd83751-3d49-4efd-9c25-d68d30f280c9",
        "70501b84-2434-46da-a0b9-6f1dc3dd62c0",
        "d6e03ccc-4e40-40ea-9abb-131c62ed2bf6",
        "6dd41fff-8b63-44be-bae7-524ce4ca5796",
        "20a5e75d-5e36-4408-9073-bafa4ccd7974",
    ]
)
"""Twelve people of the chats on whom keystroke savings are measured, six of them to choose by and six to report.

No conversation that one of them takes part in is in the sample: a model that had read the other side's answers would
have seen what it is measured on.
"""


@final
class _Message(TypedDict):
    text: str
    timestamp: str
    sender: str


def documents(
    source: str,
    *,
    encoding: str | None = None,
    me: str | None = None,
    everybody: bool = False,
    report: Report | None = None,
) -> Iterator[Document]:
    """The documents of `source`: all of a sample's, or what `me` wrote in the file, folder or stream of that name.

    Where nobody is named in these, or with `everybody`, it is all of them. What was understood is added to `report`.

    Raises:
        SourceError: it is not there, cannot be read or cannot be fetched, or it is not known whose words to take.
        MissingExtra: the sample's package is not installed.
    """
    check_is_there(source)
    if not source.startswith(PREFIX):
        return read_source(source, encoding=encoding, me=me, everybody=everybody, report=report)
    name = source.removeprefix(PREFIX)
    if name == "chitchat":
        return _chitchat()
    cache = platformdirs.user_cache_path("foreword", appauthor=False)
    return read_source(str(fetch(NIETZSCHE, cache)), encoding=encoding)


def check_is_there(source: str) -> None:
    """See that there is something of that name, long before it is read.

    Raises:
        OptionError: the name is empty.
        SourceMissing: there is no such file, folder or sample.
    """
    check_named(source)
    if not source.startswith(PREFIX):
        if source != STANDARD_INPUT and not os.path.exists(source):  # noqa: PTH110 - whatever is in the name
            opened_file(Path(source), None)  # which says what is wrong
    elif source.removeprefix(PREFIX) not in SAMPLES:
        known = ", ".join(PREFIX + each for each in SAMPLES)
        raise SourceMissing(
            f"there is no sample {source!r}; there are {known}; for a file of that name write ./{source}"
        )


def _chitchat() -> Iterator[Document]:
    """One document a message, conversations in the order they began, messages in the order they were sent.

    A conversation stays in one piece, though others went on meanwhile: its answers have their questions before them.
    """
    conversations = [
        talk for talk in _conversations() if talk and not LEFT_OUT & {each["sender"] for each in talk}
    ]
    for talk in sorted(conversations, key=lambda talk: talk[0]["timestamp"]):
        for message in talk:
            text = " ".join(message["text"].split())
            if text:
                time = datetime.fromisoformat(message["timestamp"])
                yield Document(text=text, author=message["sender"], time=time)


def _conversations() -> Iterator[list[_Message]]:
    try:
        file = importlib.resources.files("chitchat_dataset") / "dataset.json"
    except ModuleNotFoundError:
        raise MissingExtra(
            "sample:chitchat is in the package chitchat-dataset, which is not installed; install it with: "
            "pip install chitchat-dataset"
        ) from None
    for talk in json.loads(file.read_text("utf-8")).values():
        yield sorted((each for turn in talk["messages"] for each in turn), key=lambda each: each["timestamp"])
