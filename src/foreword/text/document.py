"""Documents. A document is one message, one file, or one piece of a file too long for memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import final


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text before cleaning, with its author and time if they are known.

    `own`: the export itself marks the message as the person's own, beside any other name of theirs.
    `continued`: the next document continues this one. Both are pieces of one long file.
    """

    text: str
    author: str | None = None
    time: datetime | None = None
    own: bool = False
    continued: bool = False


def join(documents: Iterable[Document]) -> Iterator[str]:
    """Join documents into one text, in pieces. Add a newline after a document that does not end in one.

    A carriage return alone counts as a newline, because cleaning makes it one.
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
