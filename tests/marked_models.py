"""Made-up model folders: all files of one contain the same number, so a mixture of two is noticed."""

import json
from pathlib import Path

import numpy as np

from foreword.modelfolder import Config, read
from foreword.modelfolder.writing import Contents


def contents_of(marker: int) -> Contents:
    """The contents of a model whose weights, graph, card and training record all contain `marker`."""
    return Contents(
        config=Config(
            architecture="window",
            unit="characters",
            vocabulary=4,
            newline=3,
            sizes={"embedding": 3, "hidden": marker, "context": 1, "dropout": 0.5},
        ),
        tokenizer_json=json.dumps({"marker": marker, "of": "ünï"}, ensure_ascii=False),
        weights={
            "embed.weight": np.full((4, 3), marker, dtype=np.float32),
            "hide.weight": np.full((marker, 3), marker, dtype=np.float32),
            "predict.weight": np.full((4, marker), marker, dtype=np.float32),
            "predict.bias": np.full(4, marker, dtype=np.float16),
        },
        graph=b"graph %d" % marker,
        quantized=b"quantized %d" % marker,
        training={"marker": marker, "curve": [1.5, 2.5]},
        card=f"# Model {marker}\n",
        pictures={"curve.svg": b"<svg/>"},
    )


def marker_of(path: Path) -> int:
    """The number that every file of the model at `path` contains."""
    folder = read(path)
    markers = {
        folder.config.sizes["hidden"],
        json.loads(folder.tokenizer_json)["marker"],
        folder.training["marker"],
        int((folder.graph(quantized=False) or b"").split()[1]),
        int((folder.graph(quantized=True) or b"").split()[1]),
        *(int(number) for array in folder.weights().values() for number in array.ravel()),
        int((path / "README.md").read_text().split()[-1]),
    }
    (marker,) = markers
    assert isinstance(marker, int)
    return marker
