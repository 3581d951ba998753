"""What of a text that is saved again and again is to be learned."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final, final

import regex

_BETWEEN_SENTENCES: Final = regex.compile(
    r"(?V1)(?<=[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}\"']*)\s+|(?<=[。！？])(?=.)"
)


@final
class Lessons:
    """Knows what of a text is new and to be learned: each sentence once, however often the text is saved.

    A line is learned as it is. Of a known line that has changed, only the new sentences are learned: the memory counts
    words inside sentences, so nothing is lost by it.
    """

    def __init__(self, text: str = "") -> None:
        self._known: set[str] = set()
        self.know(text)

    def know(self, text: str) -> None:
        """Take this text as known: somebody else may have written it, or it was learned earlier."""
        for line in text.split("\n"):
            self._known.update(line[start:end] for start, end in _sentences(line))

    def new_in(self, text: str) -> list[str]:
        """The lines, or parts of lines, to be learned from this text; they are known from now on."""
        found: list[str] = []
        for line in text.split("\n"):
            spans = ((span, line[slice(*span)] in self._known) for span in _sentences(line))
            for is_known, run in groupby(spans, key=lambda each: each[1]):
                new = [span for span, _ in run]
                if not is_known:
                    found.append(line[new[0][0] : new[-1][1]])
                    self._known.update(line[start:end] for start, end in new)
        return found


def _sentences(line: str) -> Iterator[tuple[int, int]]:
    """The start and end of each sentence of a line, without the space around it."""
    breaks = [0, *(at for found in _BETWEEN_SENTENCES.finditer(line) for at in found.span()), len(line)]
    for start, end in zip(breaks[::2], breaks[1::2], strict=True):
        sentence = line[start:end]
        if sentence.strip():
            yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())
