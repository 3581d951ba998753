"""Pages show the figures, escape all text and need no other file; tables list the best first."""

import math
import re
from collections import Counter

import pytest

from foreword.assess.report import Contender, ReportPage, comparison_page, curves, page, table

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


def test_the_table_lists_the_best_first_in_aligned_columns() -> None:
    heading, first, second = table([NGRAM, LSTM])
    assert first.split() == ["lstm", "1.500", f"{1.5 * math.log(2):.3f}", "all", "567,890", "1,234", "30.0"]
    assert second.split() == ["n-gram", "2.000", "1.386", "5", "1,234", "50,000", "0.1"]
    assert len(heading) == len(first) == len(second)


def test_the_comparison_page_needs_no_other_file_and_escapes_names() -> None:
    pytest.importorskip("matplotlib")
    drawn = curves([NGRAM, LSTM], "a$b_{$.txt, \u65e5.txt")  # a title may look like a formula
    shown = comparison_page([NGRAM, LSTM], "<b>my $text</b>", ["Lower is better."], drawn)
    assert "&lt;b&gt;my $text&lt;/b&gt;" in shown
    assert re.findall(r"(?:src|href)=\"([^,]*)", shown) == ["data:image/png;base64"]
    assert shown.index("<th>lstm</th>") < shown.index("<th>n-gram</th>")
    assert "<img" not in comparison_page([NGRAM], "x", [], None)


FIGURES = {"keystroke_savings": 0.412, "keystroke_savings_interval": [0.38, 0.44], "theoretical_limit": 0.75}


def test_the_report_page_is_complete_and_fetches_nothing() -> None:
    report = ReportPage(
        title="<b>",
        savings={"<i>": FIGURES, "counts": {**FIGURES, "keystroke_savings_interval": None}},
        facts={"bits": "2.1"},
        pictures={"curve": b"png"},
        messages=[[("<script>", 1.0), ("b", 12.0), ("four", 12.0)]],
        notes=["a & <u>"],
    )
    text = page(report)
    opened = Counter(name for name in re.findall(r"<(\w+)", text) if name not in ("meta", "img"))
    assert opened == Counter(re.findall(r"</(\w+)", text))
    fetched = re.findall(r"(?:src|href)=.([^\"'>]*)", text)
    assert fetched
    assert all(each.startswith("data:image/png;base64,") for each in fetched)
    for said in (
        "41.2",
        "<td class=small>38.0–44.0</td>",
        "<td class=small></td>",
        "75.0",
        "a &amp; &lt;u&gt;",
        "2.1",
        'title="12.0 bits" style="background:rgb(220 60 30/1.00)">b',
        'title="12.0 bits" style="background:rgb(220 60 30/0.30)">four',
    ):
        assert said in text
    assert not {"b", "i", "script", "u"} & set(opened), "names, messages and notes are escaped"
