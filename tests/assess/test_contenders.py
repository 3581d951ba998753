"""Several models on one text: the best first, in one table, one picture, one page."""

import math
import re

import pytest

from foreword.assess.contenders import Contender, page, picture, table

NGRAM = Contender(
    name="n-gram",
    bits_per_character=2.0,
    characters=900,
    weights=1_234,
    reads_back=5,
    characters_per_second=50_000.0,
    seconds=0.12,
    steps=None,
    curve=((0.12, 2.1),),
)
LSTM = Contender(
    name="lstm",
    bits_per_character=1.5,
    characters=900,
    weights=567_890,
    reads_back=None,
    characters_per_second=1_234.5,
    seconds=30.04,
    steps=77,
    curve=((10.0, 3.0), (20.0, 2.0), (30.04, 1.6)),
)


def test_the_table_has_the_best_first_and_its_columns_line_up() -> None:
    heading, first, second = table([NGRAM, LSTM])
    assert first.split() == ["lstm", "1.500", f"{1.5 * math.log(2):.3f}", "all", "567,890", "1,234", "30.0"]
    assert second.split() == ["n-gram", "2.000", "1.386", "5", "1,234", "50,000", "0.1"]
    assert len(heading) == len(first) == len(second)


def test_the_page_needs_no_other_file_and_shows_every_name_as_it_is() -> None:
    pytest.importorskip("matplotlib")
    drawn = picture([NGRAM, LSTM], "x")
    shown = page([NGRAM, LSTM], "<b>my $text</b>", ["Lower is better."], drawn)
    assert "&lt;b&gt;my $text&lt;/b&gt;" in shown
    assert re.findall(r"(?:src|href)=\"(?!data:image/png;base64,)", shown) == []
    assert shown.index("<td>lstm</td>") < shown.index("<td>n-gram</td>")
    assert "<img" not in page([NGRAM], "x", [], None)
