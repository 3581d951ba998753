"""When a run is saved and shown, and when its network speaks: by the clock, which decides nothing else."""

import time
from collections.abc import Iterator
from typing import final

from foreword.corpus.prepare import Corpus
from foreword.personal.events import Progressed, Said
from foreword.personal.finish import tokens_per_character
from foreword.training.journal import bits
from foreword.training.loop import Step
from foreword.training.say import say
from foreword.training.session import Session

SAVE_EVERY = 20.0
"""Seconds of work that a kill may cost."""

SAY_EVERY = 15.0
"""Seconds between two lines of what the network says now."""

PROMPT_TOKENS = 12
SAID_TOKENS = 60

SHOW_EVERY = 0.25
"""Seconds between two updates of the display."""


@final
class Pace:
    """Says when it is time to save, to show how far the run is, and to let the network speak.

    Its speeds are those of training alone: `go_on` is called before each update.
    """

    def __init__(self, session: Session, corpus: Corpus) -> None:
        self.session = session
        self.corpus = corpus
        self.tokens_per_character = tokens_per_character(corpus.train)
        self.shown = self.saved = self.said = time.perf_counter()
        self.first, self.tokens, self.seconds = session.step, 0, 0.0
        self.since = self.shown

    def go_on(self) -> None:
        """An update begins now: what was done since the last one, such as validating and saving, was not training."""
        self.since = time.perf_counter()

    def progress(self, step: Step) -> Iterator[Progressed | Said]:
        """What is due to be shown after `step`."""
        self.tokens += step.tokens
        steps = self.session.plan.steps
        shown = time.perf_counter() - self.shown >= SHOW_EVERY or step.step == steps
        nats = step.nats.item() if shown else None  # waits for the device, so before the clock is read
        now = time.perf_counter()
        self.seconds += now - self.since
        if nats is not None:
            self.shown = now
            per_step = self.seconds / (step.step - self.first)
            yield Progressed(
                step=step.step,
                steps=steps,
                epoch=step.epoch,
                bits_per_character=bits(nats) * self.tokens_per_character,
                tokens_per_second=self.tokens / self.seconds,
                seconds_left=(steps - step.step) * per_step,
            )
        if now - self.said >= SAY_EVERY:
            self.said = now
            yield self._speak(step.step)

    def save_is_due(self) -> bool:
        """Whether the last checkpoint is as old as one may be; if so, a new one is taken for granted."""
        now = time.perf_counter()
        due = now - self.saved >= SAVE_EVERY
        self.saved = now if due else self.saved
        return due

    def _speak(self, step: int) -> Said:
        part = self.corpus.validation or self.corpus.train
        tokenizer = self.corpus.tokenizer
        prompt = [int(number) for number in part.ids[: PROMPT_TOKENS + 1]]
        said = say(self.session.averaged, prompt, tokens=SAID_TOKENS, decode=tokenizer.decode, seed=step)
        return Said(step=step, prompt=tokenizer.decode(prompt[1:]), text=said)
