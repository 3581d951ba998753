"""Letters that several keys make up: ´ and e give é, Compose and o and e give œ.

The layouts of IBus do this themselves. Where another engine is chosen they do not, and GTK 3, Qt, Firefox and Chromium
do not either: without this, nobody could type é while Foreword is the input source. The sequences are those of the
person's locale and of `~/.XCompose`, read by libxkbcommon, which IBus needs anyway.
"""

import ctypes
import os
from ctypes import c_char_p, c_int, c_size_t, c_uint32, c_void_p
from functools import cache
from typing import Any, Final, final

from foreword.ibus.keys import BACKSPACE, ESCAPE, character_of

LIBRARY: Final = "libxkbcommon.so.0"
OTHERWISE: Final = "en_US.UTF-8"  # whose sequences most locales share
LONGEST_BYTES: Final = 64  # of a composed text
_COMPOSING, _COMPOSED, _CANCELLED = 1, 2, 3
_CRITICAL: Final = 10  # what is worth a message of the library
_SPACE: Final = 0x20
_FUNCTIONS: Final = {
    "xkb_context_new": (c_void_p, c_int),
    "xkb_context_set_log_level": (None, c_void_p, c_int),
    "xkb_compose_table_new_from_locale": (c_void_p, c_void_p, c_char_p, c_int),
    "xkb_compose_state_new": (c_void_p, c_void_p, c_int),
    "xkb_compose_state_feed": (c_int, c_void_p, c_uint32),
    "xkb_compose_state_get_status": (c_int, c_void_p),
    "xkb_compose_state_get_utf8": (c_int, c_void_p, c_char_p, c_size_t),
    "xkb_compose_state_reset": (None, c_void_p),
}
"""What each function returns and takes."""


@final
class Composer:
    """The keys of a letter that is not whole yet."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._library, table = _table()
        self._state = self._library.xkb_compose_state_new(table, 0) if self._library else None

    def reset(self) -> None:
        """Forget the keys: the cursor is elsewhere now."""
        if self._keys:
            self._keys = []
            self._library.xkb_compose_state_reset(self._state)

    def feed(self, keysym: int) -> tuple[str, bool]:
        """The text that this key completes, and whether the key ends here.

        A sequence that makes up no letter is typed sign by sign, and its last key passes.
        """
        if self._keys and keysym in (BACKSPACE, ESCAPE):
            self.reset()
            return "", True
        status, text = self._fed(keysym)
        if status == _COMPOSING:
            self._keys.append(keysym)
            return "", True
        keys, self._keys = self._keys, []
        if status == _CANCELLED:
            return "".join(self._alone(each) for each in keys), False
        return text, status == _COMPOSED

    def _fed(self, keysym: int) -> tuple[int, str]:
        """The state after this key, and the text if a letter is whole; a finished sequence ends there."""
        if self._state is None:
            return 0, ""
        self._library.xkb_compose_state_feed(self._state, keysym)
        status, text = self._library.xkb_compose_state_get_status(self._state), ""
        if status == _COMPOSED:
            room = ctypes.create_string_buffer(LONGEST_BYTES)
            self._library.xkb_compose_state_get_utf8(self._state, room, LONGEST_BYTES)
            text = room.value.decode(errors="ignore")
        if status in (_COMPOSED, _CANCELLED):
            self._library.xkb_compose_state_reset(self._state)
        return status, text

    def _alone(self, keysym: int) -> str:
        """The sign of one key: of a dead key, what it gives before a space."""
        if character := character_of(keysym):
            return character
        _, text = self._fed(keysym), self._fed(_SPACE)[1]
        self._library.xkb_compose_state_reset(self._state)
        return text.strip()


@cache
def _table() -> tuple[Any, int | None]:
    """The library and the sequences of this locale; without the library, no letter is composed."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None, None
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    context = library.xkb_context_new(0)
    library.xkb_context_set_log_level(context, _CRITICAL)
    set_here = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    chosen = next(filter(None, set_here), "")
    for locale in (chosen, OTHERWISE):
        table = "UTF" in locale.upper() and library.xkb_compose_table_new_from_locale(
            context, locale.encode(), 0
        )
        if table:
            return library, table
    return None, None
