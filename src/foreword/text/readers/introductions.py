"""Whether lines of a mail introduce a quote: "On Monday, somebody wrote:".

How sure that must be depends on what follows. Where the next line is marked with `>`, any line that says that somebody
wrote will do; where none is, the lines must say who and when, for all that follows them is then taken for a quote.
"""

import re
from typing import Final

from foreword.text.readers.mailwords import (
    ADDRESSED,
    BARE_ATTRIBUTION,
    BEGINS,
    DATED,
    FORWARDED,
    ORIGINAL,
    QUOTING,
    WROTE,
    WROTE_ALONE,
    YEAR,
)

QUOTED: Final = re.compile(r" {0,3}(?:[A-Za-z]{1,3})?>|[|¦] ?>")
LONGEST_LINE: Final = 400
"""Characters of a line that are looked at; a longer one is somebody's paragraph."""


def begins_anew(line: str) -> bool:
    """Whether a line begins an introduction itself, so that the one before is somebody's sentence."""
    line = line.strip()[:LONGEST_LINE]
    return line[:1].isupper() and BEGINS.match(line) is not None and DATED.search(line) is not None


def introduces(joined: str, count: int) -> bool:
    """Whether lines introduce a quote that nothing marks: they must say who wrote it, and when."""
    if BARE_ATTRIBUTION.match(joined):
        return joined.endswith((":", "："))
    addressed = ADDRESSED.search(joined) is not None
    begins = BEGINS.match(joined) is not None or (count == 1 and addressed)
    return (
        begins and (addressed or YEAR.search(joined) is not None) and WROTE_ALONE.search(joined) is not None
    )


def introduces_marked(joined: str, count: int) -> bool:
    """The same where the next line is marked as quoted: any line that says that somebody wrote will do."""
    known = DATED.search(joined) is not None or ADDRESSED.search(joined) is not None
    if WROTE.search(joined):
        return count == 1 or (known and BEGINS.match(joined) is not None)
    return BARE_ATTRIBUTION.match(joined) is not None or (
        count == 1 and known and QUOTING.match(joined) is not None
    )


def introduces_alone(line: str) -> bool:
    """Whether a line, by itself, begins or introduces a quote."""
    line = line[:LONGEST_LINE]
    return (
        QUOTED.match(line) is not None
        or ORIGINAL.match(line) is not None
        or FORWARDED.match(line) is not None
        or (BEGINS.match(line) is not None and DATED.search(line) is not None and "@" in line)
        or (WROTE.search(line) is not None and DATED.search(line) is not None)
    )
