"""Passages that a model writes, one in pieces or many at once; and the next tokens with their probabilities.

A step of the network for eight texts takes little longer than one for one text, so passages are written side by side.
They draw from one generator of random numbers, so a passage depends on the number of passages.
"""

import math
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter
from typing import Final, final

import numpy as np

from foreword.errors import OptionError, check_within
from foreword.libraries import Bool, Float32
from foreword.runtime.beam import Spelling, split
from foreword.runtime.model import Model
from foreword.runtime.predictor import Cursor, Predictor, Reading
from foreword.runtime.sampling import Sampling
from foreword.text.cleaning import clean, clean_pieces
from foreword.text.plural import counted
from foreword.text.tokenizer import Tokenizer
from foreword.text.tokenizer_file import CONTROL

TOGETHER: Final = 64  # passages in a batch: with twice as many, characters come no faster on one thread
BYTE_TOKENS: Final = 256  # the first ids of a vocabulary of characters or words
REMEMBERED: Final = 64  # the last tokens that the repetition penalty covers
MATTERS: Final = 1e-3
"""A spelling of the letters typed with a smaller share of their probability changes no shown result."""
MOST_SPELLINGS: Final = 64
"""The likeliest spellings of the letters typed that are tried at once."""
CHARACTERS: Final = 40
"""Most characters of a run that `NoCopy` allows: about eight words. Common phrases are shorter, quotations longer."""


@final
class NoCopy:
    """A text that passages must not repeat: no run of more than `characters` of it."""

    def __init__(
        self, text: str | Iterable[str], *, characters: int = CHARACTERS, name: str = "the text"
    ) -> None:
        """Keep `text`, which may come in pieces; it is cleaned like all texts. Notes call it `name`.

        Raises:
            OptionError: `characters` is less than 1.
        """
        check_within("the characters that may be repeated", characters, 1)
        self.characters = characters
        self.name = name
        pieces = clean_pieces([text] if isinstance(text, str) else text)
        self._text = b"".join(piece.encode() for piece in pieces)  # a text of 100 MB would take 400 MB as str
        self._found: dict[str, bytes] = {}  # the last answers of `_around`

    def refuses(self, before: str, text: str) -> bool:
        """True if a run of more than `characters` characters ends in `text` when it comes after `before`.

        Neither is cleaned. Only the end of `before` that could be part of such a run is read.
        """
        whole = before[-self.characters :] + text
        shared = whole[max(len(whole) - self.characters - 1, 0) : len(whole) - len(text)]  # by all runs
        around, ends = self._around(shared), range(self.characters + 1, len(whole) + 1)
        return any(whole[end - self.characters - 1 : end].encode() in around for end in ends)

    def _around(self, shared: str) -> bytes:
        """The part of the text that a run with these characters may be in; all of it if they are there twice."""
        if (found := self._found.get(shared)) is None:
            wanted, most = shared.encode(), 4 * (self.characters + 1)  # bytes of a run
            found = b"" if (at := self._text.find(wanted)) == -1 else self._text
            if found and self._text.find(wanted, at + 1) == -1:
                found = self._text[max(at - most, 0) : at + most]
            if len(self._found) == TOGETHER:
                self._found.clear()
            self._found[shared] = found
        return found


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
    no_copy: NoCopy | None = None,
    notes: list[str] | None = None,
) -> Iterator[str]:
    """Continue `prompt`, in pieces as they come; the prompt itself is not repeated.

    The length is in code points. Only the last one or two thousand characters of a long prompt are read. The passage
    ends before a text in `stop`. The same seed gives the same passage; without a seed, each call gives another.
    `no_copy` limits the runs that the passage may repeat; a run may begin in the prompt. `notes` gets a line if the
    passage ended early, because every next token would repeat too much.

    A token is drawn from the model's own probabilities. A `temperature` below 1 makes their differences larger; at 0,
    the likeliest token is always taken. Three limits follow one another: only the `top_k` likeliest tokens may be drawn
    (0 means all), only those that together have the probability `top_p`, and only those with at least the share `min_p`
    of the likeliest one's probability. `repetition_penalty` multiplies the logarithms of the probabilities of the last
    tokens.

    Raises:
        OptionError: a value makes no sense. It is raised at once, not at the first piece.
    """
    sampling = Sampling(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=repetition_penalty
    )
    notes = [] if notes is None else notes
    stop_filter, generator = StopFilter(characters, stop), random_numbers(seed)
    writing = Writing(Predictor(model), prompt, sampling, [stop_filter], generator, no_copy)

    def pieces() -> Iterator[str]:
        yield from (step.piece for step in writing.steps() if step.piece)
        notes.extend(_ended_early(writing, ["The passage"]))

    return pieces()


def generate_many(
    model: Model,
    prompt: str = "",
    *,
    passages: int,
    characters: int = 200,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    repetition_penalty: float = 1.0,
    stop: Sequence[str] = (),
    seed: int | None = None,
    no_copy: NoCopy | None = None,
    notes: list[str] | None = None,
) -> list[str]:
    """Several passages after `prompt`, written side by side: several times as fast as one after the other.

    The same call with the same seed gives the same passages; with another number of passages, all are different.

    The other arguments are those of `generate`; `notes` gets a line for each passage that ended early.

    Raises:
        OptionError: a value makes no sense.
    """
    check_within("passages", passages, 1)
    sampling = Sampling(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=repetition_penalty
    )
    stop_filters = [StopFilter(characters, stop) for _ in range(passages)]
    generator = random_numbers(seed)
    predictor, pieces = Predictor(model), [[""] for _ in range(passages)]
    for first in range(0, passages, TOGETHER):
        part = slice(first, first + TOGETHER)
        writing = Writing(predictor, prompt, sampling, stop_filters[part], generator, no_copy)
        for step in writing.steps():
            pieces[first + step.passage].append(step.piece)
        if notes is not None:
            notes += _ended_early(writing, [f"Passage {number + 1}" for number in range(passages)[part]])
    return ["".join(each) for each in pieces]


def next_tokens(model: Model, text: str, limit: int = 5) -> list[tuple[str, float]]:
    """The tokens most likely to follow `text`, with their probabilities; a byte of a character reads `<0xF0>`.

    If a token may begin before the end of `text`, only its part after that end is returned.

    Raises:
        OptionError: `limit` is less than 1.
    """
    check_within("limit", limit, 1)
    predictor, logs = Predictor(model), dict[str, float]()
    for _, owed, ends in spellings(predictor, predictor.read_to_cursor(text)):
        for token, log in ends.items():
            shown = readable(predictor.tokenizer, token, behind=len(owed))
            logs[shown] = float(np.logaddexp(logs.get(shown, -math.inf), log))
    total = np.logaddexp.reduce([*logs.values()])
    best = nlargest(limit, logs.items(), key=itemgetter(1))
    return [(shown, float(np.exp(log - total))) for shown, log in best]


Spelled = tuple[Reading, bytes, dict[int, float]]
"""A spelling of the letters typed: what is read, the letters left, and the tokens that begin with these and go on.

Each token has the logarithm of the probability of spelling and token, which would be 0 for many rare letters.
"""


def spellings(
    predictor: Predictor, cursor: Cursor, refuses: Callable[[int, bytes], bool] = lambda *_: False
) -> Iterator[Spelled]:
    """All relevant spellings of the letters typed, without tokens that complete the letters but are refused."""
    network, tokens, total = predictor.network, predictor.tokenizer.tokens, -math.inf
    spelling, waiting = Spelling(tokens), [(0.0, cursor.owed, -1, cursor.reading)]
    while waiting and -waiting[0][0] >= math.log(MATTERS) + total:
        spent, owed, last, reading = waiting.pop(0)
        if last >= 0:
            answer, state = network.step(np.array([[last]]), reading.state)
            reading = Reading(state=state, log_probabilities=answer[0, 0], log_total=-spent)
        ends = dict[int, float]()
        for token in [*spelling.parts(owed).tolist(), *spelling.beginning_with(owed).tolist()]:
            cost = spent - float(reading.log_probabilities[token])
            if len(tokens[token]) <= len(owed):
                insort(waiting, (cost, owed[len(tokens[token]) :], token, reading), key=itemgetter(0))
                del waiting[MOST_SPELLINGS:]
            elif not (owed and refuses(token, owed)):
                ends[token] = -cost
        total = np.logaddexp.reduce([total, *ends.values()])
        yield reading, owed, ends


def readable(tokenizer: Tokenizer, token: int, behind: int = 0) -> str:
    """A token for people to read, after its first `behind` bytes: its text, or its bytes if they are no text."""
    spelled = tokenizer.tokens[token][behind:]
    whole = split(spelled)
    is_byte = tokenizer.unit != "subwords" and token < BYTE_TOKENS
    if is_byte or whole is None or whole[1]:
        return "".join(f"<0x{byte:02X}>" for byte in spelled)
    return whole[0]


def random_numbers(seed: int | None) -> np.random.Generator:
    """The random numbers of a call; without a seed, each call has others.

    Raises:
        OptionError: the seed is negative.
    """
    check_within("seed", seed or 0, 0)
    return np.random.default_rng(seed)


@final
class StopFilter:
    """Takes a text in pieces, and returns the parts that belong to the passage as soon as that is sure."""

    def __init__(self, characters: int, stops: Sequence[str] = ()) -> None:
        """End after this many code points, or before the first complete text of `stops`.

        Raises:
            OptionError: the length is negative, or a stop is empty.
        """
        check_within("characters", characters, 0)
        if isinstance(stops, str) or "" in stops:
            raise OptionError(f"stop must be a list of texts, and each needs a character, not {stops!r}")
        self.reached = characters == 0  # no more pieces are needed
        self.given = 0  # characters so far
        self._characters = characters
        self._stops = tuple(stops)
        self._held = ""

    def feed(self, piece: str) -> str:
        """The text that may be given after this piece; a possible beginning of a stop is held back."""
        held = self._held + piece
        ends = [(at + len(stop), at) for stop in self._stops if (at := held.find(stop)) != -1]
        if ends:
            self.reached = True
            return self._give(held[: min(ends)[1]])
        safe = len(held) - max((begun(held, stop) for stop in self._stops), default=0)
        self._held = held[safe:]
        return self._give(held[:safe])

    def close(self) -> str:
        """The text held back, when no more pieces can come."""
        self.reached = True
        held, self._held = self._held, ""
        return self._give(held)

    def _give(self, text: str) -> str:
        text = text[: self._characters - self.given]
        self.given += len(text)
        self.reached = self.reached or self.given == self._characters
        return text


def begun(text: str, stop: str) -> int:
    """The number of characters at the end of `text` that could begin `stop`."""
    longest = min(len(stop) - 1, len(text))
    return next((length for length in range(longest, 0, -1) if text.endswith(stop[:length])), 0)


@final
class Grammar:
    """The tokens that may come next, regardless of the network: together they must spell a text."""

    def __init__(self, tokens: tuple[bytes, ...]) -> None:
        self.spelling = Spelling(tokens)
        self._is_text = np.array([CONTROL.search(spelled) is None for spelled in tokens])
        self.allowed = lru_cache(maxsize=256)(self._allowed)

    def spelled(self, token: int, owed: bytes, pending: bytes) -> tuple[str, bytes]:
        """The characters that an allowed token completes, and the bytes of a character that stays incomplete."""
        return split(pending + self.spelling.tokens[token][len(owed) :]) or ("", b"")

    def _allowed(self, owed: bytes, pending: bytes) -> Bool[np.ndarray, " vocabulary"]:
        """A mask of the tokens that begin with `owed` and go on, or continue `pending`, and hold no controls."""
        if not owed:
            going_on: Bool[np.ndarray, " vocabulary"] = self.spelling.valid_after(pending) & self._is_text
            if pending == b"\xc2":  # with it, the bytes below 0xA0 are controls
                going_on &= [spelled[0] >= 0xA0 for spelled in self.spelling.tokens]
            return going_on
        mask = np.zeros(len(self._is_text), dtype=bool)
        for token in self.spelling.beginning_with(owed):
            text = self.spelling.tokens[token][len(owed) :]
            mask[token] = text != b"" and split(text) is not None
        return np.asarray(mask & self._is_text)


@final
@dataclass(slots=True, kw_only=True, eq=False)
class Passage:
    """A text that is being written."""

    grammar: Grammar
    stop_filter: StopFilter
    no_copy: NoCopy | None
    recent: deque[int]  # its last tokens
    before: str  # the last characters of prompt and passage, as many as `no_copy` needs
    owed: bytes  # the bytes of the prompt's last word that must be spelled before new text
    pending: bytes = b""  # the bytes of an incomplete character
    said: str = ""  # the text of its last token, with any part that is held back
    stuck: bool = False  # it ended because every next token would repeat too much

    def refuses(self, token: int) -> bool:
        """True if a token with an allowed spelling would repeat too much."""
        if self.no_copy is None:
            return False
        return self.no_copy.refuses(self.before, self.grammar.spelled(token, self.owed, self.pending)[0])

    def take(self, token: int) -> str:
        """Add an allowed token, and return the text that may be given now."""
        text, self.pending = self.grammar.spelled(token, self.owed, self.pending)
        self.said = text
        self.owed = b""
        self.recent.append(token)
        if self.no_copy is not None:
            self.before = (self.before + text)[-self.no_copy.characters :]
        return self.stop_filter.feed(text)

    def stop(self) -> str:
        """End because nothing can follow, and return the text that may be given now."""
        self.stuck = True
        return self.stop_filter.close()


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PassageStep:
    """A step of one passage: its token, and the network's probabilities of all tokens in that place."""

    passage: int
    piece: str  # the text that may be given now
    token: int | None  # None if nothing could follow
    log_probabilities: Float32[np.ndarray, " vocabulary"]


@final
class Writing:
    """Passages that continue one prompt, side by side."""

    def __init__(  # noqa: PLR0917 - called twice, above
        self,
        predictor: Predictor,
        prompt: str,
        sampling: Sampling,
        stop_filters: Sequence[StopFilter],
        generator: np.random.Generator,
        no_copy: NoCopy | None,
    ) -> None:
        """Read the prompt, and begin a passage for each filter."""
        self._network = predictor.network
        self._sampling = sampling
        self._generator = generator
        cursor, grammar = predictor.read_to_cursor(prompt), Grammar(predictor.tokenizer.tokens)
        recent = predictor.tokenizer.encode(prompt[-REMEMBERED:]).tolist()
        before = "" if no_copy is None else clean(prompt)[-no_copy.characters :]

        def refuses(token: int, owed: bytes) -> bool:
            text, is_allowed = grammar.spelled(token, owed, b"")[0], grammar.allowed(owed, b"")[token]
            return not is_allowed or (no_copy is not None and no_copy.refuses(before, text))

        begun = [(cursor.reading, b"")] * len(stop_filters)
        if cursor.owed:
            begun = self._spelled([*spellings(predictor, cursor, refuses)], len(stop_filters))
        self.passages = [
            Passage(
                grammar=grammar,
                stop_filter=stop_filter,
                no_copy=no_copy,
                recent=deque(recent, maxlen=REMEMBERED),
                before=before,
                owed=owed,
            )
            for stop_filter, (_, owed) in zip(stop_filters, begun, strict=True)
        ]
        readings = [reading for reading, _ in begun]
        self._answer = np.stack([each.log_probabilities for each in readings])  # (batch, vocabulary)
        parts = zip(*(each.state for each in readings), strict=True)
        self._state = tuple(np.concatenate(part, axis=1) for part in parts)

    def _spelled(self, found: Sequence[Spelled], many: int) -> list[tuple[Reading, bytes]]:
        """A spelling of the letters typed for each passage. Chosen token by token, it would begin like other words."""
        logs = [np.logaddexp.reduce([-math.inf, *ends.values()]) for _, _, ends in found]
        chosen = self._sampling.choose(np.array([logs] * many), [()] * many, self._generator)
        return [found[at][:2] for at in chosen.tolist()]

    def steps(self) -> Iterator[PassageStep]:
        """Write token by token until all passages end. A passage whose filter is closed meanwhile stops too."""
        under_way = [at for at, passage in enumerate(self.passages) if not passage.stop_filter.reached]
        answer, state = self._answer[under_way], tuple(part[:, under_way] for part in self._state)
        while under_way:
            passages = [self.passages[at] for at in under_way]
            tokens = self._choose(passages, answer)
            for row, (at, passage, token) in enumerate(zip(under_way, passages, tokens, strict=True)):
                piece = passage.stop() if token is None else passage.take(token)
                yield PassageStep(passage=at, piece=piece, token=token, log_probabilities=answer[row])
            going = [row for row, passage in enumerate(passages) if not passage.stop_filter.reached]
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
        """A token for each passage; None if every allowed token would repeat too much."""
        allowed = np.array([passage.grammar.allowed(passage.owed, passage.pending) for passage in passages])
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
        recent = [each.recent for each in passages]
        chosen: list[int] = self._sampling.choose(scores, recent, self._generator).tolist()
        return chosen


def _ended_early(writing: Writing, names: Sequence[str]) -> list[str]:
    """A note for each passage that had to end early, with its name."""
    return [
        f"{name} ended after {counted(passage.stop_filter.given, 'character')}: every next token would have repeated "
        f"more than {counted(passage.no_copy.characters, 'character')} of {passage.no_copy.name} in a row"
        for name, passage in zip(names, writing.passages, strict=True)
        if passage.stuck and passage.no_copy is not None
    ]
