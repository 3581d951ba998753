"""The author's own words in a mail, without the text that programs and other people added.

Answers between quoted lines stay. A quote whose lines are marked with `>` is these lines; any other, as below Outlook's
header, reaches to the end of the mail. `phrases.txt` holds what mail programs write, in some thirty languages, from the
test mails of the reply parsers named in docs/sources.md, and from programs in use. No pattern has nested repetition,
because a line may be very long. Libraries compared: docs/decisions/0033-documents-and-mail.md.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final, final

from foreword.files import tables
from foreword.sources.report import Report

_QUOTED: Final = re.compile(r" {0,3}(?:[A-Za-z]{1,3})?[>＞]|[|¦] ?>")
_RULE: Final = re.compile(r"\s*[-‐_=*~#+—–]{4}[-‐_=*~#+—– ]*$")
_TITLED: Final = re.compile(r"\s*[-‐_=*~]{2,} ?[^\W\d_](?:[^-‐_=*~]|-(?!-)){2,60}[-‐_=*~]{2,}\s*$")
_FRAME: Final = re.compile(r"-{2,}+ ?(.{1,400}?) ?(?<!-)-{2,}")
_LABEL: Final = re.compile(r"[\s*|]*[^\W\d_][^:：]{0,24}[:：]")
_PGP: Final = re.compile(r"-----(BEGIN|END) PGP ([A-Z ]+)-----\s*$")
_PATCH: Final = re.compile(r"(?:---\n [^\n|]+\| +(?:\d+ [+-]+|Bin )|diff --git a/\S)")
"""The beginning of a patch as git writes it, at once or with its list of files."""
_ENDS_LIKE_PROSE: Final = re.compile(r"[,;]|[.!?]\s*$|\b(?:is|was|and|but|ist|und)\b", re.IGNORECASE)
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_DELIMITERS: Final = frozenset({"--", "- --", "—"})
_TRAILING: Final = " \t\r\u00a0\u200e\u200f\u202a\u202b\u202c\u2069"
_COLONS: Final = (":", "：")
_ENDS: Final = (*_COLONS, ">", "-", "wrote", "écrit")
_SENTENCE_ENDS: Final = (".", "!", "?", ":", ";")

_LONGEST_LINE: Final = 400
"""Characters of a line that are compared with phrases. A longer line is a paragraph."""
_WRAPPED: Final = 60  # fewest characters of a quoted line that may have been wrapped
_BROKEN: Final = 40  # fewest characters of a line that may have been broken within an introduction
_INTRODUCTION: Final = 5  # most lines of an introduction such as "On …, somebody wrote:"
_HEADERS: Final = 9
_SURE: Final = ("source", "date")
_SIGNATURE: Final = 16  # most lines of a signature below `--` without the space that RFC 3676 requires
_MOST_LINES: Final = 50_000  # lines of a mail that are read; people type fewer

# What mail programs write

_TABLE: Final = tables(Path(__file__).with_name("phrases.txt"))


def _any(part: str) -> str:
    """A pattern for one of the words or phrases of this part of the table."""
    return "|".join(re.escape(" ".join(each.split())).replace("\\ ", " ") for each in _TABLE[part].split(","))


_wrote: Final = re.compile(
    rf"(?<!\w)(?:{_any('wrote')})(?!\w).{{0,160}}[:：]\s*+-*+\s*+$|(?<!\w)(?:a écrit|wrote)\s*-+\s*$"
    rf"|(?:{_any('wrote east')}).{{0,20}}[:：]\s*$",
    re.IGNORECASE,
).search
"""The end of an introduction such as "On Monday, Ana wrote:", if a quoted line follows."""

_wrote_alone: Final = re.compile(
    rf"(?<!\w)(?!said|says|sent)(?:{_any('wrote')})\s*[:：]?\s*-*\s*$|(?:{_any('wrote east')}).{{0,20}}[:：]\s*$"
    rf"|(?<!\w)(?:{_any('name after')})\s(?:[^:]|(?<=\d):(?=\d)){{1,120}}:\s*$",
    re.IGNORECASE,
).search
"""The same, if no quoted line follows."""

_begins: Final = re.compile(
    rf"[\W_]*+(?:(?:{_any('beginnings')})(?!\w)|\d{{1,4}}[./年-])", re.IGNORECASE
).match
"""The beginning of an introduction's first line."""

_dated: Final = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[./]\d{1,2}[./]?)(?!\d)"
).search
_year: Final = re.compile(
    r"(?<![\d+-])(?:1[34]|19|20|25)\d\d(?!\d)|(?<!\d)\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}(?:\d\d)?(?!\d)"
).search
"""A date with its year, also of the calendars of Iran and Thailand."""
_addressed: Final = re.compile(r"[\w.+=%-]@[\w-]|<[^<>\s]* at [^<>]*>|\[mailto:|＠").search

_bracketed: Final = re.compile(
    r"[<(\[＜] ?[^<>()\[\]\s]{0,100}@[^<>()\[\]\s]{1,200}[>)\]＞]|\[mailto:"
).search
"""An address as programs write it."""
_time: Final = re.compile(r"(?<![\d.])\d{1,2}[:.h]\d{2}(?![\d.])").search

_original: Final = re.compile(
    rf"\s*[-‐_=*]{{2,}}\s*(?:{_any('original')})\s*[-‐_=*]{{2,}}\s*$", re.IGNORECASE
).match

_forwarded: Final = re.compile(
    rf"\s*+(?:[-‐_=*]{{2,}}\s*(?:{_any('forwarded')})[^\n]{{0,100}}|(?:{_any('forwarded apple')})\s*+[:：]?"
    r"|.{1,80} (?:is inviting you to a scheduled zoom meeting|lädt sie zu einem geplanten zoom-meeting ein)\.)\s*$",
    re.IGNORECASE,
).match
"""The first line of a message of somebody else, or of an invitation that Zoom writes."""

_header: Final = re.compile(
    rf"[\s*|]*(?:(?P<source>{_any('from')})|(?P<date>{_any('date')})|(?P<subject>{_any('subject')})"
    rf"|(?P<other>{_any('to')}))(?: ?\*)?\s?[:：]",
    re.IGNORECASE,
).match
"""A line of the header that Outlook and others put above a quote."""

_sent_from: Final = re.compile(
    rf"\s*(?:{'|'.join(_TABLE['sent'].splitlines())})(?:\s*<[^<>\s]{{4,200}}>)?\s*$", re.IGNORECASE
).match
"""The line that telephones add below a mail."""

_footer: Final = re.compile(rf"{_any('footer')}|\b(?:avg|msn|gmx)\b", re.IGNORECASE).search
"""Words of a footer below a line of dashes."""

_THIS: Final = (
    "(?:the (?:information(?: contained)? in|contents of) )?this|diese|cette|le présent|ce|este|questo|dit"
)
_disclaimer: Final = re.compile(
    rf"\s*\W{{0,4}}(?:(?:{_any('notices')})(?: (?:notice|note|statement|information))?\s*:"
    rf"|(?:{_THIS}) (?:{_any('mail')})\b.{{0,300}}(?:{_any('secret')}))",
    re.IGNORECASE,
).match
"""The beginning of a legal notice below a mail."""


def own_text(lines: list[str], report: Report) -> str:
    """The lines of the mail's author, joined; the report counts what was left out."""
    report.leave_out("line of an overlong message", max(0, len(lines) - _MOST_LINES))
    divided = [part for line in _without_armour(lines[:_MOST_LINES], report) for part in _divided(line)]
    own = _Mail(divided, report).own_lines()
    # Several blank lines become one: most of them are around a removed quote.
    kept = [line for at, line in enumerate(own) if line.strip() or (at > 0 and own[at - 1].strip())]
    return "\n".join(kept).strip("\n")


@final
class _Mail:
    """A mail, read line by line; `at` is the next line, `own` holds the author's lines before it."""

    def __init__(self, lines: list[str], report: Report) -> None:
        self.lines, self.report = lines, report
        self.heads = [line[:_LONGEST_LINE] for line in lines]
        self.own: list[str] = []
        self.at = 0
        self.may_end = [line.rstrip(_TRAILING).endswith(_ENDS) for line in lines]  # an introduction

    def own_lines(self) -> list[str]:
        while self.at < len(self.lines):
            if _QUOTED.match(self.lines[self.at]) or self.is_wrapped():
                self.leave_out("quoted line", 1)
            elif not self.lines[self.at].strip():
                self.keep()
            else:
                self.read_line(self.heads[self.at])
        return self.own

    def read_line(self, line: str) -> None:
        if _original(line):
            count = self.header() or 1
            self.leave_out_quote(count + self.introduction(self.at + count))
        elif _forwarded(line):
            self.leave_out(
                "forwarded message", 1 if self.is_marked(self.at + 1) else len(self.lines) - self.at
            )
        elif line.startswith(("---", "diff")) and _PATCH.match("\n".join(self.heads[self.at : self.at + 2])):
            self.leave_out("patch", len(self.lines) - self.at)
        elif count := self.introduction(self.at) or self.header():
            self.leave_out_quote(count)
        elif count := self.signature():
            self.leave_out("signature", count)
        else:
            self.keep()

    def keep(self) -> None:
        self.own.append(self.lines[self.at].rstrip())
        self.at += 1

    def leave_out(self, what: str, count: int) -> None:
        """Leaves out the next lines. Each quoted line that is not blank is counted."""
        each = what == "quoted line"
        leave = self.lines[self.at : self.at + count]
        self.report.leave_out(what, sum(1 for line in leave if line.strip()) if each else 1)
        self.at += count

    def leave_out_quote(self, count: int) -> None:
        """Leaves out `count` lines that introduce a quote, and the rest of the mail unless the quote is marked."""
        if not self.is_marked(self.at + count):
            count = len(self.lines) - self.at
        while self.own and (not self.own[-1] or _RULE.match(self.own[-1])):
            self.own.pop()
        self.own.append("")
        self.leave_out("quoted line", count)

    def is_marked(self, at: int) -> bool:
        """Whether the next line that is not blank is marked as quoted."""
        following = (line for line in self.lines[at : at + 4] if line.strip())
        return bool(_QUOTED.match(next(following, "")))

    def is_wrapped(self) -> bool:
        """Whether this line is the end of a long quoted line: it continues a sentence between two marked lines."""
        if not 0 < self.at < len(self.lines) - 1 or not self.lines[self.at][:1].islower():
            return False
        before, after = self.lines[self.at - 1], self.lines[self.at + 1]
        long = _WRAPPED <= len(before) <= 2 * _WRAPPED and not before.rstrip().endswith(_SENTENCE_ENDS)
        return bool(long and _QUOTED.match(before) and _QUOTED.match(after))

    def introduction(self, at: int) -> int:
        """The number of lines from `at` that introduce a quote, such as "On Monday, Ana wrote:"; 0 if none."""
        if not any(self.may_end[at : at + _INTRODUCTION]):
            return 0
        joined = ""
        for count, line in enumerate(self.lines[at : at + _INTRODUCTION], 1):
            open_address = "<" in joined.rpartition(">")[2]  # its ">" may begin the next line
            if (_QUOTED.match(line) and not open_address) or len(joined) > _LONGEST_LINE:
                break
            if count > 1 and not (line.strip() and _may_go_on(joined) and not _begins_anew(line)):
                break
            joined = f"{joined} {_plain(line)}".strip()
            if joined.endswith(_ENDS) and len(joined) <= _LONGEST_LINE:
                introduces = _introduces_marked if self.is_marked(at + count) else _introduces
                if introduces(joined, count):
                    return count
        return 0

    def header(self) -> int:
        """The number of lines from here in the header above a quote, with its rule or title; 0 if none."""
        line = self.heads[self.at]
        titled = _TITLED.match(line)
        start = self.at + (1 if titled or _RULE.match(line) else 0)
        while self.at < start < len(self.lines) and not self.lines[start].strip():
            start += 1
        labels, kinds = 0, set[str | None]()
        block: list[str] = []
        for line in self.heads[start : start + _HEADERS]:
            label = _header(line)
            known = label or _LABEL.match(line)
            if not line.strip() or not (known or block) or _QUOTED.match(line):
                break
            block.append(line)
            labels += bool(known)
            kinds |= {label.lastgroup} if label else set()
        whole = " ".join(block)
        if titled:  # in any language
            sure = labels >= 2 and ("@" in whole or _year(whole))
        else:
            sure = len(kinds) >= 2 and not kinds.isdisjoint(_SURE) and ("subject" in kinds or "@" in whole)
            whole = _plain(whole)  # in any language: an address, a year and a time below three labels
            sure = sure or (labels >= 3 and _bracketed(whole) and _year(whole) and _time(whole))
        return start - self.at + len(block) if sure else 0

    def signature(self) -> int:
        """The number of lines from here in a signature or a program's footer; 0 if none."""
        line, rest = self.lines[self.at], len(self.lines) - self.at
        if line in ("-- ", "- -- "):
            return self.up_to_a_quote(rest)
        dashes = line.rstrip() in _DELIMITERS
        if dashes or _RULE.match(line):
            length = self.up_to_a_quote(_SIGNATURE)
            if length and (dashes or any(map(_footer, self.heads[self.at : self.at + length]))):
                return length
        if self.at == 0 or not self.lines[self.at - 1].strip():
            paragraph = " ".join(self.lines[self.at : self.at + _HEADERS])[: 2 * _LONGEST_LINE]
            if _disclaimer(paragraph):
                return next((at for at in range(1, rest) if not self.lines[self.at + at].strip()), rest)
        sent = _sent_from(line) if len(line) <= 200 else None
        return 1 if sent and not (sent["device"] and _ENDS_LIKE_PROSE.search(sent["device"])) else 0

    def up_to_a_quote(self, longest: int) -> int:
        """The number of lines from here to a quote or to the end; 0 if there are more than `longest`."""
        rest = len(self.lines) - self.at
        ahead = self.heads[self.at + 1 : self.at + min(rest, longest + 1)]
        begins = (count for count, line in enumerate(ahead, 1) if _begins_quote(line))
        return next(begins, rest if rest <= longest else 0)


def _divided(line: str) -> list[str]:
    """A line, or two if Yahoo wrote an introduction and the beginning of the quote in one line."""
    begin, _, quote = line.partition(":   ")
    if not quote.strip() or _QUOTED.match(line):
        return [line]
    return [f"{begin}:", quote] if _introduces(_plain(f"{begin}:"), 1) else [line]


def _plain(line: str) -> str:
    """A line for comparison: without direction marks, with single spaces and the digits 0 to 9."""
    line = line[: 2 * _LONGEST_LINE]
    if not line.isascii():
        visible = _INVISIBLE.sub("", line)
        line = "".join(str(unicodedata.digit(each)) if each.isdecimal() else each for each in visible)
    return " ".join(line.split())


def _begins_anew(line: str) -> bool:
    """Whether a line begins an introduction by itself; then the line before is not part of it."""
    line = line.strip()[:_LONGEST_LINE]
    return bool(line[:1].isupper() and _begins(line) and _dated(line))


def _introduces(joined: str, count: int) -> bool:
    """Whether `count` lines introduce a quote without marks: they must name an author and a time."""
    framed = _FRAME.fullmatch(joined)
    joined = framed[1] if framed else joined
    addressed, dated = _addressed(joined), _year(joined)
    if (framed or joined.endswith(_COLONS)) and dated and _bracketed(joined) and _time(joined):
        return True  # in any language
    sure = _begins(joined) or (count == 1 and (addressed or _time(joined)))
    return bool((dated or addressed) and sure and _wrote_alone(joined))


def _introduces_marked(joined: str, count: int) -> bool:
    """The same if the next line is marked with `>`: a name, a time or a verb is enough."""
    known = _dated(joined) or _addressed(joined)
    if count == 1:
        return bool((known and joined.endswith((*_COLONS, ">"))) or _wrote(joined))
    return bool(known and (_begins(joined) or _bracketed(joined)))


def _may_go_on(line: str) -> bool:
    """Whether the next line may continue an introduction that begins with this line."""
    if line.endswith((".", "!", "?")):  # a sentence, or "10:22 a.m."
        return bool(_begins(line) and (_dated(line) or _addressed(line)))
    return bool(_begins(line)) or len(line) >= _BROKEN


@lru_cache(maxsize=4 * _SIGNATURE)  # many lines above may check the same line
def _begins_quote(line: str) -> bool:
    """Whether a line, by itself, begins or introduces a quote."""
    if _QUOTED.match(line) or _original(line) or _forwarded(line):
        return True
    addressed = "@" in line and (_begins(line) or _introduces(_plain(line), 1))
    return bool(_dated(line) and (addressed or _wrote(line)))


def _without_armour(lines: list[str], report: Report) -> list[str]:
    """The lines without the lines that PGP adds around and below them."""
    kept: list[str] = []
    within = ""
    for line in lines:
        mark = _PGP.match(line) if line.startswith("-----") else None
        if mark is not None:
            what = mark[2] if mark[1] == "BEGIN" else ""
            if what and what != "SIGNED MESSAGE":
                report.leave_out("signature" if what == "SIGNATURE" else "encrypted part")
            within = what
        elif within == "SIGNED MESSAGE":
            within = "SIGNED TEXT" if not line.strip() else within  # its own headers end at a blank line
        elif within in ("", "SIGNED TEXT"):
            kept.append(line.removeprefix("- ") if within else line)
    return kept
