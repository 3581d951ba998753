"""Mails as files, and what their reader extracts."""

from datetime import UTC, datetime, timedelta

import opened

FROM = b"From ana@example.org Mon Apr  5 10:22:01 2021\n"


def written(body: bytes, *fields: str, author: str = "Ana <ana@example.org>", at: int = 0) -> bytes:
    """A message, written `at` minutes after the first."""
    time = datetime(2021, 4, 5, 10, tzinfo=UTC) + timedelta(minutes=at)
    date = f"Date: {time:%a, %d %b %Y %H:%M:%S +0000}"
    header = "\n".join([f"From: {author}", "Subject: x", date, *fields])
    return header.encode() + b"\n\n" + body


def part(kind: str, body: bytes, *fields: str) -> bytes:
    return "\n".join([f"Content-Type: {kind}", *fields]).encode() + b"\n\n" + body + b"\n"


def multipart(kind: str, *parts: bytes, end: bytes = b"--bb--\n") -> bytes:
    body = b"".join(b"--bb\n" + each for each in parts) + end
    return written(body, "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="bb"')


def mbox(*messages: bytes) -> bytes:
    return b"".join(FROM + message.rstrip(b"\n") + b"\n\n" for message in messages)


def counted(data: bytes) -> tuple[list[str], dict[str, int]]:
    """The texts, and the number of parts left out."""
    return opened.counted(data, "mail")


def texts_of(data: bytes) -> list[str]:
    return counted(data)[0]


def text_of(message: bytes) -> str:
    (text,) = texts_of(mbox(message))
    return text
