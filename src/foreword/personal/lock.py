"""One process trains a model at a time: the lock on its run folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from foreword.errors import RunError
from foreword.modelfolder.names import lock_of_run

PATIENCE_SECONDS: Final = 0.2
"""Who only looks whether a run is under way (`modelfolder/reading.py`) has the lock for less than that."""


@contextmanager
def held(run: Path) -> Iterator[None]:
    """While inside, the folder `run` is this run's alone. The operating system lets go when its process ends.

    The lock is a hidden file beside the folder, which itself comes and goes.

    Raises:
        RunError: Another process holds it, or no file can be made there.
    """
    path = lock_of_run(run)
    # A generator that is inside may be closed by another thread than the one that went in.
    lock = FileLock(path, timeout=PATIENCE_SECONDS, thread_local=False)
    try:
        run.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise RunError(
            f"{run.with_suffix('')} is being trained by another process; wait for its end, or stop it first"
        ) from None
    except FileExistsError:
        raise RunError(f"{run} cannot be made: Not a directory; choose another place with -o") from None
    except OSError as error:
        raise RunError(
            f"{run} cannot be made: {error.strerror or error}; choose another place with -o"
        ) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)  # still held: whoever takes a lock on a file that is gone tries again
        lock.release()
