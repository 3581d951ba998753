"""Passages in a model's voice, streamed as they are made; and the next tokens with their probabilities."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, final

import numpy as np
from jaxtyping import Float32

from foreword.errors import OptionError
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor
from foreword.runtime.sampling import Sampling
from foreword.runtime.spelling import Spelling, split
from foreword.text.tokenizer import Tokenizer

REMEMBERED: Final = 64  # tokens that the repetition penalty looks back on
BYTE_TOKENS: Final = 256  # the first ids of a vocabulary of characters or words
CONTROLS: Final = frozenset(range(0x20)) - set(b"\n\t") | {0x7F}


def generate(
    model: Model,
    prompt: str = "",
    *,
    characters: int = 200,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    repetition_penalty: float = 1.0,
    stop: Sequence[str] = (),
    seed: int | None = None,
) -> Iterator[str]:
    """Go on after `prompt` for so many characters, in pieces as they come; the prompt itself is not repeated.

    Args:
        model: what `foreword.load` gives.
        prompt: any text; of a long one, the last thousand characters or two are read.
        characters: the length in code points.
        temperature: see `Sampling`, as for the next four.
        top_k: only so many tokens to choose from.
        top_p: only the likeliest tokens with this probability together.
        min_p: only tokens with this share of the likeliest one's probability.
        repetition_penalty: above 1, what was just said is said less.
        stop: texts at which the passage ends; they are not given, not even in part.
        seed: the same seed gives the same passage; without one, each call gives another.

    Raises:
        OptionError: a value makes no sense. It is raised at once, not at the first piece.
    """
    sampling = Sampling(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=repetition_penalty
    )
    if characters < 0:
        raise OptionError(f"characters must be at least 0, not {characters}")
    if seed is not None and seed < 0:
        raise OptionError(f"seed must be at least 0, not {seed}")
    if isinstance(stop, str) or "" in stop:
        raise OptionError(f"stop must be a list of texts, none of them empty, not {stop!r}")
    passage = Passage(Predictor(model), prompt, sampling, np.random.default_rng(seed))
    return shortened(until(passage, tuple(stop)), characters)


def next_tokens(model: Model, text: str, limit: int = 5) -> list[tuple[str, float]]:
    """The tokens most likely to follow `text`, with their probabilities; a byte of a character reads `<0xF0>`."""
    if limit < 1:
        raise OptionError(f"limit must be at least 1, not {limit}")
    chances = np.exp(Predictor(model).read(text).log_probabilities.astype(np.float64))
    likeliest = np.argsort(-chances, kind="stable")[:limit]
    total = chances.sum()  # one, but for rounding
    return [(readable(model.tokenizer, int(token)), float(chances[token] / total)) for token in likeliest]


def readable(tokenizer: Tokenizer, token: int) -> str:
    """A token for people to read: its text, or the bytes where it is no text."""
    spelled = tokenizer.tokens[token]
    whole = split(spelled)
    is_byte = tokenizer.unit != "subwords" and token < BYTE_TOKENS
    if is_byte or whole is None or whole[1]:
        return "".join(f"<0x{byte:02X}>" for byte in spelled)
    return whole[0]


@final
class Passage:
    """An endless text after a prompt. Each step is a token; what it yields is always whole characters."""

    def __init__(
        self, predictor: Predictor, prompt: str, sampling: Sampling, generator: np.random.Generator
    ) -> None:
        self._predictor = predictor
        self._prompt = prompt
        self._sampling = sampling
        self._generator = generator
        self._spelling = Spelling(predictor.tokenizer.tokens)
        self._controls = [
            token for token, spelled in enumerate(self._spelling.tokens) if CONTROLS.intersection(spelled)
        ]

    def __iter__(self) -> Iterator[str]:
        cursor = self._predictor.read_to_cursor(self._prompt)
        owed, pending = cursor.owed, b""
        answer, state = cursor.reading.log_probabilities, cursor.reading.state
        recent = deque(
            self._predictor.tokenizer.encode(self._prompt[-REMEMBERED:]).tolist(), maxlen=REMEMBERED
        )
        while True:
            token = self._sampling.choose(self._allowed(answer, owed, pending), recent, self._generator)
            recent.append(token)
            spelled = self._spelling.tokens[token]
            text, pending = split(pending + spelled[len(owed) :]) or ("", b"")
            owed = owed[len(spelled) :]
            if text:
                yield text
            rows, state = self._predictor.network.step(np.array([[token]]), state)
            answer = rows[0, 0]

    def _allowed(
        self, log_probabilities: Float32[np.ndarray, " vocabulary"], owed: bytes, pending: bytes
    ) -> Float32[np.ndarray, " vocabulary"]:
        """The same with `-inf` for tokens that do not spell what is owed, break a character, or are no text."""
        allowed = self._spelling.valid_after(pending).copy()
        if owed:
            tokens = [
                token
                for token in self._spelling.fitting(owed)
                if split(self._spelling.tokens[token][len(owed) :]) is not None
            ]
            allowed = np.isin(np.arange(len(allowed)), tokens)
        allowed[self._controls] = False
        return np.where(allowed, log_probabilities, np.float32(-np.inf))


def until(pieces: Iterable[str], stops: Sequence[str]) -> Iterator[str]:
    """The text up to the first of `stops` to be complete, however it is cut; what might begin one is held back."""
    held = ""
    for piece in pieces:
        held += piece
        ends = [(at + len(stop), at) for stop in stops if (at := held.find(stop)) != -1]
        if ends:
            yield held[: min(ends)[1]]
            return
        safe = len(held) - max((begun(held, stop) for stop in stops), default=0)
        yield held[:safe]
        held = held[safe:]
    yield held


def begun(text: str, stop: str) -> int:
    """How many characters at the end of `text` could be the beginning of `stop`."""
    longest = min(len(stop) - 1, len(text))
    return next((length for length in range(longest, 0, -1) if text.endswith(stop[:length])), 0)


def shortened(pieces: Iterable[str], characters: int) -> Iterator[str]:
    """The first so many characters of a text in pieces; empty pieces are left out."""
    left = characters
    source = iter(pieces)
    while left > 0 and (piece := next(source, None)) is not None:
        if piece:
            yield piece[:left]
        left -= len(piece)
