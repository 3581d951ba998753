"""Whose words they are: of a chat, only the person's own are learned."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

from foreword.errors import PersonUnknown
from foreword.sources.report import Report
from foreword.text.documents import Document

OTHERS = "message of others"
NAMELESS = "(no name)"
"""Who has a name of nothing that can be seen: a mark of direction, say."""
_BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and signs by their category, yet blank


def own_words(
    name: str, read: Callable[[Report], Iterator[Document]], me: str | None, report: Report
) -> Iterator[Document]:
    """What `me` wrote, of what is read; where only one person wrote, or nobody is named, all of it.

    `read` begins anew each time. Names are compared without regard to capitals.

    Raises:
        PersonUnknown: there are several people, and nobody was named, or somebody who is not among them.
    """
    if me is None:
        people = people_of(read(Report()))
        if len(people) > 1:
            raise PersonUnknown(
                f"{name} has messages of {listed(people)}; say whose words are yours with --me", people
            )
        yield from read(report)
        return
    people, found = Counter[str](), False
    for document in read(report):
        if document.author is None:
            yield document
            continue
        people[document.author] += 1
        if same_person(document.author, me):
            found = True
            yield document
        else:
            report.leave_out(OTHERS)
    if people and not found:
        raise PersonUnknown(f"{name} has no messages of {me!r}; there are those of {listed(people)}", people)


def people_of(documents: Iterator[Document]) -> Counter[str]:
    """Who wrote how many messages."""
    return Counter(document.author for document in documents if document.author is not None)


def listed(people: Counter[str], most: int = 10) -> str:
    """The people, those with most messages first."""
    named = [f"{author} ({count:,})" for author, count in people.most_common(most)]
    rest = [f"{len(people) - most:,} others"] if len(people) > most else []
    return ", ".join([*named, *rest])


@lru_cache(maxsize=1024)
def shown_name(author: str) -> str:
    """The author's name; where nothing of it can be seen or typed, `NAMELESS`."""
    seen = any(unicodedata.category(each)[0] not in "CZM" and each not in _BLANK for each in author)
    return author if seen else NAMELESS


def same_person(author: str, me: str) -> bool:
    """Whether a name in a chat is the one that a person gave: capitals and blanks do not count."""
    return _key(author) == _key(me)


@lru_cache(maxsize=1024)
def _key(author: str) -> str:
    return " ".join(unicodedata.normalize("NFC", author).casefold().split())
