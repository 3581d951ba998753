"""The word list of a model folder, `lexicon.txt`: one word per line, sorted without case and accents.

The list decides which words a network may suggest, and their spelling. If spellings differ in case alone, the
most frequent one is listed. The words come from public text; a person's own words are in their memory
(docs/decisions/0048).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise, starmap
from operator import le
from typing import Final, final

import regex

from foreword.errors import ModelTruncated
from foreword.text.words import beginning_with, begins, lines_and_keys, matching, words

AT_LEAST: Final = 2  # a word that occurs only once may be a typo
SHORT: Final = 5  # a shorter word needs the accents of a listed one: the list's ud makes üd no word
CACHED: Final = 20_000
_SIGNS: Final = str.maketrans("’‐‑", "'--")
_INNER: Final = regex.compile(r"['\-·]")
_HYPHEN: Final = regex.compile(r"[\-·]")


@final
class WordList:
    """Known words; look-ups ignore case and accents."""

    def __init__(self, text: str, where: str = "the word list") -> None:
        self._words, self._keys = lines_and_keys(text)
        del self._words[-1], self._keys[-1]  # what follows the last newline
        self.holds = lru_cache(maxsize=CACHED)(self._holds)
        self.begins = lru_cache(maxsize=CACHED)(self._may_begin)
        if not all(starmap(le, pairwise(self._keys))) or text[-1:] not in ("", "\n"):
            raise ModelTruncated(f"{where} is damaged: out of order, or cut off; get the model again")

    def lists(self, word: str) -> bool:
        """Whether the list has the word itself."""
        return self._lists(matching(word).translate(_SIGNS))

    def _holds(self, word: str) -> bool:
        """Whether the list has the word, or all of its parts between hyphens and apostrophes."""
        key = matching(word).translate(_SIGNS)
        small = word.lower().translate(_SIGNS)
        if len(key) < SHORT and small != key:
            same = slice(bisect_left(self._keys, key), bisect_right(self._keys, key))
            return any(begins(small, listed) for listed in self._words[same])
        return self._lists(key) or bool(_INNER.search(key) and all(map(self._is_joined, _HYPHEN.split(key))))

    def _may_begin(self, letters: str) -> bool:
        key = matching(letters).translate(_SIGNS)
        if self._begins(key) or _INNER.search(key) is None:
            return self._begins(key)
        *whole, rest = _HYPHEN.split(key)
        *parts, last = rest.split("'")
        is_elided = any(part.startswith(last) for part in self._elided)
        fits = is_elided or (self._begins(last) and (not parts or parts[-1] in self._elided))
        return fits and all(map(self._is_joined, [*whole, *(["'".join(parts)] if parts else [])]))

    def beginning(self, typed: str, *, most: int) -> list[str] | None:
        """All words with this beginning, ignoring case and accents; None if there are more than `most`."""
        found = beginning_with(self._keys, matching(typed))
        return self._words[found] if found.stop - found.start <= most else None

    def spellings(self, typed: str) -> Iterator[str]:
        """The words with capitals or accents that begin with the typed letters, ignoring case and accents."""
        keys, odd = self._odd
        return iter(odd[beginning_with(keys, matching(typed))])

    @cached_property
    def _odd(self) -> tuple[list[str], list[str]]:
        """The keys of the words that differ from their keys, and these words."""
        pairs = [(key, word) for key, word in zip(self._keys, self._words, strict=True) if key != word]
        return [key for key, _ in pairs], [word for _, word in pairs]

    @cached_property
    def _elided(self) -> frozenset[str]:
        """The short parts before or after an apostrophe, such as the s of it's and the l of l'eau."""
        return frozenset(part for key in self._keys if "'" in key for part in key.split("'") if len(part) < 3)

    def _lists(self, key: str) -> bool:
        at = bisect_left(self._keys, key)
        return self._keys[at : at + 1] == [key]

    def _begins(self, key: str) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at].startswith(key)

    def _is_joined(self, word: str) -> bool:
        """Whether all parts between apostrophes are known, and each pair of neighbours has an elided part."""
        parts = word.split("'")
        known = all(part in self._elided or self._lists(part) for part in parts)
        return known and all(one in self._elided or other in self._elided for one, other in pairwise(parts))


def text_of(counts: Mapping[str, int]) -> str:
    """The file's text: all words that are frequent enough, without compounds whose parts are listed."""
    spellings: dict[str, Counter[str]] = {}
    for found, count in counts.items():
        word = found.translate(_SIGNS)
        spellings.setdefault(word.casefold(), Counter())[word] += count
    often = {
        key: max(each, key=lambda word: (each[word], word))
        for key, each in spellings.items()
        if each.total() >= AT_LEAST
    }
    listed = (word for key, word in often.items() if "-" not in key or not often.keys() >= {*key.split("-")})
    return "".join(f"{word}\n" for word in sorted(listed, key=lambda word: (matching(word), word)))


def count_words(text: str) -> Counter[str]:
    """The count of each word in a clean text."""
    return Counter(found.group() for found in words(text))
