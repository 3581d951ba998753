"""One mail: its author, its time, and its text from the MIME parts. The parts may be damaged.

Plain text is preferred to HTML; attachments and pictures are counted. A stated encoding is used only if the bytes fit
it. Python's email package takes quadratic time: docs/decisions/0033-documents-and-mail.md.
Sources: RFC 2045 to 2047, RFC 3676 (flowed lines).
"""

import binascii
import contextlib
import quopri
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.header import decode_header, make_header
from functools import cached_property
from typing import Final, final

from foreword.errors import MissingExtra
from foreword.libraries import documents_missing
from foreword.sources.documents.html import mail_lines, tree
from foreword.sources.encodings import decoded
from foreword.sources.mail.mailbox import REFUSALS, Message, header_of, maildir_messages, messages, time_of
from foreword.sources.mail.quotes import own_text
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document
from foreword.text.plural import counted

UNKNOWN: Final = "unknown sender"

_FIELD: Final = re.compile(rb"^([A-Za-z][!-9;-~]{0,75})[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_FOLD: Final = re.compile(r"[\r\n]+[ \t]*")
_COMMENT: Final = re.compile(r"[^()<>]*\(([^()]+)\)\Z")
_ADDRESS: Final = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|([^",<>]+))?\s*(?:<([^<>]*))?""")
_ENCODED: Final = re.compile(r"=\?[^?\s]+\?[bq]\?", re.IGNORECASE)
_FROM: Final = (b"from", b"sender", b"reply-to", b"return-path")
_PARAMETER: Final = re.compile(
    r""";\s*([a-z-]+)(?:\*[\d*]*)?\s*=\s*("(?:[^"\\]|\\.)*"?|[^;\s"]*)""", re.IGNORECASE
)
_ESCAPED: Final = re.compile(r"\\(.)")
_KIND: Final = re.compile(r"[^\s/;]+/[^\s/;]+")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_PICTURE: Final = re.compile(r"\[(?:image: |inline image|cid:)[^\]\n]{1,200}\]", re.IGNORECASE)
_TARGET: Final = re.compile(r"(?<=\S)<(?:https?://|mailto:)[^<>\s]{1,2000}>")
"""Signs of pictures, and the targets of links, as Gmail and Outlook write a page as plain text."""
_FLOWED_QUOTE: Final = re.compile(r"(>*) ?(.*)", re.DOTALL)
_REACTION: Final = "text/vnd.google.email-reaction+json"
_LONGEST: Final = 2000  # bytes of a field that are read; a longer field holds no name
_DEEPEST: Final = 20
_MOST_PARTS: Final = 1000

Fields = dict[bytes, str]
"""The fields of a header by their names in small letters; the first of each name."""


@final
@dataclass(frozen=True)
class Part:
    """A message, or a part of one: its header and its bytes."""

    fields: Fields
    body: bytes
    kind: str

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters of the content type."""
        return _parameters(self.fields.get(b"content-type", ""))

    @cached_property
    def parts(self) -> list["Part"]:
        """The parts inside this one; empty if it has none, or if no boundary separates them."""
        boundary = self.parameters.get("boundary", "").encode("latin-1", "replace").rstrip()
        if not boundary or not self.kind.startswith("multipart/"):
            return []
        default = "message/rfc822" if self.kind == "multipart/digest" else "text/plain"
        return [part_of_mail(piece, default) for piece in _pieces(self.body, b"\n--" + boundary)]

    @cached_property
    def text(self) -> str:
        """The text, unpacked and decoded; base64 may be cut."""
        data, encoding = self.body, self.fields.get(b"content-transfer-encoding", "").strip().lower()
        if encoding == "base64":
            letters = _NO_BASE64.sub(b"", data)
            letters = letters[: len(letters) - (len(letters) % 4 == 1)]
            data = binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
        elif encoding == "quoted-printable":
            data = quopri.decodestring(data)
        return decoded(data, self.parameters.get("charset"))

    def is_attached(self, depth: int) -> bool:
        """Whether the sender attached it to be saved, not read."""
        disposition = self.fields.get(b"content-disposition", "")
        if disposition.partition(";")[0].strip().lower() == "attachment":
            return True
        return depth > 0 and ("name" in self.parameters or "filename" in _parameters(disposition))


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The mails of a file; raises `MissingExtra` if all are HTML, and the reader of HTML is not installed."""
    return _documents(messages(opened), opened.name, report)


def read_maildir(files: Mapping[str, Opened], report: Report) -> Iterator[Document]:
    """The mails of Maildir folders."""
    return _documents(maildir_messages(files, report), "this Maildir", report)


def _documents(mails: Iterable[Message], name: str, report: Report) -> Iterator[Document]:
    """The own words of each message's author, each message once: many messages are in several folders."""
    seen = set[int]()
    understood = pages = 0
    for data, file, where, came in mails:
        message = part_of_mail(data)
        if _is_automatic(message):
            report.leave_out("automatic message")
            continue
        try:
            text = _own_text(message, file, report)
        except MissingExtra:
            pages += 1
            report.leave_out("message in HTML")
            continue
        except ValueError:
            beginning = data[:200].decode("utf-8", "replace").strip().partition("\n")[0]
            report.not_understood(file, where, beginning)
            continue
        identity = message.fields.get(b"message-id", "")
        mark = hash((identity, text))
        if text == "":
            report.leave_out("message without text")
        elif identity and mark in seen:
            report.leave_out("repeated message")
        else:
            seen.add(mark)
            understood += 1
            time = time_of(message.fields.get(b"date", "")) or came
            yield Document(text=text, author=author_of(message.fields), time=time)
    if pages and not understood:
        raise documents_missing(name)
    if pages:
        report.notes.append(
            f"left out of {name}: {counted(pages, 'message')} only in HTML; to read such mail: "
            'pip install "foreword[documents]"'
        )


def _own_text(message: Part, name: str, report: Report) -> str:
    if not message.fields:
        raise ValueError("it has no header")
    lines, page = body_of(message, report)
    return own_text(mail_lines(tree(page, name), report) if page else lines, report)


def _is_automatic(message: Part) -> bool:
    """Whether a program wrote it in a person's name: a reply while away, an invitation, a receipt, Gmail's reaction."""
    submitted = message.fields.get(b"auto-submitted", "no").partition(";")[0].strip().lower()  # RFC 3834
    kinds = [message.kind, *(part.kind for part in message.parts)]
    return submitted not in ("no", "") or not {"multipart/report", _REACTION}.isdisjoint(kinds)


def part_of_mail(data: bytes, default: str = "text/plain") -> Part:
    """A message or a part; its kind is `default` if it does not state one."""
    header, fields = b"", Fields()
    if not data.startswith((b"\n", b"\r\n")):
        header = header_of(data)
        for found in _FIELD.finditer(header):
            fields.setdefault(found[1].lower(), _FOLD.sub(" ", decoded(found[2][:_LONGEST], None)).strip())
    body = data[len(header) :] if fields else data
    said = _KIND.match(fields.get(b"content-type", "").strip())
    return Part(fields, body.removeprefix(b"\r").removeprefix(b"\n"), said[0].lower() if said else default)


def author_of(fields: Fields) -> str:
    """The sender's name, else the address, else `UNKNOWN`: without an author, a message counts as the person's own."""
    return next(filter(None, (_name_in(fields[name]) for name in _FROM if fields.get(name))), UNKNOWN)


def body_of(message: Part, report: Report) -> tuple[list[str], str]:
    """The lines of a mail, with `>` before quoted ones; for a mail in HTML alone, no lines, and its page."""
    lines: list[str] = []
    page = ""
    for part in _texts(message, 0):
        if isinstance(part, str):
            report.leave_out(part)
        elif part.kind == "text/html":
            page += part.text
        else:
            lines += _lines(part, report)
    return lines, "" if any(line.strip() for line in lines) else page


def _name_in(written: str) -> str:
    """The name of the first address in a field, else the address itself."""
    comment = _COMMENT.match(written)  # from old programs: "ana@example.org (Ana Silva)"
    if comment is not None:
        return _plain(comment[1])
    quoted, bare, address = _ADDRESS.match(written).groups("")  # type: ignore[union-attr]  # it matches everything
    return _plain(quoted.replace("\\", "") or bare) or _plain(address) or _plain(written)


def _plain(name: str) -> str:
    """A name without quotes around it, decoded if it is still encoded."""
    if _ENCODED.search(name):
        with contextlib.suppress(*REFUSALS):
            name = str(make_header(decode_header(name)))
    return " ".join(name.strip(" \t'\"").split())


def _pieces(body: bytes, mark: bytes) -> list[bytes]:
    """The pieces after lines with this mark; two more dashes follow the last mark."""
    pieces: list[bytes] = []
    for each in (b"\n" + body).split(mark, _MOST_PARTS)[1:]:
        line, _, piece = each.partition(b"\n")
        if line.strip() == b"--":
            break
        if not line.strip():
            pieces.append(piece)
        elif pieces:  # a longer mark, of parts inside this one
            pieces[-1] += mark + each
    return [piece.removesuffix(b"\r") for piece in pieces]


def _parameters(field: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(field):
        plain = _ESCAPED.sub(r"\1", value.strip('"')) if value.startswith('"') else value
        found.setdefault(name.lower(), plain)
    return found


def _texts(part: Part, depth: int) -> Iterator[Part | str]:
    """The parts with a mail's text, and the kinds of its other parts, such as "attachment"."""
    if part.parts and depth < _DEEPEST:
        if part.kind == "multipart/alternative":
            yield from _preferred(part.parts, depth + 1)
        else:
            for each in part.parts:
                yield from _texts(each, depth + 1)
    elif part.kind in ("text/plain", "text/html") or (part.kind.startswith("multipart/") and not part.parts):
        yield "attachment" if part.is_attached(depth) else part
    else:
        yield "forwarded message" if part.kind == "message/rfc822" else "attachment"


def _preferred(versions: list[Part], depth: int) -> Iterator[Part | str]:
    """The first version of a text in plain text, else the last version."""
    found = [[each for each in _texts(version, depth) if not isinstance(each, str)] for version in versions]
    plain = [each for each in found if any(part.kind != "text/html" and part.text.strip() for part in each)]
    pages = [each for each in found if each]
    for chosen in plain[:1] or pages[-1:]:
        yield from chosen


def _lines(part: Part, report: Report) -> list[str]:
    text = part.text.replace("\r\n", "\n").replace("\r", "\n")
    text, pictures = _PICTURE.subn("", text)
    report.leave_out("image", pictures)
    lines = _TARGET.sub("", text).split("\n")
    if part.parameters.get("format", "").lower() == "flowed":
        return _joined(lines, added=part.parameters.get("delsp", "").lower() == "yes")
    return lines


def _joined(lines: list[str], *, added: bool) -> list[str]:
    """Joins lines that a program has broken at a space (RFC 3676), if their depth of quotes is equal.

    The space at the end of a broken line is left out if the program has `added` it, as Apple Mail does.
    """
    joined: list[list[str]] = []
    soft, depth = False, ""
    for line in lines:
        before = depth
        depth, text = _FLOWED_QUOTE.match(line).groups()  # type: ignore[union-attr]  # it matches everything
        goes_on = soft and depth == before and text != "-- "
        soft = text.endswith(" ") and text != "-- "
        text = text[:-1] if soft and added else text
        if goes_on:
            joined[-1].append(text)
        else:
            joined.append([f"{depth} " if depth else "", text])
    return ["".join(each) for each in joined]
