"""Base or scratch: whether a run goes on from the model that comes with Foreword, by what a short try of each shows."""

import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, final

from foreword import modelfolder
from foreword.assess.bits import text_ids
from foreword.corpus.prepare import Corpus
from foreword.errors import ModelError
from foreword.modelfolder.names import SHIPPED
from foreword.personal.deadline import TRYING, Deadline
from foreword.personal.inheritance import further, start_from
from foreword.personal.measuring import beginning
from foreword.personal.order import LENGTHS, Order
from foreword.personal.preparing import prepare_for
from foreword.personal.start import Start
from foreword.runtime.model import Model
from foreword.text.counting import counted
from foreword.training.device import choose_device
from foreword.training.loop import fit
from foreword.training.plan import new_session, plan_run
from foreword.training.recipe import recipe_of
from foreword.training.validate import bits, validate

MOST_SECONDS: Final = 30.0
"""For each of the two: a minute in all, if there is so much."""
SHARE_OF_STEPS: Final = 0.05
MOST_STEPS: Final = 100
"""For each of the two, where it is steps that are asked for."""

STEPS_PER_SECOND: Final = 25
"""Of a small new network on a good machine: what is silenced of it goes by how often it would see the text so."""

COMPARED_TOKENS: Final = 20_000
COMPARED_PER_SECOND: Final = 1_000
"""Tokens to compare them on, of a short try: they are read in a twentieth of its time, or so."""
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


@final
@dataclass(frozen=True, kw_only=True)
class Try:
    """How long each of the two is trained: so many seconds or, of a run of so many steps, `steps`."""

    seconds: float
    steps: int | None

    @classmethod
    def of(cls, order: Order, deadline: Deadline) -> "Try":
        """As long as the deadline allows."""
        if order.minutes is not None:
            return cls(seconds=min(MOST_SECONDS, TRYING * deadline.measuring / 2), steps=None)
        steps = recipe_of(order.recipe).training.steps
        share = MOST_STEPS if steps is None else max(1, round(SHARE_OF_STEPS * steps))
        return cls(seconds=MOST_SECONDS, steps=min(MOST_STEPS, share))

    def __str__(self) -> str:
        """In words."""
        return f"{self.seconds:.0f} s" if self.steps is None else counted(self.steps, "step")


def base_for(order: Order) -> Model | None:
    """The base, where the order leaves it open whether to go on from it; None where it does not, or there is none."""
    base = modelfolder.find(SHIPPED)
    if not order.choose or not base.exists() or order.to == base:
        return None
    try:
        model = Model.open(SHIPPED)
        start_from(model)
    except ModelError:
        return None  # a damaged one is told of where somebody asks for it
    return model


def prepare_both(order: Order, base: Model, folder: Path) -> tuple[Corpus, Corpus]:
    """The corpus of `order` in tokens of its own and in those of the base, in two folders in `folder`; read once."""
    other = folder / "further"
    corpus = prepare_for(order, None, folder / "corpus", also=(other, base.tokenizer))
    return corpus, Corpus.open(other)


def choose(  # noqa: PLR0917
    order: Order, base: Model, scratch: Corpus, further_corpus: Corpus, how: Try, folder: Path
) -> Choice:
    """Try both and take what does better; its corpus is `folder`/corpus then."""
    start = start_from(base)
    onward = further(replace(order, start=base.path), base)
    text = _compared(scratch, how)
    found = None if text is None else _bits_after(how, onward, further_corpus, start, text)
    new = None if text is None else _bits_after(how, order, scratch, None, text)
    if found is None or new is None:
        why = "for there is too little held-out text to compare it with a new network"
    elif found <= new:
        why = f"which came to {_told(found)} in a try of {how}, a new network to {new:.2f}"
    else:
        shutil.rmtree(further_corpus.folder)
        return Choice(
            order=order,
            corpus=scratch,
            start=None,
            reason=f"begins from scratch, which came to {_told(new)} in a try of {how}, "
            f"{start.name} to {found:.2f}",
        )
    shutil.rmtree(scratch.folder)
    further_corpus.folder.rename(folder / "corpus")
    corpus = Corpus.open(folder / "corpus")
    told = [note for note in scratch.notes if note not in corpus.notes]
    return Choice(
        order=onward,
        corpus=replace(corpus, notes=(*told, *corpus.notes)),
        start=start,
        reason=f"goes on from {start.name}, {why}",
    )


def _told(found: float) -> str:
    return f"{found:.2f} bits per character on held-out text"


def _compared(corpus: Corpus, how: Try) -> str | None:
    """The held-out text that both are compared on; None where there is too little to tell."""
    part = corpus.validation
    if part is None or part.characters < FEWEST_CHARACTERS:
        return None
    tokens = int(min(COMPARED_TOKENS, max(FEWEST_CHARACTERS, COMPARED_PER_SECOND * how.seconds)))
    return corpus.tokenizer.decode(beginning(part, tokens)[1:])


def _bits_after(how: Try, order: Order, corpus: Corpus, start: Start | None, text: str) -> float:
    """Bits per character on `text`, after a try.

    Its rate is the same throughout, and it looks at nothing: so it need not be known before how far it gets.
    """
    begun, device = time.perf_counter(), choose_device(order.device)
    steps = how.steps or max(1, round(STEPS_PER_SECOND * how.seconds))
    asked = {name: value for name, value in order.recipe.get("training", {}).items() if name not in LENGTHS}
    training = {**asked, "steps": steps, "schedule": "constant", "warm_up": 0.0}
    plan = plan_run(
        {**order.recipe, "training": training},
        corpus,
        device=device,
        size=None if start is not None else "small",
        further=start is not None,
    )
    session = new_session(plan, corpus, None if start is None else start.weights)
    session.validation_ids = None
    for _ in fit(session):
        if how.steps is None and time.perf_counter() - begun > how.seconds:
            break
    ids = text_ids(corpus.tokenizer, text)
    nats = validate(session.model, ids, device=device, precision=plan.precision)
    return bits(nats) * (len(ids) - 1) / len(text)
