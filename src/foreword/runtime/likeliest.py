"""The likeliest ways to go on: a beam search whose hypotheses are compared at equal lengths in characters.

Tokens are of different lengths, and a path of few long ones would always seem likelier than one of many short ones that
has said more. So paths wait by the characters that they have spelled, and the beam walks from length to length. A path
within a character, or within what is owed of a half-typed word, stays at its length for a further round.

A text has many spellings in tokens. Paths that have spelled the same walk on beside each other without taking one
another's place, and in the end their probabilities are one text's.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.errors import OptionError
from foreword.runtime.beam import likeliest_places
from foreword.runtime.generate import Grammar
from foreword.runtime.network import State
from foreword.runtime.nocopy import NoCopy
from foreword.runtime.predictor import Predictor, Reads
from foreword.text.cleaning import clean

WIDTH: Final = 8
LAST_TOKENS: Final = 1_000  # looked at where a text reaches its end; those left out are unlikelier by far


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """A way to go on.

    Attributes:
        text: of the length asked for.
        log_probability: the natural logarithm of the probability that the text goes on so, whatever follows; of all
            the spellings in tokens that the search has met.
    """

    text: str
    log_probability: float


def likeliest(
    model: Reads, prompt: str = "", *, characters: int = 40, width: int = WIDTH, no_copy: NoCopy | None = None
) -> list[Continuation]:
    """The likeliest texts of so many characters after `prompt`, best first, each once; at most `width` of them.

    A wider beam finds likelier texts, and none is sure to find the likeliest. What is likeliest is often dull and goes
    in circles (Holtzman et al. 2020); `generate` draws instead.

    Args:
        model: what `foreword.load` gives, or one in the making.
        prompt: any text; a word half typed at its end is gone on with.
        characters: the length in code points.
        width: how many different texts walk on at each length.
        no_copy: a text of which no longer run may come than it says.

    Raises:
        OptionError: a value makes no sense.
    """
    if characters < 1:
        raise OptionError(f"characters must be at least 1, not {characters}")
    if width < 1:
        raise OptionError(f"the width of a beam must be at least 1, not {width}")
    return Search(Predictor(model), prompt, characters=characters, width=width, no_copy=no_copy).result()


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """What tokens have spelled since the prompt. The last of them is not read yet: few paths live to be.

    Attributes:
        text: the whole characters.
        fresh: how many of them came with the last token.
        total: the natural logarithm of the probability of all tokens.
        owed: what must be spelled of the prompt's last word before something new comes.
        pending: the bytes of a character that is not complete.
        token: the last one.
        state: of the network before it, of several paths, this one's in the column `row`.
    """

    text: str
    fresh: int
    total: float
    owed: bytes
    pending: bytes
    token: int
    state: State
    row: int

    @property
    def spelled(self) -> tuple[str, bytes, bytes]:
        """What paths have in common that are one text so far."""
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

    def __init__(
        self, predictor: Predictor, prompt: str, *, characters: int, width: int, no_copy: NoCopy | None
    ) -> None:
        self._network = predictor.network
        self._cursor = predictor.read_to_cursor(prompt)
        self._grammar = Grammar(predictor.tokenizer.tokens)
        self._lengths = lru_cache(maxsize=256)(self._count_characters)
        self._characters = characters
        self._width = width
        self._no_copy = no_copy
        self._before = "" if no_copy is None else clean(prompt)[-no_copy.characters :]
        self._waiting: defaultdict[int, list[Path]] = defaultdict(list)
        self._complete: defaultdict[str, float] = defaultdict(lambda: -math.inf)
        self._typed = -math.inf  # the logarithm of the probability of the letters owed, as far as it is found

    def result(self) -> list[Continuation]:
        """The texts found, each once, and of those the likeliest."""
        reading = self._cursor.reading
        totals = reading.log_probabilities[None].astype(np.float64)  # (1, vocabulary)
        self._grow(Front(spelled=[("", self._cursor.owed, b"")], totals=totals, state=reading.state))
        for length in range(self._characters):
            while paths := self._best(length):
                self._grow(self._read(paths))
        typed = self._typed if self._cursor.owed else 0.0
        order = sorted(self._complete.items(), key=lambda item: (-item[1], item[0]))
        return [
            Continuation(text=text, log_probability=min(total - typed, 0.0))  # no more, for rounding
            for text, total in order[: self._width]
        ]

    def _best(self, length: int) -> list[Path]:
        """The likeliest paths that wait at a length: of `width` texts, and no more than twice as many."""
        bar = self._bar(length + 1)
        waiting = sorted(self._waiting.pop(length, []), key=lambda path: -path.total)
        best: list[Path] = []
        texts: set[tuple[str, bytes, bytes]] = set()
        for path in waiting:
            is_behind = bool(path.owed or path.pending) and path.total < bar
            if is_behind or self._refuses(path.text, path.fresh):
                continue
            if path.spelled in texts or len(texts) < self._width:
                texts.add(path.spelled)
                best.append(path)
            if len(best) == 2 * self._width:
                break
        return best

    def _bar(self, length: int) -> float:
        """What a path has to reach to be among the best at a length, as far as others have come there yet."""
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
        lengths = np.stack([self._lengths(owed, pending) for _, owed, pending in front.spelled])
        for (_, owed, _), totals in zip(front.spelled, front.totals, strict=True):
            if owed:
                covering = totals[self._grammar.spelling.beginning_with(owed)]
                self._typed = float(np.logaddexp(self._typed, np.logaddexp.reduce(covering)))
        left = self._characters - reached
        for fresh in np.unique(lengths[(lengths >= 0) & (lengths < left)]).tolist():
            for row, token in likeliest_places(front.totals, lengths == fresh, 2 * self._width):
                self._waiting[reached + fresh].append(self._grown(front, row, token))
        for row, token in likeliest_places(front.totals, lengths >= left, LAST_TOKENS):
            text = self._grown(front, row, token).text[: self._characters]
            if not self._refuses(text, left):
                total = float(front.totals[row, token])
                self._complete[text] = float(np.logaddexp(self._complete[text], total))

    def _grown(self, front: Front, row: int, token: int) -> Path:
        text, owed, pending = front.spelled[row]
        fresh, pending = self._grammar.spelled(token, owed, pending)
        return Path(
            text=text + fresh,
            fresh=len(fresh),
            total=float(front.totals[row, token]),
            owed=owed[len(self._grammar.spelling.tokens[token]) :],
            pending=pending,
            token=token,
            state=front.state,
            row=row,
        )

    def _refuses(self, text: str, fresh: int) -> bool:
        """Whether the last `fresh` characters of a text repeat too much."""
        known = len(text) - fresh
        return self._no_copy is not None and self._no_copy.refuses(self._before + text[:known], text[known:])

    def _count_characters(self, owed: bytes, pending: bytes) -> Int64[np.ndarray, " vocabulary"]:
        """How many characters each token completes there; -1 for one that may not come."""
        allowed = self._grammar.allowed(owed, pending)
        lengths = np.full(len(allowed), -1)
        for token in np.flatnonzero(allowed).tolist():
            lengths[token] = len(self._grammar.spelled(token, owed, pending)[0])
        return lengths
