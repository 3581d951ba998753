"""Text that knows of each code point how it came there, so that saved keys are counted by what still stands."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, final


@final
class Origin(IntEnum):
    """How a code point came into the text: it was there, or was pasted; a key typed it; a suggestion put it there."""

    THERE = 0
    TYPED = 1
    TAKEN = 2


@final
@dataclass(frozen=True, slots=True)
class Passage:
    """A text and, code point by code point, its origins."""

    text: str
    origins: bytes

    @classmethod
    def of(cls, text: str, origin: Origin) -> "Passage":
        """A text that came in one way."""
        return cls(text, bytes([origin]) * len(text))

    def piece(self, start: int, end: int) -> "Passage":
        """The code points from `start` to before `end`."""
        return Passage(self.text[start:end], self.origins[start:end])

    def replaced(self, start: int, end: int, new: "Passage") -> "Passage":
        """The same with `new` in the place of the code points from `start` to before `end`."""
        return Passage(
            self.text[:start] + new.text + self.text[end:],
            self.origins[:start] + new.origins + self.origins[end:],
        )

    def count(self, origin: Origin) -> int:
        """How many code points came in this way."""
        return self.origins.count(origin)


EMPTY: Final = Passage("", b"")
