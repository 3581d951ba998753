"""The bytes of a source: a file, standard input, or the files of a folder or a zip archive.

Readers get the first bytes, to recognise a format, and all bytes, as often as needed.
"""

import contextlib
import errno
import gzip
import io
import lzma
import os
import re
import shutil
import struct
import sys
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast, final

from foreword.errors import SourceError, SourceMissing, SourceNotText
from foreword.files import FULL
from foreword.sources.encodings import encoding_of

Opening = Callable[[], io.BufferedIOBase]

HEAD: Final = 1 << 16  # bytes that are needed to recognise a format
BLOCK: Final = 1 << 18  # bytes read at a time; a text of any length needs only this much memory

DAMAGE: Final = (
    *(RuntimeError, EOFError, OSError, ValueError, LookupError, OverflowError),
    *(zipfile.BadZipFile, struct.error, lzma.LZMAError, zlib.error),
)
"""Errors of Python's modules for damaged archives and compressed files."""

UNPACKED_TIMES: Final = 100
LEAST_UNPACKED: Final = 1 << 28
"""A compressed file may unpack to this many bytes, or to `UNPACKED_TIMES` its size if larger. Texts shrink to 1/20."""
ENCRYPTED: Final = 0x1  # the flag of a file in a zip archive
_SMALLEST: Final = 1 << 10
"""Bytes that even an empty file counts as, because each file costs time."""
_HELD: Final = 1 << 24
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a zip archive; the second are those of an empty archive."""


@final
class UnpackLimit:
    """The limit of bytes that a compressed file may unpack to, with all compressed files inside it."""

    def __init__(self, packed: int) -> None:
        self._most = max(LEAST_UNPACKED, UNPACKED_TIMES * packed)
        self._taken: dict[str, int] = {}
        self._all = 0

    def take(self, name: str, size: int) -> None:
        """Count `name` as at least `size` unpacked bytes, once; raises `SourceNotText` if the sum exceeds the limit."""
        more = max(0, max(size, _SMALLEST) - self._taken.get(name, 0))
        if self._all + more > self._most:
            most = f"{self._most / 2**20:,.0f} MB, too much for text"
            raise SourceNotText(
                f"{name} would unpack to more than {most}; unpack what you need, and name the folder"
            )
        self._all += more
        self._taken[name] = self._taken.get(name, 0) + more


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Opened:
    """Bytes with a name, unpacked if they were compressed.

    Attributes:
        name: its name in errors and notes: a path, "standard input", "chat.zip: _chat.txt".
        opening: opens the bytes from their beginning; may be called more than once.
        encoding: the one that the user gave; None: as the byte order mark says, or UTF-8 without one.
        is_packed: whether they were compressed; if so, they may be damaged and can only be read forwards.
        depth: the number of archives around them.
        fault: the error, if it is already known that they cannot be read.
    """

    name: str
    opening: Opening
    encoding: str | None = None
    is_packed: bool = False
    depth: int = 0
    limit: UnpackLimit = field(default_factory=lambda: UnpackLimit(0))
    fault: SourceError | None = None

    @property
    def head(self) -> bytes:
        """The first bytes, at most `HEAD` of them; errors as in `blocks`."""
        return _head(self)

    @property
    def start(self) -> str:
        """The text of the first bytes, with LF line ends and wrong bytes replaced; only to recognise a format."""
        text = self.head.decode(encoding_of(self.head, self.encoding), "replace").removeprefix("\ufeff")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @property
    def is_zip(self) -> bool:
        """Whether it is a zip archive, or a document in one."""
        return self.head.startswith(_ZIP)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The names of the files in a zip file; empty if it is no zip file, or damaged."""
        if not self.is_zip:
            return frozenset()
        try:
            with self.seekable() as stream, zipfile.ZipFile(stream) as package:
                return frozenset(package.namelist())
        except DAMAGE:
            return frozenset()

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """All bytes in blocks; raises `SourceMissing` or `SourceNotText` if they cannot be read."""
        if self.fault is not None:
            raise self.fault
        try:
            with self.opening() as stream:
                yield from iter(partial(stream.read, size), b"")
        except DAMAGE as error:
            if isinstance(error, OSError) and error.strerror:
                raise SourceMissing(f"{self.name} cannot be read: {error.strerror}; mend that") from None
            damage = f"its compressed data cannot be unpacked ({error})"
            raise SourceNotText(f"{self.name} is damaged: {damage}; fetch it again") from None

    @contextlib.contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The bytes for a reader that seeks, such as that of zip files; packed bytes are unpacked first."""
        with self.opening() as stream:
            if not self.is_packed:
                yield cast("IO[bytes]", stream)
                return
            with tempfile.SpooledTemporaryFile(max_size=_HELD) as copy:
                shutil.copyfileobj(stream, copy)
                copy.seek(0)
                yield cast("IO[bytes]", copy)


@lru_cache(maxsize=64)  # not in each object: a Maildir has a hundred thousand files
def _head(opened: Opened) -> bytes:
    return next(opened.blocks(HEAD), b"")


def unpacked(
    name: str, opening: Opening, encoding: str | None, *, limit: UnpackLimit, depth: int = 0
) -> Opened:
    """The bytes from `opening`, unpacked if gzip compressed them; with a fault if the first ones cannot be read."""
    opened = Opened(
        name=name, opening=opening, encoding=encoding, is_packed=depth > 0, depth=depth, limit=limit
    )
    try:
        if opened.head.startswith(_GZIP):
            unpacking = partial(_Gzip, opening, name, limit)
            opened = replace(opened, opening=cast("Opening", unpacking), is_packed=True)
            _ = opened.head
    except SourceError as fault:
        return replace(opened, fault=fault)
    return opened


@final
class _Gzip(gzip.GzipFile):
    """A gzip file that closes its source and counts the unpacked bytes."""

    def __init__(self, opening: Opening, name: str, limit: UnpackLimit) -> None:
        self._packed, self._named, self._limit, self._size = opening(), name, limit, 0
        super().__init__(fileobj=cast("IO[bytes]", self._packed))

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        data = super().read(size)
        self._size += len(data)
        self._limit.take(self._named, self._size)
        return data

    def close(self) -> None:
        """Close the file and its source."""
        super().close()
        self._packed.close()


# Files, folders and archives

Files = Mapping[str, Opened]
"""The files of a folder or an archive in reading order, by their relative paths with slashes."""

DEEPEST: Final = 4  # most levels of archives inside archives
MAIL: Final = ("cur", "new")
"""The subfolders of a mail folder. Mail folders in a Maildir, such as `.Sent`, begin with a dot but are not hidden."""
MODEL: Final = frozenset(["config.json", "model.safetensors"])
"""The files of a model folder: no file in it, such as the model's card, is a person's text."""
RUN: Final = re.compile(r"texts|corpus(-\d+)?|(plan|lesson)\.json|(start|checkpoint)\.safetensors|\..*")
"""The names in the folder of an unfinished training, `NAME.run`, with other texts; a dot begins those of drafts."""
_BOOK, _PAGE = PurePosixPath("META-INF/container.xml"), re.compile(r"\.x?html?$", re.IGNORECASE)
"""Of a book in EPUB, which has the first of these files, only the pages are text."""
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
    """Standard input."""
    return _read_once("standard input", cast("io.BufferedIOBase", sys.stdin.buffer), encoding)


def is_read_once(path: str | Path) -> bool:
    """Whether a path is neither a file nor a folder: a pipe, for example, can be read only once."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112, PTH113


def _cannot_open(path: Path, error: OSError | ValueError) -> SourceMissing:
    if isinstance(error, FileNotFoundError):
        if path.parts[:1] in (("http:",), ("https:",)):
            return SourceMissing("Foreword downloads nothing; save the page, and give the file")
        return SourceMissing(f"there is no file or folder {path}; check the name")
    if isinstance(error, PermissionError):
        return SourceMissing(f"{path} may not be read; allow it, or name another file or folder")
    return SourceMissing(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}; mend that")


def _read_once(name: str, stream: io.BufferedIOBase, encoding: str | None) -> Opened:
    """A stream, copied to its end into a temporary file, because readers may read it more than once."""
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the returned object
    try:
        shutil.copyfileobj(stream, kept)
    except OSError as error:
        error.filename = tempfile.gettempdir() if error.errno in FULL else name
        raise
    size = kept.tell()

    def again() -> io.BufferedIOBase:
        kept.seek(0)
        return os.fdopen(os.dup(kept.fileno()), "rb")

    weakref.finalize(again, kept.close)
    return unpacked(name, again, encoding, limit=UnpackLimit(size))


def files_of_folder(folder: Path, encoding: str | None) -> Files:
    """The visible files in a folder and its subfolders, in reading order: `chapter 2` before `chapter 10`.

    A file or folder that cannot be read is included, with its fault; so is a link to a folder, or to nothing. Model
    folders and unfinished trainings are left out.
    """
    found: list[Path] = []
    faults: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=faults.append):
        if MODEL.issubset(names) or (place.endswith(".run") and all(map(RUN.fullmatch, names + folders))):
            folders.clear()
            continue
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
    if _BOOK in members:
        visible = [path for path in visible if _PAGE.search(path.name)]
    return {str(path): _member(opened, archive, path, members[path]) for path in visible}


def _archive(opened: Opened) -> zipfile.ZipFile:
    """The archive, kept open; a compressed archive is unpacked first."""
    with contextlib.ExitStack() as stack:
        archive = zipfile.ZipFile(stack.enter_context(opened.seekable()))
        weakref.finalize(archive, stack.pop_all().close)
    return archive


def _member(opened: Opened, archive: zipfile.ZipFile, path: PurePosixPath, info: zipfile.ZipInfo) -> Opened:
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
