"""Words that were shown while the letters of a word were typed, and not taken: they make room for others.

Somebody who types on has perhaps seen the list and did not want what was in it. Presage knows this as a choice: words
shown once are shown again, or not. Here they are believed a little less when it is chosen what to show; those that
nothing else comes near stay.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Final, Protocol, final, runtime_checkable

PASSED_OVER: Final = 0.6
"""How likely it is that a word shown and not taken was seen. Measured with typists who look at each list, at every
second or third, or only after some letters: none of them saves less, and most save more (docs/log.md)."""

LONGEST: Final = 12
"""The lists before so many letters count. Whoever begins in the middle of a word has them made anew, one for each."""

KEPT: Final = 128


@runtime_checkable
class Shown(Protocol):
    """A word as it is shown: a `Suggestion`."""

    @property
    def text(self) -> str:
        """The word, whole."""
        ...


@final
class PassedOver:
    """Remembers the lists of the beginnings of words: by the text before them, the letters, and the kind of list.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._lists: OrderedDict[tuple[str, str, Hashable], frozenset[str]] = OrderedDict()
        self._lock = Lock()

    def words(
        self, before: str, typed: str, kind: Hashable, show: Callable[[str], Iterable[Shown]]
    ) -> frozenset[str]:
        """What was shown for the beginnings of the letters typed; `show` makes a list that is not known.

        It must `keep` that: the lists of longer beginnings depend on those of the shorter ones.
        """
        passed: set[str] = set()
        for begun in (typed[:length] for length in range(min(len(typed), LONGEST))):
            with self._lock:
                known = self._lists.get((before, begun, kind))
            passed.update(known if known is not None else (each.text for each in show(begun)))
        return frozenset(passed)

    def keep(self, before: str, typed: str, kind: Hashable, shown: Iterable[Shown]) -> None:
        """Note what is shown for these letters."""
        place = before, typed, kind
        with self._lock:
            self._lists[place] = frozenset(each.text for each in shown)
            self._lists.move_to_end(place)
            while len(self._lists) > KEPT:
                self._lists.popitem(last=False)
