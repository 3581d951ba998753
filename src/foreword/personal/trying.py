"""The back-test: a new model types the person's last messages, which nothing has learned.

Beside it do word counts alone, and the model that comes with Foreword, which knows nothing of the person.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from foreword import modelfolder
from foreword.assess.keystrokes import Inline, Replay, lines_of, replay, sample
from foreword.corpus.prepare import Corpus
from foreword.errors import ModelError
from foreword.keyboard.counts import Counts
from foreword.keyboard.memory import Memory
from foreword.keyboard.ranking import CONFIDENT
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.names import SHIPPED
from foreword.personal.measuring import last_lines
from foreword.personal.meeting import own_old_text
from foreword.personal.mixing import FEWEST_REMEMBERED, SECONDS_PER_TOKEN
from foreword.runtime.model import Model

MOST_MESSAGES: Final = 100
FEWEST_MESSAGES: Final = 5
"""In the test part, or it is not tried; where the machine is slow, not all of them are typed."""
FEWEST_TYPED: Final = 3
PROBED_MESSAGES: Final = 2
REMEMBERED: Final = 2_000_000
"""Tokens at the end of the training text that a memory has learned when its messages are typed."""


@final
@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Messages, and what it took to type them: with the model, with word counts, with the word behind the cursor.

    And with the `base`, where there is one and the model is another.
    """

    messages: Sequence[str]
    model: Replay
    counts: Replay
    ghost: Replay
    base: Replay | None

    def figures(self) -> dict[str, object]:
        """As `evaluate` has them: the model's own, with those of the counts (`ngram`) and of the one word (`ghost`)."""
        base = {} if self.base is None else {"base": self.base.figures()}
        return {
            **self.model.figures(),
            "ghost": self.ghost.figures(),
            "ngram": self.counts.figures(),
            **base,
        }


@final
class BackTest:
    """Types the messages of the test part, as many as there is time for.

    A third of the seconds may go into the memory of what was written before them.
    """

    def __init__(self, model: Model, corpus: Corpus, seconds: float) -> None:
        remembered = int(min(REMEMBERED, max(FEWEST_REMEMBERED, seconds / 3 / SECONDS_PER_TOKEN)))
        memory = Memory.open()
        for part in (own_old_text(corpus), corpus.train, corpus.validation):
            if part is not None:
                memory.learn(last_lines(part, corpus, remembered))
        self._keyboard = Keyboard(model, memory)
        self._base = _base_beside(model)
        self._messages = (
            [] if corpus.test is None else lines_of([last_lines(corpus.test, corpus, REMEMBERED)])
        )

    def attempt(self, seconds: float) -> Attempt | None:
        """Type messages for about so many seconds; None where there are none, for nothing was held out."""
        if len(self._messages) < FEWEST_MESSAGES:
            return None
        messages = sample(self._messages, self._count(seconds))
        return Attempt(
            messages=messages,
            model=replay(self._keyboard, messages),
            counts=replay(Counts(self._keyboard.memory), messages),
            ghost=replay(Inline(self._keyboard, CONFIDENT), messages, limit=1),
            base=None if self._base is None else replay(self._base, messages),
        )

    def _count(self, seconds: float) -> int:
        """How many messages there is time for: two or three replays, by the time that two messages take."""
        begun = time.perf_counter()
        replay(self._keyboard, sample(self._messages, PROBED_MESSAGES))
        each = (time.perf_counter() - begun) / PROBED_MESSAGES
        replays = 2 if self._base is None else 3
        return max(FEWEST_TYPED, min(MOST_MESSAGES, int(seconds * 2 / 3 / (replays * each))))


def _base_beside(model: Model) -> Keyboard | None:
    """The model that comes with Foreword, with an empty memory; None where there is none, or it is this one."""
    path = modelfolder.find(SHIPPED)
    if path == model.path:
        return None
    try:
        return Keyboard(Model.open(path))
    except ModelError:
        return None  # a damaged one is told of where somebody asks for it
