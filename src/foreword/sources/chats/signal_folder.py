"""The folder that signal-export writes: each chat is there three times, and its JSON is read.

For each chat there is a folder with `data.json`, `chat.md` and `index.html`, and its pictures.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Final

from foreword.sources.chats import signal as signal_json
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

_JSON: Final = "data.json"
_AGAIN: Final = ("chat.md", "index.html")


def fits(files: Mapping[str, Opened]) -> list[str]:
    """The paths of those files that hold chats, once or again."""
    found = []
    for path in _chats(files):
        again = (str(PurePosixPath(path).with_name(name)) for name in _AGAIN)
        found += [path, *(other for other in again if other in files)]
    return found


def read(files: Mapping[str, Opened], report: Report) -> Iterator[Document]:
    """The messages of all chats, oldest first.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    messages = chain.from_iterable(signal_json.read(files[path], report) for path in _chats(files))
    yield from sorted(messages, key=attrgetter("time"))


def _chats(files: Mapping[str, Opened]) -> list[str]:
    return [path for path in files if PurePosixPath(path).name == _JSON and signal_json.fits(files[path])]
