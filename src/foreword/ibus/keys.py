"""Keys as X11 numbers them: what character one types, and which key a name of the settings is."""

import unicodedata
from dataclasses import dataclass
from typing import Final, final

from foreword.errors import OptionError

SHIFT, CONTROL, ALT = 1 << 0, 1 << 2, 1 << 3
SUPER: Final = 1 << 26
WINDOWS: Final = 1 << 6  # the fourth modifier, which is the same key
RELEASE: Final = 1 << 30

BACKSPACE, TAB, RETURN, ESCAPE = 0xFF08, 0xFF09, 0xFF0D, 0xFF1B
RIGHT, KEYPAD_ENTER, BACK_TAB, NUM_LOCK, DELETE = 0xFF53, 0xFF8D, 0xFE20, 0xFF7F, 0xFFFF

ENTERS: Final = frozenset([RETURN, KEYPAD_ENTER, 0xFF0A, 0xFE34])  # with line feed, and ISO's Enter

_NAMES: Final = {
    "tab": TAB,
    "escape": ESCAPE,
    "space": 0x20,
    "return": RETURN,
    "backspace": BACKSPACE,
    "delete": DELETE,
    "insert": 0xFF63,
    "home": 0xFF50,
    "left": 0xFF51,
    "up": 0xFF52,
    "right": RIGHT,
    "down": 0xFF54,
    "page_up": 0xFF55,
    "page_down": 0xFF56,
    "end": 0xFF57,
    "pause": 0xFF13,
    "menu": 0xFF67,
    **{f"f{number}": 0xFFBD + number for number in range(1, 25)},
}
_MODIFIERS: Final = {"Control": CONTROL, "Alt": ALT, "Shift": SHIFT, "Super": SUPER}
_ALPHABETS: Final = {
    0x1: "iso8859_2",
    0x2: "iso8859_3",
    0x3: "iso8859_4",
    0x5: "iso8859_6",
    0x6: "koi8_u",
    0x7: "iso8859_7",
    0xC: "iso8859_8",
    0xD: "iso8859_11",
}
"""Old keyboards' numbers are a page of an alphabet and a character of its encoding."""
_OTHERS: Final = {
    0x6A1: "ђ", 0x6A2: "ѓ", 0x6A5: "ѕ", 0x6A8: "ј", 0x6A9: "љ", 0x6AA: "њ", 0x6AB: "ћ", 0x6AC: "ќ", 0x6AE: "ў",
    0x6AF: "џ", 0x6B1: "Ђ", 0x6B2: "Ѓ", 0x6B5: "Ѕ", 0x6B8: "Ј", 0x6B9: "Љ", 0x6BA: "Њ", 0x6BB: "Ћ", 0x6BC: "Ќ",
    0x6BE: "Ў", 0x6BF: "Џ", 0x6B0: "№", 0x7A1: "Ά", 0x7A2: "Έ", 0x7A3: "Ή", 0x7A4: "Ί", 0x7A5: "Ϊ", 0x7A7: "Ό",
    0x7A8: "Ύ", 0x7A9: "Ϋ", 0x7AB: "Ώ", 0x7B1: "ά", 0x7B2: "έ", 0x7B3: "ή", 0x7B4: "ί", 0x7B5: "ϊ", 0x7B6: "ΐ",
    0x7B7: "ό", 0x7B8: "ύ", 0x7B9: "ϋ", 0x7BA: "ΰ", 0x7BB: "ώ", 0x7D2: "Σ", 0x7F2: "σ", 0x7F3: "ς",
    0x13BC: "Œ", 0x13BD: "œ", 0x13BE: "Ÿ", 0x20AC: "€", 0xAA9: "—", 0xAAA: "–", 0xAAE: "…", 0xAD0: "‘", 0xAD1: "’",
    0xAD2: "“", 0xAD3: "”", 0xAFD: "‚", 0xAFE: "„", 0xFFAA: "*", 0xFFAB: "+", 0xFFAC: ",", 0xFFAD: "-", 0xFFAE: ".",
    0xFFAF: "/", 0xFFBD: "=", **{0xFFB0 + digit: str(digit) for digit in range(10)},
}  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Key:
    """A key with the modifiers that are held: control, alt, shift and super alone count."""

    keysym: int
    modifiers: int = 0

    @classmethod
    def pressed(cls, keysym: int, state: int) -> "Key":
        """The key of an event. Shift+Tab has a number of its own, and so has each capital."""
        modifiers = state & (SHIFT | CONTROL | ALT | SUPER) | (SUPER if state & WINDOWS else 0)
        if keysym == BACK_TAB:
            return cls(TAB, modifiers | SHIFT)
        return cls(keysym + 0x20 if 0x41 <= keysym <= 0x5A else keysym, modifiers)

    @classmethod
    def named(cls, name: str) -> "Key":
        """The key of a setting, such as Control+Shift+Space.

        Raises:
            OptionError: there is no such key.
        """
        *held, last = name.split("+")
        keysym = _NAMES.get(last.lower())
        if keysym is None and len(last) == 1 and last.isprintable():
            keysym = ord(last.lower()) if ord(last) < 0x100 else 0x1000000 + ord(last)
        if keysym is None:
            known = ", ".join(sorted(_NAMES))
            raise OptionError(f"{last!r} in the settings is no key; it can be one character, or {known}")
        return cls(keysym, sum(_MODIFIERS[each] for each in held))

    @property
    def is_command(self) -> bool:
        """Whether it is held with a modifier that makes a command of it: what it does to the text is unknown."""
        return bool(self.modifiers & (CONTROL | ALT | SUPER))


def character_of(keysym: int) -> str:
    """The character that the key types, or "" if it types none."""
    if keysym in _OTHERS:
        return _OTHERS[keysym]
    if 0x20 <= keysym < 0x100:
        found = chr(keysym)
    elif keysym >> 24 == 1 and keysym & 0xFFFFFF <= 0x10FFFF:
        found = chr(keysym & 0xFFFFFF)
    elif (alphabet := _ALPHABETS.get(keysym >> 8)) and keysym & 0xFF > 0xA0:
        found = bytes([keysym & 0xFF]).decode(alphabet, errors="ignore")
    else:
        found = ""
    return "" if unicodedata.category(found or "\0") in ("Cc", "Cs", "Cn") else found


def is_modifier(keysym: int) -> bool:
    """Whether it is a key that only changes what others do, such as Shift."""
    return 0xFFE1 <= keysym <= 0xFFEE or 0xFE01 <= keysym <= 0xFE13 or keysym in (0xFF7E, NUM_LOCK)


def changes_nothing(keysym: int) -> bool:
    """Whether it is a key that neither types nor moves: a function key, a lock, a key for sound or light."""
    return 0xFFBE <= keysym <= 0xFFE0 or keysym in (0xFF13, 0xFF14, 0xFF61) or keysym >> 16 == 0x1008
