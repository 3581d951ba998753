"""Files that are written whole or not at all, whether one can be written at a place, and tables of phrases."""

import contextlib
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from foreword.errors import OptionError

_PART: Final = re.compile(r"^\[([\w ]+)\]\n((?:(?!\[[\w ]+\]$|#).+\n)*)", re.MULTILINE)


def check_place(path: Path, option: str) -> None:
    """See that a file can be written at `path`, which is left as it is, before time is spent on what goes there.

    Raises:
        OptionError: it cannot; the message names the `option`.
    """
    try:
        why = (
            "it is a folder" if path.is_dir()
            else f"there is no folder {path.parent}" if not path.parent.is_dir()
            else "it may not be written" if not os.access(path if path.exists() else path.parent, os.W_OK)
            else None
        )  # fmt: skip
    except OSError as error:
        why = error.strerror
    if why is not None:
        raise OptionError(f"{option} {path} cannot be written: {why}; choose another place")


def write_whole(path: Path, data: bytes | Iterable[bytes], *, private: bool, durable: bool = True) -> None:
    """Put `data` in the place of the file at `path`, or of the file that a link at `path` leads to.

    Whatever happens meanwhile, `path` is the old file or the new one, whole: after a power cut, too, where the write
    is `durable`, which waits for the disk. The new file keeps the owner and the mode of the old one; a `private` one
    is readable by its owner alone. What a killed writer leaves beside it ends in `.draft`.

    Raises:
        OSError: the file cannot be written; the old one stays.
    """
    place = path.resolve()
    before = place.stat() if place.exists() else None
    if before is not None and not os.access(place, os.W_OK):
        raise PermissionError(13, "it may only be read", str(path))
    draft = place.with_name(f".{place.name[:100]}.{os.urandom(4).hex()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
            if before is not None and os.name == "posix":
                with contextlib.suppress(OSError):
                    os.fchown(descriptor, before.st_uid, before.st_gid)
                os.fchmod(descriptor, 0o600 if private else stat.S_IMODE(before.st_mode))
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            if durable:
                os.fsync(descriptor)
        draft.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    if durable:
        sync(place.parent)


def sync(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk; Windows does so by itself."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # some file systems cannot
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def tables(path: Path) -> dict[str, str]:
    """The parts of a text file by their headings: `[heading]`, and the lines below it as they are.

    A part ends at a blank line; lines that begin with `#` are notes. Words and phrases in many languages stand in such
    files beside the code, so that a language is added without Python.
    """
    return {heading: lines.strip() for heading, lines in _PART.findall(path.read_text("utf-8"))}
