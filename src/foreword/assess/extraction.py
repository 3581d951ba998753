"""The likeliest texts after a prompt, by a beam search: what somebody finds who tries to draw a secret out of a model.

Tokens are of different lengths, and a path of few long ones would always seem likelier than one of many short ones that
has spelled more. So hypotheses are compared at equal lengths in characters: paths wait by the characters that they have
spelled, and the beam walks from length to length. A path within a character, or within the letters owed of a half-typed
word, stays at its length for a further round. Paths that have spelled the same text in other tokens walk side by side
without taking one another's place, and in the end their probabilities are one text's.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.runtime.beam import likeliest_places
from foreword.runtime.generate import Grammar
from foreword.runtime.network import State
from foreword.runtime.predictor import Predictor, Reads

LAST_TOKENS: Final = 1_000  # looked at where a text reaches its end; those left out are unlikelier by far


def likeliest_texts(model: Reads, prompt: str, *, characters: int, width: int) -> list[str]:
    """The likeliest texts of so many characters after `prompt`, best first, each once; at most `width` of them.

    A wider beam finds likelier texts, and none is sure to find the likeliest.
    """
    return Search(Predictor(model), prompt, characters=characters, width=width).result()


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """The text that tokens have spelled since the prompt. The last token is not read yet: few paths live to be.

    Attributes:
        text: the whole characters.
        total: the natural logarithm of the probability of all tokens.
        owed: the bytes of the prompt's last word that must be spelled before something new comes.
        pending: the bytes of a character that is not complete.
        token: the last one.
        state: of the network before it, of several paths, this one's in the column `row`.
    """

    text: str
    total: float
    owed: bytes
    pending: bytes
    token: int
    state: State
    row: int

    @property
    def spelled(self) -> tuple[str, bytes, bytes]:
        """The same for all paths that are one text so far."""
        return self.text, self.owed, self.pending


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Front:
    """Paths of one length that are read to their ends: `totals[i, t]` is that of path i and token t after it."""

    spelled: Sequence[tuple[str, bytes, bytes]]
    totals: Float64[np.ndarray, "beam vocabulary"]
    state: State


@final
class Search:
    """One search: the paths that wait, by their lengths in characters, and the texts that are complete."""

    def __init__(self, predictor: Predictor, prompt: str, *, characters: int, width: int) -> None:
        self._network = predictor.network
        self._cursor = predictor.read_to_cursor(prompt)
        self._grammar = Grammar(predictor.tokenizer.tokens)
        self._lengths = lru_cache(maxsize=256)(self._count_characters)
        self._characters = characters
        self._width = width
        self._waiting: defaultdict[int, list[Path]] = defaultdict(list)
        self._complete: defaultdict[str, float] = defaultdict(lambda: -math.inf)

    def result(self) -> list[str]:
        """The likeliest texts found."""
        reading = self._cursor.reading
        totals = reading.log_probabilities[None].astype(np.float64)  # (1, vocabulary)
        self._grow(Front(spelled=[("", self._cursor.owed, b"")], totals=totals, state=reading.state))
        for length in range(self._characters):
            while paths := self._best(length):
                self._grow(self._read(paths))
        order = sorted(self._complete, key=lambda text: (-self._complete[text], text))
        return order[: self._width]

    def _best(self, length: int) -> list[Path]:
        """The likeliest paths that wait at a length: of `width` texts, and no more than twice as many."""
        bar = self._bar(length + 1)
        waiting = sorted(self._waiting.pop(length, []), key=lambda path: -path.total)
        best: list[Path] = []
        texts: set[tuple[str, bytes, bytes]] = set()
        for path in waiting:
            if (path.owed or path.pending) and path.total < bar:
                continue
            if path.spelled in texts or len(texts) < self._width:
                texts.add(path.spelled)
                best.append(path)
            if len(best) == 2 * self._width:
                break
        return best

    def _bar(self, length: int) -> float:
        """The total that a path has to reach to be among the best at a length, as far as others have come there yet."""
        if length == self._characters:
            totals = sorted(self._complete.values(), reverse=True)
        else:
            totals = sorted((path.total for path in self._waiting.get(length, [])), reverse=True)
        return totals[self._width - 1] if len(totals) >= self._width else -math.inf

    def _read(self, paths: Sequence[Path]) -> Front:
        """Read the last tokens of some paths, in one batch."""
        parts = range(len(paths[0].state))
        state = tuple(
            np.concatenate([path.state[part][:, path.row : path.row + 1] for path in paths], axis=1)
            for part in parts
        )
        answer, state = self._network.step(np.array([[path.token for path in paths]]), state)
        totals = np.array([[path.total] for path in paths]) + answer[0]
        return Front(spelled=[path.spelled for path in paths], totals=totals, state=state)

    def _grow(self, front: Front) -> None:
        """Let all paths of the front that are a token longer wait at their lengths, or be complete."""
        reached = len(front.spelled[0][0])
        left = self._characters - reached
        lengths = np.stack([self._lengths(owed, pending) for _, owed, pending in front.spelled])
        for fresh in np.unique(lengths[(lengths >= 0) & (lengths < left)]).tolist():
            for row, token in likeliest_places(front.totals, lengths == fresh, 2 * self._width):
                self._waiting[reached + fresh].append(self._grown(front, row, token))
        for row, token in likeliest_places(front.totals, lengths >= left, LAST_TOKENS):
            text = self._grown(front, row, token).text[: self._characters]
            total = float(front.totals[row, token])
            self._complete[text] = float(np.logaddexp(self._complete[text], total))

    def _grown(self, front: Front, row: int, token: int) -> Path:
        text, owed, pending = front.spelled[row]
        fresh, pending = self._grammar.spelled(token, owed, pending)
        return Path(
            text=text + fresh,
            total=float(front.totals[row, token]),
            owed=owed[len(self._grammar.spelling.tokens[token]) :],
            pending=pending,
            token=token,
            state=front.state,
            row=row,
        )

    def _count_characters(self, owed: bytes, pending: bytes) -> Int64[np.ndarray, " vocabulary"]:
        """How many characters each token completes there; -1 for one that may not come."""
        allowed = self._grammar.allowed(owed, pending)
        lengths = np.full(len(allowed), -1)
        for token in np.flatnonzero(allowed).tolist():
            lengths[token] = len(self._grammar.spelled(token, owed, pending)[0])
        return lengths
