"""A text that is at hand already, line by line, as a source beside files and samples: nothing of it is on disk.

prepare([Lines(name="me.memory", place=MEMORY, lines=("see you", "ok"))], folder, Settings())
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from foreword.text.documents import Document

MEMORY: Final = "memory:"
"""The place, in the record of a source, of messages that a person's memory has handed in."""


@final
@dataclass(frozen=True, kw_only=True)
class Lines:
    """Lines under a name; `place` says where they come from, in words that are no path.

    `held_out` is the share of them that is kept from training, where it is not that of all texts. As old text they may
    have been parted before: then it is 0 for those that were trained on, and 1 for those that were not.
    """

    name: str
    place: str
    lines: tuple[str, ...]
    held_out: float | None = None

    def documents(self) -> Iterator[Document]:
        """One a line."""
        return (Document(text=line) for line in self.lines)


Source = str | Lines
"""What a corpus is made of: what a person names, or lines that are at hand."""
