"""The time and the fingerprint of each line of a text. They show which lines were learned, and when."""

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Final, final

from foreword.text.secrets.keys import SecretLines

LONGEST_LINE: Final = 1 << 20  # the most characters of a line in RAM
DIGEST: Final = 32  # bytes of a SHA-256


@final
class Fingerprints:
    """Records the time of each line of a text while it is read, and the fingerprint of the text up to the line.

    `whole` becomes the SHA-256 of the text, `files` the hashes of its files. A fingerprint is the SHA-256 of all lines
    with text so far (`keyboard/learn.py` makes the same).
    """

    def __init__(self) -> None:
        self.whole, self.files = hashlib.sha256(), list[str]()
        self._begins, self._times = array("q", [0]), list[datetime | None]([None])
        self._running, self._fingerprints = hashlib.sha256(), bytearray()
        self._places, self._place = array("q"), 0
        self._secret_lines, self._dropped = SecretLines(), set[int]()
        self._count, self._rest, self._is_long = 0, "", False

    def document(self, time: datetime | None) -> None:
        """Begin a document that was written at `time`."""
        if self._times[-1] != time:
            self._begins.append(self._count)
            self._times.append(time)

    def read(self, piece: str) -> str:
        """Record the lines of a piece; returns the piece."""
        self.whole.update(piece.encode())
        *whole, self._rest = (self._rest + piece).split("\n")
        for line in whole:
            self._end(line)
        if len(self._rest) > LONGEST_LINE:  # keep only a part of a very long line in RAM
            self._running.update(self._rest.encode())
            self._rest, self._is_long = "", True
        return piece

    def close(self) -> None:
        """Record the last line."""
        if self._rest or self._is_long:
            self._end(self._rest)

    def drop(self, at: int) -> None:
        """Record that line `at` was left out."""
        self._dropped.add(at)

    @property
    def messages(self) -> int:
        """The number of messages so far; lines of spaces are none."""
        return self._place

    def numbers(self) -> Iterator[int]:
        """The numbers of the lines that were not left out, in order; it continues after the last recorded line."""
        return (number for number in count() if number not in self._dropped)

    def time_of(self, number: int) -> datetime | None:
        """The time when a line was written."""
        return self._times[bisect_right(self._begins, number) - 1]

    def place_of(self, number: int) -> int:
        """The place of a line among the messages, from 1. A message is a line with text, or all lines of one secret."""
        return self._places[min(number, self._count - 1)]

    def fingerprint_of(self, number: int) -> bytes:
        """The fingerprint of the text up to the end of the line's message."""
        start = DIGEST * (bisect_right(self._places, self.place_of(number)) - 1)
        return bytes(self._fingerprints[start : start + DIGEST])

    def begins_with(self, other: "Fingerprints") -> bool:
        """True if this text begins with all messages of the other."""
        return other._running.digest() in self._fingerprints  # noqa: SLF001 - of the same class

    def _end(self, line: str) -> None:
        if self._is_long or line.strip():
            self._running.update(line.encode() + b"\n")
            self._place += not self._secret_lines.goes_on(line or " ")
        self._is_long = False
        self._fingerprints += self._running.digest()
        self._places.append(self._place)
        self._count += 1
