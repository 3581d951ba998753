"""`foreword preview`: the contents of a source, before anything is learned."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, final

from foreword.cli.options import EncodingOption, JsonOption, MeOption, argument
from foreword.cli.output import local, one_line, say, say_json, waiting
from foreword.sources.report import Report
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.text.document import Document
    from foreword.text.secrets import Kind

SHOWN: Final = 3  # messages at the beginning, and as many at the end
LONGEST: Final = 200  # characters of each


def preview(
    source: Annotated[str, argument("SOURCE", "A file, a folder, a zip, - for standard input, a sample.")],
    me: MeOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the format, the people and the messages of SOURCE. Nothing is learned."""
    from foreword.keyboard.forgotten_words import Blocked
    from foreword.keyboard.learn import batches, messages_of
    from foreword.keyboard.messages import admitted
    from foreword.sources.reading import OTHERS, documents, unknown_person

    found = Preview()
    with waiting(f"reading {source}", as_json=as_json) as wait:
        read = documents(source, encoding=encoding, everybody=True, report=found.report)
        for batch in batches(messages_of(_own(wait.reading(read, source), me, found))):
            for message in admitted(batch, Blocked(), found.taken):
                found.add(message.text)
    if me is not None and found.people and found.report.left_out[OTHERS] == found.people.total():
        raise unknown_person(source, me, found.people)
    if as_json:
        say_json(found.figures())
        return
    for line in _lines(found, is_chosen=me is not None or len(found.people) < 2):
        say(one_line(line))


@final
@dataclass(kw_only=True)
class Preview:
    """A source in figures and examples, filled while it is read."""

    report: Report = field(default_factory=Report)  # on the parts that were read and left out
    people: Counter[str] = field(default_factory=Counter)  # messages by person; empty if nobody is named
    messages: int = 0  # to learn: those of `me`, or all if nobody is named; each line is one
    characters: int = 0  # of these
    taken: "Counter[Kind]" = field(default_factory=Counter)  # secrets to remove
    first: datetime | None = None  # the time of the first message, if known
    last: datetime | None = None
    examples: list[str] = field(default_factory=list)  # the first and the last messages; long ones are cut

    def add(self, message: str) -> None:
        self.messages += 1
        self.characters += len(message)
        if len(self.examples) == 2 * SHOWN:
            del self.examples[SHOWN]
        self.examples.append(message[:LONGEST])

    def figures(self) -> dict[str, object]:
        return {
            "formats": dict(self.report.formats),
            "people": dict(self.people.most_common()),
            "messages": self.messages,
            "characters": self.characters,
            "first": None if self.first is None else self.first.isoformat(),
            "last": None if self.last is None else self.last.isoformat(),
            "left_out": dict(self.report.left_out),
            "taken": dict(self.taken),
            "unreadable": self.report.unreadable,
            "notes": [*(f"skipped: {reason}" for reason in self.report.skipped), *self.report.notes],
            "examples": self.examples,
        }


def _own(read: "Iterator[Document]", me: str | None, found: Preview) -> "Iterator[Document]":
    """The documents of `me`. This also counts people and records times in `found`."""
    from foreword.sources.reading import OTHERS, is_own

    for document in read:
        if document.author is not None:
            found.people[document.author] += 1
            if me is not None and not is_own(document, me):
                found.report.leave_out(OTHERS)
                continue
        if document.time is not None:
            found.first = min(document.time, found.first or document.time)
            found.last = max(document.time, found.last or document.time)
        yield document


def _lines(found: Preview, *, is_chosen: bool) -> Iterator[str]:
    from foreword.text.secrets import in_words

    files = found.report.formats.items()
    formats = [name + (f" ({counted(count, 'file')})" if count > 1 else "") for name, count in files]
    yield f"Read as {', '.join(formats) or 'a sample'}"
    for author, count in found.people.most_common():
        yield f"  {author}: {counted(count, 'message')}"
    if found.first is not None and found.last is not None:
        yield f"From {local(found.first):%Y-%m-%d} to {local(found.last):%Y-%m-%d}"
    length = counted(found.characters, "character")
    whose, advice = ("to learn", "") if is_chosen else ("of all people", "; --me chooses yours")
    yield f"{counted(found.messages, 'message')} {whose}, {length}; each line is a message{advice}"
    yield from found.report.sentences()
    if found.taken:
        yield f"Taken out: {in_words(found.taken)}"
    for example in found.examples:
        yield f"  | {example}"
