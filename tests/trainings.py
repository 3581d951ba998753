"""Small trainings: their requests, their events, and the files they leave."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

import toys
from foreword.corpus.streams import Corpus, Stream
from foreword.keyboard.memory import Memory, memory_path
from foreword.modelfolder import run_folder
from foreword.personal.events import Event, Finished, Stopped, Warned
from foreword.personal.request import Asked, TrainRequest, resolve
from foreword.personal.train import train
from foreword.runtime.model import Model
from foreword.training.recipe import Table

Kind = TypeVar("Kind", bound=Event)

Finish = tuple[Path, list[Event]]
"""A model, and the events of its training."""

SMALL: dict[str, Table] = {
    "model": {"hidden": 8, "embedding": 4, "layers": 1},
    "training": {
        "batch": 8, "unroll": 16, "precision": "float32", "learning_rate": 0.01, "validations": 2, "patience": 0,
    },
}  # fmt: skip
LENGTH: dict[str, Table] = {"training": SMALL["training"]}
"""The length alone, for a network whose sizes are known."""

OLD = [f"see you at {number} then, we should go to the market and buy bread" for number in range(60)]
NEW = [f"wir sehen uns um {number}, ich glaube auf dem Markt gibt es Brot" for number in range(60)]


def toy(folder: Path, **training: object) -> Model:
    """An untrained vanilla network of one unit, with this content in its training.json."""
    return toys.writer(folder, training=training)


def learned(model: Path, messages: Iterable[str]) -> None:
    memory = memory_of(model)
    memory.learn("\n".join(messages))
    memory.close()


def written(folder: Path, name: str, lines: Iterable[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def asked(
    source: Path | str | None,
    to: Path,
    *,
    steps: int | None = 40,
    start: Path | str | None = "scratch",
    old: Path | None = None,
    more: bool = False,
    recipe: dict[str, Table] | None = None,
    tables: dict[str, Table] | None = None,
    **options: Any,
) -> TrainRequest:
    """A request for a small new network, or to train `start` or with `more`. `tables` override the small recipe."""
    tables = tables or {}
    return resolve(
        Asked(
            [] if source is None else [str(source)],
            to,
            recipe=recipe or (LENGTH if more or start != "scratch" else SMALL),
            tables={**tables, "training": {"steps": steps, **tables.get("training", {})}},
            start=None if more else start,
            more=more,
            old=[] if old is None else [str(old)],
            **options,
        )
    )


def trained(*arguments: Any, **options: Any) -> list[Event]:
    events = list(train(asked(*arguments, **options)))
    assert isinstance(events[-1], Finished), events[-3:]
    return events


def stopped(events: Iterator[Event]) -> list[Event]:
    """The events of a run that is stopped."""
    found = list(events)
    assert isinstance(found[-1], Stopped)
    return found


def killed(events: Iterator[Event], after: type[Event]) -> None:
    """Abandon a run, as a kill would, after an event of this type."""
    next(event for event in events if isinstance(event, after))
    del events


def after(calls: int) -> Iterator[bool]:
    """A stop flag that becomes true after this number of calls."""
    yield from [False] * calls
    while True:
        yield True


def of(kind: type[Kind], events: Iterable[Event]) -> list[Kind]:
    return [event for event in events if isinstance(event, kind)]


def warnings(events: Iterable[Event]) -> str:
    return "\n".join(event.message for event in of(Warned, events))


def record(model: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((model / "training.json").read_text("utf-8"))
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def weights(model: Path) -> bytes:
    return (model / "model.safetensors").read_bytes()


def digest(model: Path) -> str:
    return hashlib.sha256(weights(model)).hexdigest()


def corpus_of(model: Path) -> Corpus:
    return Corpus.open(run_folder(model) / "corpus")


def text_of(corpus: Corpus, *parts: Stream | None) -> str:
    """The text of streams after their first newlines."""
    return "".join(corpus.tokenizer.decode(part.ids[1:].astype(np.int64)) for part in parts if part)


def new_text(corpus: Corpus) -> str:
    return text_of(corpus, corpus.train, corpus.validation, corpus.test)


def memory_of(model: Path) -> Memory:
    return Memory.open(memory_path(str(model)))


def remembered(model: Path) -> list[str]:
    memory = memory_of(model)
    found = [each.text for each in memory.messages()]
    memory.close()
    return found
