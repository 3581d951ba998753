"""The run folder of a model while it is trained: who has it, what it learns from, and how it is deleted.

It needs no PyTorch.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from foreword.corpus.streams import Corpus
from foreword.errors import RunError
from foreword.modelfolder.names import lock_of_run, run_folder
from foreword.personal.finetune import InitialWeights

PLAN: Final = "plan.json"  # as in training/plan.py, which needs PyTorch
PATIENCE_SECONDS: Final = 0.2
"""Who only looks whether a run is under way (`modelfolder/reading.py`) has the lock for less than that."""


@contextmanager
def held(run: Path) -> Iterator[None]:
    """While inside, the folder `run` is this run's alone. The operating system lets go when its process ends.

    The lock is a hidden file beside the folder, which itself comes and goes.

    Raises:
        RunError: another process holds it, or no file can be made there.
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


def discard_run(model: Path) -> None:
    """Delete what an unfinished run of `model` left, if there is anything.

    Raises:
        RunError: it is not left: another process is at it.
    """
    with held(run_folder(model)):
        shutil.rmtree(run_folder(model), ignore_errors=True)


def run_sources(model: Path) -> tuple[str, ...]:
    """What the unfinished run of `model` learns from, and what the model that it goes on from was trained on.

    Nothing, where there is no run that has begun to learn.

    Raises:
        RunError: it is damaged.
    """
    folder = run_folder(model)
    if not (folder / PLAN).exists():
        return ()
    corpus, initial = Corpus.open(folder / "corpus"), InitialWeights.kept(folder)
    before = (
        [] if initial is None else [text.name or "?" for text in initial.record().learned_from()] or ["?"]
    )
    return (*(source.name for source in (*corpus.sources, *corpus.old_sources)), *before)
