"""Secrets one by one, as they are taken out of a text: for those who look whether a model knows them all the same.

Nothing keeps them but the list that somebody hands in; not even an error's traceback shows one.
"""

import re
from dataclasses import dataclass, field
from typing import Final, final

from foreword.text.secret_kinds import Kind

KEY_END: Final = 64
"""Characters at the end of a private key that stand for it: how keys begin is the same for many of them."""

_IN_KEY: Final = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A secret.

    Attributes:
        kind: what it is.
        text: the secret itself; of a private key, its end.
        before: its line up to there, with words in place of other secrets; of a private key, all of the key before.
    """

    kind: Kind
    text: str = field(repr=False)
    before: str = field(repr=False)


@final
class TakenOut:
    """Notes what a scrubber takes out."""

    def __init__(self) -> None:
        self._list: list[Taken] = []
        self._key = ""  # the lines of a private key so far, with what stands before it in the first

    def drained(self) -> list[Taken]:
        """What was noted since this was asked last."""
        drained, self._list = self._list, []
        return drained

    def add(self, kind: Kind, *, before: str, text: str) -> None:
        """Note a secret that is on one line."""
        self._list.append(Taken(kind=kind, text=text, before=before))

    def add_key_line(self, line: str, left: str, *, goes_on: bool) -> None:
        """Note a line that a private key begins in or may go on in; `left` is what of it is no part of the key."""
        if not left.endswith(line):
            self._key += line
        if not goes_on:
            self.end_key()

    def end_key(self) -> None:
        """No further line belongs to the private key, if there was one."""
        key, self._key = self._key, ""
        runs = list(_IN_KEY.finditer(key))
        if runs:
            start = max(runs[-1].start(), runs[-1].end() - KEY_END)
            self.add(Kind.PRIVATE_KEY, before=key[:start], text=key[start : runs[-1].end()])
