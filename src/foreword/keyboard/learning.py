"""Learning whole sources: in pieces, each kept or not as a whole, and none of them twice.

The fingerprint of a source up to a message is a hash that runs over all its messages so far. It is kept after each
piece and at the end. So a source that was learned is known again, one that was interrupted goes on where it stopped,
and of one that has grown, such as the newer export of a chat, only what is new is learned.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, final

from foreword.keyboard.admission import LONGEST
from foreword.keyboard.counting import Message, now
from foreword.keyboard.memory import Memory
from foreword.text.documents import Document

PIECE: Final = 1_000
"""Messages that are learned at once. It takes a fraction of a second, so that other programs' turns come soon."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What became of a source: how many of its messages were learned, and how many were known from an earlier time."""

    messages: int
    known: int


def learn_source(memory: Memory, documents: Iterable[Document]) -> Learned:
    """Learn the messages of a source, but for those it had when it was learned before."""
    learned = known = 0
    running = hashlib.sha256()
    for piece in _pieces(messages_of(documents)):
        fingerprints = []
        for message in piece:
            running.update(message.text.encode(errors="surrogatepass") + b"\n")
            fingerprints.append(running.digest())
        # If this piece has a known message, all pieces before it were known to their ends.
        first_new = memory.last_known(fingerprints)
        known += first_new
        if first_new < len(piece):
            learned += memory.learn_messages(piece[first_new:], fingerprint=fingerprints[-1])
    return Learned(messages=learned, known=known)


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


def _pieces(messages: Iterator[Message]) -> Iterator[list[Message]]:
    while piece := list(islice(messages, PIECE)):
        yield piece
