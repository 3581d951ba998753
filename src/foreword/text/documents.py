"""A document: one message, one file, or one piece of a file too long to hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import final


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text as it was read, not yet cleaned, and what is known of it.

    `continued` says that the next document goes on where this one ends: both are pieces of one long file.
    """

    text: str
    author: str | None = None
    time: datetime | None = None
    continued: bool = False


def join(documents: Iterable[Document]) -> Iterator[str]:
    """The pieces of one running text: a newline stands between two documents unless the first ends in one.

    A bare carriage return is such an ending, too: cleaning makes a newline of it.
    """
    last = "\n"
    continued = True
    for document in documents:
        if document.text and not continued and last not in "\r\n":
            yield "\n"
        if document.text:
            yield document.text
            last = document.text[-1]
            continued = document.continued
        else:
            continued = continued and document.continued
