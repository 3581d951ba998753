"""HTML pages: the text that a person would read on them."""

import pytest

from foreword.errors import SourceNotText
from foreword.sources.documents import html
from foreword.sources.formats import format_of
from foreword.sources.report import Report
from opened import counted, opened_bytes, read, texts_of


def text_of(body: str) -> str:
    return "\n".join(texts_of(f"<!DOCTYPE html><html><body>{body}</body></html>".encode(), "HTML"))


BEGINNINGS = [
    "\n<!-- a -->\n<div class='x'>One <b>word</b><br>two</div>",
    "<h2>One word</h2>two",
    "\n <!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><p>One word<p>two",
    "<?xml version='1.0'?>\n<!-- x -->\n<html lang='de'><p>One word<p>two",
    "\ufeff<head><title>x</title><p>One word<p>two",
]
BY_NAME = {"it.html": "One <b>word</b><p>two", "it.htm": "<custom-element>One word</custom-element><br>two"}
NO_PAGES = [
    *("I love you <3, and <b> is bold", "<b> hello\n<i> hi </3", "<p>not closed", "I like <html>"),
    "<!-- a -->\n" * 99,
]
BY_NO_NAME = {"it.md": '<p align="center">Soup</p>\n\n# Title', "it.html": "no tag at all, 1 < 2"}


@pytest.mark.parametrize(("path", "text"), [*(("it.bin", text) for text in BEGINNINGS), *BY_NAME.items()])
def test_html_pages_and_fragments_are_recognised_by_their_beginning(path: str, text: str) -> None:
    assert texts_of(text.encode(), "HTML", path=path) == ["One word\ntwo"]


@pytest.mark.parametrize(("path", "text"), [*(("it.txt", text) for text in NO_PAGES), *BY_NO_NAME.items()])
def test_text_with_an_angle_bracket_is_not_an_html_page(path: str, text: str) -> None:
    found = format_of(opened_bytes(path, text.encode()))
    assert found is None or found.name != "HTML"


DECLARATIONS = (
    *("<![a]>", "<![if !mso]>", "<![endif]>", "<!>", "<!a[b]>", "</>", "<?x?>", "<![a]-->", "<!-- <![a] -->"),
    *("<!--[if gte mso 9]><xml>x</xml><![endif]-->", "<!--[if !mso]><!--><!--<![endif]-->"),
)


@pytest.mark.parametrize("odd", DECLARATIONS)
def test_an_unknown_declaration_does_not_affect_the_text_around_it(odd: str) -> None:
    assert text_of(f"<p>one</p>{odd}<p>two</p>") == "one\ntwo"


KEEP = '<div class="heading"><div class="meta-icons">\n<span class="archived"></span>\n</div>\nJan 15, 2024</div>\n'
A_NOTE = '<a href="#{0}" id="x">[a]</a>'.format


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h1>A\n title</h1><p>One <b>bo</b>ld&nbsp;word &amp; more<br><br>end", "A title\nOne bold word & more\nend"),
        ("<ul><li>a<li>b</ul><table><tr><th>x<th>y</tr></table>", "a\nb\nx y"),
        ("<header>Site</header><nav>Home</nav><div class='breadcrumb'>a</div><p>text<footer>©</footer>", "text"),
        ("<div role='navigation'>x</div><script>'<p>no</p>';</script><style>p {}</style>text", "text"),
        ("<!-- no --><noscript>no</noscript><p hidden>no</p><p style='display: none'>no</p>text", "text"),
        ("<article><header>Title</header><p>text</p><footer>me</footer></article>", "Title\ntext\nme"),
        ("<p>Press S to search</p><main><p>text</p></main><p>Imprint</p>", "text"),
        ("<div>My long story.</div><section><article>Related</article></section>", "My long story.\nRelated"),
        ("<div>My story.</div><aside><article>Related</article></aside>", "My story."),
        ("<article>A post.</article><div id='comments'>A long comment of others.</div>", "A post."),
        ("<div class='sidebar'>Links</div><div class='content sidebar'>text</div>", "text"),
        ("<pre>a poem\n  of two</pre>", "a poem\n  of two"),
        ("one<" + "a " * 10 + "<a " * 50_000, "one"),
        ("<div style='mso-element:comment-list'>A long comment of others.</div>text", "text"),
        (f"<p>text<sup>{A_NOTE('cmnt1')}</sup><div><p>{A_NOTE('cmnt_ref1')}<span>Of others.</span></p></div>", "text"),
        ("so.<sup><a href='#n'>1</a></sup> And<a id='n'><sup>[12]</sup></a> x<sup>2</sup>", "so. And x2"),
        ("<p>a hy&shy;phen\u00adated word</p>", "a hyphenated word"),
        ("<div class='note'>" + KEEP + "<div class='title'>Shop</div>milk</div>", "Shop\nmilk"),
    ],
    ids=range(18),
)  # fmt: skip
def test_the_text_of_a_page_is_its_visible_content(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize("body", ["<main>text</main>no", "<aside>no</aside>text", "<p id=toc>no</p>text"])
def test_visible_parts_of_a_page_that_are_left_out_are_counted(body: str) -> None:
    assert counted(f"<html>{body}".encode(), "HTML") == (["text"], {"part of a page": 1})


def test_images_and_code_blocks_are_left_out_and_counted() -> None:
    body = b"<html><p>See <img src='x' alt='no'> <code>this</code></p><pre><b><code>x = 1</code></b></pre>"
    assert counted(body, "HTML") == (["See this"], {"image": 1, "code block": 1})


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<html><meta charset=koi8-r>", None),
        ('<html><meta content="text/html; charset=koi8-r">', None),
        ("<?xml version='1.0' encoding='koi8-r'?><html>", None),
        ("<html><meta charset=iso-8859-1>", "koi8-r"),
    ],
)
def test_a_page_claims_its_encoding_unless_another_is_given(head: str, encoding: str | None) -> None:
    assert read(f"{head}<p>Привет".encode("koi8-r"), "HTML", encoding=encoding)[0].text == "Привет"


OTHERS = (
    '<div class="page_wrap"><div class="page_header"></div><div class="page_body chat_page">',
    '<div class="page_wrap">\n <div class="page_header"></div>\n <div class="page_body list_page">',
    '<div class="chatlog__message-group">',
    '<div class="_a6-g">',
    '<div class="hChatLog hfeed"><div class="message">',
    "<div class='rightpanel'><h4>ben</h4><p>hello</p><h6>2024-01-01 10:00:00 UTC</h6></div>",
    "<title>Whatsapp - Ana</title>",
    '<div class="msg me">\n <span class="sender">\n Me\n</span>',
    '<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp">',
)


@pytest.mark.parametrize("page", OTHERS)
def test_a_chat_in_html_or_googles_list_is_an_error_with_advice(page: str) -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is a chat or a list of activity in HTML; export"):
        text_of(f"<style>{'x' * 70_000}</style>{page}hi")


def test_a_page_cut_anywhere_causes_no_error() -> None:
    page = b"<!DOCTYPE html><html><body><p>one</p><script>x</script><!-- c --><![CDATA[x]]><![a]><p title='a>b'>&amp;"
    for cut in range(len(page)):
        opened = opened_bytes("it", page[:cut])
        if html.fits(opened):
            list(html.read(opened, Report()))
