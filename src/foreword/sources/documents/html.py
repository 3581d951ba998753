"""HTML of web pages, books (EPUB is a zip file of pages) and mail: the lines that a person would read.

Each paragraph, heading, list item and row of a table is a line; `<br>` ends one. Quoted lines of mail get `> `, so one
set of rules reads them and plain mail. Sources of the classes and ids that mail programs write: docs/sources.md.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, final

from foreword.errors import SourceNotText
from foreword.libraries import documents_missing
from foreword.sources.documents.markdown import MARKDOWN
from foreword.sources.encodings import decoded, is_text
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


_BEGINNING: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|(?><!--.*?-->)\s*)*(?:<!doctype\s+html|<(?:html|head|body|title|meta)\b[^>]*>)",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT: Final = re.compile(
    r"\s*(?:(?><!--.*?-->)\s*)*<(?P<name>p|div|h[1-6]|[uod]l|table|span|section|article|main|blockquote|header|figure|pre|a|b|i"
    r"|em|strong|font|center|style|script)\b(?:\s[^<>]*)?>",
    re.IGNORECASE | re.DOTALL,
)
_NAMED_AS_PAGE: Final = re.compile(r"\.x?html?(?:\.gz)?$", re.IGNORECASE)
_TAG: Final = re.compile(r"</[a-z][a-z0-9]{0,10}\s*>|<(?:br|hr|p|img)\b[^<>]*>", re.IGNORECASE)
_OTHERS: Final = re.compile(
    r"""class="page_wrap[" ].{0,4000}class="(?:history|page_body)|\bchatlog__message|class=["']?chatlog\b"""
    r"""|class="(?:_a6-g|_3-95 _a6-g|pam _3-95 _2ph- _a6-g|pam _3-95 _2pi0 _2lej)"""
    r"""|<span class=["']?sender\b|<!-- Generated on [^>]{0,80}by signalbackup-tools"""
    r"""|class=["'](?:hChatLog\b|mx_Export_EventWrapper\b|message__header["']>\s*(?:Вы,|<a href="https://vk))"""
    r"""|<title>Whatsapp - |class="outer-cell mdl-cell mdl-cell--12-col"""
    r"""|<(?:h6|td)>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC</""",
    re.DOTALL,
)
"""Chats of Telegram, Discord, Facebook, Instagram, Signal, Apple's Messages, Google Voice, Matrix, VK, WhatsApp and
Snapchat; and Google's list of what a person watched, searched and asked."""
_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS: Final = _words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table "
    "tbody tfoot thead tr ul"
)
_DROPPED: Final = _words(
    "applet audio button canvas datalist embed frameset iframe map math meta link nav noscript object option script "
    "select style svg template textarea title video"
)
_OF_THE_PAGE: Final = _words("header footer aside")
_SECTIONS: Final = _words("article main section blockquote")
_ROLES: Final = _words("navigation banner contentinfo search")
_NAMED: Final = _words(
    "nav navbar navigation menu breadcrumb breadcrumbs sidebar toc mw-editsection skip-link "
    "comments comments-area comment-list commentlist"
)
_CONTENT: Final = _words("content post entry article")
"""Beside these names, one of `_NAMED` says how the text is laid out."""
_HIDDEN: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*comment", re.IGNORECASE)
_NOTES: Final = re.compile(
    r"""<div[^<>]*>\s*<p[^<>]*>\s*<a href="#cmnt_ref.*|<a href="#(?:cmnt|ftnt)(?:_ref)?\d+"[^<>]*>[^<>]*</a>"""
    r"""|<div class="heading"><div class="meta-icons">.{0,400}?</div>[^<>]*</div>"""
    r"""|<(sup|a)\b[^<>]*>\s*<(?:sup|a)\b[^<>]*>[\s\d*†\[\]]{1,6}</(?:sup|a)>\s*</\1>""",
    re.DOTALL,
)
"""Of a page of Google Docs: the comments at its end, perhaps of others, and the marks of comments and footnotes, as
books have them, too. Of a note of Google Keep: its date."""
LARGEST_PART: Final = 1 << 25
"""Most bytes of a page, or of one unpacked part of a document. A thousand pages of prose have a tenth of that."""
MOST_TAGS: Final = 1 << 17
"""Each tag costs ten microseconds. A novel on one page has a quarter of this number."""
_DECLARATION: Final = re.compile(r"<(?:!\[)+(?!CDATA\[)")
"""Word's marks around content for Word alone. The parser accepts few of them; as tags, they do no harm."""
_UNENDED: Final = re.compile(r"<[a-zA-Z/!?].*", re.DOTALL)
_SPACE: Final = re.compile(r"[ \t\r\n\f\xa0]+")
_LINES: Final = re.compile(r"\r\n?|\n")

_QUOTES: Final = _words(
    "gmail_quote gmail_quote_container gmail_attr yahoo_quoted moz-cite-prefix moz-forward-container "
    "moz-email-headers-table outlookmessageheader protonmail_quote tutanota_quote zmail_extra olk_src_body_section "
    "mail-editor-reference-message-container ms-outlook-mobile-reference-message reply-intro sh-quoted-content "
    "airmail_on bloop_original_html front-blockquote zmail_extra_hr"
)
_NAMED_QUOTES: Final = frozenset({"quote", "messageReplySection", "messagereplysection"})
"""The `name` of a quote in mails of GMX and Spark."""
_PREFIX: Final = re.compile(r"^(?:x_)+|^ydp[0-9a-f]+(?=yahoo)|(?<=^yahoo_quoted)_\d+$")
_QUOTED_ON: Final = _words("divrplyfwdmsg appendonsend stopspelling zwchr")
"""Only quoted text follows after these."""
_BORDER: Final = re.compile(
    r"border:\s*none;\s*border-top:\s*solid #\w{6} 1\.0pt|border-top-color:\s*rgb\(229, 229, 229\)",
    re.IGNORECASE,
)
"""The line that Outlook and Windows Mail draw above quoted text."""
_SIGNATURES: Final = _words(
    "gmail_signature gmail_signature_prefix moz-signature applemailsignature signature x_signature "
    "ms-outlook-mobile-signature protonmail_signature_block"
)


def fits(opened: Opened) -> bool:
    """Whether the file is a page or a part of one: a part begins with a closed element, or is named .html."""
    if _BEGINNING.match(opened.start) is not None:
        return True
    if _NAMED_AS_PAGE.search(opened.name):
        return is_text(opened.head, opened.encoding) and _TAG.search(opened.start) is not None
    begins = _FRAGMENT.match(opened.start)
    if begins is None or MARKDOWN.search(opened.name):
        return False
    return f"</{begins['name']}>".lower() in opened.start.lower()


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The page as one text."""
    page = _text(opened)
    if _OTHERS.search(page):
        advice = "export it again as JSON, or give lines of `name: message`"
        raise SourceNotText(f"{opened.name} is a chat or a list of activity in HTML; {advice}")
    try:
        soup = tree(_NOTES.sub("", page), opened.name)
    except ValueError as error:
        raise SourceNotText(f"{opened.name} cannot be read as a page: {error}; give its text") from None
    yield from document(page_lines(soup, report))


def document(lines: Iterable[str]) -> Iterator[Document]:
    """The lines as one document, if they hold any text."""
    text = "\n".join(lines)
    if text.strip():
        yield Document(text=text)


def _text(opened: Opened) -> str:
    """The text of a page in the encoding that the user gave, else the one that it claims."""
    data = next(opened.blocks(LARGEST_PART + 1), b"")
    if len(data) > LARGEST_PART:
        most = f"{LARGEST_PART / 2**20:.0f} MB"
        raise SourceNotText(f"{opened.name} is larger than any page: more than {most}; give its text")
    claimed = _CHARSET.search(data[:4096])
    encoding = b"".join(filter(None, claimed.groups())).decode("ascii", "replace") if claimed else None
    return decoded(data, opened.encoding or encoding)


def tree(page: str, name: str) -> "BeautifulSoup":
    """The tree of a page, which may be broken; raises `ValueError` for more than `MOST_TAGS` tags.

    A last tag without its end is left out, because the parser would search too long. Errors call the page `name`.
    """
    try:
        from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise documents_missing(name) from None
    if page.count("<") > MOST_TAGS:
        raise ValueError(f"it has more than {MOST_TAGS:,} tags")
    whole, end, rest = page.rpartition(">")
    whole = _DECLARATION.sub("<", whole + end) + _UNENDED.sub("", rest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", UserWarning)  # a short text that looks like an address or a file name
        return BeautifulSoup(whole, "html.parser")


def page_lines(soup: "Tag", report: Report) -> list[str]:
    """The lines of a page; if it marks its main part, only the lines of that part.

    An only article is that part if it has half of the text; a shorter one may be a note on another page.
    """
    for name, least in (("main", 0.0), ("article", 0.5)):
        parts = soup.find_all(name, limit=2)
        part, whole = map(_letters, (parts[0], soup)) if len(parts) == 1 else (0, 0)
        if part and part >= least * whole and not parts[0].find_parent("aside"):
            report.leave_out("part of a page", int(part < whole))
            soup = parts[0]
            break
    return _Reading(report, in_mail=False).lines_of(soup)


def _letters(part: "Tag") -> int:
    return sum(map(len, _Reading(Report(), in_mail=False).lines_of(part)))


def mail_lines(soup: "Tag", report: Report) -> list[str]:
    """The lines of a mail; quoted ones begin with `> `."""
    return _Reading(report, in_mail=True).lines_of(soup)


@final
class _Reading:
    """Walks a tree once. The stack is a list: elements may be nested deeper than Python's recursion limit."""

    def __init__(self, report: Report, *, in_mail: bool) -> None:
        self.report, self.in_mail = report, in_mail
        self.lines, self.pieces = list[str](), list[str]()
        self.verbatim = self.in_section = self.in_quote = self.quoted_on = False

    def lines_of(self, root: "Tag") -> list[str]:
        from bs4.element import CData, NavigableString, Tag  # noqa: PLC0415 - an extra

        ahead: list[Any] = [root]
        while ahead:
            node = ahead.pop()
            if isinstance(node, Tag):
                names = _names(node)
                if not self.drops(node, names):
                    ahead.append((node, self.verbatim, self.in_section, self.in_quote))
                    ahead.extend(reversed(node.contents))
                    self.enter(node, names)
            elif isinstance(node, tuple):
                self.leave(*node)
            elif type(node) in (NavigableString, CData):  # other kinds are comments, scripts and the like
                self.read(str(node))
        self.end_line()
        return self.lines

    def enter(self, element: "Tag", names: set[str]) -> None:
        quoted_on = self.in_mail and _is_quoted_on(element, names)
        quotes = self.in_mail and _is_quote(element, names)
        if element.name in _BLOCKS or element.name == "br" or quotes or quoted_on:
            self.end_line(blank=element.name == "br")
        elif element.name in ("td", "th"):
            self.pieces.append(" ")
        self.verbatim |= element.name == "pre"
        self.in_section |= element.name in _SECTIONS
        self.in_quote |= quotes
        self.quoted_on |= quoted_on

    def leave(self, element: "Tag", verbatim: bool, in_section: bool, in_quote: bool) -> None:
        """Ends an element; the arguments are the state at its beginning."""
        if element.name in _BLOCKS or in_quote != self.in_quote:
            self.end_line()
        self.verbatim, self.in_section, self.in_quote = verbatim, in_section, in_quote

    def read(self, text: str) -> None:
        if self.verbatim:
            *whole, last = _LINES.split(text)
            for line in whole:
                self.pieces.append(line)
                self.end_line(blank=True)
            self.pieces.append(last)
        else:
            self.pieces.append(_SPACE.sub(" ", text))

    def end_line(self, *, blank: bool = False) -> None:
        """Ends a line; in mail, an empty line is kept if `blank`, as between two `<br>`."""
        text = "".join(self.pieces).replace("\u00ad", "")  # soft hyphens are of the layout
        line = text.rstrip() if self.verbatim else _SPACE.sub(" ", text).strip(" ")
        self.pieces.clear()
        if line or (blank and self.in_mail):
            self.lines.append(f"> {line}" if self.in_quote or self.quoted_on else line)

    def drops(self, element: "Tag", names: set[str]) -> bool:
        """Whether an element holds no text of its author."""
        what = None
        if element.name == "img":
            what = "image"
        elif element.name == "code" and self.verbatim:
            what = "code block"
        elif self.in_mail and not (self.in_quote or self.quoted_on or names.isdisjoint(_SIGNATURES)):
            what = "signature"
        if what:
            self.report.leave_out(what)
            return True
        hidden = element.has_attr("hidden") or _HIDDEN.search(_attribute(element, "style")) is not None
        if element.name in _DROPPED or hidden:
            return True
        of_the_page = not self.in_mail and _is_of_the_page(element, names, self.in_section)
        self.report.leave_out("part of a page", int(of_the_page))
        return of_the_page


def _is_quote(element: "Tag", names: set[str]) -> bool:
    return (
        element.name == "blockquote"
        or not names.isdisjoint(_QUOTES)
        or _attribute(element, "name") in _NAMED_QUOTES
    )


def _is_quoted_on(element: "Tag", names: set[str]) -> bool:
    return (
        not names.isdisjoint(_QUOTED_ON)
        or _attribute(element, "data-marker") == "__DIVIDER__"
        or _BORDER.search(_attribute(element, "style")) is not None
    )


def _is_of_the_page(element: "Tag", names: set[str], in_section: bool) -> bool:
    """Whether an element belongs to the page around the text: header, footer or navigation."""
    roles = set(_attribute(element, "role").lower().split())
    if roles & _ROLES:
        return True
    if element.name in _OF_THE_PAGE:
        return not in_section and not any("note" in role for role in roles)
    is_named = not names.isdisjoint(_NAMED) and names.isdisjoint(_CONTENT)
    return is_named and element.name not in ("body", "html", "main", "article")


def _names(element: "Tag") -> set[str]:
    """The classes and ids of an element in small letters, without prefixes from other mail programs."""
    names = (_attribute(element, each).lower().split() for each in ("class", "id", "data-smartmail"))
    return {_PREFIX.sub("", name) for several in names for name in several}


def _attribute(element: "Tag", name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else " ".join(value or ())
