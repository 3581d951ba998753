"""The space behind a word that was taken: which signs take its place, as in "tomorrow,"."""

from typing import Final

import regex

_CLOSING: Final = regex.compile(r"[\p{Terminal_Punctuation}\p{Pe}…”’'%‰]")
_INSIDE_ADDRESS: Final = regex.compile(r"[-‐‑/@_.:,%#?=&~+°]")
_ADDRESS: Final = regex.compile(r"[@\p{Nd}]|://|^www\.|[\p{L}\p{N}]\.[\p{L}\p{N}]")


def replaces_space(word: str, sign: str) -> bool:
    """Whether this sign replaces the space behind a text."""
    if _CLOSING.fullmatch(sign):
        return True
    return _INSIDE_ADDRESS.fullmatch(sign) is not None and _is_address(word)


def _is_address(text: str) -> bool:
    """Whether the end of the text, back to a space, looks like a number or an address."""
    *_, last = ["", *text[-200:].split()]
    return not text[-1:].isspace() and _ADDRESS.search(last) is not None
