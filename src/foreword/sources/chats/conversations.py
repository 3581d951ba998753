"""Conversations one after the other, each from its first message to its last."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from itertools import chain

from foreword.errors import SourceMissing, SourceNotText, WrongEncoding
from foreword.sources.report import Report
from foreword.text.documents import Document

Found = tuple[Hashable, Document]
"""A message, and what makes it the same as another one."""


def oldest_first(conversations: Iterable[list[Document]]) -> Iterator[Document]:
    """The messages of all conversations, that with the oldest first message first; each must have a time.

    A conversation may be handed in from its newest message to its oldest: those of the same time are turned, too.
    """
    ordered = [_ordered(conversation) for conversation in conversations if conversation]
    ordered.sort(key=lambda messages: _time(messages[0]))
    yield from chain.from_iterable(ordered)


def unless_damaged(found: Iterable[Found], report: Report) -> Iterator[Found]:
    """What was found in a file of several, nothing where it cannot be read; a note says so."""
    try:
        yield from list(found)
    except (SourceMissing, SourceNotText, WrongEncoding) as fault:
        report.skip(fault)


def last_versions(found: Iterable[Found], report: Report) -> list[Document]:
    """One message for each identity, as it was last met: exports that were joined have some twice, also edited ones."""
    kept: dict[Hashable, Document] = {}
    for identity, document in found:
        if identity in kept:
            report.leave_out("repeated message")
        kept[identity] = document
    return list(kept.values())


def _ordered(conversation: list[Document]) -> list[Document]:
    turned = _time(conversation[0]) > _time(conversation[-1])
    return sorted(reversed(conversation) if turned else conversation, key=_time)


def _time(document: Document) -> datetime:
    assert document.time is not None  # noqa: S101 - readers hand in no other
    return document.time
