"""Whose words they are: of a chat, only the person's own are learned."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from foreword.errors import PersonUnknown
from foreword.sources.report import Report
from foreword.text.documents import Document

Choose = Callable[[str, Counter[str]], str | None]
"""Asks who of the people in a source of that name is meant; None where nobody can be asked."""

OTHERS = "message of others"
NAMELESS = "(no name)"
"""Who has a name of nothing that can be seen: a mark of direction, say."""
_BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and signs by their category, yet blank


def own_words(
    name: str, documents: Iterable[Document], me: str | None, report: Report, choose: Choose | None = None
) -> Iterator[Document]:
    """What `me` wrote, of the documents; where only one person wrote, or nobody is named, all of it.

    If several people wrote and nobody was named, `choose` is asked who it is, when all of it is read. `PersonUnknown`
    where it does not know, or who was named is not among them.
    """
    people, messages = Counter[str](), list[Document]()
    for document in documents:
        if document.author is None:
            yield document
            continue
        people[document.author] += 1
        if me is None:
            messages.append(document)
        elif same_person(document.author, me):
            yield document
    if me is None and len(people) > 1:
        me = None if choose is None else choose(name, people)
        if me is None:
            advice = "say whose words are yours with --me"
            raise PersonUnknown(f"{name} has messages of {listed(people)}; {advice}", people)
    if me is not None:
        own = sum(count for author, count in people.items() if same_person(author, me))
        if people and not own:
            known = f"there are those of {listed(people)}"
            raise PersonUnknown(f"{name} has no messages of {me!r}; {known}", people)
        if others := people.total() - own:
            report.leave_out(OTHERS, others)
    yield from (each for each in messages if me is None or same_person(str(each.author), me))


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
