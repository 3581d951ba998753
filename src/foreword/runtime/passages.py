"""Passages under way: what may come next in each and what has come, while one network reads for all of them.

A step of the network for eight texts takes little longer than one for one text, so passages are written side by side.
Each has its own random numbers. So what is drawn for one depends on those beside it only as far as the network's
answer does: that of an 8-bit network differs by thousandths of a nat in another batch, that of a float32 network by
rounding.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from jaxtyping import Bool, Float32

from foreword.runtime.ending import Ending
from foreword.runtime.nocopy import NoCopy
from foreword.runtime.predictor import Predictor
from foreword.runtime.sampling import Sampling
from foreword.runtime.spelling import Spelling, split
from foreword.text.cleaning import clean

REMEMBERED: Final = 64  # tokens that the repetition penalty looks back on
CONTROLS: Final = frozenset(range(0x20)) - set(b"\n\t") | {0x7F}


@final
class Grammar:
    """Which tokens may come next, whatever a network thinks of them: what they spell together must be a text."""

    def __init__(self, tokens: tuple[bytes, ...]) -> None:
        self.spelling = Spelling(tokens)
        self._is_text = np.array([not CONTROLS.intersection(spelled) for spelled in tokens])
        self.allowed = lru_cache(maxsize=256)(self._allowed)

    def spelled(self, token: int, owed: bytes, pending: bytes) -> tuple[str, bytes]:
        """The characters that an allowed token completes, and the bytes of one that it leaves incomplete."""
        return split(pending + self.spelling.tokens[token][len(owed) :]) or ("", b"")

    def _allowed(self, owed: bytes, pending: bytes) -> Bool[np.ndarray, " vocabulary"]:
        """Those that spell what is owed, go on with the character of which `pending` are bytes, and are no controls."""
        if not owed:
            return np.asarray(self.spelling.valid_after(pending) & self._is_text)
        mask = np.zeros(len(self._is_text), dtype=bool)
        for token in self.spelling.fitting(owed):
            mask[token] = split(self.spelling.tokens[token][len(owed) :]) is not None
        return np.asarray(mask & self._is_text)


@final
@dataclass(slots=True, kw_only=True, eq=False)
class Passage:
    """One text that is being written.

    Attributes:
        grammar: what may come next by its spelling.
        ending: where it ends.
        generator: its own random numbers.
        no_copy: what it must not repeat.
        recent: its last tokens.
        before: its last characters and, before them, those of the prompt, as many as matter to `no_copy`.
        owed: what must be spelled of the word that the prompt ends in, before something new comes.
        pending: the bytes of a character that is not complete.
        stuck: whether it ended because nothing could follow that is no repetition.
    """

    grammar: Grammar
    ending: Ending
    generator: np.random.Generator
    no_copy: NoCopy | None
    recent: deque[int]
    before: str
    owed: bytes
    pending: bytes = b""
    stuck: bool = False

    @property
    def allowed(self) -> Bool[np.ndarray, " vocabulary"]:
        """The tokens that may come next by their spelling."""
        return self.grammar.allowed(self.owed, self.pending)

    def refuses(self, token: int) -> bool:
        """Whether a token that may come by its spelling would repeat too much."""
        if self.no_copy is None:
            return False
        return self.no_copy.refuses(self.before, self.grammar.spelled(token, self.owed, self.pending)[0])

    def take(self, token: int) -> str:
        """Go on with a token that may come; what may be given of the text now."""
        text, self.pending = self.grammar.spelled(token, self.owed, self.pending)
        self.owed = self.owed[len(self.grammar.spelling.tokens[token]) :]
        self.recent.append(token)
        if self.no_copy is not None:
            self.before = (self.before + text)[-self.no_copy.characters :]
        return self.ending.feed(text)

    def stop(self) -> str:
        """End where nothing can follow; what may be given of the text now."""
        self.stuck = True
        return self.ending.close()


@final
class Writing:
    """Passages that go on from one prompt, side by side."""

    def __init__(
        self,
        predictor: Predictor,
        prompt: str,
        sampling: Sampling,
        endings: Sequence[Ending],
        generators: Sequence[np.random.Generator],
        *,
        no_copy: NoCopy | None = None,
    ) -> None:
        """Read the prompt, and begin a passage for each of `endings` and of `generators`."""
        self._network = predictor.network
        self._sampling = sampling
        self._cursor = predictor.read_to_cursor(prompt)
        grammar = Grammar(predictor.tokenizer.tokens)
        recent = predictor.tokenizer.encode(prompt[-REMEMBERED:]).tolist()
        self.passages = [
            Passage(
                grammar=grammar,
                ending=ending,
                generator=generator,
                no_copy=no_copy,
                recent=deque(recent, maxlen=REMEMBERED),
                before="" if no_copy is None else clean(prompt)[-no_copy.characters :],
                owed=self._cursor.owed,
            )
            for ending, generator in zip(endings, generators, strict=True)
        ]

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """The number of a passage and what comes with its next token, perhaps nothing; until all have ended."""
        reading = self._cursor.reading
        under_way = [at for at, passage in enumerate(self.passages) if not passage.ending.reached]
        answer = np.repeat(reading.log_probabilities[None], len(under_way), axis=0)  # (batch, vocabulary)
        state = tuple(np.repeat(part, len(under_way), axis=1) for part in reading.state)
        while under_way:
            passages = [self.passages[at] for at in under_way]
            tokens = self._choose(passages, answer)
            for at, passage, token in zip(under_way, passages, tokens, strict=True):
                yield at, passage.stop() if token is None else passage.take(token)
            going = [row for row, passage in enumerate(passages) if not passage.ending.reached]
            if len(going) < len(under_way):
                under_way = [under_way[row] for row in going]
                tokens = [tokens[row] for row in going]
                state = tuple(part[:, going] for part in state)
            if under_way:
                answers, state = self._network.step(np.array([tokens], dtype=np.int64), state)
                answer = answers[0]

    def _choose(
        self, passages: Sequence[Passage], answer: Float32[np.ndarray, "batch vocabulary"]
    ) -> list[int | None]:
        """A token for each passage, None where all that may come would repeat too much."""
        allowed = np.array([passage.allowed for passage in passages])
        scores = np.where(allowed, answer, np.float32(-np.inf))
        tokens: list[int | None] = [*self._drawn(scores, passages)]
        for row, passage in enumerate(passages):
            while (token := tokens[row]) is not None and passage.refuses(token):
                scores[row, token] = -np.inf
                left = scores[row : row + 1]
                tokens[row] = self._drawn(left, [passage])[0] if np.isfinite(left).any() else None
        return tokens

    def _drawn(
        self, scores: Float32[np.ndarray, "batch vocabulary"], passages: Sequence[Passage]
    ) -> list[int]:
        recent = [passage.recent for passage in passages]
        generators = [passage.generator for passage in passages]
        return [int(token) for token in self._sampling.choose(scores, recent, generators)]
