"""Help with files: atomic writing, checks of places and locks, and tables of phrases."""

import contextlib
import errno
import os
import re
import shlex
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import platformdirs

from foreword.errors import OptionError

DRAFTS_KEPT_SECONDS: Final = 3600.0
FULL: Final = frozenset([errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
"""The error numbers of a full disk, an exceeded quota, and a file over the size limit."""
_PART: Final = re.compile(r"^\[([\w ]+)\]\n((?:(?!\[[\w ]+\]$|#).+\n)*)", re.MULTILINE)


def system_folder(kind: Literal["cache", "config", "data"]) -> Path:
    """Foreword's folder of this kind on this system.

    Raises:
        OptionError: the system knows no home folder of this user.
    """
    try:
        return {
            "cache": platformdirs.user_cache_path,
            "config": platformdirs.user_config_path,
            "data": platformdirs.user_data_path,
        }[kind]("foreword", appauthor=False).expanduser()  # older versions leave a ~ without a home
    except RuntimeError:
        raise OptionError("this user has no home folder; set HOME to one") from None


def expanded(path: str) -> Path:
    """The absolute `path`, with the home folder in place of `~` or `~somebody`.

    Raises:
        OptionError: nobody has that home folder, or the current folder is gone.
    """
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise OptionError(f"{path!r}: nobody of that name has a home folder here; write it out") from None
    except FileNotFoundError:
        raise OptionError(f"{path!r}: the current folder was deleted; change to another one") from None


def quoted(*words: str) -> str:
    """These words of a command, quoted for a shell. Those of Windows know paths with backslashes, and double quotes."""
    if os.name == "nt":
        return " ".join(each if re.fullmatch(r"[\w.:/\\-]+", each) else f'"{each}"' for each in words)
    return shlex.join(words)


def check_place(path: Path, option: str) -> None:
    """Check that a file can be written at `path`, before the work on its content. Nothing is changed.

    Raises:
        OptionError: the file cannot be written; the message names the `option`.
    """
    try:
        needed = [path] if path.exists() else []
        if path.is_file() or not path.exists():
            needed.append(Path(os.path.realpath(path)).parent)  # the file is replaced, not written into
        why = (
            "it is a folder" if path.is_dir()
            else f"there is no folder {path.parent}" if not path.parent.is_dir()
            else "it may not be written" if not all(os.access(each, os.W_OK) for each in needed)
            else None
        )  # fmt: skip
    except OSError as error:
        why = error.strerror
    if why is not None:
        raise OptionError(f"{option} {path} cannot be written: {why}; choose another place")


def write_whole(path: Path, data: bytes | Iterable[bytes], *, private: bool) -> None:
    """Replace the file at `path`, or the target of a link at `path`, by `data`.

    At every moment, even after a power cut, `path` is the complete old file or the complete new one. The new file
    keeps the owner and the mode of the old one. Only its owner can read a `private` file. A killed writer leaves a file
    that ends in `.draft`; after an hour, the next one that writes into the folder deletes it.

    Raises:
        OSError: the file cannot be written; the old one stays. The error names `path`.
    """
    try:
        _write_whole(path, data, private=private)
    except OSError as error:
        error.filename = str(path)
        del error.filename2  # the target of a failed rename; None would be shown, as a name
        raise


def _write_whole(path: Path, data: bytes | Iterable[bytes], *, private: bool) -> None:
    if path.exists() and not path.is_file():  # a pipe or a device cannot be replaced
        with path.open("wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
        return
    place = Path(os.path.realpath(path))
    before = place.stat() if place.exists() else None
    if before is not None and not os.access(place, os.W_OK):
        raise PermissionError(13, "it may only be read")
    for left in place.parent.glob(f".*.{'[0-9a-f]' * 8}.draft"):
        with contextlib.suppress(OSError):
            if is_abandoned(left):
                left.unlink()
    draft = place.with_name(f".{place.name[:50]}.{os.urandom(4).hex()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
            if before is not None and os.name == "posix":
                with contextlib.suppress(OSError):
                    os.fchown(descriptor, before.st_uid, before.st_gid)
                os.fchmod(descriptor, 0o600 if private else stat.S_IMODE(before.st_mode))
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(descriptor)
        draft.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    sync(place.parent)


def is_abandoned(draft: Path) -> bool:
    """Whether a draft is older than an hour, so its writer was killed."""
    return time.time() - draft.stat().st_mtime > DRAFTS_KEPT_SECONDS


def is_locked(lock: Path) -> bool:
    """Whether a living process holds the lock file at `lock`; not if there is none, or it cannot be opened."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - most programs that write a file need no lock

    try:
        if lock.exists():
            with FileLock(lock, mode=0o600, timeout=0):
                return False
    except Timeout:
        return True
    except OSError:
        pass
    return False


def sync(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk; Windows needs no call for this."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # some file systems do not support it
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fault_of_disk(error: OSError, place: Path | str) -> tuple[str, str]:
    """The fault of the disk on which `place` is, and the remedy, in words."""
    if error.errno in FULL:
        return f"the disk is full, no more fits into {place}", "free some space"
    return f"{error.filename or place} cannot be read or written: {error.strerror or error}", "mend that"


def tables(path: Path) -> dict[str, str]:
    """The sections of a text file by heading: `[heading]`, and the unchanged lines below it.

    A section ends at an empty line; lines that begin with `#` are notes. Such files beside the code hold words and
    phrases of many languages, so a new language needs no change to the code.
    """
    return {heading: lines.strip() for heading, lines in _PART.findall(path.read_text("utf-8"))}
