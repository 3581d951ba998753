"""What every surface shows behind a text: the one rule, so that the same text has the same suggestions everywhere."""

from collections.abc import Sequence
from typing import Protocol

from foreword.keyboard.suggest import Suggestion
from foreword.runtime.predictor import word_at_end


class Suggests(Protocol):
    """What finds words: a `Keyboard`."""

    def suggest(  # noqa: D102
        self, text: str, limit: int = 3, *, phrases: bool = False, confidence: float = 0.0
    ) -> Sequence[Suggestion]: ...


def offered(
    keyboard: Suggests, text: str, *, limit: int, confidence: float, letters: int = 0
) -> Sequence[Suggestion]:
    """A phrase if one is likely enough, else words, however unlikely; these only once `letters` letters are typed."""
    found = keyboard.suggest(text, limit, phrases=True, confidence=confidence)
    if found or len(word_at_end(text)) < letters:
        return found
    return keyboard.suggest(text, limit)


def is_inline(text: str, found: Sequence[Suggestion], *, confidence: float) -> bool:
    """Whether the first of them may be drawn behind the cursor: it is likely, and goes on from what is typed."""
    if not found or found[0].probability < confidence:
        return False
    typed = text[len(text) - found[0].replace :]
    return found[0].insert.startswith(typed)
