"""Phrases that mail programs write into mails, in some thirty languages: `phrases.txt`.

Each function finds one in a line, or in the lines of an introduction joined by spaces. The phrases come from the test
mails of the reply parsers named in docs/sources.md, and from programs in use; the patterns are our own. No pattern has
nested repetition, because a line may be very long.
"""

import re
from pathlib import Path
from typing import Final

from foreword.files import tables

_TABLE: Final = tables(Path(__file__).with_name("phrases.txt"))


def _any(part: str) -> str:
    """A pattern for one of the words or phrases of this part of the table."""
    return "|".join(re.escape(" ".join(each.split())).replace("\\ ", " ") for each in _TABLE[part].split(","))


_WROTE: Final = _any("wrote")
_WROTE_EAST: Final = _any("wrote east")
_NAME_AFTER: Final = _any("name after")
_BEGINNINGS: Final = _any("beginnings")

wrote: Final = re.compile(
    rf"(?<!\w)(?:{_WROTE})(?!\w).{{0,160}}[:：]\s*-*\s*$|(?<!\w)(?:a écrit|wrote)\s*-+\s*$"
    rf"|(?:{_WROTE_EAST}).{{0,20}}[:：]\s*$",
    re.IGNORECASE,
).search
"""The end of an introduction such as "On Monday, Ana wrote:", if a quoted line follows."""

wrote_alone: Final = re.compile(
    rf"(?<!\w)(?!said|says|sent)(?:{_WROTE})\s*[:：]?\s*-*\s*$|(?:{_WROTE_EAST}).{{0,20}}[:：]\s*$"
    rf"|(?<!\w)(?:{_NAME_AFTER})\s(?:[^:]|(?<=\d):(?=\d)){{1,120}}:\s*$",
    re.IGNORECASE,
).search
"""The same, if no quoted line follows."""

begins: Final = re.compile(rf"[\W_]*(?:(?:{_BEGINNINGS})(?!\w)|\d{{1,4}}[./年-])", re.IGNORECASE).match
"""The beginning of an introduction's first line."""

dated: Final = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[./]\d{1,2}[./]?)(?!\d)"
).search
year: Final = re.compile(
    r"(?<![\d+-])(?:1[34]|19|20|25)\d\d(?!\d)|(?<!\d)\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}(?:\d\d)?(?!\d)"
).search
"""A date with its year, also of the calendars of Iran and Thailand."""
addressed: Final = re.compile(r"[\w.+=%-]@[\w-]|<[^<>\s]* at [^<>]*>|\[mailto:|＠").search

bracketed: Final = re.compile(r"[<(\[＜] ?[^<>()\[\]\s]{0,100}@[^<>()\[\]\s]{1,200}[>)\]＞]|\[mailto:").search
"""An address as programs write it."""
time: Final = re.compile(r"(?<![\d.])\d{1,2}[:.h]\d{2}(?![\d.])").search

_ORIGINAL: Final = _any("original")
original: Final = re.compile(rf"\s*[-‐_=*]{{2,}}\s*(?:{_ORIGINAL})\s*[-‐_=*]{{2,}}\s*$", re.IGNORECASE).match

_FORWARDED: Final = _any("forwarded")
_FORWARDED_APPLE: Final = _any("forwarded apple")
forwarded: Final = re.compile(
    rf"\s*(?:[-‐_=*]{{2,}}\s*(?:{_FORWARDED})[^\n]{{0,100}}|(?:{_FORWARDED_APPLE})\s*[:：]?)\s*$",
    re.IGNORECASE,
).match

_FROM: Final = _any("from")
_DATE: Final = _any("date")
_TO: Final = _any("to")
_SUBJECT: Final = _any("subject")
header: Final = re.compile(
    rf"[\s*|]*(?:(?P<source>{_FROM})|(?P<date>{_DATE})|(?P<subject>{_SUBJECT})|(?P<other>{_TO}))(?: ?\*)?\s?[:：]",
    re.IGNORECASE,
).match
"""A line of the header that Outlook and others put above a quote."""

sent_from: Final = re.compile(
    rf"\s*(?:{'|'.join(_TABLE['sent'].splitlines())})(?:\s*<[^<>\s]{{4,200}}>)?\s*$", re.IGNORECASE
).match
"""The line that telephones add below a mail."""

_FOOTER: Final = _any("footer")
footer: Final = re.compile(rf"{_FOOTER}|\b(?:avg|msn|gmx)\b", re.IGNORECASE).search
"""Words of a footer below a line of dashes."""

_NOTICES: Final = _any("notices")
_THIS: Final = (
    "(?:the (?:information(?: contained)? in|contents of) )?this|diese|cette|le présent|ce|este|questo|dit"
)
_MAIL: Final = _any("mail")
_SECRET: Final = _any("secret")
disclaimer: Final = re.compile(
    rf"\s*\W{{0,4}}(?:(?:{_NOTICES})(?: (?:notice|note|statement|information))?\s*:"
    rf"|(?:{_THIS}) (?:{_MAIL})\b.{{0,300}}(?:{_SECRET}))",
    re.IGNORECASE,
).match
"""The beginning of a legal notice below a mail."""
