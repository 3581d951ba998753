"""ibus-typing-booster: the words of a dictionary, and the trigrams that were typed, in a database of SQLite.

Its engine needs a running desktop, so this module asks its database, which proposes the words. The text is split as
the engine splits it: the part after the last space is being typed, and the two words before are its context.
"""

import sys
import unicodedata
from pathlib import Path
from typing import Any, final

from benchmarks.peers.keyboard_service import installed, serve

PROGRAM = "/usr/share/ibus-typing-booster/engine"
DICTIONARY = "/usr/share/hunspell/en_US.dic"


@final
class TypingBooster:
    """Its database, with the American dictionary."""

    def __init__(self, train: Path, scratch: Path) -> None:
        program = installed(PROGRAM, "ibus-typing-booster")
        dictionary = installed(DICTIONARY, "hunspell-en-us")
        sys.path.insert(0, str(program))
        import itb_util
        import tabsqlitedb

        self._util: Any = itb_util
        self._database = tabsqlitedb.TabSqliteDb(user_db_file=str(scratch / "typed.db"))
        self._database.hunspell_obj.set_dictionary_names([dictionary.stem])
        self._database.read_training_data_from_file(str(train))

    def suggest(self, text: str, limit: int) -> list[str]:
        """Its words for the end of the text, composed: internally it decomposes accents."""
        before, typed = split(text)
        begun = self._util.lstrip_token(typed)
        if typed and not begun:
            return []
        previous, one_before = context(self._util.tokenize(before))
        found = self._database.select_words(begun, p_phrase=previous, pp_phrase=one_before)
        return [unicodedata.normalize("NFC", each.phrase) for each in found[:limit]]

    def learn(self, text: str) -> None:
        """Record each word with the two before it, as the engine does when it is typed.

        The engine also records pairs of words; they are left out, because one next word cannot be a pair.
        """
        tokens = self._util.tokenize(text)
        for at, token in enumerate(tokens):
            previous, one_before = context(tokens[:at])
            self._database.check_phrase_and_update_frequency(
                input_phrase=token, phrase=token, p_phrase=previous, pp_phrase=one_before
            )


def split(text: str) -> tuple[str, str]:
    """The text before the last space, and the text typed after it."""
    at = next((at for at in range(len(text), 0, -1) if text[at - 1].isspace()), 0)
    return text[:at], text[at:]


def context(tokens: list[str]) -> tuple[str, str]:
    """The word before, and the one before that; "" if there is none."""
    one_before, previous = ["", "", *tokens][-2:]
    return previous, one_before


if __name__ == "__main__":
    serve("ibus-typing-booster", TypingBooster)
