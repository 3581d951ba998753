r"""Streams of JSON: the values of an export one at a time, and the messages that they give.

A reader says which objects and arrays to enter; each other value is handed out whole. Memory holds one such value and a
block of text. A file that breaks off is read up to there.

Telegram Desktop writes control characters as `\x1B`, which is not JSON (its `SerializeString`, docs/sources.md).
"""

import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain, pairwise
from typing import Any, Final, final

from foreword.errors import SourceMissing, SourceNotText, WrongEncoding
from foreword.sources.lines import pieces_of
from foreword.sources.opened import Opened
from foreword.sources.report import LONGEST_SHOWN, Report
from foreword.text.documents import Document

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

Found = tuple[Hashable, Document]
"""A message, and what makes it the same as another one."""

LONGEST_VALUE: Final = 1 << 26
"""Characters; a longer value is taken for a damaged one, which could fill the memory with all that follows."""

_LONGEST_TOKEN: Final = 16
r"""Characters of what may be cut within: `-Infinity`, `\ud83d\ude00`."""
_DECODER: Final = json.JSONDecoder(strict=False)  # line breaks within strings are none of our business
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_CLOSING: Final = {"{": "}", "[": "]"}
_ESCAPE: Final = re.compile(r"\\x[0-9A-Fa-f]{2}")
_ESCAPES: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")


def walk(opened: Opened, enter: Callable[[Path], bool], report: Report) -> Iterator[tuple[Path, object]]:
    """The values of a JSON file with their paths; `enter` says which objects and arrays are entered.

    Where the file breaks off or is damaged, the walk ends, and the report says so.

    Raises:
        SourceEmpty, SourceMissing, SourceNotText, WrongEncoding: as `pieces_of` says.
    """
    text = _Text(pieces_of(opened))
    path: Path = ()

    def values(here: Path) -> Iterator[tuple[Path, object]]:
        nonlocal path
        path = here
        opening = text.next_mark()
        if opening not in _CLOSING or not enter(here):
            yield here, text.value()
            return
        text.skip(opening)
        index = 0
        while not text.skip(_CLOSING[opening]):
            if index:
                text.expect(",")
            key: Any = index
            if opening == "{":
                key = text.key()
            path = (*here, key)
            yield from values((*here, key))
            index += 1

    try:
        yield from values(())
        path = ()
        text.expect("")
    except _BrokenError:
        report.not_understood(opened.name, place(path), text.ahead())
        report.notes.append(
            f"{opened.name} was read up to {place(path)}: there it breaks off or is damaged; "
            "export it again to have the rest"
        )


class _BrokenError(Exception):
    """The text is no JSON from here on."""


@final
class _Text:
    """The text from where it is read on, and more of it as it is needed."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0

    def next_mark(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._take():
                return ""

    def skip(self, mark: str) -> bool:
        """Go past `mark` if it comes next."""
        found = self.next_mark() == mark
        self._at += found and len(mark)
        return found

    def expect(self, mark: str) -> None:
        """Go past `mark`, which is empty at the end.

        Raises:
            _BrokenError: something else comes next.
        """
        if not self.skip(mark):
            raise _BrokenError

    def value(self) -> Any:
        """The value that comes next.

        Raises:
            _BrokenError: it is no JSON, or breaks off.
        """
        self.next_mark()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise _BrokenError from None
            except ValueError as error:
                if not self._mended(error) and (self._is_wrong(error) or not self._take()):
                    raise _BrokenError from None
            else:
                if end + len("e+") < len(self._text) or not self._take():  # a number might go on
                    self._at = end
                    return value

    def key(self) -> str:
        """The key of an object's member, and past its colon; errors as those of `value`."""
        key = self.value()
        if not isinstance(key, str):
            raise _BrokenError
        self.expect(":")
        return key

    def ahead(self) -> str:
        """How it goes on, to be shown."""
        return self._text[self._at : self._at + LONGEST_SHOWN]

    def _is_wrong(self, error: ValueError) -> bool:
        """Whether no more text could set this right: it is wrong before the end, or longer than any value."""
        if not isinstance(error, json.JSONDecodeError) or len(self._text) - self._at > LONGEST_VALUE:
            return True
        return error.pos + _LONGEST_TOKEN < len(self._text) and not error.msg.startswith(
            "Unterminated string"
        )

    def _mended(self, error: ValueError) -> bool:
        r"""Whether there was something like `\x1B` to set right."""
        if not isinstance(error, json.JSONDecodeError) or not _ESCAPE.match(self._text, error.pos):
            return False
        self._text, self._at = _ESCAPES.sub(r"\1\\u00\2", self._text[self._at :]), 0
        return True

    def _take(self) -> bool:
        """Take in as much again as is left, and drop what has been read; false at the end of the file."""
        left = len(self._text) - self._at
        parts, taken = [self._text[self._at :]], 0
        for piece in self._pieces:
            parts.append(piece)
            taken += len(piece)
            if taken >= left:
                break
        if taken:
            self._text, self._at = "".join(parts), 0
        return taken > 0


def place(path: Path) -> str:
    """Where a value is, in words: "chat 4, message 13"."""
    steps = [(key, step) for key, step in pairwise(("", *path)) if isinstance(step, int)]
    names = ["chat"] * len(steps[:-1]) + ["chat" if key == "list" else "message" for key, _ in steps[-1:]]
    return (
        ", ".join(f"{name} {step + 1:,}" for name, (_, step) in zip(names, steps, strict=True)) or "its end"
    )


def members_of(value: object) -> dict[str, Any]:
    """The members of an object; none where a value is something else."""
    return value if isinstance(value, dict) else {}


def last_versions(found: Iterable[Found], report: Report) -> list[Document]:
    """The messages of a conversation, each once and as it was met last: joined exports repeat some.

    An export that runs from new to old is turned, so that messages of the same time stand in their order, too.
    """
    kept: dict[Hashable, Document] = {}
    for identity, document in found:
        if identity in kept:
            report.leave_out("repeated message")
        kept[identity] = document
    messages = list(kept.values())
    times = [message.time for message in (messages[:1] + messages[-1:]) if message.time]
    return messages[::-1] if times and times[0] > times[-1] else messages


def joined(parts: Iterable[Iterable[Found]], report: Report) -> list[Document]:
    """The messages of a conversation in several files, as `last_versions` says; damaged files are noted and skipped."""

    def sound(part: Iterable[Found]) -> list[Found]:
        try:
            return list(part)
        except (SourceMissing, SourceNotText, WrongEncoding) as fault:
            report.skip(fault)
            return []

    return last_versions(chain.from_iterable(map(sound, parts)), report)
