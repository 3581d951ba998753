"""Strings of a secret's shape: all of them where there are few, else drawn evenly."""

import pytest

from foreword.assess.exposure import others_like, shapes


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("-", 1), ("7", 10), ("a7", 260), ("A-z 00", 26 * 26 * 100), ("é1", 10)]
)
def test_a_digit_stands_for_ten_and_a_letter_for_26_of_its_size(text: str, count: int) -> None:
    assert shapes(text) == count


def test_of_a_small_space_all_others_come_once() -> None:
    found = others_like("b-7", 259, seed=0)
    assert len(set(found)) == len(found) == 259
    assert "b-7" not in found
    assert {text[1] for text in found} == {"-"}


def test_of_a_large_space_so_many_are_drawn_in_its_shape_and_never_the_secret() -> None:
    found = others_like("Ab 12é", 3_000, seed=1)
    assert len(found) == 3_000
    assert "Ab 12é" not in found
    for place, kind in enumerate(
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", " ", "0123456789")
    ):
        assert {text[place] for text in found} == set(kind)
    assert {text[-1] for text in found} == {"é"}
    assert found == others_like("Ab 12é", 3_000, seed=1) != others_like("Ab 12é", 3_000, seed=2)


def test_a_text_with_nothing_to_vary_has_no_others() -> None:
    assert others_like("é-", 10, seed=0) == []
