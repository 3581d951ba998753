"""Where the bytes of a source lie: a file, a folder, standard input, an archive; each may be compressed with gzip."""

import contextlib
import gzip
import io
import os
import re
import shutil
import stat
import struct
import sys
import tempfile
import weakref
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast, final

from foreword.errors import SourceError, SourceMissing, SourceNotText
from foreword.sources.formats import ZIP, Files
from foreword.sources.opened import DAMAGE, DEEPEST, Budget, Opened

Opening = Callable[[], io.BufferedIOBase]

_GZIP: Final = b"\x1f\x8b"
_ENCRYPTED: Final = 0x1
_IN_UTF8: Final = 0x800
_LONGEST_END: Final = 22 + 0xFFFF
"""Bytes of the last record of a zip file, with its comment."""
MAIL: Final = ("cur", "new")
"""What shows a folder to be one of mail: those in a Maildir, such as `.Sent`, begin with a point and are not hidden."""


def opened_file(path: Path, encoding: str | None) -> Opened:
    """The file at a path.

    Raises:
        SourceMissing: there is none, or it cannot be opened.
    """
    opened = _file(path, encoding)
    if opened.fault is not None:
        raise opened.fault
    return opened


def opened_standard_input(encoding: str | None) -> Opened:
    """Standard input.

    Raises:
        SourceMissing: it is a device.
    """
    return _read_once("standard input", cast("io.BufferedIOBase", sys.stdin.buffer), encoding)


def _read_once(name: str, stream: io.BufferedIOBase, encoding: str | None) -> Opened:
    """A stream, read to its end into a file without a name, for readers may look at it more than once."""
    with contextlib.suppress(io.UnsupportedOperation):  # no file of the system
        status = os.fstat(stream.fileno())
        is_empty = status.st_rdev == os.stat(os.devnull).st_rdev  # noqa: PTH116 - as above
        is_device = stat.S_ISBLK(status.st_mode) or stat.S_ISCHR(status.st_mode)
        if is_device and not is_empty and not stream.isatty():
            raise SourceMissing(f"{name} is a device, which may never end; name a file or a folder")
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as what is returned
    shutil.copyfileobj(stream, kept)
    size = kept.tell()

    def again() -> io.BufferedIOBase:
        kept.seek(0)
        return os.fdopen(os.dup(kept.fileno()), "rb")

    weakref.finalize(again, kept.close)
    return _opened(name, again, encoding, budget=Budget(size))


def is_read_once(path: str | Path) -> bool:
    """Whether what is at a path is neither a file nor a folder, such as a pipe: it can be read once."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112, PTH113


def _file(path: Path, encoding: str | None) -> Opened:
    """The file at a path; its fault where it cannot be opened."""
    try:
        if is_read_once(path):
            with path.open("rb") as stream:
                return _read_once(str(path), stream, encoding)
        size = path.stat().st_size
        path.open("rb").close()
    except SourceMissing as fault:
        return _unread(path, fault)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        return _unread(path, _fault(path, error))
    return _opened(str(path), lambda: path.open("rb"), encoding, budget=Budget(size))


def _unread(path: Path, fault: SourceMissing) -> Opened:
    return Opened(name=str(path), opening=io.BytesIO, fault=fault)


def _fault(path: Path, error: OSError | ValueError) -> SourceMissing:
    """Why what is at a path cannot be read, in words."""
    if isinstance(error, FileNotFoundError):
        return SourceMissing(f"there is no file or folder {path}; check the name")
    if isinstance(error, PermissionError):
        return SourceMissing(f"{path} may not be read; allow it, or name another file or folder")
    return SourceMissing(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}")


def files_of_folder(folder: Path, encoding: str | None) -> Files:
    """The files in a folder and below that are not hidden, in reading order: `chapter 2` before `chapter 10`.

    A folder that may not be read stands among them, with its fault.
    """
    found: list[Path] = []
    faults: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") or any(os.path.isdir(Path(place, name, each)) for each in MAIL)  # noqa: PTH112
        ]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    unread = {
        Path(error.filename): _unread(Path(error.filename), _fault(Path(error.filename), error))
        for error in faults
    }
    paths = sorted(
        [*filter(_may_be_file, found), *unread], key=lambda path: _reading_order(path.relative_to(folder))
    )
    return {path.relative_to(folder).as_posix(): unread.get(path) or _file(path, encoding) for path in paths}


def _may_be_file(path: Path) -> bool:
    """Whether it is a file, or cannot be looked at, which is said where it is opened; a pipe in a folder is none."""
    try:
        return path.is_file()
    except OSError:
        return True


def is_archive(opened: Opened) -> bool:
    """Whether it is a zip archive."""
    return opened.head.startswith(ZIP)


def files_of_archive(opened: Opened) -> Files:
    """The files in a zip archive that are not hidden, in reading order.

    The archive stays open as long as one of them may be read: its list of contents is read once.

    Raises:
        SourceNotText: it is damaged, a password protects it, or it unpacks to too much.
    """
    if opened.depth >= DEEPEST:
        raise SourceNotText(
            f"{opened.name} lies in {opened.depth} archives, one in another; unpack it, and name the folder"
        )
    try:
        archive = _archive(opened)
    except DAMAGE as error:
        raise SourceNotText(f"{opened.name} is damaged: {error}; fetch it again") from None
    members = [each for each in archive.infolist() if not each.is_dir()]
    if members and all(each.flag_bits & _ENCRYPTED for each in members):
        raise SourceNotText(f"{opened.name} is protected by a password; unpack it, and hand in the folder")
    paths = {PurePosixPath(each.filename): each for each in members}
    visible = [path for path in paths if _is_visible(path)]
    return {
        str(path): _member(opened, archive, path, paths[path]) for path in sorted(visible, key=_reading_order)
    }


def _archive(opened: Opened) -> zipfile.ZipFile:
    """The archive, kept open; what is itself compressed is unpacked into a file without a name."""
    stream = opened.opening()
    kept: IO[bytes]
    if opened.is_packed or not stream.seekable():
        with stream:
            kept = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the archive
            shutil.copyfileobj(stream, kept)
    else:
        kept = cast("IO[bytes]", stream)
    try:
        try:
            archive = zipfile.ZipFile(kept)
        except UnicodeDecodeError:
            kept = _with_sound_names(kept)
            archive = zipfile.ZipFile(kept)
    except BaseException:
        kept.close()
        raise
    weakref.finalize(archive, kept.close)
    return archive


def _with_sound_names(stream: IO[bytes]) -> IO[bytes]:
    """A copy of an archive in which no file claims a name in UTF-8 that is none.

    Source: PKWARE, APPNOTE 4.3.7, 4.3.12 and 4.3.16; without that claim, names are in the code page of DOS.
    """
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the archive
    with stream:
        stream.seek(0)
        shutil.copyfileobj(stream, copy)
    length = copy.tell()
    copy.seek(max(0, length - _LONGEST_END))
    tail = copy.read()
    end = tail.rindex(b"PK\x05\x06")
    size, first = struct.unpack_from("<LL", tail, end + 12)
    begins = length - len(tail) + end - size
    copy.seek(begins)
    entries, at = copy.read(size), 0
    while entries[at : at + 4] == b"PK\x01\x02":
        (flags,) = struct.unpack_from("<H", entries, at + 8)
        name, *rest = struct.unpack_from("<HHH", entries, at + 28)
        if flags & _IN_UTF8 and not _is_utf8(entries[at + 46 : at + 46 + name]):
            (local,) = struct.unpack_from("<L", entries, at + 42)
            for place in (begins + at + 8, begins - first + local + 6):
                copy.seek(place)
                copy.write(struct.pack("<H", flags & ~_IN_UTF8))
        at += 46 + name + sum(rest)
    return copy


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _member(opened: Opened, archive: zipfile.ZipFile, path: PurePosixPath, info: zipfile.ZipInfo) -> Opened:
    """A file in an archive."""
    name = f"{opened.name}: {path}"
    if info.flag_bits & _ENCRYPTED:
        fault = SourceNotText(f"{name} is protected by a password; unpack it, and name the folder")
        return Opened(name=name, opening=io.BytesIO, encoding=opened.encoding, fault=fault)
    opened.budget.take(name, info.file_size)
    return _opened(
        name,
        lambda: cast("io.BufferedIOBase", archive.open(info)),
        opened.encoding,
        budget=opened.budget,
        depth=opened.depth + 1,
    )


def _is_visible(path: PurePosixPath) -> bool:
    """Whether neither the file nor a folder that it lies in is hidden; a folder of mail may be."""
    *folders, name = path.parts
    return not name.startswith((".", "__MACOSX")) and not any(
        folder.startswith((".", "__MACOSX")) and after not in MAIL
        for folder, after in zip(folders, path.parts[1:], strict=False)
    )


def _opened(name: str, opening: Opening, encoding: str | None, *, budget: Budget, depth: int = 0) -> Opened:
    """What `opening` opens, unpacked where it is compressed with gzip; with its fault where its beginning has one."""
    opened = Opened(
        name=name, opening=opening, encoding=encoding, is_packed=depth > 0, depth=depth, budget=budget
    )
    try:
        if opened.head.startswith(_GZIP):
            unpacking = partial(_Gzip, opening, name, budget)
            opened = replace(opened, opening=cast("Opening", unpacking), is_packed=True)
            _ = opened.head
    except SourceError as fault:
        return replace(opened, fault=fault)
    return opened


@final
class _Gzip(gzip.GzipFile):
    """One that closes what it reads from, and counts what it unpacks."""

    def __init__(self, opening: Opening, name: str, budget: Budget) -> None:
        self._packed, self._named, self._budget, self._size = opening(), name, budget, 0
        super().__init__(fileobj=cast("IO[bytes]", self._packed))

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        data = super().read(size)
        self._size += len(data)
        self._budget.take(self._named, self._size)
        return data

    def close(self) -> None:
        """Close both."""
        super().close()
        self._packed.close()


def _reading_order(path: PurePosixPath | Path) -> list[tuple[list[str | int], str]]:
    """Numbers in names count as numbers, and capitals do not count."""
    return [([int(run) if run.isdecimal() else run for run in _runs(part)], part) for part in path.parts]


def _runs(name: str) -> list[str]:
    """Text and digits by turns, beginning with text, so that names compare like with like."""
    return re.split(r"([0-9]+)", name.casefold())
