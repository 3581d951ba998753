"""Ignored suggestions: words that were shown while a word was typed, but not taken. They make room for others.

A person who types on has perhaps seen the list and did not want its words. So an ignored word ranks lower in the next
lists, and lower still each time it is ignored. The penalty depends on the person. A person who reads every list takes a
wanted word at once. A person who seldom reads lists overlooks it. `Habit` learns the person's habit from two
things: the words reported as shown, and the text that is learned in the end. Probabilities do not change.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, final

import regex

from foreword.text.cleaning import clean
from foreword.text.words import takes_space, word_start, words

CONFIDENT: Final = 0.3
"""A word with at least this probability is shown as an inline suggestion, without a request."""
SURE: Final = 0.15
"""A person with at most this chance of overlooking a word does not want an ignored word, even a very likely one."""
LETTERS: Final = 6
"""Only the lists before this many letters count. If a person starts inside a word, all these lists are computed."""

ATTENTION: Final = "attention"
"""The key of a person's attention in the memory, next to the mixture weights of each model."""
FIRST: Final = (3.0, 2.0)
"""The initial counts of words taken and words overlooked (docs/log.md)."""
HORIZON: Final = 500.0
"""A word counts e times less after this many later ones that were taken or overlooked."""
LEAST: Final = 1e-3
MOST_LISTS: Final = 1024
LONGEST_LINE: Final = 10_000  # characters; nobody writes a longer message

Place = tuple[int, str]
"""The hash of a line up to the word that is half typed, and its letters."""


def ignored(word: str, listed: Callable[[str], Iterable[str]]) -> Counter[str]:
    """Count each word in the lists before the last letter of `word`; `listed` gives the list for some letters.

    A list that nobody asked for counts too.
    """
    return Counter(
        each for length in range(min(len(word), LETTERS)) for each in dict.fromkeys(listed(word[:length]))
    )


def best(
    chances: Mapping[str, float], limit: int, times_ignored: Mapping[str, int], overlooks: float
) -> list[str]:
    """The words to show, likeliest first. `overlooks` is the probability that a person overlooks a word in a list.

    By Bayes' rule, a word that was ignored n times keeps `overlooks` to the power of n of its probability.
    """
    by_probability = sorted(chances, key=lambda word: (-chances[word], word))
    stays = CONFIDENT if overlooks > SURE else math.inf

    def worth(word: str) -> float:
        return chances[word] * (overlooks ** times_ignored.get(word, 0) if chances[word] < stays else 1.0)

    chosen = sorted(by_probability, key=lambda word: -worth(word))[:limit]
    return sorted(chosen, key=lambda word: (-chances[word], word))


@final
class Habit:
    """Counts the wanted words that a person took from a list, and those that they overlooked. Threads may share it."""

    def __init__(self, weights: Sequence[float] | None = None) -> None:
        """Continue from `weights`, a result of `weights()`; other values are ignored."""
        self._shown: OrderedDict[Place, frozenset[str]] = OrderedDict()
        self._lock = Lock()
        self.restore(weights)

    def restore(self, weights: Sequence[float] | None) -> None:
        """Continue from `weights`, or begin to count again without them."""
        given = list(weights or ())
        fit = len(given) == len(FIRST) and all(math.isfinite(each) and each > 0 for each in given)
        with self._lock:
            self._taken, self._overlooked = given if fit else FIRST

    @property
    def overlooks(self) -> float:
        """The probability that a person does not take a wanted word that is shown, from 0 to 1."""
        with self._lock:
            return self._overlooked / (self._taken + self._overlooked)

    def show(self, text: str, shown: Iterable[str]) -> None:
        """Record the words shown to a person after `text`, perhaps none; a phrase counts as its first word."""
        place = _end(text)
        if place is None:  # `follow` skips such lines
            return
        with self._lock:
            self._shown[place] = frozenset(each.partition(" ")[0] for each in shown)
            self._shown.move_to_end(place)
            while len(self._shown) > MOST_LISTS:
                self._shown.popitem(last=False)

    def hidden(self, text: str) -> frozenset[int]:
        """The numbers of letters of the word at the end of `text`, but all, with an empty list in the last report.

        Such a list is hidden before the first letter.
        """
        line, letters = _end(text) or (0, "")
        with self._lock:
            at = range(min(len(letters), LETTERS))
            return frozenset(each for each in at if self._shown.get((line, letters[:each])) == frozenset())

    def follow(self, text: str) -> None:
        """Compare the lists shown with `text`, the clean text that was written in the end."""
        with self._lock:
            for line in text.split("\n") if self._shown else ():
                if len(line) <= LONGEST_LINE:
                    self._see_line(line)

    def forget(self) -> None:
        """Forget the lists shown, but keep the counts."""
        with self._lock:
            self._shown.clear()

    def weights(self) -> list[float]:
        """The counts, to store in a memory."""
        with self._lock:
            return [self._taken, self._overlooked]

    def _see_line(self, line: str) -> None:
        seen = []
        for match in words(line):
            word, places = match.group(), _places(line, match)
            following = match.end() + takes_space(word)
            self._see(word, places, goes_on=(hash(line[:following]), "") in self._shown)
            seen += places
        for place in seen:
            self._shown.pop(place, None)

    def _see(self, word: str, places: Sequence[Place], *, goes_on: bool) -> None:
        """Count one word: overlooked in each list but the last, and taken in the last if the next list follows it.

        If a list is missing within the word or after it, the person may have typed faster than the lists came. Then
        nothing is known. Nothing is known of the last letter either, because to type it is also one key.
        """
        lists = [self._shown.get(place) for place in places]
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


def _end(text: str) -> Place | None:
    """The place at the end of a text; None in a line that is too long."""
    begun = text.rfind("\n") + 1
    if len(text) - begun > LONGEST_LINE:
        return None
    line = clean(text[begun:])
    start = word_start(line)
    return hash(line[:start]), line[start:]


def _places(line: str, word: regex.Match[str]) -> list[Place]:
    """The places of the lists before each letter of a word, and after its last letter if it stays half typed there."""
    letters = word.group()
    if word_start(letters[0]) > 0:
        return [(hash(line[:at]), "") for at in range(*word.span())]
    return [(hash(line[: word.start()]), letters[:length]) for length in range(len(letters) + 1)]
