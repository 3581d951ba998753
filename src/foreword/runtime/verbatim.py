"""No copies of a text: a generated passage may contain no run of more than N characters of it."""

from collections.abc import Iterable
from typing import Final, final

from foreword.errors import within
from foreword.text.cleaning import clean_pieces

CHARACTERS: Final = 40
"""About eight words: longer than common phrases, shorter than a quotation."""


@final
class NoCopy:
    """A text that passages must not repeat: no run of more than `characters` of it."""

    def __init__(
        self, text: str | Iterable[str], *, characters: int = CHARACTERS, name: str = "the text"
    ) -> None:
        """Keep `text`, which may come in pieces; it is cleaned like all texts. Notes call it `name`.

        Raises:
            OptionError: `characters` is less than 1.
        """
        within("the characters that may be repeated", characters, 1)
        self.characters = characters
        self.name = name
        pieces = clean_pieces([text] if isinstance(text, str) else text)
        self._text = b"".join(piece.encode() for piece in pieces)  # a text of 100 MB would take 400 MB as str

    def refuses(self, before: str, text: str) -> bool:
        """True if a run of more than `characters` characters ends in `text` when it comes after `before`.

        Neither is cleaned. Only the end of `before` that could be part of such a run is read.
        """
        whole = before[-self.characters :] + text
        ends = range(self.characters + 1, len(whole) + 1)
        return any(whole[end - self.characters - 1 : end].encode() in self._text for end in ends)
