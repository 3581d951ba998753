"""Which of the likely words are shown, where there is room for a few.

The likeliest ones, or those that save most keys. A word that is not shown now is shown a letter later, if by then it is
among the likeliest of those that begin like it; so showing it now saves these letters, and nothing more: not all that
are still to type. What a list saves in expectation is the sum of P(word) times the letters that its word saves.

Words that were passed over (`passing.py`) count for less in that choice, the less the more a person looks at the lists
(`attention.py`); for whoever overlooks some, those that are likely enough to be shown unasked stay. Their probabilities
are what they are.
"""

import math
from collections.abc import Mapping
from typing import Final, Literal, get_args

CONFIDENT: Final = 0.3
"""The probability from which on a word is shown behind the cursor unasked."""

SURE: Final = 0.15
"""Who overlooks so few words does not want what they passed over, however likely it is."""

Ranking = Literal["probability", "letters"]
RANKINGS: Final[tuple[Ranking, ...]] = get_args(Ranking)

_NONE: Final[Mapping[str, int]] = {}


def best(
    words: Mapping[str, float],
    typed: str,
    room: int,
    ranking: Ranking,
    *,
    passed: Mapping[str, int] = _NONE,
    overlooks: float = 1.0,
) -> list[str]:
    """The words to show, likeliest first: at most `room` of them, which begin with the letters typed.

    Those that were `passed` over, so many times each, would have been overlooked each time with that probability if
    they were wanted.
    """
    by_probability = sorted(words, key=lambda word: (-words[word], word))
    stays = CONFIDENT if overlooks > SURE else math.inf
    worth = {
        word: words[word] * (overlooks ** passed.get(word, 0) if words[word] < stays else 1.0)
        for word in by_probability
    }
    if ranking == "letters":
        for place, word in enumerate(by_probability):
            worth[word] *= letters_saved(word, by_probability[:place], typed, room)
    chosen = sorted(by_probability, key=lambda word: -worth[word])[:room]
    return sorted(chosen, key=lambda word: (-words[word], word))


def letters_saved(word: str, likelier: list[str], typed: str, room: int) -> int:
    """How many letters are typed until a list has room for `word` beside the likelier ones that begin with them."""
    for length in range(len(typed) + 1, len(word)):
        begun = word[:length]
        if sum(other.startswith(begun) and other != begun for other in likelier) < room:
            return length - len(typed)
    return max(len(word) - len(typed), 1)
