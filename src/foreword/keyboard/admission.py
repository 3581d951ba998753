"""The one place that every text passes before the memory learns it, wherever it comes from.

It is cleaned by the policy of all texts, cut into messages at its newlines, and what the person has had forgotten is
cut out. What else must never be remembered belongs here too.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from foreword.keyboard.counting import Message, now
from foreword.keyboard.forgetting import Blocked
from foreword.text.cleaning import clean
from foreword.text.documents import Document

LONGEST: Final = 10_000
"""Code points in a message at most; a longer line becomes several."""


def admitted(messages: Iterable[Message], blocked: Blocked) -> Iterator[Message]:
    """The messages, as they may be learned: cleaned, of one line each, without forgotten words; none is empty."""
    for message in messages:
        for line in clean(message.text).split("\n"):
            for piece in _pieces(line.strip()):
                kept = blocked.cut(piece)
                if kept:
                    yield Message(text=kept, time=message.time)


def messages_of(documents: Iterable[Document]) -> Iterator[Message]:
    """The lines of documents, not yet admitted; those without a time of their own were said now."""
    begun = ""  # a line that the next document may go on with
    moment = now()
    for document in documents:
        *lines, last = (begun + document.text).split("\n")
        begun = last if document.continued else ""
        if document.continued and len(begun) > LONGEST:
            lines, begun = [*lines, begun], ""
        elif not document.continued:
            lines.append(last)
        time = document.time or moment
        yield from (Message(text=line, time=time) for line in lines if line and not line.isspace())
    if begun:
        yield Message(text=begun, time=moment)


def _pieces(line: str) -> Iterator[str]:
    """A line, cut at blanks where it is too long."""
    while len(line) > LONGEST:
        at = line.rfind(" ", 1, LONGEST)
        at = LONGEST if at == -1 else at
        yield line[:at].rstrip()
        line = line[at:].lstrip()
    if line:
        yield line
