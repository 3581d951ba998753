r"""Messages in JSON: the values of an export one at a time, and the messages among them.

A reader chooses the objects and arrays to enter; every other value is yielded whole, so memory holds one value and a
block of text. A cut file is read up to the cut. Telegram Desktop writes control characters as `\x1B`, which is not JSON
(its `SerializeString`, docs/sources.md).
"""

import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Final, final

from foreword.errors import SourceError
from foreword.sources.decoding import pieces_of
from foreword.sources.opening import Opened
from foreword.sources.report import LONGEST_SHOWN, Report
from foreword.text.document import Document

Message = dict[str, Any]
Meaning = Document | str | None
"""A message, or the kind of a message that is left out; None if it is not understood."""

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

Found = tuple[Hashable, Document]
"""The identity of a message, which is equal for the same messages, and the message."""

LONGEST_VALUE: Final = 1 << 26
"""Characters. A longer value counts as damaged, because it could fill the memory with the rest of the file."""

_LONGEST_TOKEN: Final = 16
r"""Characters of the longest token that a block may cut: `-Infinity`, `\ud83d\ude00`."""
_DECODER: Final = json.JSONDecoder(strict=False)  # line breaks within strings are accepted
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_CLOSING: Final = {"{": "}", "[": "]"}
_ESCAPE: Final = re.compile(r"\\x[0-9A-Fa-f]{2}")
_ESCAPES: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_CODE: Final = re.compile(r"```.*?```", re.DOTALL)
_QUOTED_LINE: Final = re.compile(r"^> .*\n?", re.MULTILINE)
_QUOTED_REST: Final = re.compile(r"^>>> .*\Z", re.MULTILINE | re.DOTALL)


def walk(opened: Opened, enter: Callable[[Path], bool], report: Report) -> Iterator[tuple[Path, object]]:
    """The values of a JSON file with their paths; `enter` decides which objects and arrays to enter.

    If the file is cut or damaged, the walk ends there, and the report says so. Errors as in `pieces_of`.
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
        text.expect(opening)
        index = 0
        while not text.skip(_CLOSING[opening]):
            if index:
                text.expect(",")
            yield from values((*here, text.key() if opening == "{" else index))
            index += 1

    try:
        yield from values(())
        path = ()
        text.expect("")
    except _BrokenError:
        report.not_understood(opened.name, place(path), text.ahead())
        report.notes.append(
            f"{opened.name} was read up to {place(path)}, where it is cut or damaged; "
            "export it again to get the rest"
        )


class _BrokenError(Exception):
    """The rest of the text is not JSON."""


@final
class _Text:
    """The text not yet read; it takes in more pieces when needed."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0

    def next_mark(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or not self._take():
                return self._text[self._at : self._at + 1]

    def skip(self, mark: str) -> bool:
        """Go past `mark` if it comes next; returns whether it did."""
        found = self.next_mark() == mark
        self._at += found and len(mark)
        return found

    def expect(self, mark: str) -> None:
        """Go past `mark`, which is empty for the end; raises `_BrokenError` if something else comes next."""
        if not self.skip(mark):
            raise _BrokenError

    def value(self) -> Any:
        self.next_mark()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                self._mend(error)
            else:
                if end + len("e+") < len(self._text) or not self._take():  # a number may continue
                    self._at = end
                    return value

    def key(self) -> str:
        """The next key of an object; also goes past its colon."""
        key = self.value()
        if not isinstance(key, str):
            raise _BrokenError
        self.expect(":")
        return key

    def ahead(self) -> str:
        return self._text[self._at : self._at + LONGEST_SHOWN]

    def _mend(self, error: Exception) -> None:
        r"""Correct an escape like `\x1B`, or take in more text; raises `_BrokenError` if neither helps."""
        if isinstance(error, json.JSONDecodeError):
            if _ESCAPE.match(self._text, error.pos):
                self._text, self._at = _ESCAPES.sub(r"\1\\u00\2", self._text[self._at :]), 0
                return
            is_short = len(self._text) - self._at <= LONGEST_VALUE
            is_at_end = error.pos + _LONGEST_TOKEN >= len(self._text)
            is_cut = is_at_end or error.msg.startswith("Unterminated string")
            if is_short and is_cut and self._take():
                return
        raise _BrokenError from None

    def _take(self) -> bool:
        """Drop the text already read, and add at least as much as remains; false at the end of the file."""
        parts, taken = [self._text[self._at :]], 0
        for piece in self._pieces:
            parts.append(piece)
            taken += len(piece)
            if taken >= len(parts[0]):
                break
        if taken:
            self._text, self._at = "".join(parts), 0
        return taken > 0


def place(path: Path) -> str:
    """The place of a value in words, by its numbers in the arrays around it: "entry 4.13"."""
    numbers = ".".join(str(step + 1) for step in path if isinstance(step, int))
    return f"entry {numbers}" if numbers else "its end"


def members_of(value: object) -> Message:
    """The members of an object; empty if the value is not an object."""
    return value if isinstance(value, dict) else {}


def messages_of(
    opened: Opened, report: Report, read: Callable[[Message], Meaning], within: Path = ("messages",)
) -> Iterator[Found]:
    """The messages of the array at the path `within`."""
    for path, value in walk(opened, lambda path: path == within[: len(path)], report):
        if path[:-1] == within:
            yield from found_in(value, path, read, opened.name, report)


def found_in(
    value: object, path: Path, read: Callable[[Message], Meaning], name: str, report: Report
) -> Iterator[Found]:
    """The message in a value, if any of it was typed; the report counts other values.

    Its number and time are its identity; without a number, its author, text and time are.
    """
    message = members_of(value)
    meaning = read(message) if message else None
    if meaning is None:
        report.not_understood(name, place(path), str(value))
    elif isinstance(meaning, str):
        report.leave_out(meaning)
    elif meaning.text.strip():
        same = message.get("id") or message.get("ts") or (meaning.author, meaning.text)
        yield (str(same), meaning.time), meaning


def own_text(text: str, report: Report) -> str:
    """`text` without code in fences and quotations (lines after `> `, all after `>>> `); the report counts both."""
    text, codes = _CODE.subn("", text)
    lines = sum(len(found[0].splitlines()) for found in _QUOTED_REST.finditer(text))
    kept, single = _QUOTED_LINE.subn("", _QUOTED_REST.sub("", text))
    report.leave_out("code block", codes)
    report.leave_out("quoted line", lines + single)
    return kept.strip("\n") if codes + lines + single else text


def last_versions(found: Iterable[Found], report: Report) -> list[Document]:
    """The messages of a conversation, each once, in its last version: joined exports repeat some.

    An export from new to old is reversed, so that messages of the same time are in their order, too.
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
    """The messages of a conversation in several files, as in `last_versions`; damaged files are noted and skipped."""
    found = list[Found]()
    for part in parts:
        try:
            found += list(part)
        except SourceError as fault:
            report.skipped.append(str(fault))
    return last_versions(found, report)
