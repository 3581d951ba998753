"""Learning sources, and texts that are saved again and again, so that nothing is learned twice.

A source is learned in pieces, each kept or not as a whole.

The fingerprint of a source up to a message is a hash over all its messages so far. It is kept after each piece and at
the end. So a source that was learned is known again, and one that was interrupted goes on where it stopped. Of one that
has grown, such as a newer export of a chat, only the new messages are learned.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Final, final

import regex

from foreword.keyboard.counts import Message
from foreword.keyboard.forget import LONGEST
from foreword.keyboard.memory import Memory
from foreword.text.cleaning import clean
from foreword.text.documents import Document
from foreword.text.secrets import Kind
from foreword.text.secrets.keys import kept_together

LITTLE: Final = 20_000
"""Characters; with as many, counts predict a text better than a new network (benchmarks/RESULTS.md, fresh texts)."""
PIECE: Final = 1_000
"""Messages that are learned at once. It takes a fraction of a second, so that other programs' turns come soon."""


@final
@dataclass(slots=True, kw_only=True)
class Learned:
    """The outcome of a source."""

    numbers: list[int] = field(default_factory=list)  # by which the memory knows the messages just learned
    known: int = 0  # messages known from an earlier time
    taken: Counter[Kind] = field(default_factory=Counter)  # secrets taken out of the messages just learned

    @property
    def messages(self) -> int:
        """How many messages were learned."""
        return len(self.numbers)


def learn_source(memory: Memory, documents: Iterable[Document]) -> Learned:
    """Learn the messages of a source, but for those it had when it was learned before."""
    learned, running = Learned(), hashlib.sha256()
    for piece in pieces(messages_of(documents)):
        fingerprints = []
        for message in piece:
            if text := clean(message.text).strip("\n"):
                running.update(text.encode() + b"\n")
            fingerprints.append(running.digest())
        # If this piece has a known message, all pieces before it were known to their ends.
        first_new = memory.last_known(fingerprints)
        learned.known += first_new
        if first_new < len(piece):
            learned.numbers += memory.learn_messages(
                piece[first_new:], fingerprint=fingerprints[-1], taken=learned.taken
            )
    return learned


def messages_of(documents: Iterable[Document]) -> Iterator[Message]:
    """The lines of documents, not yet admitted; those without a time of their own were said now.

    The lines of a private key are one message, for by itself none of them may look like a secret.
    """
    for lines in kept_together(_lines_of(documents), lambda message: message.text):
        yield Message(text="\n".join(each.text for each in lines), time=lines[0].time)


def _lines_of(documents: Iterable[Document]) -> Iterator[Message]:
    begun = ""  # a line that the next document may go on with
    moment = datetime.now(UTC)
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


def pieces(messages: Iterator[Message]) -> Iterator[list[Message]]:
    """The messages in the pieces in which they are learned."""
    while piece := list(islice(messages, PIECE)):
        yield piece


# Texts that are saved again and again

_BETWEEN_SENTENCES: Final = regex.compile(
    r"(?V1)(?<=[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}\"']*)\s+|(?<=[。！？])(?=.)"
)


@final
class Lessons:
    """Knows what of a text is new and to be learned: each sentence once, however often the text is saved.

    A line is learned as it is. Of a known line that has changed, only the new sentences are learned: the memory counts
    words inside sentences, so nothing is lost by it.
    """

    def __init__(self, text: str = "") -> None:
        self._known: set[str] = set()
        self.know(text)

    def know(self, text: str) -> None:
        """Take this text as known: somebody else may have written it, or it was learned earlier."""
        for line in text.split("\n"):
            self._known.update(line[start:end] for start, end in _sentences(line))

    def new_in(self, text: str) -> list[str]:
        """The lines, or parts of lines, to be learned from this text; they are known from now on."""
        found: list[str] = []
        for line in text.split("\n"):
            spans = ((span, line[slice(*span)] in self._known) for span in _sentences(line))
            for is_known, run in groupby(spans, key=lambda each: each[1]):
                new = [span for span, _ in run]
                if not is_known:
                    found.append(line[new[0][0] : new[-1][1]])
                    self._known.update(line[start:end] for start, end in new)
        return found


def _sentences(line: str) -> Iterator[tuple[int, int]]:
    """The start and end of each sentence of a line, without the space around it."""
    breaks = [0, *(at for found in _BETWEEN_SENTENCES.finditer(line) for at in found.span()), len(line)]
    for start, end in zip(breaks[::2], breaks[1::2], strict=True):
        sentence = line[start:end]
        if sentence.strip():
            yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())
