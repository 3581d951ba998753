"""What benchmarks/corrections.py promises: who says too much is found out."""

import pytest

from benchmarks.corrections import Offer, lines, offers
from foreword.keyboard.suggest import Suggestion


class Corrects:
    """Takes whatever is typed for one word."""

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """That word, behind two that are no corrections."""
        sure = Suggestion(text="tomorrow", replace=0, insert="", probability=0.95, correction=True)
        return [Suggestion(text=text, replace=0, insert="", probability=1.0), sure][:limit]


def test_each_word_is_typed_right_and_with_a_typo_from_the_typo_on() -> None:
    found = list(offers(Corrects(), ["see tomorrow", "this"]))
    assert {each.came for each in found if each.is_typo} == {True, False}
    right = [each for each in found if not each.is_typo]
    assert len(right) == len("morrow") + len("is")  # after three letters, and after each one more
    assert 0 < sum(each.is_typo for each in found) <= len(right) + 2


def test_a_band_weighs_words_with_a_typo_as_they_are_among_all() -> None:
    found = [Offer(0.95, came=True, is_typo=True)] * 19 + [Offer(0.95, came=False, is_typo=False)]
    (line,) = lines(found, typos=0.05)
    assert line == "from  90%:  95.0% said,  50.0% came; 19 and 1 offers"
    (line,) = lines(found, typos=0.5)
    assert " 95.0% came" in line


@pytest.mark.parametrize("found", [[], [Offer(0.5, came=True, is_typo=True)]])
def test_empty_bands_are_left_out(found: list[Offer]) -> None:
    assert len(list(lines(found, typos=0.05))) == len(found)
