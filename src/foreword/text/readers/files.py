"""Where the bytes of a source lie: a file, a folder, standard input, an archive; each may be compressed with gzip."""

import gzip
import io
import os
import re
import shutil
import sys
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from foreword.errors import SourceMissing, SourceNotText
from foreword.text.readers.formats import ZIP, Files
from foreword.text.readers.opened import Opened

Opening = Callable[[], io.BufferedIOBase]

_GZIP: Final = b"\x1f\x8b"
_ENCRYPTED: Final = 0x1
MAIL: Final = ("cur", "new")
"""What shows a folder to be one of mail: those in a Maildir, such as `.Sent`, begin with a point and are not hidden."""


def opened_file(path: Path, encoding: str | None) -> Opened:
    """The file at a path.

    Raises:
        SourceMissing: there is none, or it cannot be opened.
    """
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise SourceMissing(f"there is no file or folder {path}; check the name") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceMissing(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}") from None
    return _opened(str(path), lambda: path.open("rb"), encoding)


def opened_standard_input(encoding: str | None) -> Opened:
    """Standard input, read to its end into a file without a name, for readers may look at it more than once."""
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as what is returned
    shutil.copyfileobj(sys.stdin.buffer, kept)

    def again() -> io.BufferedIOBase:
        kept.seek(0)
        return os.fdopen(os.dup(kept.fileno()), "rb")

    weakref.finalize(again, kept.close)
    return _opened("standard input", again, encoding)


def files_of_folder(folder: Path, encoding: str | None) -> Files:
    """The files in a folder and below that are not hidden, in reading order: `chapter 2` before `chapter 10`."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") or any(Path(place, name, each).is_dir() for each in MAIL)
        ]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    paths = sorted((path.relative_to(folder) for path in found if path.is_file()), key=_reading_order)
    return {path.as_posix(): opened_file(folder / path, encoding) for path in paths}


def is_archive(opened: Opened) -> bool:
    """Whether it is a zip archive."""
    return opened.head.startswith(ZIP)


def files_of_archive(opened: Opened) -> Files:
    """The files in a zip archive that are not hidden, in reading order.

    Raises:
        SourceNotText: it is damaged, or a password protects it.
    """
    try:
        with opened.opening() as stream, zipfile.ZipFile(cast("IO[bytes]", stream)) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
    except zipfile.BadZipFile as error:
        raise SourceNotText(f"{opened.name} is damaged: {error}; fetch it again") from None
    if any(each.flag_bits & _ENCRYPTED for each in members):
        raise SourceNotText(f"{opened.name} is protected by a password; unpack it, and hand in the folder")
    paths = {PurePosixPath(each.filename): each.filename for each in members}
    visible = [path for path in paths if _is_visible(path)]
    return {
        str(path): _opened(f"{opened.name}: {path}", partial(_member, opened, paths[path]), opened.encoding)
        for path in sorted(visible, key=_reading_order)
    }


def _is_visible(path: PurePosixPath) -> bool:
    """Whether neither the file nor a folder that it lies in is hidden; a folder of mail may be."""
    *folders, name = path.parts
    return not name.startswith((".", "__MACOSX")) and not any(
        folder.startswith((".", "__MACOSX")) and after not in MAIL
        for folder, after in zip(folders, path.parts[1:], strict=False)
    )


def _member(opened: Opened, name: str) -> io.BufferedIOBase:
    """The bytes of one file in an archive."""
    return io.BufferedReader(_Member(opened.opening(), name))


class _Member(io.RawIOBase):
    """A file in an archive, which is closed with it."""

    def __init__(self, stream: io.BufferedIOBase, name: str) -> None:
        super().__init__()
        self._stream = stream
        self._archive = zipfile.ZipFile(cast("IO[bytes]", stream))
        self._file = self._archive.open(name)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always: another archive may lie in this one."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; backwards, it is unpacked anew."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place that is read next."""
        return self._file.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # all that is ever handed in
        """Fill the buffer as far as there is more."""
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        """Close file, archive, and what it lies in."""
        self._file.close()
        self._archive.close()
        self._stream.close()
        super().close()


def _opened(name: str, opening: Opening, encoding: str | None, *, is_member: bool = False) -> Opened:
    """What `opening` opens, unpacked where it is compressed with gzip.

    Raises:
        SourceMissing: it cannot be read.
    """
    is_gzip = False
    try:
        with opening() as stream:
            is_gzip = stream.read(len(_GZIP)) == _GZIP
    except OSError as error:
        raise SourceMissing(f"{name} cannot be read: {error.strerror or error}") from None
    except (EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError):
        pass  # who reads it is told
    return Opened(
        name=name,
        opening=(lambda: _Gzip(opening())) if is_gzip else opening,
        encoding=encoding,
        is_packed=is_gzip or is_member,
    )


class _Gzip(gzip.GzipFile):
    """One that closes what it reads from."""

    def __init__(self, packed: io.BufferedIOBase) -> None:
        super().__init__(fileobj=cast("IO[bytes]", packed))
        self._packed = packed

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
