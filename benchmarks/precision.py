"""Does training in bfloat16 reach the same loss as training in float32?

    python benchmarks/precision.py nietzsche.txt [--architecture lstm] [--hidden 512] [--steps 400] [--seeds 3]

Trains the same network on the same text, from the same seeds, in both precisions, on the CPU, and validates on
held-out text at the same steps. It prints the mean difference of the pairs of one seed, its standard error, and the
spread over the seeds (the standard deviation within a precision): a difference of less than the spread is less than
another seed makes. All other sizes and settings are those of `foreword train` for that text.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING, Literal, final

if TYPE_CHECKING:
    from foreword.corpus.prepare import Corpus

Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")
LOOKS = 8


@final
@dataclass(frozen=True, kw_only=True)
class Look:
    """Held-out nats per token after `step` updates: one number a seed for each precision."""

    step: int
    float32: Sequence[float]
    bfloat16: Sequence[float]

    @property
    def difference(self) -> float:
        """How much bfloat16 is worse, in nats, on average over the seeds."""
        return mean(self.bfloat16) - mean(self.float32)

    @property
    def spread(self) -> float:
        """The standard deviation over seeds within a precision, both taken together."""
        return math.sqrt((stdev(self.float32) ** 2 + stdev(self.bfloat16) ** 2) / 2)

    @property
    def error(self) -> float:
        """The standard error of the mean difference: both precisions have the same seeds, so they are pairs."""
        pairs = zip(self.float32, self.bfloat16, strict=True)
        return stdev(after - before for before, after in pairs) / math.sqrt(len(self.float32))

    def as_json(self) -> dict[str, object]:
        """The numbers and the figures computed from them."""
        return {
            "step": self.step,
            "float32": [round(nats, 4) for nats in self.float32],
            "bfloat16": [round(nats, 4) for nats in self.bfloat16],
            "difference": round(self.difference, 5),
            "spread": round(self.spread, 5),
            "standard_error": round(self.error, 5),
            "within_spread": abs(self.difference) <= self.spread,
        }


def curve(corpus: "Corpus", asked: argparse.Namespace, precision: Precision, seed: int) -> dict[int, float]:
    """Held-out nats by step of one run."""
    import torch

    from foreword.training.loop import fit
    from foreword.training.plan import new_session, plan_run
    from foreword.training.validate import Validation

    training = {
        "steps": asked.steps,
        "seed": seed,
        "precision": precision,
        "validations": LOOKS,
        "patience": 0,
    }
    model = {"architecture": asked.architecture, "hidden": asked.hidden, "layers": asked.layers}
    plan = plan_run({"model": model, "training": training}, corpus, device=torch.device("cpu"))
    session = new_session(plan, corpus)
    print(f"seed {seed}, {precision}, {', '.join(plan.reasons)}", file=sys.stderr, flush=True)
    return {event.step: event.nats for event in fit(session) if isinstance(event, Validation)}


def looks(corpus: "Corpus", asked: argparse.Namespace) -> Iterator[Look]:
    """Train each seed in both precisions in turn, then yield the validations in order."""
    curves = [
        {precision: curve(corpus, asked, precision, seed) for precision in PRECISIONS}
        for seed in range(asked.seeds)
    ]
    for step in curves[0]["float32"]:
        nats = {precision: [of_seed[precision][step] for of_seed in curves] for precision in PRECISIONS}
        yield Look(step=step, **nats)


def main() -> None:
    from foreword.libraries import require_training

    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("text")
    arguments.add_argument("--architecture", choices=["lstm", "gru", "rnn"], default="lstm")
    arguments.add_argument("--hidden", type=int, default=512)
    arguments.add_argument("--layers", type=int, default=2)
    arguments.add_argument("--steps", type=int, default=400)
    arguments.add_argument("--seeds", type=int, default=3, help="at least 2")
    asked = arguments.parse_args()
    if asked.seeds < 2:
        arguments.error(f"--seeds {asked.seeds}: noise shows between two seeds at least")
    require_training()  # before PyTorch

    from foreword.corpus.prepare import EncodingSettings, prepare
    from foreword.training.device import keep_large_buffers

    keep_large_buffers()
    with tempfile.TemporaryDirectory() as folder:
        corpus = prepare([asked.text], Path(folder) / "corpus", EncodingSettings())
        found = list(looks(corpus, asked))
    print(*(json.dumps(look.as_json()) for look in found), sep="\n")


if __name__ == "__main__":
    main()
