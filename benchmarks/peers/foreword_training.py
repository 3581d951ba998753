"""Foreword's own training loop, in a process with the same setup as `foreword train`.

Waiting threads, allocator and precision are the same; optimiser and clipping are those of the other programs; all else
is the default of a recipe. The work of a run between its steps is left out: checkpoints and validation.
"""

import numpy as np

from benchmarks.peers.measuring import CLIP, LEARNING_RATE, Task, given_task, report, tokens_per_second
from foreword.libraries import require_training

ENDLESS = 10**9


def tables(task: Task) -> dict[str, dict[str, object]]:
    """The task as a recipe."""
    return {
        "model": {
            "architecture": task.architecture,
            "embedding": task.embedding,
            "hidden": task.hidden,
            "layers": task.layers,
            "dropout": 0.0,
        },
        "training": {
            "batch": task.batch,
            "unroll": task.unroll,
            "steps": ENDLESS,
            "optimizer": "adam",
            "learning_rate": LEARNING_RATE,
            "clip": CLIP,
            "precision": task.precision,
        },
    }


def main() -> None:
    require_training()  # before PyTorch: OpenMP reads its settings once

    import torch

    from foreword.models.catalogue import build
    from foreword.training.device import bound_threads, choose_device, choose_precision, keep_large_buffers
    from foreword.training.loop import Step, fit
    from foreword.training.recipe import recipe_of
    from foreword.training.session import Session, layout_for

    task = given_task()
    keep_large_buffers()
    recipe = recipe_of(tables(task))
    precision = recipe.training.precision
    if precision == "auto":
        precision = choose_precision(choose_device("cpu"), rows=task.batch, width=task.hidden)
    torch.manual_seed(recipe.training.seed)
    session = Session(
        settings=recipe.training,
        model=build(recipe.architecture, {**recipe.model, "vocabulary": task.vocabulary, "newline": 0}),
        layout=layout_for(np.load(task.ids), recipe.training),
        steps=ENDLESS,
        validations=1,
        device=torch.device("cpu"),
        precision=precision,
    )
    training = fit(session)

    def step() -> int:
        done = next(training)
        assert isinstance(done, Step)
        return done.tokens

    with bound_threads(session.device):
        rate = tokens_per_second(step, task.seconds)
    report(rate, precision, torch=torch.__version__, threads=torch.get_num_threads())


if __name__ == "__main__":
    main()
