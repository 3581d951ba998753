"""Words and phrases in many languages: text files beside the code, so that a language is added without Python."""

import re
from importlib.resources import files
from typing import Final

_PART: Final = re.compile(r"^\[([\w ]+)\]\n((?:[^\[#\n].*\n)*)", re.MULTILINE)


def tables(package: str, name: str) -> dict[str, str]:
    """The parts of the file `name` in a package by their headings: `[heading]`, and the lines below it as they are.

    A part ends at a blank line; lines that begin with `#` are notes.
    """
    text = files(package).joinpath(name).read_text("utf-8")
    return {heading: lines.strip() for heading, lines in _PART.findall(text)}
