"""A reader's report: what it has read, left out and not understood. Nothing is dropped silently."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, final

from foreword.errors import SourceNotText
from foreword.text.counting import counted

SHOWN: Final = 5
"""Unreadable lines that are kept to be shown."""
SKIPPED_SHOWN: Final = 20
"""Files of a source that could not be read and are listed with the reason."""
MOST_UNREADABLE: Final = 0.5
"""If a larger share could not be read, the source is not of this format."""
LONGEST_SHOWN: Final = 80
_SKIPPED: Final = "skipped: "


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A place that could not be read: of which file, where in it ("line 12", "message 3"), and how it begins."""

    name: str
    where: str
    text: str


@final
@dataclass(slots=True, kw_only=True)
class Report:
    """Filled while a source is read.

    Attributes:
        formats: how many files there were of each format, by its name.
        messages: how many messages or texts were understood.
        left_out: by what it is ("media", "system message", "quoted line" …), how much was left out on purpose.
        notes: other things to know, each a sentence; among them why the first files were skipped.
    """

    formats: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    first_unreadable: list[Unreadable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: int = 0

    def leave_out(self, what: str, count: int = 1) -> None:
        """Something was left out on purpose."""
        self.left_out[what] += count

    def not_understood(self, name: str, where: str, text: str) -> None:
        """Something could not be understood."""
        self.unreadable += 1
        if len(self.first_unreadable) < SHOWN:
            self.first_unreadable.append(Unreadable(name=name, where=where, text=text[:LONGEST_SHOWN]))

    def skip(self, reason: Exception) -> None:
        """A file among others could not be read, or not to its end."""
        if self.skipped < SKIPPED_SHOWN:
            self.notes.append(f"{_SKIPPED}{reason}")
        self.skipped += 1

    def add(self, other: "Report") -> None:
        """What was found in one file of several."""
        self.formats += other.formats
        self.messages += other.messages
        self.left_out += other.left_out
        self.unreadable += other.unreadable
        self.first_unreadable += other.first_unreadable[: SHOWN - len(self.first_unreadable)]
        skipped = [note for note in other.notes if note.startswith(_SKIPPED)]
        surplus = skipped[max(0, SKIPPED_SHOWN - self.skipped) :]
        self.notes += [note for note in other.notes if note not in surplus]
        self.skipped += other.skipped

    def sentences(self) -> list[str]:
        """What a person should know, a sentence each: what was left out, what could not be read, and the notes."""
        sentences = []
        if self.left_out:
            counts = ", ".join(counted(count, what) for what, count in sorted(self.left_out.items()))
            sentences.append(f"left out: {counts}")
        if self.unreadable:
            shown = "; ".join(f"{each.where} of {each.name}: {each.text!r}" for each in self.first_unreadable)
            first = f"; the first {SHOWN}" if self.unreadable > SHOWN else ""
            sentences.append(f"not understood: {counted(self.unreadable, 'place')}{first}: {shown}")
        if self.skipped:
            listed = f"; the first {SKIPPED_SHOWN} are listed" if self.skipped > SKIPPED_SHOWN else ""
            sentences.append(f"{_SKIPPED}{counted(self.skipped, 'file')}{listed}")
        return [*sentences, *self.notes]

    def check(self) -> None:
        """Raise `SourceNotText` where most was not understood; to be called when all is read."""
        if self.unreadable > MOST_UNREADABLE * (self.messages + self.unreadable):
            first = self.first_unreadable[0]
            places, messages = counted(self.unreadable, "place"), counted(self.messages, "message")
            raise SourceNotText(
                f"{first.name} is mostly unreadable: {places} were not understood, and {messages} were; "
                f"the first is {first.where}: {first.text!r}; export it again, or hand in text"
            )
