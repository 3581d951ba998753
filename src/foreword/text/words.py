r"""Words in a text, and the word that is half typed at its end: the one definition for memory, search and tokenizer.

A word is a run of letters and digits of any script. Combining marks and joiners belong to their letters; the `\w` of
`re` does not include them. Single apostrophes and hyphens may stand inside. Scripts without spaces give pieces of
limited length instead. No word is longer than `LONGEST` letters, so each search is short.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import regex

LONGEST: Final = 64

# Most Han words have one or two characters. The other scripts spell sounds.
_HAN: Final = r"\p{Han}"
_SOUNDS: Final = r"\p{Hiragana}\p{Katakana}\u30FC\uFF70\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# Soft hyphens and zero-width joiners are parts of a word, like accents.
_MARKS: Final = r"[\p{M}\u00AD\u200C\u200D]{0,16}"
# ' ’, the hyphens - ‐ ‑, and the point of Catalan col·lecció.
_INNER_OF_TOKENS: Final = r"'\u2019\-\u2010\u2011\u00B7"
# These, and the geresh, gershayim and maqaf of Hebrew: ג׳ירפה, צה״ל, בן־גוריון.
_INNER: Final = rf"{_INNER_OF_TOKENS}\u05F3\u05F4\u05BE"


def _pattern(inner: str) -> str:
    letter = rf"[\p{{L}}\p{{N}}]{_MARKS}"
    spaced = rf"(?![{_HAN}{_SOUNDS}]){letter}"
    return (
        rf"(?:{spaced}(?:[{inner}]?{spaced}){{0,{LONGEST - 1}}}"
        rf"|(?:(?=[{_HAN}]){letter}){{1,2}}|(?:(?=[{_SOUNDS}]){letter}){{1,4}})"
    )


PATTERN: Final = _pattern(_INNER)
"""A word as a regular expression."""
UNSPACED: Final = rf"(?=[{_HAN}{_SOUNDS}])[\p{{L}}\p{{N}}]{_MARKS}"
"""A letter of a script without spaces."""
TOKEN_PATTERN: Final = _pattern(_INNER_OF_TOKENS)
"""A word as tokenizer files have it: in the syntax that `regex` and Oniguruma share, the same in all versions."""

_WORDS: Final = regex.compile(PATTERN)
_STARTS_WITH_HAN: Final = regex.compile(_HAN)
_INSIDE: Final = regex.compile(rf"[\p{{L}}\p{{N}}\p{{M}}\u00AD\u200C\u200D{_INNER}]")
_GOES_ON: Final = regex.compile(rf"[{_INNER}]?[\p{{L}}\p{{N}}\p{{M}}]")
_INSIDE_AT_END: Final = regex.compile(rf"(?r)[\p{{L}}\p{{N}}\p{{M}}\u00AD\u200C\u200D{_INNER}]*")
_DOTTED: Final = regex.compile("i\u0307+")
_PROBES: Final = ("a", "中", "の")  # a letter of each of the three kinds of script

# The combining classes of accents, and of the points of Hebrew and Arabic. The vowel signs of Indian scripts and the
# marks of Thai and Japanese have other classes. In Cyrillic, people omit only the marks of ё and of stressed vowels.
_CLASSES: Final = (*range(10, 37), 202, 214, 216, *range(218, 233, 2), 233, 234, 240)
_ACCENT: Final = "[" + "".join(rf"\p{{ccc={each}}}" for each in _CLASSES) + "]"
_ACCENTS: Final = regex.compile(
    rf"(?=\p{{M}})(?:(?<!\p{{Cyrillic}}){_ACCENT}|(?<=[АЕИІОУЫЭЮЯаеиіоуыэюя])[\u0300\u0301]|(?<=[Ее])\u0308)"
)
_LAST: Final = "\U0010ffff"  # the highest code point, which no text contains
_CLUSTER: Final = regex.compile(r"(?s).\p{M}*")
_STROKES: Final = regex.compile("[øØłŁđĐðÐħĦıæÆœŒþÞ]")
_WITHOUT_STROKES: Final = dict(
    zip("øłđðħıæœþ", ("o", "l", "d", "d", "h", "i", "ae", "oe", "th"), strict=True)
)
"""Letters without a decomposition, and their spelling on keyboards without them."""


def words(text: str) -> Iterator[regex.Match[str]]:
    """The words of `text` from left to right, as matches with `start()`, `end()` and `group()`."""
    return _WORDS.finditer(text)


def folded(text: str) -> str:
    """`text` for comparison without case, composed (NFC). All case forms of a word give the same result.

    It is the full case folding of Unicode (section 3.13, canonical caseless matching). The Turkish letters İ and ı
    become an i, too, because `upper` and `lower` lead from them to an i.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFC", _DOTTED.sub("i", apart.replace("ı", "i")))


def word_start(text: str) -> int:
    """The start of the word that is half typed at the end of `text`; `len(text)` if there is none.

    So `don'` is a half-typed word. In Han script, each letter may begin a word, so none is half typed.
    """
    start = _last_start(text)
    return len(text) if not text.isascii() and _STARTS_WITH_HAN.match(text, start) else start


def ends_in_han(text: str) -> bool:
    """Whether the last letter is of Han script: the word may go on after it, although none is half typed."""
    return _STARTS_WITH_HAN.match(text[-1:]) is not None


def _last_start(text: str) -> int:
    """The start of the word or piece that the next letter would continue; `len(text)` if it would begin one."""
    if _is_plain(text) and len(text) < LONGEST:
        return 0
    run = _INSIDE_AT_END.match(text)
    assert run is not None  # noqa: S101 - the pattern matches the empty string
    typed = run.group()
    for probe in _PROBES:
        *_, last = words(typed + probe)
        if last.start() < len(typed):
            return len(text) - len(typed) + last.start()
    return len(text)


def is_inside_word(character: str) -> bool:
    """Whether `character` (one code point) can stand inside a word. Marks, apostrophes and hyphens can."""
    return _INSIDE.fullmatch(character) is not None


def word_goes_on(text: str, cursor: int = 0) -> bool:
    """Whether a word before `cursor` goes on after it, as in `well|-known`, but not in `'well|'`."""
    return _GOES_ON.match(text, cursor) is not None


def first_word(text: str) -> str:
    """The word at the beginning of a text, or ""."""
    if _is_plain(text) and len(text) <= LONGEST:
        return text
    first = _WORDS.match(text)
    return first.group() if first is not None else ""


def is_full(text: str) -> bool:
    """Whether no letter can continue this word. In scripts without spaces, the length of a piece is limited."""
    return text != "" and _last_start(text) > 0 and first_word(text) == text


def is_one_word(text: str) -> bool:
    """Whether all of `text` is one word, whole or begun."""
    return _last_start(text) == 0 or is_full(text)


def takes_space(word: str) -> bool:
    """Whether a space belongs after the word. Some scripts have no spaces."""
    return _last_start(word + "a") == 0


def _is_plain(text: str) -> bool:
    """Whether it has only English letters. A search for words calls this thousands of times."""
    return text.isascii() and text.isalpha()


def matching(text: str) -> str:
    """`text` without case and accents. Two spellings of a word match if their results are equal.

    It works character by character, so a prefix of `text` gives a prefix of the result.
    """
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    plain = _STROKES.sub(lambda found: _WITHOUT_STROKES[found.group().lower()], plain)
    return unicodedata.normalize("NFC", plain.casefold())


def lines_and_keys(text: str) -> tuple[list[str], list[str]]:
    """The lines of a text, and each without case and accents; a line that stays the same takes no more memory."""
    lines = text.split("\n")
    return lines, [line if line.isascii() and line.islower() else matching(line) for line in lines]


def beginning_with(texts: Sequence[str], beginning: str) -> slice:
    """The slice of sorted texts that begin with `beginning`."""
    first = bisect_left(texts, beginning)
    is_there = first < len(texts) and texts[first].startswith(beginning)
    return slice(first, bisect_left(texts, beginning + _LAST, first) if is_there else first)


def begins(typed: str, word: str) -> bool:
    """Whether `word` begins with the letters typed.

    A small letter also matches a capital, and a plain letter also matches accented ones. A typed capital or accent must
    be in `word`. The Turkish ı is the small letter of I.
    """
    if word.startswith(typed):
        return True
    if typed.isascii() and typed.islower():
        return matching(word).startswith(typed)
    wanted, found = _letters(typed), _letters(word)
    return len(wanted) <= len(found) and all(
        letter == other
        and large <= capital
        and (marks <= others or (capital and not others and marks == {"ı"}))
        for (letter, marks, large), (other, others, capital) in zip(wanted, found, strict=False)
    )


@lru_cache(maxsize=4096)
def _letters(text: str) -> list[tuple[str, frozenset[str], bool]]:
    """The letters of `matching(text)`. Each has its removed marks, and whether it was a capital."""
    found = []
    for cluster in _CLUSTER.findall(unicodedata.normalize("NFD", text)):
        marks = frozenset(_ACCENTS.findall(cluster)) | ({cluster[0].lower()} - {matching(cluster[0])})
        found += [(letter, marks, cluster[0].isupper()) for letter in matching(cluster)]
    return found
