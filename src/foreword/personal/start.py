"""The finished model that a run goes on from: a copy of it lies in the run folder, so that the run needs no other.

`start.safetensors` holds its weights and, in its header, its name, its hash, its training.json and its word list. The
model itself may be replaced or deleted meanwhile.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from foreword.errors import ModelTruncated, RunError
from foreword.modelfolder import ModelFolder, names
from foreword.modelfolder.record import FOUND_LATER

NAME: Final = "start.safetensors"
LEFT_BEHIND: Final = frozenset(["private", "history", FOUND_LATER])
"""What the record of an earlier training is kept without: where its texts lay, what is listed beside it anyway, and
what was found out about the model that it made."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """A finished model as it was when a run went on from it; `sha256` is that of its file of weights."""

    name: str
    sha256: str
    weights: Mapping[str, np.ndarray]
    training: Mapping[str, object]
    lexicon: str | None = None

    @classmethod
    def of(cls, folder: ModelFolder) -> "Start":
        """The model in `folder`; its weights are float32, however they were stored.

        Raises:
            ModelTruncated: its weights are damaged.
            ModelMismatch: it was replaced since it was read.
        """
        weights = folder.weights()
        for name, weight in weights.items():
            if not np.isfinite(weight).all():
                raise ModelTruncated(
                    f"{folder.path} is damaged: {name!r} is not all numbers; get the model again"
                )
        return cls(
            name=folder.path.name,
            sha256=weights_digest(folder),
            weights=weights,
            training=folder.training,
            lexicon=folder.lexicon(),
        )

    def lineage(self) -> dict[str, object]:
        """What the training.json of the model that is made of this one says of it."""
        earlier = self.training.get("history")
        last = {key: value for key, value in self.training.items() if key not in LEFT_BEHIND}
        return {
            "from": {"name": self.name, "sha256": self.sha256},
            "history": [*(earlier if isinstance(earlier, list) else []), last],
        }

    def keep(self, run: Path) -> None:
        """Write it into the run folder, whole or not at all."""
        record = {
            "name": self.name,
            "sha256": self.sha256,
            "training": dict(self.training),
            "lexicon": self.lexicon,
        }
        data = save(dict(self.weights), metadata={"start": json.dumps(record)})
        unfinished = run / (NAME + ".new")
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(run / NAME)


def weights_digest(folder: ModelFolder) -> str:
    """The SHA-256 of the file of weights in `folder`.

    Raises:
        ModelMismatch: It was replaced since it was read.
    """
    with (folder.path / names.WEIGHTS).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    folder.check_unchanged()
    return digest


def kept_start(run: Path) -> Start | None:
    """What the run in that folder goes on from; None where it began from scratch.

    Raises:
        RunError: It is damaged.
    """
    path = run / NAME
    try:
        with safe_open(path, framework="numpy") as file:
            record = json.loads((file.metadata() or {})["start"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return Start(weights=weights, **record)
    except FileNotFoundError:
        return None
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"the weights that {run} began with cannot be read: {error}; delete that folder and start anew"
        ) from None
