"""Cleaned texts on disk, read by the character: a text is cleaned once, then counted, cut and encoded from here."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

PIECE: Final = 1 << 18
"""Characters in a piece: what is in memory at a time."""


@final
class Digested:
    """The pieces of a text, to be read once, and then the SHA-256 of all of them in UTF-8."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = pieces
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[str]:
        for piece in self._pieces:
            self._digest.update(piece.encode())
            yield piece

    def sha256(self) -> str:
        """That of what has been read so far."""
        return self._digest.hexdigest()


@final
@dataclass(frozen=True, slots=True)
class CleanedText:
    """A text in a UTF-8 file, with the byte at which each piece of PIECE characters begins, and that of its end.

    `sha256` is by which the text is known again: that of the file, unless the text was changed before it was written.
    """

    path: Path
    characters: int
    sha256: str
    offsets: tuple[int, ...]

    @classmethod
    def write(cls, pieces: Iterable[str], path: Path) -> "CleanedText":
        """Write the text that `pieces` make up, whatever their sizes."""
        digest, characters, offsets = hashlib.sha256(), 0, [0]
        with path.open("wb") as file:
            for piece in _even(pieces):
                data = piece.encode()
                file.write(data)
                digest.update(data)
                characters += len(piece)
                offsets.append(offsets[-1] + len(data))
        return cls(path, characters, digest.hexdigest(), tuple(offsets))

    def pieces(self, start: int, stop: int) -> Iterator[str]:
        """The characters from `start` to before `stop`, a bounded number at a time."""
        with self.path.open("rb") as file:
            for number in range(start // PIECE, -(-stop // PIECE)):
                file.seek(self.offsets[number])
                piece = file.read(self.offsets[number + 1] - self.offsets[number]).decode()
                first = number * PIECE
                yield piece[max(0, start - first) : stop - first]

    def characters_from(self, start: int, stop: int) -> str:
        """The same as one text, for a few characters."""
        return "".join(self.pieces(start, stop))


@final
@dataclass(frozen=True, slots=True)
class Part:
    """The characters of `text` from `start` to before `stop`."""

    text: CleanedText
    start: int
    stop: int


@final
class RunningText:
    """Parts of texts, one after the other; a newline is put between two if the first does not end in one.

    Attributes:
        parts: those that are not empty.
        characters: how many there are, with the newlines.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = [part for part in parts if part.start < part.stop]
        self._newlines = [
            part.text.characters_from(part.stop - 1, part.stop) != "\n" for part in self.parts[:-1]
        ] + [False]
        self.characters = sum(part.stop - part.start for part in self.parts) + sum(self._newlines)

    def pieces(self) -> Iterator[str]:
        """The text, a bounded number of characters at a time."""
        for part, newline in zip(self.parts, self._newlines, strict=False):
            yield from part.text.pieces(part.start, part.stop)
            if newline:
                yield "\n"


def _even(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in pieces of PIECE characters; only the last may be shorter."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= PIECE:
            text = "".join(held)
            whole = length - length % PIECE
            yield from (text[start : start + PIECE] for start in range(0, whole, PIECE))
            held, length = [text[whole:]], length - whole
    if length:
        yield "".join(held)
