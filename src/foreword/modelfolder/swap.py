"""Putting a whole folder in the place of another, so that at every moment a whole one can be found.

    1. the new folder is written as `.NAME.draft-…`, which nobody reads
    2. it is renamed `.NAME.new`: from now on it is known to be whole
    3. the one in place is renamed `.NAME.old`
    4. `.NAME.new` is renamed NAME
    5. `.NAME.old` is deleted

A reader who finds no NAME does step 4. A folder cannot be exchanged in one step on all systems.
"""

import contextlib
import glob
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

from foreword.files import sync

DRAFTS_KEPT_SECONDS: Final = 3600.0


def is_there(path: Path) -> bool:
    """Whether there is a folder at `path`, or one that an interrupted swap should have put there."""
    return any(folder.is_dir() for folder in (path, _new(path), _old(path)))


def is_anything_left(path: Path) -> bool:
    """The same, or what is left of one that was being written or deleted."""
    return is_there(path) or bool(_drafts(path))


def complete(path: Path) -> None:
    """Finish the swap that was interrupted at `path`, if one was; readers and writers call this first."""
    if path.exists():
        if _old(path).exists() and not _new(path).exists():
            _discard(_old(path))
        return
    for beside in (_new(path), _old(path)):
        if beside.is_dir():
            with contextlib.suppress(OSError):  # another reader was faster, which is as good
                beside.rename(path)
            return


def draft_beside(path: Path) -> Path:
    """A new empty folder to write in, for its owner alone; old drafts of killed writers are deleted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in _drafts(path):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > DRAFTS_KEPT_SECONDS:
                shutil.rmtree(leftover)
    return Path(tempfile.mkdtemp(prefix=f".{path.name}.draft-", dir=path.parent))


def put(draft: Path, path: Path) -> None:
    """Make the whole folder `draft` the one at `path`; what was there before is deleted."""
    _discard(_new(path))
    draft.rename(_new(path))
    if path.exists():
        _discard(_old(path))
        path.rename(_old(path))
    try:
        _new(path).rename(path)
    except FileNotFoundError:
        if not path.is_dir():  # else a reader that found none has done it
            raise
    sync(path.parent)
    _discard(_old(path))


def delete(path: Path) -> None:
    """Delete the folder at `path`, and what a killed deletion has left. Half of it is never there."""
    complete(path)
    for leftover in _drafts(path):
        shutil.rmtree(leftover)
    for beside in (_new(path), _old(path)):  # or a reader would put it in the place of the one deleted
        _discard(beside)
    if path.is_symlink():
        delete(path.resolve())
        path.unlink()
    elif path.exists():
        draft = Path(tempfile.mkdtemp(prefix=f".{path.name}.draft-", dir=path.parent))
        path.rename(draft / path.name)
        sync(path.parent)
        shutil.rmtree(draft)


def _discard(folder: Path) -> None:
    """Delete `folder`, renamed first: half of a folder must never be taken for a whole one."""
    if folder.exists():
        draft = Path(tempfile.mkdtemp(prefix=f"{folder.stem}.draft-", dir=folder.parent))
        with contextlib.suppress(FileNotFoundError):  # another reader discards it already
            folder.rename(draft / folder.name)
        shutil.rmtree(draft, ignore_errors=True)


def _drafts(path: Path) -> list[Path]:
    return list(path.parent.glob(f".{glob.escape(path.name)}.draft-*"))


def _new(path: Path) -> Path:
    return path.parent / f".{path.name}.new"


def _old(path: Path) -> Path:
    return path.parent / f".{path.name}.old"
