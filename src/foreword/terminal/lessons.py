"""What of a text is new, and to be learned: each sentence once, however often the text is saved.

A line is learned as it is. Of one that had been learned or read before and has grown or changed since, only the
sentences that are new are: the memory counts words inside sentences, so that nothing is lost by it.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final, final

import regex

_BETWEEN_SENTENCES: Final = regex.compile(
    r"(?V1)(?<=[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}\"']*)\s+|(?<=[。！？])(?=.)"
)


@final
class Lessons:
    """Remembers which sentences are known: those the text had when it was opened, and those learned since."""

    def __init__(self, text: str = "") -> None:
        self._known: set[str] = set()
        self.know(text)

    def know(self, text: str) -> None:
        """Take all of this text as known: somebody else may have written it, or it was learned another time."""
        for line in text.split("\n"):
            self._known.update(line[start:end] for start, end in _sentences(line))

    def new_in(self, text: str) -> list[str]:
        """The lines, or parts of lines, to be learned from this text; known from now on."""
        found: list[str] = []
        for line in text.split("\n"):
            fresh = ((span, line[slice(*span)] not in self._known) for span in _sentences(line))
            for is_new, run in groupby(fresh, key=lambda each: each[1]):
                spans = [span for span, _ in run]
                if is_new:
                    found.append(line[spans[0][0] : spans[-1][1]])
                    self._known.update(line[start:end] for start, end in spans)
        return found


def _sentences(line: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a line lie, without the blanks around them."""
    ends = [found.span() for found in _BETWEEN_SENTENCES.finditer(line)]
    starts = [0, *(end for _, end in ends)]
    for start, end in zip(starts, [*(start for start, _ in ends), len(line)], strict=True):
        sentence = line[start:end]
        if sentence and not sentence.isspace():
            yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())
