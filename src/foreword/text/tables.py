"""Words and phrases in many languages: text files beside the code, so that a language is added without Python."""

import re
from pathlib import Path
from typing import Final

_PART: Final = re.compile(r"^\[([\w ]+)\]\n((?:(?!\[[\w ]+\]$|#).+\n)*)", re.MULTILINE)


def tables(path: Path) -> dict[str, str]:
    """The parts of a file by their headings: `[heading]`, and the lines below it as they are.

    A part ends at a blank line; lines that begin with `#` are notes.
    """
    return {heading: lines.strip() for heading, lines in _PART.findall(path.read_text("utf-8"))}
