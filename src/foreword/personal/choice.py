"""Base or new network: which of two candidates a run begins with, by what a short try of each shows."""

import time
from dataclasses import dataclass, replace
from typing import Final, final

from foreword.assess.bits import text_ids
from foreword.corpus.prepare import Corpus
from foreword.personal.events import Trying
from foreword.personal.initial import InitialWeights
from foreword.personal.measure import beginning
from foreword.personal.request import LENGTHS, Candidate, TrainRequest
from foreword.personal.run_folder import Deadline
from foreword.text.counting import counted
from foreword.training.device import choose_device
from foreword.training.loop import fit
from foreword.training.plan import new_session, plan_run
from foreword.training.validate import bits, validate

SHARE_OF_STEPS: Final = 0.05
MOST_STEPS: Final = 100
"""For each candidate, where the request says how many steps."""
MOST_SECONDS: Final = 30.0

STEPS_PER_SECOND: Final = 25
"""Of a small new network on a good machine: its dropout goes by how often it would see the text so."""

COMPARED_TOKENS: Final = 20_000
COMPARED_PER_SECOND: Final = 1_000
"""Tokens to compare them on, for each second of a try: they are read in a twentieth of its time, or so."""
FEWEST_CHARACTERS: Final = 500
"""Held-out text that tells them apart; with less, the base is taken, which knows the language."""


def a_try(request: TrainRequest, deadline: Deadline) -> Trying:
    """How long each candidate is trained: as long as the deadline allows, or a share of the steps."""
    if request.minutes is not None:
        return Trying(seconds=deadline.trying)
    steps = request.candidates[0].recipe.training.steps
    share = MOST_STEPS if steps is None else max(1, round(SHARE_OF_STEPS * steps))
    return Trying(seconds=MOST_SECONDS, steps=min(MOST_STEPS, share))


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """What a run begins with: a candidate, its corpus, its initial weights (None: drawn), and why, in words."""

    candidate: Candidate
    corpus: Corpus
    initial: InitialWeights | None
    reasons: tuple[str, ...] = ()


def choose(base: Choice, new: Choice, *, how: Trying, device: str | None) -> Choice:
    """The one of the two that reads held-out text better after a try."""
    part = new.corpus.validation
    if part is None or part.characters < FEWEST_CHARACTERS:
        reason = "goes on from base: too little text is held out to compare it with a new network"
        return replace(base, reasons=(reason,))
    tokens = int(min(COMPARED_TOKENS, max(FEWEST_CHARACTERS, COMPARED_PER_SECOND * how.seconds)))
    text = new.corpus.tokenizer.decode(beginning(part, tokens)[1:])
    of_base, of_new = (_bits_after(how, each, text, device) for each in (base, new))
    chosen, begins = (base, "goes on from base") if of_base <= of_new else (new, "begins with a new network")
    figures = f"base {of_base:.2f} bits per character on held-out text, new network {of_new:.2f}"
    length = f"{how.seconds:.0f} s" if how.steps is None else counted(how.steps, "step")
    return replace(chosen, reasons=(f"{begins}: after a try of {length}, {figures}",))


def _bits_after(how: Trying, choice: Choice, text: str, device: str | None) -> float:
    """Bits per character on `text`, after a try.

    Its learning rate is constant and nothing is validated, so it need not be known before how far it gets.
    """
    begun = time.perf_counter()
    steps = how.steps or max(1, round(STEPS_PER_SECOND * how.seconds))
    tables = choice.candidate.tables
    asked = {name: value for name, value in tables.get("training", {}).items() if name not in LENGTHS}
    further = choice.initial is not None
    plan = plan_run(
        {**tables, "training": {**asked, "steps": steps, "schedule": "constant", "warm_up": 0.0}},
        choice.corpus,
        device=choose_device(device),
        size=None if further else "small",
        further=further,
    )
    session = new_session(plan, choice.corpus, None if choice.initial is None else choice.initial.weights)
    session.validation_ids = None
    for _ in fit(session):
        if how.steps is None and time.perf_counter() - begun > how.seconds:
            break
    ids = text_ids(choice.corpus.tokenizer, text)
    nats = validate(session.model, ids, device=session.device, precision=plan.precision)
    return bits(nats) * (len(ids) - 1) / len(text)
