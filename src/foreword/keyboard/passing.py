"""Words that were shown while the letters of a word were typed, and not taken: they make room for others.

Somebody who types on has perhaps seen the list and did not want what was in it. Presage knows this as a choice: words
shown once are shown again, or not. Here they are believed a little less when it is chosen what to show; those that
nothing else comes near stay.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Set
from threading import Lock
from typing import Final, TypeAlias, final

PASSED_OVER: Final = 0.6
"""How likely it is that a word shown and not taken was seen. Typists were simulated who look at each list, at every
second or third by chance, or only after some letters: with this, none of them saves less (docs/log.md)."""

LONGEST: Final = 6
"""The lists before so many letters count. Whoever begins in the middle of a word has them made, one for each."""

KEPT: Final = 128

Show: TypeAlias = "Callable[[str, Set[str]], Iterable[str]]"
"""Makes the list for some letters, when these words were passed over before them."""


@final
class PassedOver:
    """Remembers which words were shown: by the text before them, the letters typed, and the kind of list.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._lists: OrderedDict[tuple[str, str, Hashable], frozenset[str]] = OrderedDict()
        self._lock = Lock()

    def words(self, before: str, typed: str, kind: Hashable, show: Show) -> frozenset[str]:
        """What was shown for the beginnings of the letters typed, the shortest first; what is not known is made."""
        passed: frozenset[str] = frozenset()
        for begun in (typed[:length] for length in range(min(len(typed), LONGEST))):
            with self._lock:
                known = self._lists.get((before, begun, kind))
            if known is None:
                known = frozenset(show(begun, passed))
                self.keep(before, begun, kind, known)
            passed |= known
        return passed

    def keep(self, before: str, typed: str, kind: Hashable, shown: Iterable[str]) -> None:
        """Note what is shown for these letters."""
        place = before, typed, kind
        with self._lock:
            self._lists[place] = frozenset(shown)
            self._lists.move_to_end(place)
            while len(self._lists) > KEPT:
                self._lists.popitem(last=False)

    def clear(self) -> None:
        """Know nothing of any list."""
        with self._lock:
            self._lists.clear()
