"""Bytes in memory, opened like a file, and what the reader of their format extracts."""

import io

from foreword.sources.formats import format_of
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document


class InSteps(io.BytesIO):
    """Returns only a few bytes per read, whatever number is requested."""

    step = 1

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.step)


def opened_bytes(name: str, data: bytes, *, encoding: str | None = None, step: int | None = None) -> Opened:
    def opening() -> io.BytesIO:
        if step is None:
            return io.BytesIO(data)
        stream = InSteps(data)
        stream.step = step
        return stream

    return Opened(name=name, opening=opening, encoding=encoding)


def read(
    data: bytes, name: str, report: Report | None = None, *, path: str = "it.bin", encoding: str | None = None
) -> list[Document]:
    """The documents that the reader of the format `name` extracts; the file must be recognised as that format."""
    found = format_of(opened := opened_bytes(path, data, encoding=encoding))
    assert found is not None
    assert found.name == name
    return list(found.read(opened, report or Report()))


def texts_of(data: bytes, name: str, *, path: str = "it.bin") -> list[str]:
    return [document.text for document in read(data, name, path=path)]


def counted(data: bytes, name: str, *, path: str = "it.bin") -> tuple[list[str], dict[str, int]]:
    """The texts, and the number of parts left out."""
    report = Report()
    return [document.text for document in read(data, name, report, path=path)], report.left_out
