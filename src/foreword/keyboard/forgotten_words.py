"""Forgotten words: they are found in a text and cut out, but stored nowhere as text.

Forgotten words are stored as hashes with the file's own key (BLAKE2b). The hashes alone do not show the words. A person
with the whole file has the key too, and can try words one by one, as with any password file.
"""

import hashlib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, final

import regex

from foreword.errors import OptionError
from foreword.text.cleaning import clean
from foreword.text.secrets import OMISSION
from foreword.text.words import folded, words

DIGEST_BYTES: Final = 16
LONGEST_UNSPACED: Final = 16
"""In a script without spaces, a forgotten word of up to this many letters is found between other words."""
MOST_PARTS: Final = 16
"""Without spaces, a forgotten word of up to this many parts is found between others."""

_INNER: Final = regex.compile(r"['’\-‐‑·\u05F3\u05F4\u05BE]")  # between the parts of a word
_SIGNS: Final = str.maketrans("’‐‑", "'--", "\u00ad\u200c\u200d")  # removes the soft hyphen and the joiners
_GREEK: Final = regex.compile(r"\p{Greek}")
_TONOS: Final = regex.compile("(?<=[\u0370-\u03ff])\u0301+")
_BETWEEN_SPACES: Final = regex.compile(r"[\p{L}\p{N}](?:\S*[\p{L}\p{N}\p{M}\u00AD\u200C\u200D])?")
_MARKS: Final = r"[\p{M}\u00AD\u200C\u200D]*"
_UNSPACED: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\u30FC\uFF70\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_LETTER: Final = rf"{_UNSPACED}{_MARKS}"
_HAS_UNSPACED: Final = regex.compile(_UNSPACED)
_UNSPACED_RUN: Final = regex.compile(
    rf"(?P<letter>{_LETTER}|(?:(?!{_UNSPACED})[\p{{L}}\p{{N}}]{_MARKS})++)++"
)
_UNSPACED_AT_END: Final = regex.compile(rf"(?r)(?:{_LETTER}){{1,{LONGEST_UNSPACED - 1}}}$")


def comparable(text: str) -> str:
    """`text` as forgotten words are compared: case folded, with one form of apostrophe and hyphen, without joiners."""
    if text.isascii():  # it has none of these; a search asks for each letter of many messages
        return text.lower()
    return _without_tonos(folded(text)).translate(_SIGNS)


def _without_tonos(text: str) -> str:
    """Greek capitals have no tonos: ΝΙΚΟΣ is a case form of Νίκος."""
    if not _GREEK.search(text):
        return text
    return unicodedata.normalize("NFC", _TONOS.sub("", unicodedata.normalize("NFD", text)))


def digest(word: str, key: bytes) -> bytes:
    """The hash of a clean word, the same for capital and small letters."""
    return _hashed(comparable(word), key)


def digests(word: str, key: bytes) -> set[bytes]:
    """The hash of a clean word, and that of earlier versions, which compared a few differently, such as İstanbul."""
    return {
        _hashed(form, key) for form in {comparable(word), folded(word).translate(_SIGNS), word.casefold()}
    }


def _hashed(form: str, key: bytes) -> bytes:
    return hashlib.blake2b(form.encode(), digest_size=DIGEST_BYTES, key=key).digest()


def checked(word: str) -> str:
    """`word`, cleaned.

    Raises:
        OptionError: it is not one word.
    """
    cleaned = clean(word).strip()
    if not _BETWEEN_SPACES.fullmatch(cleaned):
        raise OptionError(f"{word!r} is not one word; give each word by itself")
    return cleaned


@final
class Blocked:
    """The forgotten words of a memory, as hashes with their keys; each file they came from has its own key."""

    def __init__(self, rows: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._digests = {(hashed, key) for hashed, key in rows}
        self._keys = {key for _, key in self._digests}
        self._is_cut = lru_cache(maxsize=50_000)(self._cuts)
        self._is_forgotten = lru_cache(maxsize=50_000)(self._has_digest)

    def holds(self, word: str, before: str = "") -> bool:
        """True if the word, in capitals too, or a part of it is blocked; a part may begin in `before`."""
        return bool(self._keys) and self._is_cut(word, _touching(before))

    def _cuts(self, word: str, touching: str) -> bool:
        return any(end > len(touching) for _, end in self._spans(touching + word))

    def cut(self, text: str) -> str:
        """`text` without forgotten words, and without the words that contain them as parts."""
        return cut(text, _grown(text, self._spans(text))) if self.is_in(text) else text

    def is_in(self, text: str) -> bool:
        """True if `cut` would find one. No stretch crosses a space, and most texts between spaces are cached."""
        return bool(self._keys) and any(map(self.holds, text.split()))

    def found_in(self, text: str) -> list[str]:
        """The forgotten words in `text`, as they are written there."""
        return [text[slice(*span)] for span in self._spans(text)] if self.is_in(text) else []

    def _spans(self, text: str) -> list[tuple[int, int]]:
        return [span for span in _stretches(text) if self._is_forgotten(text[slice(*span)])]

    def _has_digest(self, stretch: str) -> bool:
        return any((each, key) in self._digests for key in self._keys for each in digests(stretch, key))


def _touching(before: str) -> str:
    """The last letters of a text that may begin a forgotten word: those of a script without spaces."""
    found = _UNSPACED_AT_END.search(before)
    return found.group() if found else ""


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each stretch that may be a forgotten word.

    These are each text between spaces, such as an address, and each run of its parts; and in scripts without spaces,
    each stretch of up to `LONGEST_UNSPACED` letters; letters of another script there, as in T恤, count as one.
    """
    for found in _BETWEEN_SPACES.finditer(text):
        yield found.span()
        starts, ends = _parts(found.group())
        yield from _runs(starts, ends, found.start(), MOST_PARTS)
    for found in _UNSPACED_RUN.finditer(text) if _HAS_UNSPACED.search(text) else ():
        yield from _runs(found.starts("letter"), found.ends("letter"), 0, LONGEST_UNSPACED)


def _runs(starts: list[int], ends: list[int], offset: int, most: int) -> Iterator[tuple[int, int]]:
    for first, start in enumerate(starts):
        yield from ((offset + start, offset + end) for end in ends[first : first + most])


def _parts(text: str) -> tuple[list[int], list[int]]:
    """The starts and ends of the parts of words: `anna`, `lena`, `s`, `web`, `de` in `anna-lena's@web.de`."""
    starts, ends = list[int](), list[int]()
    for word in words(text):
        gaps = [found.span() for found in _INNER.finditer(text, *word.span())]
        starts += [word.start(), *(end for _, end in gaps)]
        ends += [*(start for start, _ in gaps), word.end()]
    return starts, ends


def places(text: str, word: str) -> list[tuple[int, int]]:
    """The positions of `word` in `text`, in capitals too: alone, or of a longer word that contains it as a part."""
    wanted = comparable(word)
    if wanted not in comparable(text):
        return []
    found = [span for span in _stretches(text) if comparable(text[slice(*span)]) == wanted]
    return sorted(set(_grown(text, found)))


def _grown(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These stretches, each extended to the word that contains it."""
    whole = [(0, 0), *(found.span() for found in words(text))] if spans else []
    before = [whole[bisect_right(whole, (start, len(text))) - 1] for start, _ in spans]
    return [word if span[1] <= word[1] else span for span, word in zip(spans, before, strict=True)]


def cut(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with a sign of omission in place of these stretches; empty if no word is left.

    The sign ends a sentence, so the words before and after it do not count as neighbours.
    """
    if not spans:
        return text
    kept, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            kept.append(text[at:start])
        at = max(at, end)
    left = OMISSION.join([*kept, text[at:]])
    return left if next(words(left), None) else ""
