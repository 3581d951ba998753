"""Markdown: the words without the markup."""

import pytest

from foreword.errors import SourceEmpty, WrongEncoding
from foreword.sources.documents import markdown
from foreword.sources.report import Report
from opened import counted, opened_bytes, texts_of


def text_of(text: str) -> str:
    return "\n".join(texts_of(text.encode(), "Markdown", path="notes/it.md"))


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("# A *title*\n\nOne\nof two.\n\nSetext\n======\n", "A title\nOne of two.\nSetext"),
        ("- one\n- [x] two\n  1. three\n\n---\nend  \nhard", "one\ntwo\nthree\nend\nhard"),
        *((text, text) for text in ("*a" * 200_000, "- ab\n" * 19_999 + "- ab")),  # too many marks
        ("**bold** _it_ ~~gone~~ `code`", "bold it gone code"),
        ("see [the page](https://example.org/x_y 'title') now", "see the page now"),
        ("see <https://example.org> now", "see  now"),
        ("[[Page|shown]] and [[Other]] ![[picture.png]]end", "shown and Other end"),
        ("a<br>b <b>c</b> <!-- no -->d", "a\nb c d"),
        ("<p\n  align=x\n>\n<a\n  href=y\n  >see</a\n>\n</p>", "see"),
        ("<details>\n<summary>More</summary>\n\nhidden &amp; seen\n\n</details>", "More\nhidden & seen"),
        ("| a | b |\n|---|:-:|\n| 1 | **2** |", "a\nb\n1\n2"),
        ("Title {: .class}\n{% include x %}", "Title"),
        ("snake_case_word 2 * 3 * 4 #tag", "snake_case_word 2 * 3 * 4 #tag"),
        ("Hi 👋🏽\r\n\r\ncafé", "Hi 👋🏽\ncafé"),
    ],
    ids=range(15),
)
def test_markup_is_removed_and_words_stay(marked: str, plain: str) -> None:
    assert text_of(marked) == plain


def test_quotations_code_images_and_data_are_left_out_and_counted() -> None:
    text = "---\n# by hand\n\ntitle: x\ntags: [a]\n---\n\ntext\n\n```python\nx = 1\n```\n\n    y = 2\n\n~~~\nz\n~~~\n"
    text += "![a](b)\n\n<img src='x'>\n> said\n> more\nmine\n- own\n- > of a list\n"
    left_out = {"front matter": 1, "code block": 3, "image": 2, "quoted line": 3}
    assert counted(text.encode(), "Markdown", path="it.md") == (["text\nmine\nown"], left_out)


@pytest.mark.parametrize(
    "text",
    ["- a\n---\nb: c\n---\n", "---\n\n# Monday\n\nOut: far.\n\n---\n", "---\n# Monday\n\nOut.\n\n---\n"],
)
def test_a_line_of_dashes_alone_is_not_front_matter(text: str) -> None:
    texts, left_out = counted(text.encode(), "Markdown", path="it.md")
    assert texts
    assert not left_out


def test_only_a_text_with_a_markdown_name_is_markdown() -> None:
    assert markdown.fits(opened_bytes("a.zip: notes/README.markdown", b"plain words"))
    assert not markdown.fits(opened_bytes("it.txt", b"# title"))
    assert not markdown.fits(opened_bytes("it.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))
    assert not markdown.fits(opened_bytes("it.md", b"<!DOCTYPE html><html><p>x"))


def test_markdown_has_the_same_errors_as_plain_text() -> None:
    with pytest.raises(SourceEmpty):
        text_of("")
    with pytest.raises(WrongEncoding, match=r"it\.md is not in utf-8"):
        list(markdown.read(opened_bytes("it.md", b"caf\xe9"), Report()))
