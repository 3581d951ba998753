"""A reader's report on text read, left out and not understood. Nothing is dropped silently."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple, final

from foreword.errors import SourceNotText
from foreword.text.plural import counted

SHOWN: Final = 5  # unreadable lines that are kept for display
SKIPPED_SHOWN: Final = 20  # unreadable files of a source that are shown with the reason
MOST_UNREADABLE: Final = 0.5  # if a larger share could not be read, the source is not of this format
LONGEST_SHOWN: Final = 80


class Unreadable(NamedTuple):
    """A place that could not be read: its file, its position ("line 12", "message 3") and its beginning."""

    name: str
    where: str
    text: str


@final
@dataclass(slots=True, kw_only=True)
class Report:
    """Counts and notes, filled while a source is read.

    Attributes:
        formats: the number of files of each format, by its name.
        messages: the number of messages or texts that were understood.
        me: the person whose messages were taken, if one was given or chosen.
        left_out: the amount left out on purpose, by its kind ("media", "system message", "quoted line" …).
        notes: other facts, one sentence each.
        skipped: the reasons for files that could not be read, or not to their end.
    """

    formats: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    me: str | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    first_unreadable: list[Unreadable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def leave_out(self, what: str, count: int = 1) -> None:
        """Count something left out on purpose; nothing, if `count` is 0."""
        if count:
            self.left_out[what] += count

    def not_understood(self, name: str, where: str, text: str) -> None:
        """Count a place that was not understood; the first `SHOWN` are kept."""
        self.unreadable += 1
        if len(self.first_unreadable) < SHOWN:
            self.first_unreadable.append(Unreadable(name, where, text[:LONGEST_SHOWN]))

    def add(self, other: "Report") -> None:
        """Add the report of one of several files."""
        self.formats += other.formats
        self.messages += other.messages
        self.left_out += other.left_out
        self.unreadable += other.unreadable
        self.first_unreadable += other.first_unreadable[: SHOWN - len(self.first_unreadable)]
        self.notes += other.notes
        self.skipped += other.skipped

    def sentences(self) -> list[str]:
        """The report as sentences: counts of text left out, text not understood and files skipped, then the notes."""
        sentences = []
        if self.left_out:
            counts = ", ".join(counted(count, what) for what, count in sorted(self.left_out.items()))
            sentences.append(f"left out: {counts}")
        if self.unreadable:
            shown = "; ".join(f"{each.where} of {each.name}: {each.text!r}" for each in self.first_unreadable)
            first = f"; the first {SHOWN}" if self.unreadable > SHOWN else ""
            sentences.append(f"not understood: {counted(self.unreadable, 'place')}{first}: {shown}")
        if self.skipped:
            listed = f"; the first {SKIPPED_SHOWN} are listed" if len(self.skipped) > SKIPPED_SHOWN else ""
            sentences.append(f"skipped: {counted(len(self.skipped), 'file')}{listed}")
            sentences += (f"skipped: {reason}" for reason in self.skipped[:SKIPPED_SHOWN])
        return [*sentences, *self.notes]

    def check(self) -> None:
        """Raise `SourceNotText` if most was not understood; call it when all is read."""
        if self.unreadable > MOST_UNREADABLE * (self.messages + self.unreadable):
            first = self.first_unreadable[0]
            places, messages = counted(self.unreadable, "place"), counted(self.messages, "message")
            raise SourceNotText(
                f"{first.name} is mostly unreadable: {places} were not understood, and {messages} were; "
                f"the first is {first.where}: {first.text!r}; export it again, or give text"
            )
