"""The character that each key types, in any alphabet."""

from pathlib import Path

import pytest

from foreword.ibus import keys
from foreword.ibus.keys import Composer, character_of


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


def test_without_the_library_keys_type_latin_1_and_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_library", lambda: None)
    assert Composer().feed(0xFE51) == ("", False)  # a dead key passes
    assert [character_of(each) for each in (0xE9, 0x1000431, 0x6C1)] == ["é", "б", ""]


def test_a_wrong_line_in_the_sequences_of_a_person_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if (library := keys._library()) is None:
        pytest.skip("libxkbcommon is not installed")
    (tmp_path / "sequences").write_text("<dead_acute> nonsense\n", "utf-8")
    monkeypatch.setenv("XCOMPOSEFILE", str(tmp_path / "sequences"))
    monkeypatch.setenv("LC_ALL", keys.OTHERWISE)
    keys._sequences.__wrapped__(library)
    assert capfd.readouterr().err == ""
