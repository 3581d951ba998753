"""What tests of readers of chats share: a reader tried on a text, and times as they are written in one."""

from dataclasses import dataclass
from types import ModuleType
from typing import final

from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document


@final
@dataclass(frozen=True)
class Tried:
    """What a reader made of a text."""

    messages: list[Document]
    report: Report

    @property
    def said(self) -> list[tuple[str | None, str]]:
        return [(message.author, message.text) for message in self.messages]

    @property
    def times(self) -> list[str]:
        """Local times, as ISO 8601 has them, without a zone."""
        return [
            message.time.astimezone().replace(tzinfo=None).isoformat(" ") if message.time else "never"
            for message in self.messages
        ]


def tried(reader: ModuleType, text: str | bytes, name: str = "it.txt") -> Tried:
    """Read a text that the reader must know for its own."""
    opened = opened_bytes(name, text.encode() if isinstance(text, str) else text)
    assert reader.fits(opened)
    report = Report()
    return Tried(list(reader.read(opened, report)), report)


def fits(reader: ModuleType, text: str, name: str = "it.txt") -> bool:
    return bool(reader.fits(opened_bytes(name, text.encode())))
