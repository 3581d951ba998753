"""Keys by their X11 numbers: their names in the settings, their characters, and the letters that several keys make.

Some letters are a sequence of keys (´ and e give é, Compose and o and e give œ), from the person's locale and
`~/.XCompose`. With an engine other than its layouts, IBus does not apply them, nor do GTK 3, Qt, Firefox and Chromium.
The library libxkbcommon reads all of it; without it, keys type only Latin-1 and Unicode characters.
"""

import ctypes
import os
import unicodedata
from ctypes import c_char_p, c_int, c_size_t, c_uint32, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, final

from foreword.settings import NAMED_KEYS

SHIFT, CONTROL, ALT = 1 << 0, 1 << 2, 1 << 3
SUPER: Final = 1 << 26
WINDOWS: Final = 1 << 6  # the fourth modifier: the same key
RELEASE: Final = 1 << 30

BACKSPACE, TAB, ESCAPE = NAMED_KEYS["backspace"], NAMED_KEYS["tab"], NAMED_KEYS["escape"]
LEFT, RIGHT, DELETE = NAMED_KEYS["left"], NAMED_KEYS["right"], NAMED_KEYS["delete"]
BACK_TAB, NUM_LOCK = 0xFE20, 0xFF7F

ENTERS: Final = frozenset([NAMED_KEYS["return"], 0xFF8D, 0xFF0A, 0xFE34])  # with line feed, and ISO's Enter

_MODIFIERS: Final = {"Control": CONTROL, "Alt": ALT, "Shift": SHIFT, "Super": SUPER}

LIBRARY: Final = "libxkbcommon.so.0"
OTHERWISE: Final = "en_US.UTF-8"  # most locales share its sequences
LONGEST_BYTES: Final = 64  # of a composed text
_COMPOSING, _COMPOSED, _CANCELLED = 1, 2, 3
_CRITICAL: Final = 10  # the level of the library's messages
_SPACE: Final = 0x20
_FUNCTIONS: Final = {
    "xkb_keysym_to_utf32": (c_uint32, c_uint32),
    "xkb_context_new": (c_void_p, c_int),
    "xkb_context_set_log_level": (None, c_void_p, c_int),
    "xkb_compose_table_new_from_locale": (c_void_p, c_void_p, c_char_p, c_int),
    "xkb_compose_state_new": (c_void_p, c_void_p, c_int),
    "xkb_compose_state_feed": (c_int, c_void_p, c_uint32),
    "xkb_compose_state_get_status": (c_int, c_void_p),
    "xkb_compose_state_get_utf8": (c_int, c_void_p, c_char_p, c_size_t),
    "xkb_compose_state_reset": (None, c_void_p),
}
"""The types of each function: its result, then its arguments."""


@final
@dataclass(frozen=True, slots=True)
class Key:
    """A key with the held modifiers: only control, alt, shift and super count."""

    keysym: int
    modifiers: int = 0

    @classmethod
    def pressed(cls, keysym: int, state: int) -> "Key":
        """The key of an event. Shift+Tab and capitals have numbers of their own; they become Tab and small letters."""
        modifiers = state & (SHIFT | CONTROL | ALT | SUPER) | (SUPER if state & WINDOWS else 0)
        if keysym == BACK_TAB:
            return cls(TAB, modifiers | SHIFT)
        return cls(keysym + 0x20 if 0x41 <= keysym <= 0x5A else keysym, modifiers)

    @classmethod
    def named(cls, name: str) -> "Key":
        """The key of a setting, such as Control+Shift+Space."""
        *held, last = name.split("+")
        keysym = NAMED_KEYS.get(last.lower())
        if keysym is None:
            keysym = ord(last.lower()) if ord(last) < 0x100 else 0x1000000 + ord(last)
        return cls(keysym, sum(_MODIFIERS[each] for each in held))

    @property
    def is_command(self) -> bool:
        """Whether a modifier makes the key a command: its effect on the text is unknown."""
        return bool(self.modifiers & (CONTROL | ALT | SUPER))


def character_of(keysym: int) -> str:
    """The character that the key types, or "" if it types none."""
    library = _library()
    plain = keysym if keysym < 0x100 else max(0, keysym - 0x1000000)
    code = library.xkb_keysym_to_utf32(keysym) if library else plain
    found = chr(code) if code <= 0x10FFFF else "\0"
    return "" if unicodedata.category(found) in ("Cc", "Cs", "Cn") else found


def is_modifier(keysym: int) -> bool:
    """Whether the key only changes other keys, such as Shift."""
    return 0xFFE1 <= keysym <= 0xFFEE or 0xFE01 <= keysym <= 0xFE13 or keysym in (0xFF7E, NUM_LOCK)


def changes_nothing(keysym: int) -> bool:
    """Whether the key neither types nor moves: a function key, a lock, a key for sound or light."""
    return 0xFFBE <= keysym <= 0xFFE0 or keysym in (0xFF13, 0xFF14, 0xFF61) or keysym >> 16 == 0x1008


@final
class Composer:
    """The keys of a letter that is not complete yet."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._library = _library()
        table = self._library and _sequences(self._library)
        self._state = table and self._library.xkb_compose_state_new(table, 0)

    def reset(self) -> None:
        """Forget the keys: the cursor is elsewhere now."""
        if self._keys:
            self._keys = []
            self._library.xkb_compose_state_reset(self._state)

    def feed(self, keysym: int) -> tuple[str, bool]:
        """The text that this key completes, and whether the key ends here.

        A sequence that makes no letter is typed sign by sign, and its last key passes.
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
        """The status after this key, and the text if a letter is complete; a finished sequence is reset."""
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
        """The sign of one key; a dead key gives its sign before a space."""
        if character := character_of(keysym):
            return character
        _, text = self._fed(keysym), self._fed(_SPACE)[1]
        self._library.xkb_compose_state_reset(self._state)
        return text.strip()


@cache
def _library() -> Any:
    """The library libxkbcommon; None if it is missing."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


@cache
def _sequences(library: Any) -> Any:
    """The sequences of this locale, else those of `OTHERWISE`."""
    context = library.xkb_context_new(0)
    library.xkb_context_set_log_level(context, _CRITICAL)
    set_here = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, set_here), "")
    new = library.xkb_compose_table_new_from_locale
    own = new(context, locale.encode(), 0) if "UTF" in locale.upper() else None
    return own or new(context, OTHERWISE.encode(), 0)
