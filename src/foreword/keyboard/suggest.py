"""The next words for a text whose end is being typed: completions of a word begun, or whole words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import OptionError
from foreword.runtime.beam import Beam, Word
from foreword.runtime.hypothesis import takes_blank
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor, anchor
from foreword.text.cleaning import clean

Source = Literal["network"]

LONGEST_SPELLING: Final = 256  # code points that one word, with marks and controls between, may take as typed


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word to accept with one key.

    Attributes:
        text: the word, whole.
        replace: how many code points before the cursor, of the text as handed in, `insert` stands for.
        insert: what to put in their place: the word, with its blanks where they belong.
        probability: that this word comes, and ends, given the text and the letters typed.
        source: who proposes it.
    """

    text: str
    replace: int
    insert: str
    probability: float
    source: Source = "network"


@final
class Keyboard:
    """Suggests words for a text as it grows and shrinks; a further key is one step of the network and a search."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._predictor = Predictor(model)
        self._beam = Beam(self._predictor)

    @classmethod
    def open(cls, model: str | Path | None = None) -> "Keyboard":
        """The keyboard of the model with that name or path; without one, of the person's own, else the shipped one."""
        return cls(Model.open(model))

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest words at the end of `text`, best first: at most `limit`, none that is already complete.

        They go on from the letters typed as these are, capitals included.
        """
        if limit < 1:
            raise OptionError(f"limit must be at least 1, not {limit}")
        cursor = self._predictor.read_to_cursor(text)
        replace = typed_length(text, cursor.word)
        return [suggestion(word, replace) for word in self._beam.words(cursor, limit)]


def suggestion(word: Word, replace: int) -> Suggestion:
    """A word of the search as a person takes it."""
    before, after = " " if word.spaced else "", " " if takes_blank(word.text) else ""
    return Suggestion(
        text=word.text, replace=replace, insert=before + word.text + after, probability=word.probability
    )


def typed_length(text: str, word: str) -> int:
    """How many code points at the end of `text`, as typed, are the cleaned `word`.

    Cleaning can shorten a text: a letter and its accent become one, a control character goes.
    """
    tail = text[anchor(text) :][-LONGEST_SPELLING:]
    lengths = (
        length for length in range(len(word), len(tail) + 1) if clean(tail[len(tail) - length :]) == word
    )
    return next(lengths, len(word))
