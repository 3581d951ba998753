"""The next words for a text whose end is being typed: completions of a word begun, or whole words.

Two sources know words: the network, which has read how people write, and the person's memory. Each gives the
probability of a whole word and its end after the text before it; `mixture.py` says how much each is believed. What is
shown is divided by the mixture's probability of the letters typed, so the source that foresaw the letters gains.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, final

from foreword.errors import OptionError
from foreword.keyboard.memory import Memory, memory_path
from foreword.keyboard.mixture import Mixture, Observation
from foreword.keyboard.ngrams import Distribution
from foreword.runtime.beam import Beam, Found, Word
from foreword.runtime.model import Model
from foreword.runtime.predictor import Cursor, Predictor, anchor
from foreword.text.cleaning import clean
from foreword.text.words import takes_blank, words

Source = Literal["network", "memory"]

LONGEST_SPELLING: Final = 256  # code points that one word, with marks and controls between, may take as typed
SPARE: Final = 3
"""So many words more than are shown are asked of each source: the sum of both may rank them otherwise."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word to accept with one key.

    Attributes:
        text: the word, whole.
        replace: how many code points before the cursor, of the text as handed in, `insert` stands for.
        insert: what to put in their place: the word, with its blanks where they belong.
        probability: that this word comes, and ends, given the text and the letters typed.
        source: who proposes it: the one whose share of the probability is larger.
    """

    text: str
    replace: int
    insert: str
    probability: float
    source: Source = "network"


@final
class Keyboard:
    """Suggests words for a text as it grows and shrinks; a further key is one step of the network and a search.

    Without a memory, what is learned lives and dies with the process.
    """

    def __init__(self, model: Model, memory: Memory | None = None) -> None:
        self.model = model
        self.memory = Memory.open() if memory is None else memory
        self._predictor = Predictor(model)
        self._beam = Beam(self._predictor)
        self._mixture = Mixture(self.memory.weights(self._model_key))

    @classmethod
    def open(cls, model: str | Path | None = None) -> "Keyboard":
        """The keyboard of the model with that name or path and, beside it, the person's memory.

        Without one, of the person's own model, else the shipped one.
        """
        name = str(model) if model is not None else None
        return cls(Model.open(model), Memory.open(memory_path(name)))

    def suggest(self, text: str, limit: int = 3, *, confidence: float = 0.0) -> list[Suggestion]:
        """The likeliest words at the end of `text`, best first: at most `limit`, none that is already complete.

        They go on from the letters typed as these are, capitals included. Where no word has at least the probability
        `confidence`, there is none.
        """
        if limit < 1:
            raise OptionError(f"limit must be at least 1, not {limit}")
        if not 0 <= confidence <= 1:
            raise OptionError(f"confidence must be from 0 to 1, not {confidence}")
        cursor = self._predictor.read_to_cursor(text)
        replace = typed_length(text, cursor.word)
        known = self.memory.after(text[: len(text) - replace])
        mixed = [
            suggestion
            for suggestion in self._mixed(cursor, known, limit + SPARE, replace)
            if not self.memory.is_blocked(suggestion.text)
        ]
        mixed.sort(key=lambda suggestion: -suggestion.probability)
        return mixed[:limit] if mixed and mixed[0].probability >= confidence else []

    def learn(self, text: str) -> int:
        """Remember `text`, each line a message, and let the mixture follow its words. How many messages there were."""
        for line in clean(text).split("\n"):
            for seen in self._observations(line):
                self._mixture.follow(seen)
        learned = self.memory.learn(text)
        self._keep_weights()
        return learned

    def fit(self, messages: Iterable[str]) -> None:
        """Fit the mixture to messages that neither the network nor the memory has learned from, as they come.

        Each is learned, in a copy of the memory, before the next is looked at: as it is in use.
        """
        trial = Keyboard(self.model, self.memory.copy())
        written: list[Observation] = []
        for message in messages:
            written.extend(trial._observations(clean(message)))
            trial.memory.learn(message)
        self._mixture.fit(written)
        self._keep_weights()

    def forget(self, word: str) -> None:
        """Delete the word from the memory, in any case, and never suggest it until `memory.allow`."""
        self.memory.forget(word)

    def copy(self) -> "Keyboard":
        """The same keyboard with a memory of the process alone: what it learns is for trying out."""
        return Keyboard(self.model, self.memory.copy())

    def _mixed(self, cursor: Cursor, known: Distribution, limit: int, replace: int) -> Iterator[Suggestion]:
        """The likeliest words of both sources, with the probabilities of the mixture."""
        candidates = {
            candidate.word: candidate.probability
            for candidate in known.best(cursor.word, limit)
            if candidate.word != cursor.word and candidate.probability > 0
        }
        found = self._beam.find(cursor, limit, protected=candidates)
        share = self._mixture.share(known.known) if candidates else 0.0
        typed = (1 - share) * found.typed + share * known.mass(cursor.word)
        of_network = {word.text: word for word in found.words}
        for text in of_network.keys() | candidates:
            word = of_network.get(text) or Word(text=text, probability=0.0, spaced=cursor.touches)
            network = (1 - share) * word.probability * found.typed
            memory = share * (candidates[text] if text in candidates else known.probability(text))
            yield suggestion(
                word,
                replace,
                probability=min((network + memory) / typed, 1.0) if typed else 0.0,
                source="network" if network >= memory else "memory",
            )

    def _observations(self, line: str) -> Iterator[Observation]:
        """The words of one message, each with its probability for both sources."""
        for match in words(line):
            before, word = line[: match.start()], match.group()
            cursor = self._predictor.read_to_cursor(before)
            if cursor.word:
                continue  # a word that only a search from its middle would find, such as the second of 'a--b'
            found = self._beam.find(cursor, 0, protected=[word])
            known = self.memory.after(before)
            yield Observation(
                known=known.known, network=_probability(found, word), memory=known.probability(word)
            )

    def _keep_weights(self) -> None:
        self.memory.set_weights(self._model_key, self._mixture.weights())

    @property
    def _model_key(self) -> str:
        """What the mixture's weights are kept under."""
        return self.model.path.name


def suggestion(word: Word, replace: int, *, probability: float, source: Source) -> Suggestion:
    """A word of the search as a person takes it."""
    before, after = " " if word.spaced else "", " " if takes_blank(word.text) else ""
    return Suggestion(
        text=word.text,
        replace=replace,
        insert=before + word.text + after,
        probability=probability,
        source=source,
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


def _probability(found: Found, word: str) -> float:
    """The network's probability of a word that was searched for."""
    return next((each.probability for each in found.words if each.text == word), 0.0) * found.typed
