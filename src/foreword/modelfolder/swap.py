"""Atomic replacement of a folder: a reader finds a complete folder at every moment.

    1. the new folder is written as `.NAME.draft-…`, which nobody reads
    2. it is renamed to `.NAME.new`: now it is complete
    3. the current folder is renamed to `.NAME.old`
    4. `.NAME.new` is renamed to NAME
    5. `.NAME.old` is deleted

If a reader finds no NAME, it does step 4. Not all systems can exchange two folders in one step.
"""

import contextlib
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from foreword.files import is_abandoned, sync


def is_there(path: Path) -> bool:
    """Whether there is a folder at `path`, or one of an interrupted swap."""
    path = _target(path)
    return any(folder.is_dir() for folder in (path, _new(path), _old(path)))


def _target(path: Path) -> Path:
    """The folder that a link leads to: a writer swaps beside it."""
    return Path(os.path.realpath(path))  # unlike `resolve`, it takes a link to itself


def is_anything_left(path: Path) -> bool:
    """Whether `is_there`, or there is a draft of an interrupted write or deletion."""
    return is_there(path) or bool(_drafts(path))


def complete(path: Path) -> None:
    """Finish an interrupted swap at `path`, if there is one; readers and writers call this first."""
    path = _target(path)
    if path.exists():
        if _old(path).exists() and not _new(path).exists():
            with contextlib.suppress(OSError):  # on a full disk, a later caller deletes it
                _discard(_old(path))
        return
    for beside in (_new(path), _old(path)):
        if beside.is_dir():
            with contextlib.suppress(OSError):  # another reader may have done it already
                beside.rename(path)
            return


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new empty draft folder that only its owner can read; at the end it replaces the folder at `path`.

    After an error it is deleted, and `path` stays as it is. Old drafts of killed writers are deleted.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in _drafts(path):
        with contextlib.suppress(OSError):
            if is_abandoned(leftover):
                shutil.rmtree(leftover)
    draft = Path(tempfile.mkdtemp(prefix=f".{path.name}.draft-", dir=path.parent))
    try:
        yield draft
        _put(draft, path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _put(draft: Path, path: Path) -> None:
    """Move the complete folder `draft` to `path`; the old folder is deleted."""
    _discard(_new(path))
    draft.rename(_new(path))
    if path.exists():
        _discard(_old(path))
        path.rename(_old(path))
    try:
        _new(path).rename(path)
    except FileNotFoundError:
        if not path.is_dir():  # else a reader has done this step
            raise
    sync(path.parent)
    complete(path)


def delete(path: Path) -> None:
    """Delete the folder at `path` in one step, and the drafts of killed deletions."""
    complete(path)
    for leftover in _drafts(path):
        shutil.rmtree(leftover)
    for beside in (_new(path), _old(path)):  # else a reader would move it to `path`
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
    """Rename `folder`, then delete it: no reader may take an incomplete folder for a complete one."""
    if folder.exists():
        draft = Path(tempfile.mkdtemp(prefix=f"{folder.stem}.draft-", dir=folder.parent))
        with contextlib.suppress(FileNotFoundError):  # another reader may delete it already
            folder.rename(draft / folder.name)
        shutil.rmtree(draft, ignore_errors=True)


def _drafts(path: Path) -> list[Path]:
    return list(path.parent.glob(f".{glob.escape(path.name)}.draft-*"))


def _new(path: Path) -> Path:
    return path.parent / f".{path.name}.new"


def _old(path: Path) -> Path:
    return path.parent / f".{path.name}.old"
