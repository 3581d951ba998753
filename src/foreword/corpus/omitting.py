"""Leaving things out of a text on its way to a corpus, line by line."""

from collections.abc import Callable, Iterable, Iterator

Omit = Callable[[str], str]
"""A line without what is to be left out of it; empty, if nothing else is in it."""


def omitted(pieces: Iterable[str], omit: Omit | None) -> Iterator[str]:
    """The pieces of a running text, with each whole line as `omit` has it; a line that it empties goes."""
    if omit is None:
        yield from pieces
        return
    begun = ""
    for piece in pieces:
        *lines, begun = (begun + piece).split("\n")
        kept = [(line, omit(line) if line else "") for line in lines]
        yield "".join(f"{left}\n" for line, left in kept if left or not line)
    yield omit(begun) if begun else ""
