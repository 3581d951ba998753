"""The folder that signal-export writes: each chat is there three times, and read once.

For each chat there is a folder with `data.json`, `chat.md` and `index.html`, and its pictures.
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Final

from foreword.text.documents import Document
from foreword.text.readers import signal, signal_json
from foreword.text.readers.opened import Opened
from foreword.text.readers.report import Report

_NAMES: Final = ("data.json", "chat.md", "index.html")
"""Of the files of a chat, the better ones first."""
_READERS: Final = {"data.json": signal_json, "chat.md": signal}


def fits(files: Mapping[str, Opened]) -> list[str]:
    """The paths of those files that hold chats, once or again."""
    found = []
    for path in _chats(files):
        found += [other for name in _NAMES if (other := str(PurePosixPath(path).with_name(name))) in files]
    return found


def read(files: Mapping[str, Opened], report: Report) -> Iterator[Document]:
    """The messages of all chats, oldest first.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    messages = []
    for path in _chats(files):
        messages += _READERS[PurePosixPath(path).name].read(files[path], report)
    yield from sorted(messages, key=attrgetter("time"))


def _chats(files: Mapping[str, Opened]) -> list[str]:
    """For each chat the best of its files."""
    best: dict[PurePosixPath, str] = {}
    for name, reader in _READERS.items():
        for path in files:
            place = PurePosixPath(path)
            if place.name == name and place.parent not in best and reader.fits(files[path]):
                best[place.parent] = path
    return list(best.values())
