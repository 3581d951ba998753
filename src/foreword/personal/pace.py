"""When a run is saved and shown, and when its network speaks: by the clock, which decides nothing else."""

from collections.abc import Iterator
from typing import final

from foreword.corpus.prepare import Corpus
from foreword.personal.events import Progressed, Said
from foreword.personal.measuring import tokens_per_character
from foreword.training.loop import Step
from foreword.training.session import Session
from foreword.training.validate import bits, sample

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
    """Says when it is time to save, to show how far the run is, and to let the network speak."""

    def __init__(self, session: Session, corpus: Corpus) -> None:
        self.session = session
        self.corpus = corpus
        self.tokens_per_character = tokens_per_character(corpus.train)
        self.clock = session.clock
        self.shown = self.saved = self.said = self.clock()

    def progress(self, step: Step) -> Iterator[Progressed | Said]:
        """What is due to be shown after `step`."""
        session = self.session
        if self.clock() - self.shown >= SHOW_EVERY or session.record.progress >= 1:
            nats = step.nats.item()
            self.shown = self.clock()
            yield Progressed(
                step=step.step,
                progress=session.record.progress,
                epoch=step.epoch,
                bits_per_character=bits(nats) * self.tokens_per_character,
                learning_rate=step.learning_rate,
                tokens_per_second=session.tokens_per_second,
                seconds_left=session.seconds_left,
            )
        if self.shown - self.said >= SAY_EVERY:
            self.said = self.shown
            with session.aside():
                said = self._speak(step.step)
            yield said

    def save_is_due(self) -> bool:
        """Whether the last checkpoint is as old as one may be; if so, a new one is taken for granted."""
        now = self.clock()
        due = now - self.saved >= SAVE_EVERY
        self.saved = now if due else self.saved
        return due

    def _speak(self, step: int) -> Said:
        part = self.corpus.validation or self.corpus.train
        tokenizer = self.corpus.tokenizer
        prompt = [int(number) for number in part.ids[: PROMPT_TOKENS + 1]]
        said = sample(self.session.model, prompt, tokens=SAID_TOKENS, decode=tokenizer.decode, seed=step)
        return Said(step=step, prompt=tokenizer.decode(prompt[1:]), text=said)
