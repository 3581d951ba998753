"""The one place that every text passes before the memory learns it, wherever it comes from.

It is cleaned by the policy of all texts, its secrets are taken out, it is cut into messages at its newlines, and what
the person has had forgotten is cut out. What else must never be remembered belongs here too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from foreword.keyboard.counting import Message
from foreword.keyboard.forgetting import Blocked
from foreword.text.cleaning import clean
from foreword.text.secrets import Kind

LONGEST: Final = 10_000
"""Code points in a message at most; a longer line becomes several."""


def admitted(
    messages: Iterable[Message], blocked: Blocked, taken: Counter[Kind], *, after: str = ""
) -> Iterator[Message]:
    """The messages, as they may be learned: cleaned, of one line each, without secrets and forgotten words.

    None is empty. The secrets are added to `taken`, by kind. What was learned last, `after`, may ask for one.
    """
    from foreword.text.secrets.scrubbing import Scrubber  # noqa: PLC0415 - its patterns take a while, and who types need not wait

    scrubber = Scrubber(taken)
    scrubber.follow(after)
    for message in messages:
        for kept in as_kept(scrubber.message(clean(message.text)), blocked):
            yield Message(text=kept, time=message.time)


def as_kept(text: str, blocked: Blocked) -> Iterator[str]:
    """The messages that become of a text which is clean and has no secrets any more."""
    for line in text.split("\n"):
        for piece in _pieces(line.strip()):
            kept = blocked.cut(piece)
            if kept:
                yield kept


def _pieces(line: str) -> Iterator[str]:
    """A line, cut at blanks where it is too long."""
    while len(line) > LONGEST:
        at = line.rfind(" ", 1, LONGEST)
        at = LONGEST if at == -1 else at
        yield line[:at].rstrip()
        line = line[at:].lstrip()
    if line:
        yield line
