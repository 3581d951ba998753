"""Whether lines of a mail introduce a quote: "On Monday, somebody wrote:".

How sure that must be depends on what follows. Where the next line is marked with `>`, any line that says that somebody
wrote will do; where none is, the lines must say who and when, for all that follows them is then taken for a quote.
"""

import re
import unicodedata
from typing import Final

from foreword.sources.mailwords import (
    ADDRESSED,
    BEGINS,
    BRACKETED,
    DATED,
    FORWARDED,
    ORIGINAL,
    TIME,
    WROTE,
    WROTE_ALONE,
    YEAR,
)

QUOTED: Final = re.compile(r" {0,3}(?:[A-Za-z]{1,3})?[>＞]|[|¦] ?>")
LONGEST_LINE: Final = 400
"""Characters of a line that are looked at; a longer one is somebody's paragraph."""
_WRAPPED: Final = 40
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
    return BEGINS.match(line) is not None or (len(line) >= _WRAPPED and not line.endswith((".", "!", "?")))


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
