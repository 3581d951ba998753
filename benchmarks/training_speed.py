"""How fast does Foreword train, compared with other programs and with the matrix products of the machine?

    python benchmarks/training_speed.py [--json] [--only lstm,gru,rnn] [--peers pytorch,mxnet,jax] [--beside]

The 2018 tutorial's shapes: 2 layers of 512 units, embedding 100, 87 tokens, blocks of 32 columns and 100 steps, Adam,
gradients clipped, no dropout, on the CPU; synthetic ids. Each figure is from a process
of its own, started without any setting of threads or memory in its environment; Foreword's makes its own, as
`foreword train` does. Rounds interleave (A B C, A B C, ...), and a ratio is one of figures of the same round; its
median over the rounds is printed, and how far it ranged. Peers: benchmarks/peers/, each in an environment of its own
that is made when first needed, or left out with the reason.

`share of bound` is the time that the matrix products of a training step take at this machine's own speed, divided by
the time that the step takes: which products, and how they are timed, is the docstring of peers/matrix_products.py.
`--beside` measures Foreword also while another program burns a core.

With `--json`, for each network: `characters_per_second`, `times_plain_pytorch`, `times_mxnet`, `times_jax`,
`times_jax_bfloat16`, `share_of_bound` and, if asked for, `beside_another_program` (the share of its own quiet speed);
null where `skipped` has the reason; `ranges` has the least and the largest of each ratio.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, final

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.peers.arguments import names_of
from benchmarks.peers.environments import JAX, MXNET, Environment, Unavailable, last_line
from benchmarks.peers.machine import as_line, describe
from benchmarks.peers.measuring import Task

CHECKOUT = Path(__file__).parent.parent
NETWORKS = ("lstm", "gru", "rnn")
SETTINGS = ("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "MALLOC_", "LD_PRELOAD", "XLA_", "MXNET_")
"""Prefixes of the environment variables that a measurement must not inherit."""

BLOCKS = 50
"""Steps in one epoch of synthetic ids."""

BUSY = 0.5
"""A warning is printed if more other programs than this want a core."""

STARTING_SECONDS = 300
"""Seconds that a program may take besides its measurement, on a slow machine: imports, compiling, warm-up."""


@final
@dataclass(frozen=True, kw_only=True)
class Contender:
    """A program to measure, and the name of its figure in comparison with Foreword.

    `precision` is the requested one; None is the choice of Foreword. `busy`: another program runs at the same time.
    """

    key: str
    title: str
    program: str
    peer: str = ""
    environment: Environment | None = None
    precision: str | None = "float32"
    busy: bool = False


OURS = Contender(key="foreword", title="Foreword", program="foreword_training", precision="auto")
BOUND = Contender(
    key="share_of_bound", title="matrix products alone", program="matrix_products", precision=None
)
BESIDE = replace(
    OURS, key="beside_another_program", title="Foreword, a core taken", precision=None, busy=True
)
PEERS = (
    Contender(key="times_plain_pytorch", title="plain PyTorch", program="pytorch_plain", peer="pytorch"),
    Contender(key="times_mxnet", title="MXNet Gluon", program="mxnet_gluon", peer="mxnet", environment=MXNET),
    Contender(key="times_jax", title="JAX", program="jax_scan", peer="jax", environment=JAX),
    Contender(
        key="times_jax_bfloat16",
        title="JAX, bfloat16",
        program="jax_scan",
        peer="jax",
        environment=JAX,
        precision="bfloat16",
    ),
)


@final
@dataclass(frozen=True, kw_only=True)
class Figure:
    """The measurement of a program."""

    tokens_per_second: float
    precision: str
    about: Mapping[str, object]


Measure = Callable[[Contender, Task], Figure]
Figures = Mapping[str, Sequence[Figure]]


def compare(
    task: Task, others: Sequence[Contender], *, rounds: int, measure: Measure
) -> tuple[Figures, Mapping[str, str]]:
    """The figures of Foreword and the others by contender, one a round, and why a contender has none.

    All are measured in turn; a failed one is not tried again.
    """
    figures: dict[str, list[Figure]] = {OURS.key: []}
    skipped: dict[str, str] = {}
    for _ in range(rounds):
        figures[OURS.key].append(ours := measure(OURS, task))
        for contender in others:
            if contender.key in skipped:
                continue
            asked = replace(task, precision=contender.precision or ours.precision)
            try:
                figures.setdefault(contender.key, []).append(measure(contender, asked))
            except Unavailable as reason:
                skipped[contender.key] = str(reason)
    return {key: found for key, found in figures.items() if key not in skipped}, skipped


def ratios(figures: Figures, contender: Contender) -> list[float]:
    """Foreword's figure over the contender's, round by round; for Foreword beside another program, the inverse."""
    pairs = zip(figures[OURS.key], figures.get(contender.key, ()), strict=False)
    found = [ours.tokens_per_second / other.tokens_per_second for ours, other in pairs]
    return [1 / ratio for ratio in found] if contender.busy else found


def run_program(contender: Contender, task: Task) -> Figure:
    """Run the contender's program in its own process.

    Raises:
        Unavailable: Its environment cannot be made, or it failed.
    """
    python = contender.environment.python() if contender.environment else sys.executable
    command = [str(python), "-m", f"benchmarks.peers.{contender.program}", task.to_json()]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    print(f"{task.architecture}: {contender.title} ...", file=sys.stderr, flush=True)
    limit = task.seconds + STARTING_SECONDS
    try:
        with burning_a_core() if contender.busy else nullcontext():
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                cwd=CHECKOUT,
                env=environment,
                timeout=limit,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{contender.title} did not end within {limit:.0f} seconds") from None
    if done.returncode != 0:
        raise Unavailable(f"{contender.title} failed: {last_line(done.stderr)}")
    return Figure(**json.loads(last_line(done.stdout)))


@contextmanager
def burning_a_core() -> Iterator[None]:
    """Another program that keeps a core busy."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


def contenders(peers: Sequence[str], *, beside: bool) -> list[Contender]:
    """The contenders to measure with Foreword: the bound first, so that it runs directly after Foreword."""
    return [BOUND, *([BESIDE] if beside else []), *(peer for peer in PEERS if peer.peer in peers)]


def as_json(
    figures: Figures, skipped: Mapping[str, str], peers: Sequence[str], *, beside: bool
) -> dict[str, Any]:
    """One network's results; a contender that was not asked for is skipped as well."""
    shown = [BOUND, *PEERS, *([BESIDE] if beside else [])]
    asked = contenders(peers, beside=beside)
    not_asked = {contender.key: "not asked for" for contender in shown if contender not in asked}
    found = {contender.key: ratios(figures, contender) for contender in shown}
    speeds = {key: [round(each.tokens_per_second) for each in rounds] for key, rounds in figures.items()}
    return {
        "characters_per_second": round(median(speeds[OURS.key])),
        "precision": figures[OURS.key][0].precision,
        **{key: round(median(values), 3) if values else None for key, values in found.items()},
        "ranges": {
            key: [round(min(values), 3), round(max(values), 3)] for key, values in found.items() if values
        },
        "skipped": {**not_asked, **skipped},
        "figures": {
            key: {"characters_per_second": speeds[key], "about": dict(rounds[0].about)}
            for key, rounds in figures.items()
        },
    }


def as_lines(architecture: str, result: Mapping[str, Any], asked: Sequence[Contender]) -> Iterator[str]:
    """One network's results for people."""
    yield f"{architecture}, {result['precision']}: {result['characters_per_second']:,} characters/s"
    for contender in asked:
        if (key := contender.key) in result["ranges"]:
            least, most = result["ranges"][key]
            means = (
                "of the quiet speed" if contender.busy else "of the bound" if contender is BOUND else "times"
            )
            yield f"  {contender.title:<24}{result[key]:.2f} ({least:.2f} to {most:.2f}) {means}"
        else:
            yield f"  {contender.title:<24}skipped: {result['skipped'][key]}"


def main() -> None:
    asked = _arguments()
    others = contenders(asked.peers, beside=asked.beside)
    machine = describe()
    if machine["load"] is not None and float(str(machine["load"])) > BUSY:
        print(
            f"other programs are at work (load {machine['load']}): the figures will be rough", file=sys.stderr
        )
    results: dict[str, object] = {"machine": machine, "rounds": asked.rounds, "seconds": asked.seconds}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ids.npy"
        shapes = Task(architecture="lstm", ids="", seconds=0)
        ids = np.random.default_rng(0).integers(0, shapes.vocabulary, shapes.tokens * BLOCKS + 1)
        np.save(file, ids.astype(np.uint16))
        for architecture in asked.only:
            task = Task(architecture=architecture, ids=str(file), seconds=asked.seconds)
            figures, skipped = compare(task, others, rounds=asked.rounds, measure=_required)
            result = results[architecture] = as_json(figures, skipped, asked.peers, beside=asked.beside)
            if not asked.json:
                print(*as_lines(architecture, result, others), sep="\n", flush=True)
    print(json.dumps(results, indent=2) if asked.json else as_line(machine))


def _required(contender: Contender, task: Task) -> Figure:
    """Run the program; if our own fails, there is nothing to compare."""
    try:
        return run_program(contender, task)
    except Unavailable as reason:
        if contender.peer:
            raise
        raise SystemExit(str(reason)) from None


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    peers = list(dict.fromkeys(peer.peer for peer in PEERS))
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--only", type=names_of(NETWORKS), default=list(NETWORKS), metavar="lstm,gru,rnn")
    arguments.add_argument(
        "--peers", type=names_of(peers), default=peers, metavar="NAMES", help="'' for none of them"
    )
    arguments.add_argument("--seconds", type=float, default=8.0, help="of each measurement (8)")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--beside", action="store_true", help="also while another program takes a core")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
