"""Fetching a sample once, and keeping it. Nothing else in Foreword ever opens a connection."""

import hashlib
import http.client
import os
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.errors import DownloadFailed
from foreword.text.counting import counted

SILENCE_SECONDS: Final = 15.0
CHUNK: Final = 1 << 16


@final
@dataclass(frozen=True, kw_only=True)
class Download:
    """A file on the internet: its address, and what its bytes must be. `seconds` is the most that fetching may take."""

    name: str
    url: str
    bytes: int
    sha256: str
    seconds: float = 60.0


def fetch(wanted: Download, folder: Path) -> Path:
    """The file, from `folder` if it is there and whole, else from its address.

    Raises:
        DownloadFailed: it could not be fetched, or what came is something else. What is in `folder` stays whole.
    """
    path = folder / wanted.name
    if path.is_file() and _is_right(path.read_bytes(), wanted):
        return path
    try:
        data = _get(wanted)
        if not _is_right(data, wanted):
            raise _failed(wanted, f"what came is another file ({counted(len(data), 'byte')})")
        _keep(data, path)
    except (OSError, http.client.HTTPException) as error:
        raise _failed(wanted, _words(error)) from None
    return path


def _get(wanted: Download) -> bytes:
    """What the address gives, but at most one byte more than is wanted, and only until time is up."""
    until = time.monotonic() + wanted.seconds
    data = bytearray()
    with urllib.request.urlopen(wanted.url, timeout=min(SILENCE_SECONDS, wanted.seconds)) as answer:  # noqa: S310 - ours
        while chunk := answer.read1(min(CHUNK, wanted.bytes + 1 - len(data))):
            data += chunk
            if time.monotonic() > until:
                raise _failed(wanted, f"it took more than {wanted.seconds:g} seconds")
    return bytes(data)


def _is_right(data: bytes, wanted: Download) -> bool:
    return hashlib.sha256(data).hexdigest() == wanted.sha256


def _keep(data: bytes, path: Path) -> None:
    """Write beside and rename, so that nobody ever finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _words(error: Exception) -> str:
    """What went wrong, without the wrapping of urllib and the number that the system gives it."""
    inner = getattr(error, "reason", None)
    if isinstance(inner, OSError):
        return inner.strerror or str(inner)
    return str(error) or type(error).__name__


def _failed(wanted: Download, reason: str) -> DownloadFailed:
    return DownloadFailed(
        f"{wanted.name} could not be fetched from {wanted.url}: {reason}; "
        "get that file some other way, and hand in its path instead of the sample"
    )
