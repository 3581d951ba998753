"""Mails as they lie in files, and what their reader makes of them."""

from datetime import UTC, datetime, timedelta

from foreword.sources.formats import format_of
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document

FROM = b"From ana@example.org Mon Apr  5 10:22:01 2021\n"


def written(body: bytes, *fields: str, author: str = "Ana <ana@example.org>", at: int = 0) -> bytes:
    """A message, written so many minutes after the first."""
    time = datetime(2021, 4, 5, 10, tzinfo=UTC) + timedelta(minutes=at)
    header = "\n".join(
        [f"From: {author}", "Subject: x", f"Date: {time:%a, %d %b %Y %H:%M:%S +0000}", *fields]
    )
    return header.encode() + b"\n\n" + body


def part(kind: str, body: bytes, *fields: str) -> bytes:
    return "\n".join([f"Content-Type: {kind}", *fields]).encode() + b"\n\n" + body + b"\n"


def multipart(kind: str, *parts: bytes, end: bytes = b"--bb--\n") -> bytes:
    body = b"".join(b"--bb\n" + each for each in parts) + end
    return written(body, "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="bb"')


def mbox(*messages: bytes) -> bytes:
    return b"".join(FROM + message.rstrip(b"\n") + b"\n\n" for message in messages)


def read(data: bytes, report: Report | None = None) -> list[Document]:
    opened = opened_bytes("it.mbox", data)
    found = format_of(opened)
    assert found is not None
    assert found.name == "mail"
    return list(found.read(opened, report or Report()))


def texts_of(data: bytes) -> list[str]:
    return [document.text for document in read(data)]


def counted(data: bytes) -> tuple[list[str], dict[str, int]]:
    """The texts, and how much was left out."""
    report = Report()
    return [document.text for document in read(data, report)], report.left_out


def text_of(message: bytes) -> str:
    (text,) = texts_of(mbox(message))
    return text
