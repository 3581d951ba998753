"""What going on has changed: the model that a run began with beside the one it made, on text that was held out."""

from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Literal

from foreword import modelfolder
from foreword.corpus.prepare import Corpus
from foreword.errors import ModelError
from foreword.modelfolder import ModelFolder
from foreword.personal.events import Compared, Measured
from foreword.personal.measuring import Extent, Figures, measured, network_of
from foreword.personal.start import Start, weights_digest
from foreword.runtime.network import Network
from foreword.training.onnx import float_graph
from foreword.training.plan import Plan, new_model
from foreword.training.session import Session

TEXTS: Mapping[str, Literal["new", "old"]] = {"test": "new", "old": "old"}
"""The held-out texts that both are measured on: what their figures are called, and what they are of."""


def nothing_helped(session: Session) -> bool:
    """Whether, on held-out text, the weights that the run began with stayed the best to its end."""
    return session.record.best_step == 0 and isfinite(session.record.best_nats)


def warning(session: Session, start: Start, to: Path, *, stays: bool) -> str:
    """What is said where nothing helped."""
    way = "it stays as it is" if stays else f"{to.name} gets its weights as they were"
    return (
        f"none of this training helped: on held-out text {start.name} was best as it was, so {way}. More text would "
        f"help, or a lower training.learning_rate than {session.highest_rate:g}"
    )


def found_at(to: Path) -> ModelFolder | None:
    """The model at `to`, if there is one that can be read."""
    try:
        return modelfolder.read(to)
    except ModelError:
        return None


def is_start(folder: ModelFolder | None, start: Start | None) -> bool:
    """Whether the weights in `folder` are those that the run began with."""
    return folder is not None and start is not None and weights_digest(folder) == start.sha256


def beside_start(  # noqa: PLR0917
    held_out: Figures, plan: Plan, start: Start, corpus: Corpus, exact: Network, extent: Extent
) -> Figures:
    """The figures of the network made, with those of `start` in them; and both on old text, if there is some."""
    model = new_model(plan.recipe, corpus, start.weights)
    before = network_of(float_graph(model.eval()), corpus)
    found = {**held_out}
    if corpus.old_held_out is not None:
        found["old"] = measured(exact, corpus.old_held_out, corpus, extent)
    for name, part in (("test", corpus.test), ("old", corpus.old_held_out)):
        now = found.get(name)
        if part is not None and isinstance(now, Mapping):
            found[name] = {**now, "start": measured(before, part, corpus, extent)}
    return found


def of_itself(held_out: Figures, corpus: Corpus) -> Iterator[Measured]:
    """What a person is told of the figures of the new network alone."""
    test = held_out.get("test")
    if isinstance(test, Mapping) and corpus.test is not None:
        yield Measured(
            characters=test["characters"],
            held_out=corpus.test.characters,
            bits_per_character=test["bits_per_character"],
            ngram=test["ngram"]["bits_per_character"],
        )


def compared(held_out: Figures) -> Iterator[Compared]:
    """What a person is told of these figures beside those of the model that the run began with."""
    for name, text in TEXTS.items():
        now = held_out.get(name)
        if isinstance(now, Mapping) and "start" in now:
            yield Compared(
                text=text,
                characters=now["characters"],
                before=now["start"]["bits_per_character"],
                after=now["bits_per_character"],
            )
