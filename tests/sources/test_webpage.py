"""Pages of HTML: what a person would read on them."""

import sys
import time
from datetime import UTC, datetime

import pytest

from foreword.errors import MissingExtra, SourceNotText
from foreword.sources.documents import html as webpage
from foreword.sources.documents.package import LARGEST_PART
from foreword.sources.formats import format_of
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document


def read(data: bytes, report: Report | None = None, encoding: str | None = None) -> list[Document]:
    opened = opened_bytes("it.bin", data, encoding=encoding)
    found = format_of(opened)
    assert found is not None
    assert found.name == "HTML"
    return list(found.read(opened, report if report is not None else Report()))


def text_of(body: str) -> str:
    return "\n".join(
        document.text for document in read(f"<!DOCTYPE html><html><body>{body}</body></html>".encode())
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("it.bin", "<p>One <b>word</b></p><p>two"),
        ("it.bin", "\n<!-- a -->\n<div class='x'>One <b>word</b><br>two</div>"),
        ("it.bin", "<h2>One word</h2>two"),
        ("it.html", "One <b>word</b><p>two"),
        ("it.htm", "<custom-element>One word</custom-element><br>two"),
    ],
)
def test_a_part_of_a_page_is_read_without_its_marks(name: str, text: str) -> None:
    opened = opened_bytes(name, text.encode())
    found = format_of(opened)
    assert found is not None
    assert found.name == "HTML"
    assert [document.text for document in found.read(opened, Report())] == ["One word\ntwo"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("it.txt", "I love you <3, and <b> is bold"),
        ("it.txt", "a < b > c"),
        ("it.md", '<p align="center">Soup</p>\n\n# Title'),
        ("it.txt", "<b> hello\n<i> hi </3"),
        ("it.html", "no tag at all, 1 < 2"),
    ],
)
def test_text_with_an_angle_bracket_is_no_page(name: str, text: str) -> None:
    found = format_of(opened_bytes(name, text.encode()))
    assert found is None or found.name != "HTML"


@pytest.mark.parametrize(
    "odd",
    [
        *("<![a]>", "<![if !mso]>", "<![endif]>", "<!>", "<!a[b]>", "</>", "<?x?>", "<![a]-->"),
        *(
            "<!--[if gte mso 9]><xml>x</xml><![endif]-->",
            "<!--[if !mso]><!--><!--<![endif]-->",
            "<!-- <![a] -->",
        ),
    ],
)
def test_declarations_that_no_parser_knows_cost_only_themselves(odd: str) -> None:
    assert text_of(f"<p>one</p>{odd}<p>two</p>") == "one\ntwo"


@pytest.mark.parametrize("odd", ["<![a", "<![CDATA[x", "<![CDATA[x]]>", "<!--", "<!", "<!["])
def test_declarations_that_do_not_end_raise_nothing(odd: str) -> None:
    assert text_of(f"<p>one</p>{odd}<p>two</p>").startswith("one")


def test_a_page_with_more_tags_than_any_is_refused_by_name() -> None:
    with pytest.raises(
        SourceNotText, match=r"^it\.bin cannot be read as a page: it has more than 131,072 tags"
    ):
        read(b"<html>" + b"<b>" * (1 << 17))


def test_blocks_and_breaks_are_lines() -> None:
    body = (
        "<h1>A\n title</h1><p>One <b>bo</b>ld&nbsp;word &amp; more<br>next</p><ul><li>a<li>b</ul>"
        "<table><tr><th>x<th>y</tr><tr><td>1</td><td>2</td></tr></table><div>in<p>out</div>tail<p>open<p>end"
    )
    assert text_of(body) == "A title\nOne bold word & more\nnext\na\nb\nx y\n1 2\nin\nout\ntail\nopen\nend"


def test_what_belongs_to_the_page_stays_out() -> None:
    body = (
        "<header>Site</header><nav>Home</nav><div class='breadcrumb'>a / b</div><div role='navigation'>x</div>"
        "<script>var a = '<p>no</p>';</script><style>p {}</style><!-- no --><noscript>no</noscript><p hidden>no</p>"
        "<p style='display: none'>no</p>"
        "<article><header><h1>Title</h1></header><p>text</p><footer>by me</footer></article>"
        "<template><p>no</p></template><select><option>no</select><button>no</button><aside>ads</aside><footer>©</footer>"
    )
    assert text_of(body) == "Title\ntext\nby me"


def test_the_main_part_is_the_text_where_a_page_has_one() -> None:
    assert text_of("<p>Press S to search</p><main><p>text</p></main><p>Imprint</p>") == "text"
    assert text_of("<p>Site</p><article><p>text</p></article>") == "text"
    assert text_of("<h1>News</h1><article>one</article><article>two</article>") == "News\none\ntwo"


def test_pictures_and_code_are_counted() -> None:
    report = Report()
    page = b"<html><p>See <img src='x' alt='no'> <code>this</code></p><pre><code>x = 1</code></pre>"
    page += b"<pre>a poem\n  of two</pre>"
    assert read(page, report)[0].text == "See this\na poem\n  of two"
    assert report.left_out == {"image": 1, "code block": 1}


@pytest.mark.parametrize(
    "beginning",
    [
        "<!DOCTYPE html><p>Größe",
        "\n <!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><p>Größe",
        "<html lang='de'><p>Größe",
        "<?xml version='1.0'?>\n<!-- x -->\n<html><p>Größe",
        "<!-- saved from url=(0022)https://example.org/ -->\n<html><p>Größe",
        "<head><title>x</title><p>Größe",
        "\ufeff<html><p>Größe",
    ],
)
def test_pages_are_known_by_how_they_begin(beginning: str) -> None:
    assert read(beginning.encode())[0].text == "Größe"


@pytest.mark.parametrize("text", ["<3 you", "a <b>bold</b> word", "<p>not closed", "", "{}", "I like <html>"])
def test_other_texts_are_no_pages(text: str) -> None:
    assert not webpage.fits(opened_bytes("it.txt", text.encode()))


@pytest.mark.parametrize(
    "data",
    [
        "<html><p>Größe – x".encode(),
        b"<html><p>Gr\xf6\xdfe \x96 x",
        b"<html><meta charset=iso-8859-1><p>Gr\xf6\xdfe \x96 x",
        "<html><meta charset=iso-8859-1><p>Größe – x".encode(),
        b'<html><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>Gr\xf6\xdfe \x96 x',
        "<html><p>Größe – x".encode("utf-16"),
    ],
    ids=range(6),
)
def test_an_encoding_is_believed_as_far_as_the_bytes_bear_it_out(data: bytes) -> None:
    assert read(data)[0].text == "Größe – x"


def test_an_encoding_that_was_asked_for_is_used() -> None:
    assert read("<html><p>Привет".encode("koi8-r"), encoding="koi8-r")[0].text == "Привет"
    assert read(b"<html><meta charset='koi8-r'><p>" + "Привет".encode("koi8-r"))[0].text == "Привет"


@pytest.mark.parametrize(
    ("meta", "known"),
    [
        ("<meta property='article:published_time' content='2021-04-05T10:22:33+00:00'>", True),
        ("<meta name='date' content='Mon, 05 Apr 2021 10:22:33 GMT'>", True),
        ("<meta name='DATE' content='spring'>", False),
        ("", False),
    ],
)
def test_its_time_is_that_of_its_metadata(meta: str, known: bool) -> None:
    (document,) = read(f"<html><head>{meta}</head><p>x".encode())
    assert document.time == (datetime(2021, 4, 5, 10, 22, 33, tzinfo=UTC) if known else None)


@pytest.mark.parametrize(
    ("sign", "program"),
    [
        (
            '<div class="page_wrap"><div class="page_header"></div><div class="page_body chat_page"></div></div>',
            "Telegram",
        ),
        ('<div class="chatlog__message-group">', "Discord"),
        ('<div class="_a6-g">', "Facebook or Instagram"),
    ],
)
def test_chats_are_named_with_what_to_export_instead(sign: str, program: str) -> None:
    with pytest.raises(
        SourceNotText, match=rf"^it\.bin is a chat of {program} in HTML; export it again as JSON"
    ):
        read(f"<!DOCTYPE html><html><body>{sign}hi".encode())


def test_a_page_cut_anywhere_gives_what_there_is() -> None:
    page = b"<!DOCTYPE html><html><body><p>one</p><script>x</script><p title='a>b'>two &amp; three</p></body></html>"
    for cut in range(len(page)):
        opened = opened_bytes("it", page[:cut])
        if webpage.fits(opened):
            list(webpage.read(opened, Report()))
    assert read(page[:60])[0].text.startswith("one")


def test_pages_nested_deeper_than_calls_go_are_read() -> None:
    assert text_of("<div><b>" * 20_000 + "deep") == "deep"


def test_tags_that_never_end_take_no_time_and_are_no_words() -> None:
    began = time.process_time()
    assert read(b"<html><p>one<" + b"a " * 10 + b"<a " * 50_000)[0].text == "one"
    assert read(b"<html><p>I <3 you")[0].text == "I <3 you"
    assert time.process_time() - began < 5


def test_what_is_larger_than_any_page_is_refused() -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is larger than any page"):
        read(b"<html>" + b" " * LARGEST_PART)


def test_the_missing_library_is_named_with_what_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bs4", None)
    with pytest.raises(MissingExtra, match=r"it\.bin .* pip install 'foreword\[documents\]'"):
        read(b"<html><p>x")
