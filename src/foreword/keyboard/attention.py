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
"""Lists from which a word was taken, and lists in which it was overlooked, that stand for what is not known yet
(docs/log.md)."""
HORIZON: Final = 500.0
"""What happened so many lists ago counts e times less."""
KEPT: Final = 1024
LEAST: Final = 1e-3
LONGEST: Final = 10_000
"""Characters of a line; a longer one is no message of anybody's."""


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
        with self._lock:
            return self._overlooked / (self._taken + self._overlooked)

    def show(self, before: str, typed: str, shown: Iterable[str]) -> None:
        """Note what a person was shown for these letters of a word, after this text; it may be nothing."""
        place = _place(before), typed
        with self._lock:
            self._shown[place] = frozenset(shown)
            self._shown.move_to_end(place)
            while len(self._shown) > KEPT:
                self._shown.popitem(last=False)

    def follow(self, text: str) -> None:
        """See what became of the lists for a text that was written. It is clean."""
        with self._lock:
            for line in text.split("\n") if self._shown else ():
                if len(line) <= LONGEST:
                    self._see_line(line)

    def forget(self) -> None:
        """Forget what was shown, and not what became of it."""
        with self._lock:
            self._shown.clear()

    def weights(self) -> list[float]:
        """What to keep."""
        with self._lock:
            return [self._taken, self._overlooked]

    def _see_line(self, line: str) -> None:
        seen = []
        for match in words(line):
            before, word = _place(line[: match.start()]), match.group()
            self._see(before, word, goes_on=(_place(line[: match.end() + 1]), "") in self._shown)
            seen += [(before, word[:length]) for length in range(len(word) + 1)]
        for place in seen:
            self._shown.pop(place, None)

    def _see(self, before: int, word: str, *, goes_on: bool) -> None:
        """One word: passed over at each list but the last one, and there taken, if the next list is that behind it.

        Where a list is missing on the way, or behind the word, the person may have been faster than the lists, and
        nothing is known; nor is it at the last letter, which is typed with one key, too.
        """
        lists = [self._shown.get((before, word[:length])) for length in range(len(word) + 1)]
        seen = lists.index(None) if None in lists else len(lists)
        if any(each is not None for each in lists[seen:]):
            return
        for length in range(min(seen, len(word) - 1)):
            if word in (lists[length] or ()):
                is_last = length == seen - 1
                if goes_on or not is_last:
                    self._count(taken=is_last)

    def _count(self, *, taken: bool) -> None:
        fades = math.exp(-1 / HORIZON)
        self._taken = max(self._taken * fades + taken, LEAST)
        self._overlooked = max(self._overlooked * fades + (not taken), LEAST)


def _place(before: str) -> int:
    """The line before a word, as a number: lines may be long."""
    return hash(before[before.rfind("\n") + 1 :])
