"""Words that were shown while the letters of a word were typed, and not taken: they make room for others.

Somebody who types on has perhaps seen the list and did not want what was in it. Presage knows this as a choice: words
shown once are shown again, or not. Here they are believed less when it is chosen what to show, with each time a little
more; how much, `attention.py` says.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock
from typing import Final, TypeAlias, final

LONGEST: Final = 6
"""The lists before so many letters count. Whoever begins in the middle of a word has them made, one for each."""

KEPT: Final = 128

Show: TypeAlias = "Callable[[str, Mapping[str, int]], Iterable[str]]"
"""Makes the list for some letters, when these words were passed over before them, so many times each."""


@final
class PassedOver:
    """Remembers which words were shown: by the text before them, the letters typed, and the kind of list.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._lists: OrderedDict[tuple[str, str, Hashable], frozenset[str]] = OrderedDict()
        self._lock = Lock()

    def words(self, before: str, typed: str, kind: Hashable, show: Show) -> Counter[str]:
        """How often each was shown for the beginnings of the letters typed; lists that are not known are made."""
        passed = Counter[str]()
        for begun in (typed[:length] for length in range(min(len(typed), LONGEST))):
            with self._lock:
                known = self._lists.get((before, begun, kind))
            if known is None:
                known = frozenset(show(begun, Counter(passed)))
                self.keep(before, begun, kind, known)
            passed.update(known)
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
