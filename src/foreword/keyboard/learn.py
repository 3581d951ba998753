"""Learning sources, and texts that are saved again and again, so that nothing is learned twice.

A source is learned in portions; each is stored as a whole or not at all.

The fingerprint of a source up to a message is a hash over all its messages so far. Those of its last two messages are
stored with each portion. So a learned source is recognised, and an interrupted one continues where it stopped. If a
source has grown at its end, even inside its last line, only its new messages are learned. If it has changed elsewhere,
such as one file of a folder, or if an export begins later than an older one, its messages are recognised by their
texts. The time of a dated message must match as well. A message without a date is recognised as often as the memory has
it. An editor may have taught its sentences one by one.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Final, final

import regex

from foreword.keyboard.forgotten_words import Blocked
from foreword.keyboard.memory import LATEST, Memory
from foreword.keyboard.messages import Message, admitted, sentence_spans, take
from foreword.text.cleaning import clean
from foreword.text.document import Document
from foreword.text.secrets import Kind
from foreword.text.secrets.keys import kept_together
from foreword.text.secrets.scrubbing import scrub, short_pieces

LITTLE: Final = 20_000
"""Characters; with this many, counts predict better than a new network (benchmarks/RESULTS.md, fresh texts)."""
BATCH: Final = 1_000
"""The most messages with one look for known ones."""
AT_ONCE: Final = 100_000
"""The characters that are learned at once. This takes about half a second, so other programs do not wait long."""
ASKING: Final = 5
"""The lines before a portion that are read with it: one of them may ask for a secret."""


@final
@dataclass(slots=True, kw_only=True)
class Learned:
    """The result of learning a source."""

    numbers: list[int] = field(default_factory=list)  # of the messages just learned, in the memory
    known: int = 0  # messages that were known already
    taken: Counter[Kind] = field(default_factory=Counter)  # secrets removed from the messages just learned

    @property
    def messages(self) -> int:
        """The number of messages learned."""
        return len(self.numbers)


def learn_source(memory: Memory, documents: Iterable[Document]) -> Learned:
    """Learn the messages of a source, except those that were learned from it before."""
    learned, running, last = Learned(), hashlib.sha256(), memory.last_number()
    stored: dict[str, list[int]] | None = None
    used = set[int]()
    read, before = list[Message](), list[Message]()
    for batch in batches(messages_of(documents)):
        fingerprints = []
        for message in batch:
            if text := clean(message.text).strip("\n"):
                running.update(text.encode() + b"\n")
            fingerprints.append(running.digest())
        # A fingerprint covers all messages before it. So if one of this batch is known, all before it are known.
        known = memory.last_known(fingerprints)
        learned.known += known
        read += batch[:known]
        if any(not each.is_dated for each in batch[known:]):
            if stored is None:
                stored = memory.stored({*learned.numbers})
            blocked = Blocked(memory.blocked_digests())
            for each in admitted(read, blocked, Counter()):
                take(stored, each.text)
            read.clear()
        for start, end in portions([len(each.text) for each in batch], start=known):
            asking = "\n".join(each.text for each in [*before, *batch[:start]][-ASKING:])[-LATEST:]
            new, again, skipped = memory.learn_messages(
                batch[start:end],
                fingerprints=fingerprints[start:end],
                taken=learned.taken,
                known=last,
                used=used,
                stored=stored,
                after=scrub(asking).text,
            )
            learned.numbers += new
            used.update(again)
            learned.known += len(again) + skipped
        before = batch[-ASKING:]
    return learned


def portions(sizes: Sequence[int], *, start: int = 0) -> Iterator[tuple[int, int]]:
    """The start and end of each run of messages that is learned at once, given their characters."""
    size = 0
    for end, each in enumerate(sizes[start:], start + 1):
        size += each
        if size >= AT_ONCE or end == len(sizes):
            yield start, end
            start, size = end, 0


def messages_of(documents: Iterable[Document]) -> Iterator[Message]:
    """The lines of documents, not yet admitted; lines without a time get the present time.

    The lines of a private key are one message, because a single line may not look like a secret.
    """
    for lines in kept_together(_lines_of(documents), lambda message: message.text):
        yield replace(lines[0], text="\n".join(each.text for each in lines))


def _lines_of(documents: Iterable[Document]) -> Iterator[Message]:
    begun = ""  # a line that the next document may continue
    moment = datetime.now(UTC)
    for document in documents:
        *lines, last = (begun + document.text).split("\n")
        begun = last if document.continued else ""
        if document.continued:
            *whole, begun = [*short_pieces(begun)] or [""]
            lines += whole
        else:
            lines.append(last)
        time, is_dated = document.time or moment, document.time is not None
        found = (Message(text=line, time=time, is_dated=is_dated) for line in lines)
        yield from (each for each in found if each.text and not each.text.isspace())
    if begun:
        yield Message(text=begun, time=moment)


def batches(messages: Iterator[Message]) -> Iterator[list[Message]]:
    """The messages in batches of at most `BATCH`."""
    while batch := list(islice(messages, BATCH)):
        yield batch


# Texts that are saved again and again

RUN: Final = 5
"""A sentence is known if all its runs of this many words are, a shorter one if the run that ends with it is.

The lines of a text may break elsewhere now. A program that formats the text changes signs, so these do not count.
"""
PARTS: Final = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*|\p{So}")  # words and emoji
_BEGINNING: Final[tuple[str, ...]] = ("",) * (RUN - 1)  # it stands before a text
MARKDOWN: Final = frozenset({"markdown", "gfm", "ipythongfm"})
COMMIT: Final = frozenset({"gitcommit", "git-commit"})
MAIL: Final = frozenset({"mail", "message", "email"})
"""The names of languages in editors; "ipythongfm" is JupyterLab's name of Markdown."""

_FENCE: Final = regex.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}(?=[^`]*$)|~{3,})")
"""The first or last line of a code block, perhaps in a list item. Backticks that end in the same line are no fence."""
_HEADER: Final = regex.compile(r"[\w-]+:")
_ENDS_HEADERS: Final = ("", "--text follows this line--")  # the latter is shown by Emacs
_SCISSORS: Final = regex.compile(r"# -+ >8 -+")


@final
class KnownSentences:
    """The sentences of a text that are known, to learn each new one once, even if the text is saved many times.

    A new line is learned as it is. If a known line has changed, only its new sentences are learned. The memory counts
    words inside sentences, so nothing is lost. A secret stays in one lesson, because part of it may not look like one:
    all lines of a key, all sentences of a line with a secret, or a line that asks for a secret and the answer below it.
    """

    def __init__(self, text: str = "") -> None:
        self._known: set[tuple[str, ...]] = set()
        self._runs: set[int] = set()
        self.know(text)

    def know(self, text: str) -> None:
        """Mark this text as known: another person may have written it, or it was learned earlier."""
        self._runs.update(_runs((*_BEGINNING, *_parts(text))))
        for block, sentences in _blocks(text):
            self._known.update(_parts(block[start:end]) for start, end in sentences)

    def new_in(self, text: str, unfinished: str = "") -> list[str]:
        """The lines, parts of lines, or whole secrets to learn from this text; they are known from now on.

        An `unfinished` line is neither learned nor known.
        """
        found: list[str] = []
        before, above = "", _BEGINNING
        for block, sentences in _blocks(text):
            if block == unfinished:
                before, above = block, _parts(block)[-RUN:]
                continue
            known = []
            for start, end in sentences:
                known.append(self._knows(own := _parts(block[start:end]), above))
                above = (*above, *own)[-RUN:]
            if any(known) and not all(known) and scrub(block).found:
                known = [False] * len(known)
            if not any(known) and _asks(before, block):
                if found[-1:] == [before.strip()]:
                    found.pop()
                found.append(before := f"{before}\n{block}")
                self._known.update(_parts(block[start:end]) for start, end in sentences)
                continue
            before = block
            spans = zip(sentences, known, strict=True)
            for is_known, run in groupby(spans, key=lambda each: each[1]):
                new = [span for span, _ in run]
                if not is_known:
                    found.append(block[new[0][0] : new[-1][1]])
                    self._known.update(_parts(block[start:end]) for start, end in new)
        finished = "\n".join(line for line in text.split("\n") if line != unfinished)
        self._runs.update(_runs((*_BEGINNING, *_parts(finished))))
        return found

    def _knows(self, sentence: tuple[str, ...], above: tuple[str, ...]) -> bool:
        runs = [*_runs(sentence)] or [*_runs((*above, *sentence)[-RUN:])]
        return sentence in self._known or (runs != [] and self._runs.issuperset(runs))


def _parts(text: str) -> tuple[str, ...]:
    """The words of a text, or its signs if it has none."""
    return tuple(PARTS.findall(text) or sorted({*text} - {" "}))


def _runs(of: tuple[str, ...]) -> Iterator[int]:
    """A hash of each run of `RUN` words, also over the end of a line."""
    return (hash(of[at : at + RUN]) for at in range(len(of) - RUN + 1))


def _asks(line: str, following: str) -> bool:
    """Whether only the line before shows that the following one holds a secret."""
    together = scrub(f"{line}\n{following}").found.total()
    return together > 0 and together > scrub(line).found.total() + scrub(following).found.total()


def _blocks(text: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The lines of a text, each with its sentences. The lines of a secret are one line, and one sentence."""
    lines = (line for line in text.split("\n") if line.strip())
    for block in kept_together(lines, str):
        whole = "\n".join(block)
        yield whole, [(0, len(whole))] if len(block) > 1 else [*sentence_spans(whole)]


def own_lines(lines: Sequence[str], language: str) -> Iterator[bool]:
    """For each line, whether it is the person's own prose, not code, quotation, comment or header."""
    has_quotations = language in MAIL or language in MARKDOWN
    is_head = language in MAIL and _HEADER.match(lines[0]) is not None
    fence = ""
    is_diff = False
    for line in lines:
        found = _FENCE.match(line) if language in MARKDOWN else None
        is_diff = is_diff or (language in COMMIT and _SCISSORS.match(line) is not None)
        is_comment = language in COMMIT and line.startswith("#")
        is_quotation = has_quotations and line.lstrip().startswith(">")
        yield not (found or fence or is_diff or is_head or is_comment or is_quotation)
        if found and found[1].startswith(fence):
            fence = "" if fence else found[1]
        is_head = is_head and line.strip() not in _ENDS_HEADERS
