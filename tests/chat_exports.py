"""What tests of chats share: an export that is written in the test, and what is read of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import final

from foreword.sources.detect import read_source
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document

Content = str | bytes


@final
@dataclass(frozen=True)
class Reading:
    """The messages of an export, in the order in which they are learned."""

    messages: list[Document]
    report: Report

    @property
    def said(self) -> list[tuple[str | None, str]]:
        return [(message.author, message.text) for message in self.messages]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def times(self) -> list[str]:
        """Local times, as ISO 8601 has them, without a zone."""
        times = [each.time and each.time.astimezone().replace(tzinfo=None) for each in self.messages]
        return [time.isoformat(" ") if time else "never" for time in times]

    @property
    def places(self) -> list[str]:
        """Of what was not understood."""
        return [each.where for each in self.report.first_unreadable]


def read(
    export: Content | Mapping[str, Content],
    *,
    me: str | None = None,
    encoding: str | None = None,
    name: str = "it.txt",
) -> Reading:
    """Read a file, or a folder of files by their paths: the messages of all, or of `me`."""
    with TemporaryDirectory() as folder:
        source = Path(folder, name)
        for path, content in (export if isinstance(export, Mapping) else {".": export}).items():
            file = source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            file.write_bytes(data)
        report = Report()
        found = read_source(str(source), me=me, everybody=me is None, encoding=encoding, report=report)
        return Reading(list(found), report)


def fits(reader: ModuleType, text: str) -> bool:
    return bool(reader.fits(opened_bytes("it.txt", text.encode())))
