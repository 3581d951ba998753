"""Admission: every text passes `admitted` before the memory learns it, from any source.

It is cleaned, its secrets are removed, it is cut into messages at its newlines, and forgotten words are cut out of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from foreword.keyboard.counts import Message
from foreword.keyboard.forgotten_words import Blocked
from foreword.text.cleaning import clean
from foreword.text.secrets import Kind

LONGEST: Final = 10_000
"""The most code points in a message; a longer line becomes several messages."""


def admitted(
    messages: Iterable[Message], blocked: Blocked, taken: Counter[Kind], *, after: str = ""
) -> Iterator[Message]:
    """The messages as they may be learned: cleaned, one line each, without secrets and forgotten words.

    None is empty. The secrets are added to `taken`, by kind. `after` is the text learned last; it may ask for a secret.
    """
    from foreword.text.secrets.scrubbing import Scrubber  # noqa: PLC0415 - its patterns take a while, and typing need not wait

    scrubber = Scrubber(taken)
    scrubber.follow(after)
    for message in messages:
        for kept in as_kept(scrubber.message(clean(message.text)), blocked):
            yield replace(message, text=kept)


def as_kept(text: str, blocked: Blocked) -> Iterator[str]:
    """The messages in a text that is clean and has no secrets."""
    for line in text.split("\n"):
        for piece in _pieces(line.strip()):
            kept = blocked.cut(piece)
            if kept:
                yield kept


def _pieces(line: str) -> Iterator[str]:
    """The pieces of a line: it is cut at spaces if it is too long."""
    while len(line) > LONGEST:
        at = line.rfind(" ", 1, LONGEST)
        at = LONGEST if at == -1 else at
        yield line[:at].rstrip()
        line = line[at:].lstrip()
    if line:
        yield line
