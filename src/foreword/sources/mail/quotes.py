"""A mail's own words, among what its sender's program and others have put around them.

Quoted lines, the lines that introduce them, forwarded messages, signatures and lines that mail programs add are left
out and counted. Answers between quoted lines stay. If the lines of a quote are marked with `>`, the quote is these
lines. If they are not, as below Outlook's header, the quote reaches to the end of the mail.
Libraries that were compared: docs/decisions/0034-mail.md. Source: RFC 3676, section 4.
"""

import re
import unicodedata
from typing import Final, final

from foreword.sources.mail.phrases import (
    ADDRESSED,
    BEGINS,
    BRACKETED,
    DATED,
    DISCLAIMER,
    FOOTER,
    FORWARDED,
    HEADER,
    ORIGINAL,
    SENT_FROM,
    TIME,
    WROTE,
    WROTE_ALONE,
    YEAR,
)
from foreword.sources.report import Report

_QUOTED: Final = re.compile(r" {0,3}(?:[A-Za-z]{1,3})?[>＞]|[|¦] ?>")
_RULE: Final = re.compile(r"\s*[-‐_=*~#+—–]{4}[-‐_=*~#+—– ]*$")
_TITLED: Final = re.compile(r"\s*[-‐_=*~]{2,} ?[^\W\d_](?:[^-‐_=*~]|-(?!-)){2,60}[-‐_=*~]{2,}\s*$")
_FRAME: Final = re.compile(r"-{2,} ?(.{1,400}?) ?-{2,}")
_LABEL: Final = re.compile(r"[\s*|]*[^\W\d_][^:：]{0,24}[:：]")
_PGP: Final = re.compile(r"-----(BEGIN|END) PGP ([A-Z ]+)-----\s*$")
_ENDS_LIKE_PROSE: Final = re.compile(r"[,;]|[.!?]\s*$|\b(?:is|was|and|but|ist|und)\b", re.IGNORECASE)
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_DELIMITERS: Final = frozenset({"--", "- --", "—"})
_TRAILING: Final = " \t\r\u00a0\u200e\u200f\u202a\u202b\u202c\u2069"
_COLONS: Final = (":", "：")
_ENDS: Final = (*_COLONS, ">", "-", "wrote", "écrit")
_SENTENCE_ENDS: Final = (".", "!", "?", ":", ";")

_LONGEST_LINE: Final = 400
"""Characters of a line that are compared with phrases. A longer line is a paragraph."""
_WRAPPED: Final = 60
"""Characters from which a quoted line is one that may have been wrapped."""
_BROKEN: Final = 40
"""Characters from which a line may have been broken within an introduction."""
_INTRODUCTION: Final = 5
"""Lines that "On …, somebody wrote:" may be broken into."""
_HEADERS: Final = 9
_SIGNATURE: Final = 16
"""Most lines of a signature below `--` without the space that RFC 3676 wants."""
_MOST_LINES: Final = 50_000
"""Lines of a mail that are read. People type fewer."""


def own_words(lines: list[str], report: Report) -> str:
    """The lines that the mail's author wrote in it, joined; what was left out is counted in the report."""
    if len(lines) > _MOST_LINES:
        report.leave_out("line of an overlong message", len(lines) - _MOST_LINES)
    own = _Mail(_without_armour(lines[:_MOST_LINES], report), report).own_lines()
    # One blank line where several stood: most do where a quote was.
    kept = [line for at, line in enumerate(own) if line.strip() or (at > 0 and own[at - 1].strip())]
    return "\n".join(kept).strip("\n")


@final
class _Mail:
    """A mail that is read from line to line; `at` is the next one, `own` are those of its author before it."""

    def __init__(self, lines: list[str], report: Report) -> None:
        self.lines, self.report = lines, report
        self.own: list[str] = []
        self.at = 0
        self.may_end = [line.rstrip(_TRAILING).endswith(_ENDS) for line in lines]  # an introduction
        self.looked_at: dict[int, tuple[bool, bool]] = {}

    def own_lines(self) -> list[str]:
        while self.at < len(self.lines):
            if _QUOTED.match(self.lines[self.at]) or self.is_wrapped():
                self.leave_out("quoted line", 1)
            elif not self.lines[self.at].strip():
                self.keep()
            else:
                self.read_line()
        return self.own

    def read_line(self) -> None:
        line = self.lines[self.at][:_LONGEST_LINE]
        if ORIGINAL.match(line):
            count = self.header() or 1
            self.leave_out_quote(count + self.introduction(self.at + count))
        elif FORWARDED.match(line):
            rest = 1 if self.is_marked(self.at + 1) else len(self.lines) - self.at
            self.leave_out("forwarded message", rest, counted=1)
        elif count := self.introduction(self.at) or self.header():
            self.leave_out_quote(count)
        elif count := self.signature():
            self.leave_out("signature", count, counted=1)
        else:
            self.keep()

    def keep(self) -> None:
        self.own.append(self.lines[self.at].rstrip())
        self.at += 1

    def leave_out(self, what: str, count: int, *, counted: int | None = None) -> None:
        """Leaves out the next lines and counts those that are not blank, or counts them as `counted`."""
        if counted is None:
            counted = sum(1 for line in self.lines[self.at : self.at + count] if line.strip())
        if counted:
            self.report.leave_out(what, counted)
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
        return _QUOTED.match(next(following, "")) is not None

    def is_wrapped(self) -> bool:
        """Whether this line is the end of a long quoted line: it continues a sentence between two marked lines."""
        if not 0 < self.at < len(self.lines) - 1 or not self.lines[self.at][:1].islower():
            return False
        before, after = self.lines[self.at - 1], self.lines[self.at + 1]
        long = _WRAPPED <= len(before) <= 2 * _WRAPPED and not before.rstrip().endswith(_SENTENCE_ENDS)
        return long and _QUOTED.match(before) is not None and _QUOTED.match(after) is not None

    def introduction(self, at: int) -> int:
        """How many lines from `at` introduce a quote, such as "On Monday, Ana wrote:"; 0 if none."""
        if not any(self.may_end[at : at + _INTRODUCTION]):
            return 0
        joined = ""
        for count, line in enumerate(self.lines[at : at + _INTRODUCTION], 1):
            open_address = "<" in joined.rpartition(">")[2]  # its ">" may begin the next line
            if (_QUOTED.match(line) and not open_address) or len(joined) > _LONGEST_LINE:
                break
            if count > 1 and (not line.strip() or _begins_anew(line) or not _may_go_on(joined)):
                break
            joined = f"{joined} {_plain(line)}".strip()
            if joined.endswith(_ENDS) and len(joined) <= _LONGEST_LINE:
                introduces = _introduces_marked if self.is_marked(at + count) else _introduces
                if introduces(joined, count):
                    return count
        return 0

    def header(self) -> int:
        """How many lines from here are the header above a quote, with the rule or the title over it."""
        line = self.lines[self.at][:_LONGEST_LINE]
        titled = _TITLED.match(line) is not None
        start = self.at + (1 if titled or _RULE.match(line) else 0)
        while start > self.at and start < len(self.lines) and not self.lines[start].strip():
            start += 1
        labels, kinds = 0, set[str | None]()
        block: list[str] = []
        for line in self.lines[start : start + _HEADERS]:
            label = HEADER.match(line[:_LONGEST_LINE])
            known = label is not None or (titled and _LABEL.match(line) is not None)
            if not line.strip() or not (known or block) or _QUOTED.match(line):
                break
            block.append(line[:_LONGEST_LINE])
            labels += known
            kinds |= {label.lastgroup} if label else set()
        whole = " ".join(block)
        if titled:  # whatever the language
            sure = labels >= 2 and ("@" in whole or YEAR.search(whole) is not None)
        else:
            sure = (
                len(kinds) >= 2 and bool(kinds & {"source", "date"}) and ("subject" in kinds or "@" in whole)
            )
        return start - self.at + len(block) if sure else 0

    def signature(self) -> int:
        """How many lines from here are a signature, or what a program has put below the mail."""
        line, rest = self.lines[self.at], len(self.lines) - self.at
        if line in ("-- ", "- -- "):
            return self.up_to_a_quote(rest)
        dashes = line.rstrip() in _DELIMITERS
        if dashes or _RULE.match(line):
            length = self.up_to_a_quote(_SIGNATURE)
            if length and (dashes or any(self.look(self.at + count)[1] for count in range(length))):
                return length
        if self.at == 0 or not self.lines[self.at - 1].strip():
            paragraph = " ".join(
                each[: 2 * _LONGEST_LINE] for each in self.lines[self.at : self.at + _HEADERS]
            )
            if DISCLAIMER.match(paragraph[: 2 * _LONGEST_LINE]):
                return next((at for at in range(1, rest) if not self.lines[self.at + at].strip()), rest)
        return 1 if _is_of_a_program(line) else 0

    def up_to_a_quote(self, longest: int) -> int:
        """How many lines there are from here to a quote or to the end; 0 if they are more than `longest`."""
        rest = len(self.lines) - self.at
        begins = (count for count in range(1, min(rest, longest + 1)) if self.look(self.at + count)[0])
        return next(begins, rest if rest <= longest else 0)

    def look(self, at: int) -> tuple[bool, bool]:
        """Whether a line begins a quote, and whether it is of a footer; kept, for many lines above may ask."""
        if at not in self.looked_at:
            line = self.lines[at][:_LONGEST_LINE]
            self.looked_at[at] = (_begins_quote(line), FOOTER.search(line) is not None)
        return self.looked_at[at]


def _plain(line: str) -> str:
    """A line as it is compared: without marks of direction, its spaces and digits as in English."""
    line = line[: 2 * _LONGEST_LINE]
    if not line.isascii():
        line = "".join(
            str(unicodedata.digit(each)) if each.isdecimal() else each for each in _INVISIBLE.sub("", line)
        )
    return " ".join(line.split())


def _begins_anew(line: str) -> bool:
    """Whether a line begins an introduction by itself; then the line before is not part of it."""
    line = line.strip()[:_LONGEST_LINE]
    return line[:1].isupper() and BEGINS.match(line) is not None and DATED.search(line) is not None


def _introduces(joined: str, count: int) -> bool:
    """Whether `count` lines introduce a quote without marks: they must name an author and a time."""
    framed = _FRAME.fullmatch(joined)
    joined = framed[1] if framed else joined
    begins = BEGINS.match(joined) is not None
    addressed = ADDRESSED.search(joined) is not None
    dated = YEAR.search(joined) is not None
    if not (dated or addressed):
        return False
    if (framed or joined.endswith(_COLONS)) and dated and BRACKETED.search(joined) and TIME.search(joined):
        return True  # whatever the language
    sure = begins or (count == 1 and (addressed or TIME.search(joined) is not None))
    return sure and WROTE_ALONE.search(joined) is not None


def _introduces_marked(joined: str, count: int) -> bool:
    """The same if the next line is marked with `>`: a name, a time or a verb is enough."""
    known = DATED.search(joined) is not None or ADDRESSED.search(joined) is not None
    if count == 1:
        return (known and joined.endswith((*_COLONS, ">"))) or WROTE.search(joined) is not None
    return known and (BEGINS.match(joined) is not None or BRACKETED.search(joined) is not None)


def _may_go_on(line: str) -> bool:
    """Whether the next line may continue an introduction that begins with this line."""
    return BEGINS.match(line) is not None or (len(line) >= _BROKEN and not line.endswith((".", "!", "?")))


def _begins_quote(line: str) -> bool:
    """Whether a line, by itself, begins or introduces a quote."""
    line = line[:_LONGEST_LINE]
    if _QUOTED.match(line) is not None:
        return True
    dated = DATED.search(line) is not None
    return (
        (dated and "@" in line and (BEGINS.match(line) is not None or _introduces(_plain(line), 1)))
        or (dated and WROTE.search(line) is not None)
        or ORIGINAL.match(line) is not None
        or FORWARDED.match(line) is not None
    )


def _is_of_a_program(line: str) -> bool:
    found = SENT_FROM.match(line) if len(line) <= 200 else None
    return found is not None and not (found["device"] and _ENDS_LIKE_PROSE.search(found["device"]))


def _without_armour(lines: list[str], report: Report) -> list[str]:
    """The lines without what PGP puts around and below them."""
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
