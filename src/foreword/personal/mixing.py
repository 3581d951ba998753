"""The weights of network and memory, fitted to the held-out text of a model in the making."""

import math
from dataclasses import dataclass
from typing import Final, final

from foreword.corpus.prepare import Corpus
from foreword.keyboard.memory import Memory
from foreword.keyboard.observing import fitted
from foreword.personal.measuring import last_lines
from foreword.runtime.network import Network
from foreword.runtime.predictor import Predictor
from foreword.text.tokenizer import Tokenizer

TOKENS_PER_WORD: Final = 100
"""That the network is asked for in the search for one word."""
SECONDS_PER_TOKEN: Final = 5e-6
"""That the memory takes to learn. Both are measured (docs/log.md)."""

REMEMBERED: Final = 300_000
"""Tokens at the end of the training text that a memory has learned when the weights are fitted: it takes seconds."""

MOST_WORDS: Final = 600
"""Words that they are fitted to; there are twelve weights, and typing goes on where this ends."""

FEWEST_REMEMBERED: Final = 50_000
FEWEST_WORDS: Final = 100
"""As many as there are at least, however little time there is: with fewer, the weights are worth little."""


@final
@dataclass(frozen=True, kw_only=True)
class _Draft:
    """A model whose folder is not written yet."""

    tokenizer: Tokenizer
    network: Network


def mixture_for(
    network: Network, corpus: Corpus, seconds: float = math.inf, seconds_per_token: float = 1.0
) -> list[float] | None:
    """The weights for `network` and a memory of its training text, on the text held out to validate; None without one.

    They are fitted to as many words as fit into so many seconds with a network that reads a token in so many. The
    memory of the person who types is not asked: it may know the held-out text.
    """
    if corpus.validation is None:
        return None
    memory = Memory.open()
    remembered = int(min(REMEMBERED, max(FEWEST_REMEMBERED, seconds / 2 / SECONDS_PER_TOKEN)))
    most = int(min(MOST_WORDS, max(FEWEST_WORDS, seconds / 2 / (TOKENS_PER_WORD * seconds_per_token))))
    memory.learn(last_lines(corpus.train, corpus, remembered))
    predictor = Predictor(_Draft(tokenizer=corpus.tokenizer, network=network))
    messages = last_lines(corpus.validation, corpus, REMEMBERED).split("\n")
    return fitted(predictor, memory, messages, most=most).weights()
