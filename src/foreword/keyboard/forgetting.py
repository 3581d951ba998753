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

LONGEST_UNSPACED: Final = 16
"""Code points of a forgotten word in a script without spaces by which it is known again in the midst of others."""

_INNER: Final = regex.compile(r"['’\-‐‑·]")  # what stands between the parts of a word
_BETWEEN_BLANKS: Final = regex.compile(r"[\p{L}\p{N}](?:\S*[\p{L}\p{N}\p{M}])?")
_UNSPACED: Final = regex.compile(
    r"(?:[\p{Han}\p{Hiragana}\p{Katakana}\u30FC\uFF70\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*)+"
)


def digest(word: str, key: bytes) -> bytes:
    """The hash of a word, whatever its case."""
    return hashlib.blake2b(clean(word).casefold().encode(), digest_size=16, key=key).digest()


def checked(word: str) -> str:
    """`word`, cleaned.

    Raises:
        OptionError: it is not one word.
    """
    cleaned = clean(word).strip()
    if not _BETWEEN_BLANKS.fullmatch(cleaned):
        raise OptionError(f"{word!r} is not a word; give one or more words, each by itself")
    return cleaned


@final
class Blocked:
    """The forgotten words of a memory, by the hashes and their keys; a key for each file they came from."""

    def __init__(self, rows: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._digests = {(hashed, key) for hashed, key in rows}
        self._keys = {key for _, key in self._digests}
        self.holds = lru_cache(maxsize=50_000)(self._holds)
        self._has = lru_cache(maxsize=50_000)(self._looked_up)

    def _holds(self, word: str) -> bool:
        """Whether the word, in any case, or a part of it (`places`) is blocked."""
        return bool(self._spans(word))

    def cut(self, text: str) -> str:
        """`text` without them, and without the words they are parts of."""
        return cut(text, _grown(text, self._spans(text)))

    def _spans(self, text: str) -> list[tuple[int, int]]:
        return [span for span in _stretches(text) if self._has(text[slice(*span)])] if self._keys else []

    def _looked_up(self, stretch: str) -> bool:
        return any((digest(stretch, key), key) in self._digests for key in self._keys)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where something may stand that was forgotten.

    That is each word and each run of its parts; what stands between blanks, such as an address; and in scripts without
    spaces, each stretch of up to `LONGEST_UNSPACED` code points.
    """
    for found in words(text):
        yield from ((found.start() + start, found.start() + end) for start, end in parts(found.group()))
    yield from (found.span() for found in _BETWEEN_BLANKS.finditer(text))
    for found in _UNSPACED.finditer(text):
        first, last = found.span()
        for start in range(first, last):
            yield from ((start, end) for end in range(start + 1, min(start + LONGEST_UNSPACED, last) + 1))


def parts(word: str) -> Iterator[tuple[int, int]]:
    """Where the word and each run of its parts lie: `anna`, `lena`, `s`, `anna-lena`, `lena's` in `anna-lena's`."""
    gaps = [found.span() for found in _INNER.finditer(word)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(word)]
    for first, start in enumerate(starts):
        yield from ((start, end) for end in ends[first:])


def places(text: str, word: str) -> list[tuple[int, int]]:
    """Where `word` stands in `text`, in any case: alone, or as a part of a longer word, which then goes whole.

    A part is what stands between apostrophes and hyphens; in a script without spaces, any of its letters.
    """
    if word.casefold() not in text.casefold():
        return []
    found = [match.span() for match in _pattern(word).finditer(text)]
    alone = [each.span() for each in words(text) if each.group().casefold() == word.casefold()]
    return sorted({*_grown(text, found), *alone})


def _grown(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These stretches, each grown to the word that it is a part of."""
    whole = [found.span() for found in words(text)] if spans else []
    return [
        next((each for each in whole if each[0] <= start and end <= each[1]), (start, end))
        for start, end in spans
    ]


def cut(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with a sign of omission in place of these stretches; empty if no word is left."""
    if not spans:
        return text
    kept, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            kept.append(text[at:start])
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
    return _UNSPACED.search(word) is None
