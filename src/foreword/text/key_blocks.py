"""Private keys as they are written in files: several lines between two marks, or all of it in one.

    -----BEGIN OPENSSH PRIVATE KEY-----
    b3BlbnNzaC1rZXktdjEAAAAA…
    -----END OPENSSH PRIVATE KEY-----

A text is read line by line, and all that is known of the lines before is a `Place`; so it may come in any pieces. A
block without its end, as where a file was cut, ends before the first line that cannot be part of a key.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import Final, TypeVar, final

Item = TypeVar("Item")

_ENDINGS: Final = "\n\r\t \"'`,.;:!?)]}>*_"

LONGEST_BLOCK: Final = 2_000
"""Lines; what goes on longer is no key."""

_DASHES: Final = r"[-\u2010-\u2015]{2,5}"  # a phone makes one long dash of two short ones
_MARK: Final = rf"[A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)? ?{_DASHES}"
BEGIN: Final = rf"(?:{_DASHES} ?BEGIN {_MARK}|PuTTY-User-Key-File-\d)"
_BEGIN: Final = re.compile(BEGIN)
_END: Final = re.compile(rf"{_DASHES} ?END {_MARK}|Private-MAC: *[0-9a-f]+")

_WHITE: Final = r"(?:\s|\\[nr])"  # a newline may have become a blank, or be written as one is in programs
_HEADER: Final = r"[A-Z][A-Za-z-]{2,24}: [^\n]*"
_REST_OF_MARK: Final = re.compile(
    rf"(?:{_WHITE}|[,\"'])*(?:(?:[A-Za-z0-9+/]{{16,}}=*{_WHITE}*)+|$)|: [\w-]+\s*$"
)
_LONG: Final = re.compile(rf"[>|\s]*(?:[A-Za-z0-9+/]{{16,}}=*|{_HEADER}|)\s*")
_SHORT: Final = re.compile(r"[>|\s]*=?[A-Za-z0-9+/]{1,15}=*\s*")
_SUM: Final = re.compile(r"[>|\s]*=[A-Za-z0-9+/]{4}\s*")

LINES_OF_A_NUMBER: Final = 4
LONGEST_BROKEN: Final = 1_000
"""Into how many lines the number of a card or an account may be broken, and how many characters these have at most."""

_NUMBER_ENDS: Final = re.compile(r"\d{3}[ \t]{0,2}\n?$")
_NUMBER_BEGINS: Final = re.compile(r"[ \t]{0,2}\d{3}")


@final
class Place(Enum):
    """Where a line stands."""

    OUTSIDE = auto()
    INSIDE = auto()
    AT_LAST = auto()
    """After a line too short to be followed by another one, but for the check sum or the end."""


@final
class KeyBlocks:
    """Takes private keys out of lines that are handed in one after the other."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._place = Place.OUTSIDE
        self._lines = 0
        self._newline = (
            ""  # after the last line of the block so far; to be written if that was the last of all
        )
        self.found = 0

    @property
    def is_inside(self) -> bool:
        """Whether the next line may belong to a key."""
        return self._place is not Place.OUTSIDE

    def without(self, line: str) -> str:
        """`line`, which ends in a newline unless it is the last or a piece of one, without what belongs to a key."""
        if not self.is_inside:
            return self._outside(line)
        self._lines += 1
        end = _END.search(line)
        if end:
            rest = line[end.end() :]
            self._leave()
            return self._outside(rest if rest[:1] in _ENDINGS else f" {rest}")
        place = self._next(line) if self._lines < LONGEST_BLOCK else Place.OUTSIDE
        if place is Place.OUTSIDE:
            newline = self._newline
            self._leave()
            return newline + self._outside(line)
        self._place, self._newline = place, _newline_of(line)
        return ""

    def close(self) -> str:
        """What is still to be written at the end of the text."""
        newline = self._newline if self.is_inside else ""
        self._leave()
        return newline

    def _next(self, line: str) -> Place:
        if self._place is Place.AT_LAST:
            return Place.AT_LAST if _SUM.fullmatch(line) else Place.OUTSIDE
        if _LONG.fullmatch(line):
            return Place.INSIDE
        return Place.AT_LAST if _SHORT.fullmatch(line) else Place.OUTSIDE

    def _leave(self) -> None:
        self._place, self._lines, self._newline = Place.OUTSIDE, 0, ""

    def _outside(self, line: str) -> str:
        """The line, without the keys that begin in it."""
        kept: list[str] = []
        at, may_end = 0, True
        while begin := _BEGIN.search(line, at):
            end = _END.search(line, begin.end()) if may_end else None
            may_end = end is not None
            rest = None if end else _REST_OF_MARK.match(line, begin.end())
            if end or rest:
                self.found += 1
                kept += line[at : begin.start()], self._word
            else:  # somebody speaks of such a mark
                kept.append(line[at : begin.end()])
            at = (end or rest or begin).end()
            if rest and at >= len(line.rstrip("\n")):
                self._place, self._newline = Place.INSIDE, _newline_of(line)
                return "".join(kept)
        return "".join([*kept, line[at:]])


def _newline_of(line: str) -> str:
    return "\n" if line.endswith("\n") else ""


def goes_on(line: str, following: str) -> bool:
    """Whether a number that ends this line may go on in the following one, of which the beginning will do."""
    return (
        _NUMBER_ENDS.search(line, max(0, len(line) - 8)) is not None
        and _NUMBER_BEGINS.match(following) is not None
    )


def kept_together(items: Iterable[Item], text_of: Callable[[Item], str]) -> Iterator[list[Item]]:
    """The items, each a line without its newline, one by one; but those that make up a secret all at once.

    By themselves some lines of a private key, or of a card number that is broken, do not look like secrets.
    """
    blocks = KeyBlocks("")
    held: list[Item] = []
    for item in items:
        is_number = 0 < len(held) < LINES_OF_A_NUMBER and goes_on(text_of(held[-1]), text_of(item))
        if held and not blocks.is_inside and not is_number:
            yield held
            held = []
        held.append(item)
        blocks.without(text_of(item))
    if held:
        yield held
