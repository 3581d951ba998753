"""Messages: what the memory stores, and their admission to it.

Every text passes `admitted` before the memory learns it, from any source. It is cleaned, its secrets are removed, it is
cut into messages at its newlines, and forgotten words are cut out of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, final

import regex

from foreword.keyboard.forgotten_words import Blocked
from foreword.keyboard.memory_file import sensible
from foreword.text.cleaning import clean
from foreword.text.secrets import Kind

LONGEST: Final = 10_000
"""The most code points in a message; a longer line becomes several messages."""
SENTENCES: Final = 20
"""The most sentences that are looked for as one message."""
_BETWEEN_SENTENCES: Final = regex.compile(
    r"(?V1)(?=\s)(?<=[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}\"']*)\s+|(?<=[。！？])(?=.)"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIMES: Final = [int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1900, 3000)]
"""The seconds of the earliest and the latest time of a message. Near the limits of `datetime`, time zones fail."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text and the time it was written; in the memory it is one clean line.

    Numbers grow and are never used twice. A message that is not in the memory has the number 0. `is_dated` is true if
    its source gives the time; else it is the time of learning.
    """

    text: str
    time: datetime
    number: int = field(default=0, compare=False)
    is_dated: bool = field(default=False, compare=False)

    @property
    def seconds(self) -> int:
        """The time in whole seconds since 1970, as stored: from the year 1900 to the year 2999."""
        return _possible(int(self.time.timestamp()))


def _possible(seconds: int) -> int:
    first, last = _TIMES
    return min(max(seconds, first), last - 1)


def moment(seconds: int) -> datetime:
    """A stored time, from its seconds since 1970; a time that no message can have becomes the nearest possible one.

    Raises:
        sqlite3.DatabaseError: it is no number, so the file is damaged.
    """
    with sensible():
        return _EPOCH + timedelta(seconds=_possible(seconds))


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
        for kept in as_kept(scrubber.message(cleaned(message.text)), blocked):
            yield replace(message, text=kept)


def cleaned(text: str) -> str:
    """`text`, clean and without soft hyphens, which a layout puts inside words."""
    return clean(text.replace("\u00ad", ""))


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


def sentence_spans(line: str) -> Iterator[tuple[int, int]]:
    """The start and end of each sentence of a line, without the space around it."""
    breaks = [0, *(at for found in _BETWEEN_SENTENCES.finditer(line) for at in found.span()), len(line)]
    for start, end in zip(breaks[::2], breaks[1::2], strict=True):
        sentence = line[start:end]
        if sentence.strip():
            yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())


def take(stored: Mapping[str, list[int]], text: str) -> list[int]:
    """Remove from `stored` the numbers of the messages that this text consists of, and return them.

    They are one with the same text, or those of all its sentences, as an editor learns a growing line.
    """
    if numbers := stored.get(text):
        return [numbers.pop()]
    spans, taken, begin = [*sentence_spans(text)], list[tuple[str, int]](), 0
    while begin < len(spans):
        ends = range(min(begin + SENTENCES, len(spans)), begin, -1)
        parts = ((end, text[spans[begin][0] : spans[end - 1][1]]) for end in ends)
        end, part = next((each for each in parts if stored.get(each[1])), (0, ""))
        if not end:
            for each, number in reversed(taken):
                stored[each].append(number)
            return []
        taken.append((part, stored[part].pop()))
        begin = end
    return [number for _, number in taken]
