"""Ignored suggestions: words that were shown while a word was typed, and not taken. They make room for others.

Somebody who types on has perhaps seen the list and did not want what was in it. So an ignored word counts for less when
it is chosen what to show, and less still each time it was ignored. How much less depends on the person: one who looks
at every list takes a wanted word at once; one who looks now and then overlooks it. `Attention` learns which, from what
a surface reports as shown and from the text that was learned in the end. Probabilities stay what they are.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, final

from foreword.text.cleaning import clean
from foreword.text.words import word_start, words

CONFIDENT: Final = 0.3
"""From this probability on a word is shown behind the cursor unasked."""
SURE: Final = 0.15
"""A person who overlooks so few words does not want what they ignored, however likely it is."""
LETTERS: Final = 6
"""The lists before this many letters count: where somebody begins within a word, each of them has to be made."""

ATTENTION: Final = "attention"
"""The key under which a memory keeps a person's attention, beside the weights of the mixture with models."""
FIRST: Final = (9.0, 6.0)
"""Words taken and words overlooked that stand for what is not known yet (docs/log.md)."""
HORIZON: Final = 500.0
"""A list that was shown this many lists ago counts e times less."""
LEAST: Final = 1e-3
MOST_LISTS: Final = 1024
LONGEST_LINE: Final = 10_000  # characters; a longer one is no message of anybody's


def ignored(word: str, listed: Callable[[str], Iterable[str]]) -> Counter[str]:
    """How often each word was in the lists before the last letter of `word`; `listed` gives the list for some letters.

    It is a function of the text alone: lists that were never shown count as if they had been.
    """
    return Counter(
        each for length in range(min(len(word), LETTERS)) for each in dict.fromkeys(listed(word[:length]))
    )


def best(chances: Mapping[str, float], limit: int, passed: Mapping[str, int], overlooks: float) -> list[str]:
    """The words to show, likeliest first, if each ignored word was overlooked each time with the chance `overlooks`."""
    by_probability = sorted(chances, key=lambda word: (-chances[word], word))
    stays = CONFIDENT if overlooks > SURE else math.inf

    def worth(word: str) -> float:
        return chances[word] * (overlooks ** passed.get(word, 0) if chances[word] < stays else 1.0)

    chosen = sorted(by_probability, key=lambda word: -worth(word))[:limit]
    return sorted(chosen, key=lambda word: (-chances[word], word))


@final
class Attention:
    """Counts how often a shown word that was wanted was taken, and how often overlooked. Threads may share it."""

    def __init__(self, weights: Sequence[float] | None = None) -> None:
        """Go on from `weights`, as `weights()` gave them; anything else is ignored."""
        given = list(weights or ())
        fit = len(given) == len(FIRST) and all(math.isfinite(each) and each > 0 for each in given)
        self._taken, self._overlooked = given if fit else FIRST
        self._shown: OrderedDict[tuple[int, str], frozenset[str]] = OrderedDict()
        self._lock = Lock()

    @property
    def overlooks(self) -> float:
        """How likely it is that a wanted word was not taken where it was shown, from 0 to 1."""
        with self._lock:
            return self._overlooked / (self._taken + self._overlooked)

    def show(self, text: str, shown: Iterable[str]) -> None:
        """Note which words a person was shown behind `text`, perhaps none."""
        line = clean(text[text.rfind("\n") + 1 :])
        start = word_start(line)
        place = hash(line[:start]), line[start:]
        with self._lock:
            self._shown[place] = frozenset(shown)
            self._shown.move_to_end(place)
            while len(self._shown) > MOST_LISTS:
                self._shown.popitem(last=False)

    def follow(self, text: str) -> None:
        """See what became of the lists shown for a text that was written in the end. It is clean."""
        with self._lock:
            for line in text.split("\n") if self._shown else ():
                if len(line) <= LONGEST_LINE:
                    self._see_line(line)

    def forget(self) -> None:
        """Forget what was shown, and not what became of it."""
        with self._lock:
            self._shown.clear()

    def weights(self) -> list[float]:
        """The numbers to keep."""
        with self._lock:
            return [self._taken, self._overlooked]

    def _see_line(self, line: str) -> None:
        seen = []
        for match in words(line):
            before, word = hash(line[: match.start()]), match.group()
            self._see(before, word, goes_on=(hash(line[: match.end() + 1]), "") in self._shown)
            seen += [(before, word[:length]) for length in range(len(word) + 1)]
        for place in seen:
            self._shown.pop(place, None)

    def _see(self, before: int, word: str, *, goes_on: bool) -> None:
        """Count one word: overlooked in each list but the last one, and taken there if the next list is behind it.

        Where a list is missing on the way, or behind the word, the person may have been faster than the lists: nothing
        is known then. Nothing is known of the last letter either, for that is one key, too.
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
