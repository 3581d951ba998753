"""Markdown: a person's text, without the marks.

Any plain text is valid Markdown, so a file is recognised by its name. Each paragraph is one line, because editors wrap
it, and so is each heading, list item and cell. Quotations, front matter, code, pictures and HTML are left out.
Sources: CommonMark by markdown-it-py, with GitHub's tables; front matter of Pandoc and Jekyll; Obsidian's `[[links]]`.
"""

import html
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from foreword.sources.decoding import pieces_of
from foreword.sources.encodings import is_text
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MARKDOWN: Final = re.compile(r"\.(md|mdown|mkdn?|markdown)(\.gz)?$", re.IGNORECASE)
_PAGE: Final = re.compile(r"\s*(<\?xml\b|<!doctype\b|<html\b)", re.IGNORECASE)
_FRONT_MATTER: Final = re.compile(
    r"\A---[ \t]*\n(?=[ \t]*(?:#.*\n\s*)*+[\w\"'-].*:)(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
    r"|\A\+\+\+[ \t]*\n(?:.*\n)*?\+\+\+[ \t]*(?:\n|\Z)"
)
_QUOTED: Final = re.compile(r"^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?>(?:[ \t>]|\S(?!.*</)).*\n?", re.MULTILINE)
"""A quoted line. A lone `>`, or one before text with a tag, may end a tag of several lines."""
_EMBEDDED: Final = re.compile(r"!\[\[[^\[\]\n]*\]\]")
_LINKED: Final = re.compile(r"\[\[(?:[^\[\]\n|]*\|)?([^\[\]\n|]+)\]\]")
_MARKS: Final = re.compile(r"\{[%:][^{}\n]*\}|\(\([0-9a-f-]{36}\)\)")
_TASK: Final = re.compile(r"\A\[[ xX]\]\s+")
_NO_WORDS: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE
)
_BREAK: Final = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_PICTURE: Final = re.compile(r"<img\b", re.IGNORECASE)
_COSTS: Final = {"[": 8, **dict.fromkeys("*_`~\\&<!]\n-+#.)", 1)}
"""The parser's time for each mark, in units of about ten microseconds."""
_LONG: Final = 20_000
_DENSE: Final = 5  # if a long text has a mark in every `_DENSE` characters, these are not marks


def fits(opened: Opened) -> bool:
    """Whether the file has a name of Markdown, and is text but not a page of HTML."""
    return (
        MARKDOWN.search(opened.name) is not None
        and is_text(opened.head, opened.encoding)
        and _PAGE.match(opened.start) is None
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text."""
    text = "\n".join(unmarked_lines("".join(pieces_of(opened, strict=True)), report))
    if text:
        yield Document(text=text)


def unmarked_lines(text: str, report: Report) -> Iterator[str]:
    """The lines of a Markdown text without its marks; the report counts what was left out."""
    cost = sum(units * text.count(mark) for mark, units in _COSTS.items())
    if cost > max(_LONG, len(text) // _DENSE):
        yield from _not_blank(text.split("\n"))
        return
    text, matters = _FRONT_MATTER.subn("", text)
    report.leave_out("front matter", matters)
    text, quoted = _QUOTED.subn("\n", text)
    report.leave_out("quoted line", quoted)
    for token in _parser().parse(text):
        if token.type in ("fence", "code_block"):
            report.leave_out("code block")
        elif token.type == "html_block":
            report.leave_out("image", len(_PICTURE.findall(token.content)))
            shown = html.unescape(_NO_WORDS.sub("", _BREAK.sub("\n", token.content)))
            yield from _not_blank(shown.split("\n"))
        elif token.type == "inline":
            words = _inline(token.children or [], report)
            yield from _not_blank(_TASK.sub("", words).split("\n"))


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - typing never needs Markdown

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _inline(tokens: Sequence["Token"], report: Report) -> str:
    words: list[str] = []
    address = False
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special") and not address:
            words.append(token.content)
        elif token.type == "softbreak":
            words.append(" ")
        elif token.type == "hardbreak" or (token.type == "html_inline" and _BREAK.match(token.content)):
            words.append("\n")
        elif token.type == "image" or (token.type == "html_inline" and _PICTURE.match(token.content)):
            report.leave_out("image")
        elif token.type in ("link_open", "link_close"):
            address = token.type == "link_open" and token.markup == "autolink"
    text, embedded = _EMBEDDED.subn("", "".join(words))
    report.leave_out("image", embedded)
    return _MARKS.sub("", _LINKED.sub(r"\1", text))


def _not_blank(several: Sequence[str]) -> list[str]:
    return [line.strip() for line in several if line.strip()]
