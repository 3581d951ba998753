"""The back-test: a new model types the person's last messages, which nothing has learned, beside word counts alone."""

import time
from typing import Final, final

from foreword.assess.keystrokes import Ghost, lines_of, replay, sample
from foreword.corpus.prepare import Corpus
from foreword.keyboard.counts import Counts
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import CONFIDENT, Keyboard
from foreword.personal.measuring import last_lines
from foreword.runtime.model import Model

MOST_MESSAGES: Final = 100
FEWEST_MESSAGES: Final = 5
REMEMBERED: Final = 2_000_000
"""Tokens at the end of the training text that a memory has learned when its messages are typed."""


@final
class BackTest:
    """Types the messages of the test part, as many as there is time for."""

    def __init__(self, model: Model, corpus: Corpus) -> None:
        memory = Memory.open()
        memory.learn(last_lines(corpus.train, corpus, REMEMBERED))
        if corpus.validation is not None:
            memory.learn(last_lines(corpus.validation, corpus, REMEMBERED))
        self._keyboard = Keyboard(model, memory)
        self._messages = (
            [] if corpus.test is None else lines_of([last_lines(corpus.test, corpus, REMEMBERED)])
        )

    def figures(self, seconds: float) -> dict[str, object]:
        """What the model would have saved, in about so many seconds; nothing, where nothing was held out.

        The same figures as `evaluate` has, with those of the word counts alone (`ngram`) and of the word behind the
        cursor alone (`ghost`).
        """
        if len(self._messages) < FEWEST_MESSAGES:
            return {}
        messages = sample(self._messages, self._count(seconds))
        return {
            **replay(self._keyboard, messages).figures(),
            "ghost": replay(Ghost(self._keyboard, CONFIDENT), messages, limit=1).figures(),
            "ngram": replay(Counts(self._keyboard.memory), messages).figures(),
        }

    def _count(self, seconds: float) -> int:
        """How many messages there is time for: two replays with the network, by the time that a few messages take."""
        begun = time.perf_counter()
        replay(self._keyboard, sample(self._messages, FEWEST_MESSAGES))
        each = (time.perf_counter() - begun) / FEWEST_MESSAGES
        return max(FEWEST_MESSAGES, min(MOST_MESSAGES, int(seconds / (2 * each))))
