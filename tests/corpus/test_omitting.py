"""Lines are left out whole, wherever a text is cut into pieces on its way."""

import pytest

from foreword.corpus.omitting import omitted

TEXT = "first Anna\n\nAnna\nlast one\nAnna"


def without_anna(line: str) -> str:
    return "" if line == "Anna" else line.replace("Anna", "…")


@pytest.mark.parametrize("size", range(1, len(TEXT) + 1))
def test_each_line_is_seen_whole_and_one_that_is_emptied_goes(size: int) -> None:
    pieces = [TEXT[start : start + size] for start in range(0, len(TEXT), size)]
    assert "".join(omitted(pieces, without_anna)) == "first …\n\nlast one\n"


def test_without_anything_to_leave_out_the_pieces_stay_as_they_are() -> None:
    assert list(omitted(["a\nb", "c"], None)) == ["a\nb", "c"]
