"""What to measure and how, the same for every program: shapes, blocks of ids, the clock.

Needs the standard library and NumPy alone, and runs on Python 3.8 too: MXNet's environment imports it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int64

WARM_UP_STEPS = 5
LEARNING_RATE = 1e-3
CLIP = 1.0


@dataclass(frozen=True)
class Task:
    """One measurement: a network of the tutorial's shapes, trained for `seconds` on the ids in the file `ids`.

    No program uses dropout, so all do the same work. `precision` is "float32", "bfloat16" or "auto".
    """

    architecture: str
    ids: str
    seconds: float
    precision: str = "auto"
    vocabulary: int = 87
    embedding: int = 100
    hidden: int = 512
    layers: int = 2
    batch: int = 32
    unroll: int = 100

    @property
    def tokens(self) -> int:
        """Tokens that a step trains on."""
        return self.batch * self.unroll

    def to_json(self) -> str:
        """The form that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Task:
        """The task from the command line of a program."""
        return cls(**json.loads(text))


def given_task() -> Task:
    """The task on the command line of this process."""
    return Task.from_json(sys.argv[1])


def blocks(
    task: Task,
) -> Iterator[tuple[Int64[np.ndarray, "unroll batch"], Int64[np.ndarray, "unroll batch"]]]:
    """Ids and the ids one step ahead, block after block without end, in columns as the tutorial cuts them."""
    ids = np.load(task.ids).astype(np.int64)
    rows = (len(ids) - 1) // task.batch
    steps = rows // task.unroll
    if steps == 0:
        raise ValueError(f"{len(ids)} ids do not make one block of {task.unroll} x {task.batch}")
    inputs = ids[: rows * task.batch].reshape(task.batch, rows).T
    targets = ids[1 : rows * task.batch + 1].reshape(task.batch, rows).T
    starts = range(0, steps * task.unroll, task.unroll)
    cut = [
        (
            np.ascontiguousarray(inputs[start : start + task.unroll]),
            np.ascontiguousarray(targets[start : start + task.unroll]),
        )
        for start in starts
    ]
    return cycle(cut)


def tokens_per_second(step: Callable[[], int], seconds: float) -> float:
    """Call `step` for `seconds` after a warm-up; it does one whole update and returns its number of tokens.

    The rate covers the whole time, not only the fastest steps: the work between steps is part of training.
    """
    for _ in range(WARM_UP_STEPS):
        step()
    tokens, start = 0, time.perf_counter()
    while True:
        tokens += step()
        passed = time.perf_counter() - start
        if passed >= seconds:
            return tokens / passed


def report(rate: float, precision: str, **about: object) -> None:
    """Print the measurement for the program that started this one; `about` names versions and threads."""
    print(json.dumps({"tokens_per_second": rate, "precision": precision, "about": about}), flush=True)
