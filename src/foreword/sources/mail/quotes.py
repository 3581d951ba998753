"""A mail's own words, among what its sender's program and others have put around them.

Quoted lines, the lines that introduce them, what was forwarded, signatures and what mail programs add are taken out and
counted; an answer between quoted lines stays. How a quote goes on decides how far it reaches: where its lines are
marked with `>`, each is known; where they are not, as below Outlook's header, all that follows is quoted.
Why no library does this: docs/decisions/0034-quotes-and-signatures-in-mail.md. Source: RFC 3676, section 4.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
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

_RULE: Final = re.compile(r"\s*[-‐_=*~#+—–]{4}[-‐_=*~#+—– ]*$")
_TITLED: Final = re.compile(r"\s*[-‐_=*~]{2,} ?[^\W\d_](?:[^-‐_=*~]|-(?!-)){2,60}[-‐_=*~]{2,}\s*$")
_LABEL: Final = re.compile(r"[\s*|]*[^\W\d_][^:：]{0,24}[:：]")
_DELIMITERS: Final = frozenset({"--", "- --", "—"})
_PGP: Final = re.compile(r"-----(BEGIN|END) PGP ([A-Z ]+)-----\s*$")
_ENDS_LIKE_PROSE: Final = re.compile(r"[,;]|[.!?]\s*$|\b(?:is|was|and|but|ist|und)\b", re.IGNORECASE)

_TRAILING: Final = " \t\r\u00a0\u200e\u200f\u202a\u202b\u202c\u2069"
_ENDS: Final = (":", "：", ">", "-", "wrote", "écrit")

_SENTENCE_ENDS: Final = (".", "!", "?", ":", ";")
_WRAPPED: Final = 60
"""Characters from which a line is one that may have been wrapped."""

_ATTRIBUTION: Final = 5
"""Lines that "On …, somebody wrote:" may be broken into."""
_HEADERS: Final = 9
_SIGNATURE: Final = 16
"""Lines of a signature at most, where it is not told from a dash by the space behind."""


MOST_LINES: Final = 50_000
"""Lines of a mail that are read: nobody types more."""


def own_words(lines: list[str], report: Report) -> str:
    """The lines that the mail's author wrote in it, joined; what was left out is counted in the report."""
    if len(lines) > MOST_LINES:
        report.leave_out("line of an overlong message", len(lines) - MOST_LINES)
    mail = _Mail(lines=_without_armour(lines[:MOST_LINES], report), report=report)
    mail.read()
    return "\n".join(_one_blank_between(mail.own)).strip("\n")


@final
@dataclass(slots=True, kw_only=True)
class _Mail:
    """A mail that is read from line to line; `at` is the next one."""

    lines: list[str]
    report: Report
    own: list[str] = field(default_factory=list)
    at: int = 0
    ends: list[bool] = field(init=False)
    looked_at: dict[int, tuple[bool, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ends = [line.rstrip(_TRAILING).endswith(_ENDS) for line in self.lines]

    def read(self) -> None:
        while self.at < len(self.lines):
            if QUOTED.match(self.lines[self.at]) or self.wrapped():
                self.leave_out("quoted line", 1)
            elif not self.lines[self.at].strip():
                self.keep()
            else:
                self.read_line()

    def wrapped(self) -> bool:
        """Whether this is the end of a quoted line that was too long: amid marked ones, and in mid-sentence."""
        if not 0 < self.at < len(self.lines) - 1 or not self.lines[self.at][:1].islower():
            return False
        before, after = self.lines[self.at - 1], self.lines[self.at + 1]
        long = _WRAPPED <= len(before) <= 2 * _WRAPPED and not before.rstrip().endswith(_SENTENCE_ENDS)
        return long and QUOTED.match(before) is not None and QUOTED.match(after) is not None

    def read_line(self) -> None:
        line = self.lines[self.at][:LONGEST_LINE]
        if ORIGINAL.match(line):
            count = self.header() or 1
            self.quoted_from(count + self.attribution(self.at + count))
        elif FORWARDED.match(line):
            self.forwarded()
        elif count := self.attribution(self.at) or self.header():
            self.quoted_from(count)
        elif count := self.signature():
            self.leave_out_one("signature", count)
        else:
            self.keep()

    def keep(self) -> None:
        self.own.append(self.lines[self.at].rstrip())
        self.at += 1

    def leave_out(self, what: str, count: int) -> None:
        """The next lines go, each counted that is not blank."""
        gone = sum(1 for line in self.lines[self.at : self.at + count] if line.strip())
        if gone:
            self.report.leave_out(what, gone)
        self.at += count

    def leave_out_one(self, what: str, count: int) -> None:
        """The next lines go as one."""
        self.report.leave_out(what)
        self.at += count

    def quoted_from(self, count: int) -> None:
        """A quote is introduced by `count` lines: these go, and all that follows unless its own lines are marked."""
        if not self.marked(self.at + count):
            count = len(self.lines) - self.at
        while self.own and (not self.own[-1] or _RULE.match(self.own[-1])):
            self.own.pop()
        self.own.append("")
        self.leave_out("quoted line", count)

    def forwarded(self) -> None:
        rest = 1 if self.marked(self.at + 1) else len(self.lines) - self.at
        self.leave_out_one("forwarded message", rest)

    def marked(self, at: int) -> bool:
        """Whether the next line that is not blank is marked as quoted."""
        following = (line for line in self.lines[at : at + 4] if line.strip())
        return QUOTED.match(next(following, "")) is not None

    def attribution(self, at: int) -> int:
        """How many lines from there say that somebody wrote what follows."""
        if not any(self.ends[at : at + _ATTRIBUTION]):
            return 0
        joined = ""
        for count, line in enumerate(self.lines[at : at + _ATTRIBUTION], 1):
            open_address = "<" in joined.rpartition(">")[2]  # its ">" may begin the next line
            if (QUOTED.match(line) and not open_address) or len(joined) > LONGEST_LINE:
                break
            if count > 1 and (not line.strip() or begins_anew(line) or not may_go_on(joined)):
                break
            joined = f"{joined} {plain(line)}".strip()
            if joined.endswith(_ENDS) and len(joined) <= LONGEST_LINE:
                marked = self.marked(at + count)
                if (introduces_marked if marked else introduces)(joined, count):
                    return count
        return 0

    def header(self) -> int:
        """How many lines from here are the header above a quote, with the rule or the title over it."""
        line = self.lines[self.at][:LONGEST_LINE]
        titled = _TITLED.match(line) is not None
        start = self.at + (1 if titled or _RULE.match(line) else 0)
        while start > self.at and start < len(self.lines) and not self.lines[start].strip():
            start += 1
        found: list[str | None] = []
        block: list[str] = []
        for line in self.lines[start : start + _HEADERS]:
            label = HEADER.match(line[:LONGEST_LINE])
            known = label is not None or (titled and _LABEL.match(line) is not None)
            if not line.strip() or not (known or block) or QUOTED.match(line):
                break
            block.append(line[:LONGEST_LINE])
            found += [label.lastgroup if label else None] if known else []
        kinds = {*found} - {None}
        whole = " ".join(block)
        if titled:  # whatever the language
            sure = len(found) >= 2 and ("@" in whole or YEAR.search(whole) is not None)
        else:
            sure = (
                len(kinds) >= 2 and bool(kinds & {"source", "date"}) and ("subject" in kinds or "@" in whole)
            )
        return start - self.at + len(block) if sure else 0

    def signature(self) -> int:
        """How many lines from here are a signature, or what a program has put below the mail."""
        line = self.lines[self.at]
        if line in ("-- ", "- -- "):
            return self.up_to_a_quote(len(self.lines))
        dashes = line.rstrip() in _DELIMITERS
        if dashes or _RULE.match(line):
            length = self.up_to_a_quote(_SIGNATURE)
            below = range(self.at, self.at + length)
            if length and (dashes or any(self.look(at)[1] for at in below)):
                return length
        begins = self.at == 0 or not self.lines[self.at - 1].strip()
        if begins and DISCLAIMER.match(
            " ".join(self.lines[self.at : self.at + _HEADERS])[: 2 * LONGEST_LINE]
        ):
            return next(
                (count for count, each in self.following() if not each.strip()), len(self.lines) - self.at
            )
        return 1 if _is_of_a_program(line) else 0

    def up_to_a_quote(self, longest: int) -> int:
        """How many lines there are from here to a quote or to the end; 0 if they are more than `longest`."""
        for count, _ in self.following():
            if count > longest:
                return 0
            if self.look(self.at + count)[0]:
                return count
        return len(self.lines) - self.at

    def look(self, at: int) -> tuple[bool, bool]:
        """Whether a line begins a quote, and whether a footer; a line below many dashes is looked at once."""
        if at not in self.looked_at:
            line = self.lines[at][:LONGEST_LINE]
            self.looked_at[at] = (introduces_alone(line), FOOTER.search(line) is not None)
        return self.looked_at[at]

    def following(self) -> Iterator[tuple[int, str]]:
        """The lines after this one, each with its distance."""
        return ((at - self.at, self.lines[at]) for at in range(self.at + 1, len(self.lines)))


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


def _one_blank_between(lines: list[str]) -> list[str]:
    """The lines with one blank line where several stood: most do where a quote was."""
    return [line for at, line in enumerate(lines) if line.strip() or (at > 0 and lines[at - 1].strip())]


QUOTED: Final = re.compile(r" {0,3}(?:[A-Za-z]{1,3})?[>＞]|[|¦] ?>")
LONGEST_LINE: Final = 400
"""Characters of a line that are looked at; a longer one is somebody's paragraph."""
_BROKEN: Final = 40
"""Characters from which a line may have been broken within an introduction."""
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_COLONS: Final = (":", "：")
_FRAME: Final = re.compile(r"-{2,} ?(.{1,400}?) ?-{2,}")


def plain(line: str) -> str:
    """A line as it is compared: without marks of direction, its spaces and digits as in English."""
    line = line[: 2 * LONGEST_LINE]
    if not line.isascii():
        line = "".join(
            str(unicodedata.digit(each)) if each.isdecimal() else each for each in _INVISIBLE.sub("", line)
        )
    return " ".join(line.split())


def begins_anew(line: str) -> bool:
    """Whether a line begins an introduction itself, so that the one before is somebody's sentence."""
    line = line.strip()[:LONGEST_LINE]
    return line[:1].isupper() and BEGINS.match(line) is not None and DATED.search(line) is not None


def introduces(joined: str, count: int) -> bool:
    """Whether `count` lines introduce a quote that nothing marks: they must say who wrote it, and when."""
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


def introduces_marked(joined: str, count: int) -> bool:
    """The same where the next line is marked as quoted: who, or when, or that somebody wrote, will do."""
    known = DATED.search(joined) is not None or ADDRESSED.search(joined) is not None
    if count == 1:
        return (known and joined.endswith((*_COLONS, ">"))) or WROTE.search(joined) is not None
    return known and (BEGINS.match(joined) is not None or BRACKETED.search(joined) is not None)


def may_go_on(line: str) -> bool:
    """Whether an introduction that begins with this line may go on in the next one."""
    return BEGINS.match(line) is not None or (len(line) >= _BROKEN and not line.endswith((".", "!", "?")))


def introduces_alone(line: str) -> bool:
    """Whether a line, by itself, begins or introduces a quote."""
    line = line[:LONGEST_LINE]
    if QUOTED.match(line) is not None:
        return True
    dated = DATED.search(line) is not None
    return (
        (dated and "@" in line and (BEGINS.match(line) is not None or introduces(plain(line), 1)))
        or (dated and WROTE.search(line) is not None)
        or ORIGINAL.match(line) is not None
        or FORWARDED.match(line) is not None
    )
