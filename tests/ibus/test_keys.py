"""The character that each key types, in any alphabet."""

import pytest

from foreword.ibus.keys import character_of


@pytest.mark.parametrize(
    ("keysym", "character"),
    [
        (0x20, " "),
        (0xE9, "é"),
        (0xFF, "ÿ"),
        (0x7F, ""),  # no key types a control character
        (0x1F, ""),
        (0x6C1, "а"),  # from the old Cyrillic table
        (0x7E1, "α"),
        (0x101F642, "🙂"),
        (0x100D800, ""),  # half of a surrogate pair
        (0x1110000, ""),  # above the last code point
        (0xFF09, ""),
    ],
)
def test_a_key_types_its_character_or_nothing(keysym: int, character: str) -> None:
    assert character_of(keysym) == character
