"""The bound: how fast a training step would be if it were its matrix products alone, at this machine's speed.

It counts the products that truncated back-propagation through time needs, each weight gradient as one product over
all steps: for every layer of I inputs, H units and G gates (lstm 4, gru 3, rnn 1), T steps and B columns

    forward    (T B, I) x (I, G H) once, (B, H) x (H, G H) at each step
    backward   (T B, G H) x (G H, I) once, (B, G H) x (G H, H) at each step but the first (the carried state has no
               gradient), weights (I, T B) x (T B, G H) and (H, T B) x (T B, G H) once

and for the output of V tokens (T B, H) x (H, V), (T B, V) x (V, H), (H, T B) x (T B, V). Nothing else: no embedding,
no bias, no elementwise operation, no optimiser.

Each is timed alone with `torch.mm`, on operands of the requested precision in memory, into an existing result. Each
operand is tried in both memory orders, on one thread and on all. The fastest of many calls counts: a bound is what the
machine can do, whatever else runs. OpenMP's threads wait by PyTorch's default (they spin), because our settings must
not make the bound easier. Operands packed beforehand for one
product are left out: PyTorch has no public way to them (docs/decisions/0009-training-speed.md).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as pairs
from typing import final

import torch
from torch import Tensor

from benchmarks.peers.measuring import Task, given_task, report

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
TRIALS = 3
"""Calls that decide the threads and memory orders."""


@final
@dataclass(frozen=True, order=True)
class Product:
    """(rows, inner) x (inner, columns)."""

    rows: int
    inner: int
    columns: int

    @property
    def operations(self) -> int:
        """Multiplications and additions."""
        return 2 * self.rows * self.inner * self.columns


def products(task: Task) -> dict[Product, int]:
    """The products of a training step, and how often each occurs."""
    counts: dict[Product, int] = {}
    for product, times in _all_products(task):
        counts[product] = counts.get(product, 0) + times
    return counts


def _all_products(task: Task) -> Iterator[tuple[Product, int]]:
    tokens, hidden, wide = task.tokens, task.hidden, GATES[task.architecture] * task.hidden
    for layer in range(task.layers):
        yield from _there_and_back(tokens, hidden if layer else task.embedding, wide)
        yield Product(task.batch, hidden, wide), task.unroll
        yield Product(task.batch, wide, hidden), task.unroll - 1
        yield Product(hidden, tokens, wide), 1
    yield from _there_and_back(tokens, hidden, task.vocabulary)


def _there_and_back(rows: int, inner: int, columns: int) -> Iterator[tuple[Product, int]]:
    """A dense layer: its result, the gradient of its input, and the gradient of its weights."""
    yield Product(rows, inner, columns), 1
    yield Product(rows, columns, inner), 1
    yield Product(inner, rows, columns), 1


def seconds_of(product: Product, dtype: torch.dtype, budget: float) -> float:
    """The time of the fastest product of this kind, with its best threads and memory orders.

    The search takes about `budget` seconds.
    """
    everyone = torch.get_num_threads()
    end = time.perf_counter() + budget
    left = _orders(torch.randn(product.rows, product.inner).to(dtype))
    right = _orders(torch.randn(product.inner, product.columns).to(dtype))
    result = torch.empty(product.rows, product.columns, dtype=dtype)
    ways = {}
    for threads in (1, everyone):
        torch.set_num_threads(threads)
        for a, b in pairs(left, right):
            ways[threads, a, b] = min(_seconds(a, b, result) for _ in range(TRIALS))
    threads, a, b = min(ways, key=lambda way: ways[way])
    fastest = ways[threads, a, b]
    torch.set_num_threads(threads)
    while time.perf_counter() < end:
        fastest = min(fastest, _seconds(a, b, result))
    torch.set_num_threads(everyone)
    return fastest


def _orders(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """The same numbers row by row, and column by column."""
    return matrix, matrix.t().contiguous().t()


def _seconds(left: Tensor, right: Tensor, result: Tensor) -> float:
    start = time.perf_counter()
    torch.mm(left, right, out=result)
    return time.perf_counter() - start


def main() -> None:
    task = given_task()
    dtype = torch.bfloat16 if task.precision == "bfloat16" else torch.float32
    counts = products(task)
    seconds = {product: seconds_of(product, dtype, task.seconds / len(counts)) for product in counts}
    total = sum(times * seconds[product] for product, times in counts.items())
    operations = sum(times * product.operations for product, times in counts.items())
    report(
        task.tokens / total,
        str(dtype).removeprefix("torch."),
        torch=torch.__version__,
        threads=torch.get_num_threads(),
        gigaflops_per_second=round(operations / total / 1e9),
    )


if __name__ == "__main__":
    main()
