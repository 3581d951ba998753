"""Base or new network: which of two candidates a run begins with, by what a short try of each shows."""

import time
from dataclasses import dataclass, replace
from typing import Final, final

from foreword.assess.bits import text_ids
from foreword.corpus.prepare import Corpus
from foreword.personal.deadline import Try
from foreword.personal.initial import InitialWeights, Tables
from foreword.personal.measure import beginning
from foreword.personal.request import LENGTHS
from foreword.training.device import choose_device
from foreword.training.loop import fit
from foreword.training.plan import new_session, plan_run
from foreword.training.validate import bits, validate

STEPS_PER_SECOND: Final = 25
"""Of a small new network on a good machine: its dropout goes by how often it would see the text so."""

COMPARED_TOKENS: Final = 20_000
COMPARED_PER_SECOND: Final = 1_000
"""Tokens to compare them on, for each second of a try: they are read in a twentieth of its time, or so."""
FEWEST_CHARACTERS: Final = 500
"""Held-out text that tells them apart; with less, the base is taken, which knows the language."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Ready:
    """What a run begins with: tables, corpus, initial weights (None: drawn by chance), and why, in words."""

    tables: Tables
    corpus: Corpus
    initial: InitialWeights | None
    reasons: tuple[str, ...] = ()


def choose(base: Ready, new: Ready, *, how: Try, device: str | None) -> Ready:
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
    return replace(chosen, reasons=(f"{begins}: after a try of {how}, {figures}",))


def _bits_after(how: Try, ready: Ready, text: str, device: str | None) -> float:
    """Bits per character on `text`, after a try.

    Its learning rate is constant and nothing is validated, so it need not be known before how far it gets.
    """
    begun = time.perf_counter()
    steps = how.steps or max(1, round(STEPS_PER_SECOND * how.seconds))
    tables = ready.tables
    asked = {name: value for name, value in tables.get("training", {}).items() if name not in LENGTHS}
    further = ready.initial is not None
    plan = plan_run(
        {**tables, "training": {**asked, "steps": steps, "schedule": "constant", "warm_up": 0.0}},
        ready.corpus,
        device=choose_device(device),
        size=None if further else "small",
        further=further,
    )
    session = new_session(plan, ready.corpus, None if ready.initial is None else ready.initial.weights)
    session.validation_ids = None
    for _ in fit(session):
        if how.steps is None and time.perf_counter() - begun > how.seconds:
            break
    ids = text_ids(ready.corpus.tokenizer, text)
    nats = validate(session.model, ids, device=session.device, precision=plan.precision)
    return bits(nats) * (len(ids) - 1) / len(text)
