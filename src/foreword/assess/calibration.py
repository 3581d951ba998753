"""Do probabilities mean what they say: of the words that are shown with 0.3, do 30 % come?

The list is looked at before every key of a message, with no word ever taken. Where words are taken, as in a replay, the
places that are left are those at which the right word was not shown before: there a keyboard is wrong more often.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

import numpy as np

from foreword.assess.keystrokes import Suggests, lines_of, word_at

TENTHS = 10


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """By tenths of probability: the mean of the words shown, the share of them that came, and how many they were."""

    groups: tuple[tuple[float, float, int], ...]

    @property
    def error(self) -> float:
        """How far probabilities are from what comes, in the mean over the words shown (Naeini and others 2015)."""
        words = sum(count for _, _, count in self.groups)
        return sum(abs(said - came) * count for said, came, count in self.groups) / words if words else 0.0


def calibration(keyboard: Suggests, messages: Iterable[str], *, limit: int = 3) -> Calibration:
    """Look at the lists of all places in the messages; none is learned."""
    seen = [
        (each.probability, each.text == word)
        for message in lines_of(messages)
        for at in range(len(message))
        for word in [word_at(message, at)[1]]
        for each in keyboard.suggest(message[:at], limit)
    ]
    chances = np.array(seen, dtype=np.float64).reshape(-1, 2)  # (words, said and came)
    tenths = np.minimum((TENTHS * chances[:, 0]).astype(int), TENTHS - 1)
    groups = [chances[tenths == tenth] for tenth in range(TENTHS)]
    return Calibration(
        groups=tuple((float(g[:, 0].mean()), float(g[:, 1].mean()), len(g)) for g in groups if len(g))
    )
