"""The page says what was measured, shows text as text, and needs nothing beside it."""

from html.parser import HTMLParser

from foreword.assess.report import Report, page

FIGURES = {"keystroke_savings": 0.412, "keystroke_savings_interval": [0.38, 0.44], "theoretical_limit": 0.75}


class Tags(HTMLParser):
    """Notes what opens and closes, and what is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img"):
            self.open.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_fetches_nothing() -> None:
    report = Report(
        title="T",
        savings={"model": FIGURES, "counts": {**FIGURES, "keystroke_savings": 0.3}},
        facts={"bits": "2.1"},
        pictures={"curve": b"png"},
        messages=[[("a", 1.0), ("b", 12.0)]],
        notes=["mind this"],
    )
    text, tags = page(report), Tags()
    tags.feed(text)
    assert tags.open == []
    assert all(each.startswith("data:image/png;base64,") for each in tags.fetched)
    for said in ("41.2", "38.0–44.0", "30.0", "75.0", "mind this", "2.1", 'title="12.0 bits"'):
        assert said in text


def test_what_people_and_files_are_called_is_no_markup() -> None:
    report = Report(title="<b>", savings={"<i>": FIGURES}, messages=[[("<script>", 1.0)]], notes=["a & <u>"])
    text = page(report)
    for markup in ("<b>", "<i>", "<script>", "<u>"):
        assert markup not in text
    assert "&lt;script&gt;" in text
