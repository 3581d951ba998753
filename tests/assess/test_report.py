"""The page says what was measured, shows text as text, and needs nothing beside it."""

import re
from collections import Counter

from foreword.assess.report import ReportPage, page

FIGURES = {"keystroke_savings": 0.412, "keystroke_savings_interval": [0.38, 0.44], "theoretical_limit": 0.75}


def test_the_page_is_whole_and_fetches_nothing() -> None:
    report = ReportPage(
        title="T",
        savings={"model": FIGURES, "counts": {**FIGURES, "keystroke_savings": 0.3}},
        facts={"bits": "2.1"},
        pictures={"curve": b"png"},
        messages=[[("a", 1.0), ("b", 12.0)]],
        notes=["mind this"],
    )
    text = page(report)
    opened = Counter(name for name in re.findall(r"<(\w+)", text) if name not in ("meta", "img"))
    assert opened == Counter(re.findall(r"</(\w+)", text))
    fetched = re.findall(r"(?:src|href)=.([^\"'>]*)", text)
    assert fetched
    assert all(each.startswith("data:image/png;base64,") for each in fetched)
    for said in ("41.2", "38.0–44.0", "30.0", "75.0", "mind this", "2.1", 'title="12.0 bits"'):
        assert said in text


def test_what_people_and_files_are_called_is_no_markup() -> None:
    report = ReportPage(
        title="<b>", savings={"<i>": FIGURES}, messages=[[("<script>", 1.0)]], notes=["a & <u>"]
    )
    text = page(report)
    for markup in ("<b>", "<i>", "<script>", "<u>"):
        assert markup not in text
    assert "&lt;script&gt;" in text
