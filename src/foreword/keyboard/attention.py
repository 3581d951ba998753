"""How often a person takes a word that is shown, rather than typing on: what it says that a word was passed over.

Somebody who looks at each list takes the word as soon as it is there, so a word that was passed over is hardly the one
they want. Somebody who looks now and then types on, and takes it later or never. Which of the two somebody is shows in
the words that they wrote: each was shown at some of its letters, and then it was taken, or it was not.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final, final

from foreword.text.words import words

KEY: Final = "attention"
"""Under which a memory keeps it, beside the weights of the mixture with models."""
FIRST: Final = (9.0, 6.0)
"""Words taken and words overlooked that stand for what is not known yet. Typists were simulated who look at each list,
at every second or third by chance, or only after some letters: with these, none of them saves less (docs/log.md)."""
HORIZON: Final = 500.0
"""What happened so many words ago counts e times less."""
KEPT: Final = 1024
LEAST: Final = 0.01


@final
class Attention:
    """Counts what became of the words that were shown. Threads may share it."""

    def __init__(self, weights: Sequence[float] | None = None) -> None:
        """Take up `weights`, as `weights()` gave them; others than such are no use."""
        given = list(weights or ())
        fit = len(given) == len(FIRST) and all(math.isfinite(each) and each > 0 for each in given)
        self._taken, self._overlooked = given if fit else FIRST
        self._shown: OrderedDict[tuple[int, str], frozenset[str]] = OrderedDict()
        self._lock = Lock()

    @property
    def overlooks(self) -> float:
        """How likely it is that a word that was wanted was not taken where it was shown, from 0 to 1."""
        return self._overlooked / (self._taken + self._overlooked)

    def show(self, before: str, typed: str, shown: Iterable[str]) -> None:
        """Note what a person was shown for these letters of a word, after this text."""
        place = _place(before), typed
        with self._lock:
            self._shown[place] = self._shown.get(place, frozenset()) | frozenset(shown)
            self._shown.move_to_end(place)
            while len(self._shown) > KEPT:
                self._shown.popitem(last=False)

    def follow(self, line: str) -> None:
        """See what became of the lists for a line that was written. It is clean text."""
        with self._lock:
            for match in words(line):
                self._see(_place(line[: match.start()]), match.group())
            self._shown.clear()

    def weights(self) -> list[float]:
        """What to keep."""
        return [self._taken, self._overlooked]

    def _see(self, before: int, word: str) -> None:
        """One word: passed over at each list but the last one, and there taken.

        Where a list is missing on the way, the person was faster than the lists, and nothing is known; nor is it at the
        last letter, which is typed with one key, too.
        """
        lists = [self._shown.get((before, word[:length])) for length in range(len(word) + 1)]
        seen = lists.index(None) if None in lists else len(lists)
        if any(each is not None for each in lists[seen:]):
            return
        for length in range(min(seen, len(word) - 1)):
            if word not in (lists[length] or ()):
                continue
            is_last = length == seen - 1
            fades = math.exp(-1 / HORIZON)
            self._taken = self._taken * fades + is_last
            self._overlooked = self._overlooked * fades + (not is_last)


def _place(before: str) -> int:
    """The line before a word, as a number: lines may be long."""
    return hash(before[before.rfind("\n") + 1 :])
