"""The folder of an unfinished run, `NAME.run/` beside the model: its lock and its contents; and private folders.

It holds the plan, the ids of the text, the initial weights, the lines that the memory must still learn, and the last
checkpoint. This module does not need PyTorch.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from foreword.errors import RunError
from foreword.files import fault_of_disk, sync
from foreword.modelfolder.names import (
    PLAN,
    has_unfinished_run,
    home,
    in_a_command,
    lock_of_run,
    named,
    run_folder,
)
from foreword.sources.opening import RUN

PATIENCE_SECONDS: Final = 0.2  # `is_being_trained` of modelfolder/reading.py locks for less time
_ELSEWHERE: Final = "choose another data folder with FOREWORD_HOME, or name the model by a path"


@contextmanager
def private_folder(name: str, busy: str) -> Iterator[Path]:
    """An empty folder in the data folder that only its owner can read, deleted at the end.

    A killed process leaves the folder; the next process that uses the `name` deletes it.

    Raises:
        RunError: another process uses it, and `busy` is the message; or the disk is full, or fails.
    """
    folder = home() / name
    with _locked(home() / f"{name}.lock", folder, busy):
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            yield folder
        except (OSError, RunError) as error:
            cause = error.__cause__ if isinstance(error, RunError) else error
            if not isinstance(cause, OSError):
                raise
            fault, remedy = fault_of_disk(cause, home())  # a run in this folder cannot be continued
            raise RunError(f"{fault}; {remedy}, then try again") from None
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """Lock the folder `run` for this run while inside.

    The lock is a hidden file beside the folder, because the folder itself is created and deleted.

    Raises:
        RunError: another process holds the lock, or no file can be made there.
    """
    busy = f"another process trains {run.with_suffix('')}; wait for its end, or stop it first"
    with _locked(lock_of_run(run), run, busy):
        yield


@contextmanager
def _locked(path: Path, folder: Path, busy: str) -> Iterator[None]:
    """Hold the lock file at `path` for `folder`. The operating system releases it when the process ends.

    Raises:
        RunError: another process holds the lock, and `busy` is the message; or no file can be made there.
    """
    # The thread that closes a generator may differ from the thread that acquired the lock.
    lock = FileLock(path, timeout=PATIENCE_SECONDS, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()  # if no file can be made, as in /proc, FileLock would wait for one
        lock.acquire()
    except Timeout:
        raise RunError(busy) from None
    except OSError as error:
        why = "Not a directory" if isinstance(error, FileExistsError) else error.strerror
        raise RunError(f"{folder} cannot be made: {why}; {_ELSEWHERE}") from None
    try:
        yield
    finally:
        with suppress(OSError):  # a failing disk: its first error says more
            path.unlink()  # before the release: a process that locks a deleted file tries again
        lock.release()


def new_run_folder(model: Path) -> Path:
    """An empty folder for a run of `model`.

    Raises:
        RunError: an unfinished run or a folder of the person's own exists, or the folder cannot be made.
    """
    folder = run_folder(model)
    if has_unfinished_run(model):
        raise RunError(
            f"{folder} holds an unfinished run. Continue: foreword train --resume{named(model, '-o')}. "
            f"Or delete it: foreword models delete {in_a_command(model)} --run"
        )
    if folder.is_dir() and not is_run(folder):
        raise RunError(f"{folder} holds files, but no run; move it, or give train another name with -o")
    shutil.rmtree(folder, ignore_errors=True)  # a run that was killed before it had a plan
    try:
        folder.mkdir(parents=True, mode=0o700)
        sync(folder.parent)
    except OSError as error:
        raise RunError(f"{folder} cannot be made: {error.strerror}; {_ELSEWHERE}") from None
    return folder


def is_run(folder: Path) -> bool:
    """Whether `folder` has only files of a run; one that was killed while it read its texts has no plan."""
    return folder.is_dir() and all(RUN.fullmatch(each.name) for each in folder.iterdir())


def delete_run(folder: Path) -> None:
    """Delete a run folder, its plan first: a killed deletion leaves no run that seems to be unfinished."""
    (folder / PLAN).unlink(missing_ok=True)
    shutil.rmtree(folder)


def what_is_kept(model: Path) -> tuple[str, str]:
    """The parts of an unfinished run of `model` that are saved, and the way to continue, in words."""
    folder = run_folder(model)
    if not has_unfinished_run(model):
        return "no network was trained yet; the memory keeps its messages", "train again"
    return (
        f"{folder} has the training as last saved",
        f"continue with: foreword train --resume{named(model, '-o')}",
    )


@contextmanager
def disk_errors(model: Path) -> Iterator[None]:
    """Raise RunError if the disk is full, or fails; the message names the saved parts of the run of `model`."""
    try:
        yield
    except OSError as error:
        kept, way = what_is_kept(model)
        fault, remedy = fault_of_disk(error, run_folder(model).parent)
        raise RunError(f"{fault}; {kept}. {remedy.capitalize()}, then {way}") from error
