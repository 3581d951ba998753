"""Forgotten words: how they are known again without being written down, and how they are cut out of a text.

What is blocked is kept as hashes with a key of the file's own (BLAKE2b). That hides the words from whoever sees the
hashes alone; who has the whole file has the key too, and can try words, one after another, as on any password file.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, final

import regex

from foreword.errors import OptionError
from foreword.text.cleaning import clean
from foreword.text.words import words

OMISSION: Final = "…"
"""Stands where a word was cut out. It ends a sentence, so no two words that it parts are counted as neighbours."""

_INNER: Final = regex.compile(r"['’\-‐‑·]")  # what stands between the parts of a word


def digest(word: str, key: bytes) -> bytes:
    """The hash of a word, whatever its case."""
    return hashlib.blake2b(clean(word).casefold().encode(), digest_size=16, key=key).digest()


def checked(word: str) -> str:
    """`word`, cleaned.

    Raises:
        OptionError: it is not one word.
    """
    cleaned = clean(word).strip()
    if not cleaned or regex.search(r"\s", cleaned) or next(words(cleaned), None) is None:
        raise OptionError(f"{word!r} is not a word; give one or more words, each by itself")
    return cleaned


@final
class Blocked:
    """The forgotten words of a memory, by the hashes and their keys; a key for each file they came from."""

    def __init__(self, rows: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._digests = {(hashed, key) for hashed, key in rows}
        self._keys = {key for _, key in self._digests}
        self.holds = lru_cache(maxsize=50_000)(self._holds)

    def _holds(self, word: str) -> bool:
        """Whether the word, in any case, or one of its parts between apostrophes and hyphens is blocked."""
        return bool(self._keys) and any(
            (digest(part, key), key) in self._digests for part in parts(word) for key in self._keys
        )

    def cut(self, text: str) -> str:
        """`text` without them."""
        if not self._keys:
            return text
        return cut(text, [found.span() for found in words(text) if self.holds(found.group())])


def parts(word: str) -> Iterator[str]:
    """The word, and each run of its parts: `anna`, `lena`, `s`, `anna-lena`, `lena's` of `anna-lena's`."""
    gaps = [found.span() for found in _INNER.finditer(word)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(word)]
    yield word
    for first, start in enumerate(starts):
        for last in range(first, len(ends)):
            if (first, last) != (0, len(ends) - 1):
                yield word[start : ends[last]]


def places(text: str, word: str) -> list[tuple[int, int]]:
    """Where `word` stands in `text`, in any case: alone, or as a part of a longer word, which then goes whole.

    A part is what stands between apostrophes and hyphens; in a script without spaces, any of its letters.
    """
    if word.casefold() not in text.casefold():
        return []
    whole = [found.span() for found in words(text)]
    found = [match.span() for match in _pattern(word).finditer(text)]
    grown = []
    for start, end in found:
        around = [span for span in whole if span[0] <= start and end <= span[1]]
        grown.append(around[0] if around else (start, end))
    return sorted(set(grown))


def cut(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with a sign of omission in place of these stretches; empty if no word is left."""
    if not spans:
        return text
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at : max(at, start)])
        at = max(at, end)
    left = OMISSION.join([*kept, text[at:]])
    return left if next(words(left), None) else ""


@lru_cache(maxsize=64)
def _pattern(word: str) -> "regex.Pattern[str]":
    escaped = regex.escape(word)
    if _is_spaced(word):
        escaped = rf"(?<![\p{{L}}\p{{N}}\p{{M}}]){escaped}(?![\p{{L}}\p{{N}}\p{{M}}])"
    return regex.compile(f"(?if){escaped}")


def _is_spaced(word: str) -> bool:
    """Whether it is in a script with spaces between words: then a letter more makes another word of it."""
    first = next(words(word))
    return (
        regex.match(
            r"[\p{Han}\p{Hiragana}\p{Katakana}\u30FC\uFF70\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]", first.group()
        )
        is None
    )
