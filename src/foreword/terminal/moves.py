"""Where the cursor goes: by letters with their marks, by words, to the ends of lines."""

from typing import Final

import regex

from foreword.text.words import words

_CLUSTER: Final = regex.compile(r"\X")
_MARKED_LETTER: Final = regex.compile(r"[\p{L}\p{N}]\p{M}+")
_NEAR: Final = 128  # code points looked at to find a letter with its marks


def next_letter(text: str, cursor: int) -> int:
    """Behind the letter, with its marks, or the emoji at the cursor."""
    found = _CLUSTER.match(text, cursor)
    return found.end() if found else cursor


def previous_letter(text: str, cursor: int) -> int:
    """Before the letter, with its marks, or the emoji that the cursor is behind."""
    start = max(text.rfind("\n", 0, max(cursor - 1, 0)) + 1, cursor - _NEAR)
    *_, last = [start, *(found.start() for found in _CLUSTER.finditer(text, start, cursor))]
    return min(last, cursor)


def deleted_from(text: str, cursor: int) -> int:
    """What Backspace deletes begins here: the last mark of a letter alone, an emoji as a whole."""
    start = previous_letter(text, cursor)
    return cursor - 1 if _MARKED_LETTER.fullmatch(text, start, cursor) else start


def line_start(text: str, cursor: int) -> int:
    """The beginning of the line that the cursor is in."""
    return text.rfind("\n", 0, cursor) + 1


def line_end(text: str, cursor: int) -> int:
    """The end of the line that the cursor is in."""
    found = text.find("\n", cursor)
    return len(text) if found == -1 else found


def previous_word(text: str, cursor: int) -> int:
    """The last beginning of a word before the cursor, or else of the line; from there, the end of the line before."""
    start = line_start(text, cursor)
    if start == cursor:
        return max(cursor - 1, 0)
    begun = [start + found.start() for found in words(text[start : line_end(text, cursor)])]
    return max((each for each in begun if each < cursor), default=start)


def next_word(text: str, cursor: int) -> int:
    """The first end of a word behind the cursor, or else of the line; from there, the beginning of the next line."""
    start, end = line_start(text, cursor), line_end(text, cursor)
    if end == cursor:
        return min(cursor + 1, len(text))
    ended = [start + found.end() for found in words(text[start:end])]
    return min((each for each in ended if each > cursor), default=end)
