"""Opens the bytes of a source: a file, standard input, or the files of a folder or a zip archive."""

import contextlib
import errno
import io
import os
import re
import shutil
import stat
import sys
import tempfile
import weakref
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final, cast

from foreword.errors import SourceMissing, SourceNotText
from foreword.sources.formats import Files
from foreword.sources.source_bytes import DAMAGE, ENCRYPTED, Opened, UnpackLimit, unpacked

DEEPEST: Final = 4
"""Most levels of archives inside archives."""
MAIL: Final = ("cur", "new")
"""The subfolders of a mail folder. Mail folders in a Maildir, such as `.Sent`, begin with a dot but are not hidden."""
_LINK: Final = "a link to a folder or to nothing is not followed; name what it leads to"


def opened_file(path: Path, encoding: str | None) -> Opened:
    """The file at a path; raises `SourceMissing` if it does not exist or cannot be opened."""
    try:
        if is_read_once(path):
            with path.open("rb") as stream:
                return _read_once(str(path), stream, encoding)
        size = path.stat().st_size
        path.open("rb").close()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _cannot_open(path, error) from None
    return unpacked(str(path), lambda: path.open("rb"), encoding, limit=UnpackLimit(size))


def opened_standard_input(encoding: str | None) -> Opened:
    """Standard input; raises `SourceMissing` if it is a device."""
    return _read_once("standard input", cast("io.BufferedIOBase", sys.stdin.buffer), encoding)


def is_read_once(path: str | Path) -> bool:
    """Whether a path is neither a file nor a folder: a pipe, for example, can be read only once."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112, PTH113


def _cannot_open(path: Path, error: OSError | ValueError) -> SourceMissing:
    """The error for a path that cannot be opened; its message gives the reason."""
    if isinstance(error, FileNotFoundError):
        return SourceMissing(f"there is no file or folder {path}; check the name")
    if isinstance(error, PermissionError):
        return SourceMissing(f"{path} may not be read; allow it, or name another file or folder")
    return SourceMissing(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}")


def _read_once(name: str, stream: io.BufferedIOBase, encoding: str | None) -> Opened:
    """A stream, copied to its end into a temporary file, because readers may read it more than once."""
    with contextlib.suppress(io.UnsupportedOperation):  # a stream without a file descriptor
        status = os.fstat(stream.fileno())
        is_empty = status.st_rdev == os.stat(os.devnull).st_rdev  # noqa: PTH116 - as above
        is_device = stat.S_ISBLK(status.st_mode) or stat.S_ISCHR(status.st_mode)
        if is_device and not is_empty and not stream.isatty():
            raise SourceMissing(f"{name} is a device, which may never end; name a file or a folder")
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the returned object
    shutil.copyfileobj(stream, kept)
    size = kept.tell()

    def again() -> io.BufferedIOBase:
        kept.seek(0)
        return os.fdopen(os.dup(kept.fileno()), "rb")

    weakref.finalize(again, kept.close)
    return unpacked(name, again, encoding, limit=UnpackLimit(size))


def files_of_folder(folder: Path, encoding: str | None) -> Files:
    """The visible files in a folder and its subfolders, in reading order: `chapter 2` before `chapter 10`.

    A file or folder that cannot be read is included, with its fault; so is a link to a folder, or to nothing.
    """
    found: list[Path] = []
    faults: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = [name for name in folders if not name.startswith(".") or _is_mail(Path(place, name))]
        visible = [Path(place, name) for name in (*names, *folders) if not name.startswith(".")]
        found += filter(_may_be_file, visible)
        links = (path for path in visible if path.is_symlink() and not _may_be_file(path))
        faults += (OSError(errno.ELOOP, _LINK, str(path)) for path in links)
    unread = {Path(error.filename): _cannot_open(Path(error.filename), error) for error in faults}

    def opened(path: Path) -> Opened:
        try:
            if path in unread:
                raise unread[path]
            return opened_file(path, encoding)
        except SourceMissing as fault:
            return Opened(name=str(path), opening=io.BytesIO, fault=fault)

    paths = sorted([*found, *unread], key=lambda path: _reading_order(path.relative_to(folder)))
    return {path.relative_to(folder).as_posix(): opened(path) for path in paths}


def _is_mail(folder: Path) -> bool:
    return any(os.path.isdir(folder / each) for each in MAIL)  # noqa: PTH112 - Path.is_dir raises without permission


def _may_be_file(path: Path) -> bool:
    """Whether a path is a file, or cannot be checked; then opening it reports the error. A pipe is not a file."""
    try:
        return path.is_file()
    except OSError:
        return True


def files_of_archive(opened: Opened) -> Files:
    """The visible files in a zip archive, in reading order; raises `SourceNotText` if it cannot be read.

    The archive stays open while any of them is in use, so its list of contents is read only once.
    """
    if opened.depth >= DEEPEST:
        nested = f"{opened.name} is inside {opened.depth} nested archives"
        raise SourceNotText(f"{nested}; unpack it, and name the folder")
    try:
        archive = _archive(opened)
    except DAMAGE as error:
        raise SourceNotText(f"{opened.name} is damaged: {error}; fetch it again") from None
    members = {PurePosixPath(each.filename): each for each in archive.infolist() if not each.is_dir()}
    if members and all(each.flag_bits & ENCRYPTED for each in members.values()):
        raise SourceNotText(f"{opened.name} is protected by a password; unpack it, and give the folder")
    visible = sorted(filter(_is_visible, members), key=_reading_order)
    return {str(path): _member(opened, archive, path, members[path]) for path in visible}


def _archive(opened: Opened) -> zipfile.ZipFile:
    """The archive, kept open; a compressed archive is unpacked first."""
    with contextlib.ExitStack() as stack:
        archive = zipfile.ZipFile(stack.enter_context(opened.seekable()))
        weakref.finalize(archive, stack.pop_all().close)
    return archive


def _member(opened: Opened, archive: zipfile.ZipFile, path: PurePosixPath, info: zipfile.ZipInfo) -> Opened:
    """A file in an archive."""
    name = f"{opened.name}: {path}"
    if info.flag_bits & ENCRYPTED:
        fault = SourceNotText(f"{name} is protected by a password; unpack it, and name the folder")
        return Opened(name=name, opening=io.BytesIO, fault=fault)
    limit = opened.limit
    limit.take(name, info.file_size)
    opening = partial(cast("Callable[..., io.BufferedIOBase]", archive.open), info)
    return unpacked(name, opening, opened.encoding, limit=limit, depth=opened.depth + 1)


def _is_visible(path: PurePosixPath) -> bool:
    """Whether neither the file nor any of its folders is hidden; a mail folder may begin with a dot."""
    *folders, name = path.parts
    return not name.startswith((".", "__MACOSX")) and not any(
        folder.startswith((".", "__MACOSX")) and after not in MAIL
        for folder, after in zip(folders, path.parts[1:], strict=False)
    )


def _reading_order(path: PurePosixPath | Path) -> list[tuple[list[str | int], str]]:
    """The sort key of a path: numbers in names compare as numbers, and capitals are ignored.

    Each name alternates between text and digits, text first, so that only equal types are compared.
    """
    return [
        ([int(run) if run.isdecimal() else run for run in re.split(r"([0-9]+)", part.casefold())], part)
        for part in path.parts
    ]
