"""Onboard's word prediction (pypredict): an n-gram model of English, and over it one of what was typed, with recency.

Order, smoothing, recency and the way of learning are those of Onboard as shipped (WPEngine.py of 1.4.1). Earlier text
is learned message by message, as while typing. Only pypredict is loaded, because the rest of Onboard needs a screen.
"""

import sys
from pathlib import Path
from typing import Any, final

from benchmarks.peers.keyboard_service import installed, serve

PROGRAM = "/usr/lib/python3/dist-packages/Onboard"
ENGLISH = "/usr/share/onboard/models/en_US.lm"
SMOOTHING = "abs-disc"
RECENCY = {
    "recency_ratio": 0.811,
    "recency_halflife": 96,
    "recency_smoothing": "jelinek-mercer",
    "recency_lambdas": [0.404, 0.831, 0.444],
}


@final
class Onboard:
    """The two models: the person's model over the English one."""

    def __init__(self, train: Path, scratch: Path) -> None:
        del scratch  # Onboard writes nothing
        program, english = installed(PROGRAM, "onboard"), installed(ENGLISH, "onboard-data")
        sys.path.insert(0, str(program))
        import pypredict

        shipped, self._learned = pypredict.DynamicModel(2), pypredict.CachedDynamicModel(3)
        shipped.load(str(english))
        for model in (shipped, self._learned):
            model.smoothing = SMOOTHING
        for name, value in RECENCY.items():
            setattr(self._learned, name, value)
        self._pypredict: Any = pypredict
        self._model = pypredict.overlay([shipped, self._learned])
        for message in train.read_text(encoding="utf-8").split("\n"):
            self.learn(message)

    def suggest(self, text: str, limit: int) -> list[str]:
        """Its words for the end of the text."""
        context, _ = self._pypredict.tokenize_context(text)
        return list(self._model.predict(context, limit))

    def learn(self, text: str) -> None:
        """Count the words of a message, without the apostrophes at their ends, as Onboard does."""
        tokens, _ = self._pypredict.tokenize_text(text)
        self._learned.learn_tokens([trimmed(token) for token in tokens])


def trimmed(token: str) -> str:
    """The token as it is learned: a closing quotation mark is not part of the word."""
    return (token[:-1] or "<unk>") if token.endswith("'") else token


if __name__ == "__main__":
    serve("onboard", Onboard)
