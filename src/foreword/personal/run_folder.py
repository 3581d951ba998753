"""A run: its folder, who has it, what it learns from; and its time.

Training stops at the deadline less a reserve. The reserve is for writing the model, for the figures and for the
back-test: each measures as much held-out text as its share allows, and says how much. It needs no PyTorch.
"""

import math
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from filelock import FileLock, Timeout

from foreword.corpus.streams import Corpus
from foreword.errors import RunError
from foreword.modelfolder.names import lock_of_run, run_folder
from foreword.personal.initial import InitialWeights

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
    except OSError as error:
        why = "Not a directory" if isinstance(error, FileExistsError) else error.strerror or error
        raise RunError(f"{run} cannot be made: {why}; choose another place with -o") from None
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
    names = [source.name for source in (*corpus.sources, *corpus.old_sources)]
    if initial is not None:
        names += [text.name or "?" for text in initial.record().learned_from()] or ["?"]
    return tuple(names)


WRITING: Final = 3.0
"""Seconds to write graphs and all that is the same for every model; measured (docs/log.md)."""
RESERVED: Final = 0.09
"""The share of the time left after reading that is kept for what follows the training."""
FIGURES: Final = 0.55
"""Of the reserve, the share for figures on held-out text; the back-test has the rest."""
TRYING: Final = 0.035
"""The share of the time left after reading that each try of base and new network may take."""

MOST_TRYING: Final = 30.0
MOST_TYPING: Final = 40.0
TYPING_SHARE: Final = 0.05
"""Of the time that the training takes, for the back-test of a run that has no deadline."""
FEWEST_TYPING: Final = 5.0
SHORT: Final = 20.0
"""A training of fewer seconds is a try, and so is its back-test."""


@final
@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When a run is to be over: a moment of `time.perf_counter()`, infinite for one that takes as long as it takes."""

    end: float = math.inf

    @classmethod
    def after(cls, minutes: float | None, begun: float) -> "Deadline":
        """That of a run of so many minutes from `begun` on."""
        return cls() if minutes is None else cls(end=begun + 60 * minutes)

    @property
    def left(self) -> float:
        """Seconds from now on."""
        return self.end - time.perf_counter()

    @property
    def reserve(self) -> float:
        """Seconds, of those that are left now, for what follows the training."""
        return WRITING + RESERVED * max(0.0, self.left)

    @property
    def trying(self) -> float:
        """Seconds for each of two candidates."""
        return min(MOST_TRYING, TRYING * max(0.0, self.left))


def seconds_for_figures(reserve: float) -> float:
    """Seconds of a reserve that figures may take."""
    return FIGURES * (reserve - WRITING)


def seconds_for_typing(reserve: float, trained: float) -> float:
    """Seconds that the back-test may take, after a training of so many seconds."""
    if reserve < math.inf:
        return min(MOST_TYPING, (1 - FIGURES) * max(0.0, reserve - WRITING))
    return min(MOST_TYPING, max(TYPING_SHARE * trained, FEWEST_TYPING if trained >= SHORT else 0.0))
