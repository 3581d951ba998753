"""Base or scratch: whether a run goes on from the model that comes with Foreword, by what a short try of each shows."""

import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, final

from foreword import modelfolder
from foreword.corpus.prepare import Corpus
from foreword.errors import ModelError
from foreword.modelfolder.names import SHIPPED
from foreword.personal.inheritance import further, start_from
from foreword.personal.measuring import tokens_per_character
from foreword.personal.order import Order
from foreword.personal.preparing import prepare_for
from foreword.personal.start import Start
from foreword.runtime.model import Model
from foreword.text.readers.detect import STANDARD_INPUT
from foreword.training.journal import bits
from foreword.training.loop import fit
from foreword.training.planning import new_model, plan_run
from foreword.training.precision import choose_device
from foreword.training.session import UNSEEN, Session, layout_for
from foreword.training.validate import validate
from foreword.training.weights import load_weights

SHARE: Final = 0.05
MOST_SECONDS: Final = 30.0
"""Of the time that the run may take, for each of the two: a minute in all, if there is so much."""

COMPARED_TOKENS: Final = 20_000
FEWEST_CHARACTERS: Final = 500
"""Held-out text that tells them apart; with less, the model that knows the language is taken."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """What the run learns from and goes on from, if from anything, and why, in words."""

    order: Order
    corpus: Corpus
    start: Start | None
    reason: str


def may_choose(order: Order) -> bool:
    """Whether there is a choice: the order leaves it open, there is a base, and its sources can be read twice."""
    base = modelfolder.find(SHIPPED)
    return order.choose and base.exists() and order.to != base and STANDARD_INPUT not in order.sources


def seconds_of_a_try(order: Order) -> float:
    """How long each of the two is tried: a twentieth of the order's minutes, half a minute at most."""
    return min(MOST_SECONDS, SHARE * 60 * (order.minutes or 0.0))


def choose(order: Order, folder: Path) -> Choice | None:
    """Try both, each for `seconds_of_a_try`, and take what does better.

    The texts are prepared in `folder`/corpus. None where the base cannot be gone on from.

    Raises:
        SourceError: a text cannot be read.
    """
    try:
        base = Model.open(SHIPPED)
        start = start_from(base)
    except ModelError:
        return None  # a damaged one is told of where somebody asks for it
    onward = further(replace(order, start=base.path), base)
    seconds = seconds_of_a_try(order)
    scratch = _bits_after(seconds, order, prepare_for(order, None, folder / "corpus"), None)
    other = folder / "further"
    found = _bits_after(seconds, onward, prepare_for(onward, base, other), start)
    if scratch is None or found is None:
        why = "for there is too little held-out text to compare it with a new network"
    elif found <= scratch:
        why = f"which came to {_told(found)} in a try of {seconds:.0f} s, a new network to {scratch:.2f}"
    else:
        shutil.rmtree(other)
        return Choice(
            order=order,
            corpus=Corpus.open(folder / "corpus"),
            start=None,
            reason=f"begins from scratch, which came to {_told(scratch)} in a try of {seconds:.0f} s, "
            f"{start.name} to {found:.2f}",
        )
    shutil.rmtree(folder / "corpus")
    other.rename(folder / "corpus")
    return Choice(
        order=onward,
        corpus=Corpus.open(folder / "corpus"),
        start=start,
        reason=f"goes on from {start.name}, {why}",
    )


def _told(found: float) -> str:
    return f"{found:.2f} bits per character on held-out text"


def _bits_after(seconds: float, order: Order, corpus: Corpus, start: Start | None) -> float | None:
    """Bits per character on the beginning of the held-out text, after so many seconds of training.

    None where too little is held out to tell.
    """
    if corpus.validation is None or corpus.validation.characters < FEWEST_CHARACTERS:
        return None
    begun, device = time.perf_counter(), choose_device(order.device)
    plan = plan_run(
        order.recipe,
        corpus,
        device=device,
        minutes=seconds / 60,
        seconds_left=lambda _: begun + seconds - time.perf_counter(),
        further=start is not None,
    )
    model = new_model(plan.recipe, corpus)
    if start is not None:
        load_weights(model, start.weights)
    session = Session(
        plan=plan,
        model=model,
        layout=layout_for(corpus.train.ids, plan.recipe.training),
        held_out=corpus.validation.ids,
        looked=0.0 if start is None else UNSEEN,
    )
    for _ in fit(session):
        pass
    load_weights(session.model, session.chosen_weights())
    ids = corpus.validation.ids[: COMPARED_TOKENS + 1]
    nats = validate(session.model, ids, device=device, precision=plan.precision)
    return bits(nats) * tokens_per_character(corpus.validation)
