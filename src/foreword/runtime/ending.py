"""Where a passage ends: after so many characters, or before a text that stops it."""

from collections.abc import Sequence
from typing import final

from foreword.errors import OptionError


@final
class Ending:
    """Takes a text in pieces and gives what of it belongs to the passage, as soon as that is sure.

    Attributes:
        reached: whether the passage has ended; no further piece is wanted.
        given: how many characters were given so far.
    """

    def __init__(self, characters: int, stops: Sequence[str] = ()) -> None:
        """An end after so many code points, or before the first of `stops` to be complete.

        Raises:
            OptionError: the length is negative, or a stop is empty.
        """
        if characters < 0:
            raise OptionError(f"characters must be at least 0, not {characters}")
        if isinstance(stops, str) or "" in stops:
            raise OptionError(f"stop must be a list of texts, none of them empty, not {stops!r}")
        self.reached = characters == 0
        self.given = 0
        self._characters = characters
        self._stops = tuple(stops)
        self._held = ""

    def feed(self, piece: str) -> str:
        """What may be given once this piece has come; what might begin a stop is held back."""
        held = self._held + piece
        ends = [(at + len(stop), at) for stop in self._stops if (at := held.find(stop)) != -1]
        if ends:
            self.reached = True
            return self._give(held[: min(ends)[1]])
        safe = len(held) - max((begun(held, stop) for stop in self._stops), default=0)
        self._held = held[safe:]
        return self._give(held[:safe])

    def close(self) -> str:
        """What was held back, where no further piece can come."""
        self.reached = True
        held, self._held = self._held, ""
        return self._give(held)

    def _give(self, text: str) -> str:
        text = text[: self._characters - self.given]
        self.given += len(text)
        self.reached = self.reached or self.given == self._characters
        return text


def begun(text: str, stop: str) -> int:
    """How many characters at the end of `text` could be the beginning of `stop`."""
    longest = min(len(stop) - 1, len(text))
    return next((length for length in range(longest, 0, -1) if text.endswith(stop[:length])), 0)
