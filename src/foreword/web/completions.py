"""`/v1/completions` as in OpenAI's API: whole or as a stream of events, with log-probabilities and echo.

Tokens are the model's own, such as characters. Log-probabilities are those of the model itself, before temperature and
cuts. The first token of a prompt has one, too: every text is read as if a newline stood before it.
"""

import secrets
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Literal, final

import msgspec
import numpy as np
from starlette.exceptions import HTTPException

from foreword.assess.bits import text_ids
from foreword.libraries import Float32
from foreword.runtime.generate import PassageStep, StopFilter, Writing, random_numbers, readable
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor
from foreword.runtime.sampling import Sampling
from foreword.text.cleaning import clean
from foreword.text.tokenizer import Decoder
from foreword.web.guard import log_unexpected
from foreword.web.schemas import Completion, CompletionChoice, CompletionRequest, LogProbabilities, Usage
from foreword.web.serving import Serving

TURN_SECONDS: Final = 0.02
"""The writing time of one turn. Then other requests have theirs, and a stream sends a piece."""
BLOCK: Final = 64  # tokens of a prompt scored in one call
LONGEST_ECHO: Final = 10_000  # code points of a prompt that asks for log-probabilities


@final
@dataclass(slots=True, kw_only=True)
class Row:
    """A token as `logprobs` shows it."""

    token: str
    logprob: float
    top: dict[str, float]
    offset: int  # in the passage's text


@final
@dataclass(slots=True, kw_only=True)
class Unsent:
    """The part of a passage that was not sent yet."""

    text: str = ""
    rows: list[Row] = field(default_factory=list)
    given: int = 0  # code points, with those of an echoed prompt
    spelled: int = 0  # code points that its tokens spell
    tokens: int = 0
    reason: Literal["stop", "length"] | None = None
    is_sent: bool = False

    def add(self, text: str) -> None:
        """Append `text`."""
        self.text += text
        self.given += len(text)


async def complete(serving: Serving, ask: CompletionRequest) -> Completion | AsyncIterator[bytes]:
    """Continue a prompt, as in OpenAI's API, with min_p, top_k and repetition_penalty in addition."""
    if ask.model not in (None, serving.name):
        raise HTTPException(404, "this server does not have that model; GET /v1/models names the one it has")
    if ask.echo and ask.logprobs is not None and len(ask.text) > LONGEST_ECHO:
        raise HTTPException(
            422, f"with echo and logprobs, a prompt may have at most {LONGEST_ECHO:,} characters"
        )
    passages = await serving.on_network(Passages, serving.model, ask)
    if ask.stream:
        return _events(serving, passages)
    while await serving.on_network(passages.go_on):
        pass
    return passages.whole()


async def _events(serving: Serving, passages: "Passages") -> AsyncIterator[bytes]:
    try:
        is_under_way = True
        while is_under_way:
            is_under_way = await serving.on_network(passages.go_on)
            for piece in passages.pieces():
                yield b"data: " + msgspec.json.encode(piece) + b"\n\n"
        options = passages.ask.stream_options
        if options is not None and options.include_usage:
            yield b"data: " + msgspec.json.encode(passages.completion([], passages.usage())) + b"\n\n"
        yield b"data: [DONE]\n\n"
    except Exception as error:  # noqa: BLE001 - the answer has begun: all that is left is to end it
        log_unexpected(error)


@final
class Passages:
    """All passages of one request, written side by side, some milliseconds at a time."""

    def __init__(self, model: Model, ask: CompletionRequest) -> None:
        self.ask = ask
        self._model = model
        self._id = f"cmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())
        self._prompt_tokens = len(model.tokenizer.encode(clean(ask.text)))
        stops = [ask.stop] if isinstance(ask.stop, str) else ask.stop or []
        characters = sys.maxsize if ask.max_tokens else 0
        self._writing = Writing(
            Predictor(model),
            ask.text,
            Sampling(
                temperature=ask.temperature,
                top_k=ask.top_k,
                top_p=ask.top_p,
                min_p=ask.min_p,
                repetition_penalty=ask.repetition_penalty,
            ),
            [StopFilter(characters, stops) for _ in range(ask.n)],
            random_numbers(ask.seed),
            None,
        )
        self._steps = self._writing.steps()
        self._unsent = [Unsent() for _ in range(ask.n)]
        if ask.echo:
            self._echo()
        if not ask.max_tokens:
            for unsent in self._unsent:
                unsent.reason = "length"

    def go_on(self) -> bool:
        """Write for one turn; True if there is more to write."""
        until = time.monotonic() + TURN_SECONDS
        for step in self._steps:
            self._take(step)
            if time.monotonic() > until:
                return True
        return False

    def pieces(self) -> Iterator[Completion]:
        """The new piece of each passage since the last call."""
        for index, unsent in enumerate(self._unsent):
            if unsent.text or (unsent.reason and not unsent.is_sent):
                unsent.is_sent = unsent.reason is not None
                yield self.completion([self._choice(index, unsent)])

    def whole(self) -> Completion:
        """The whole completion."""
        return self.completion([self._choice(*each) for each in enumerate(self._unsent)], self.usage())

    def completion(self, choices: list[CompletionChoice], usage: Usage | None = None) -> Completion:
        """A completion with these choices."""
        model = self._model.path.name
        return Completion(id=self._id, created=self._created, model=model, choices=choices, usage=usage)

    def usage(self) -> Usage:
        """The numbers of tokens read and written."""
        read, written = self._prompt_tokens, sum(unsent.tokens for unsent in self._unsent)
        return Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)

    def _take(self, step: PassageStep) -> None:
        unsent, passage = self._unsent[step.passage], self._writing.passages[step.passage]
        if step.token is not None:
            unsent.tokens += 1
            if self.ask.logprobs is not None:
                self._note(unsent, step.token, step.log_probabilities, passage.said)
        unsent.add(step.piece)
        if passage.stop_filter.reached:
            unsent.reason = "stop"
        elif unsent.tokens >= self.ask.max_tokens:
            unsent.reason = "length"
            unsent.add(passage.stop_filter.close())

    def _note(
        self, unsent: Unsent, token: int, answer: Float32[np.ndarray, " vocabulary"], text: str
    ) -> None:
        """Keep a token's log-probability, and those of the likeliest ones."""
        most = self.ask.logprobs or 0
        likeliest = np.argsort(-answer, kind="stable")[:most]
        top = {readable(self._model.tokenizer, int(each)): float(answer[each]) for each in likeliest}
        shown = text or readable(self._model.tokenizer, token)
        unsent.rows.append(Row(token=shown, logprob=float(answer[token]), top=top, offset=unsent.spelled))
        unsent.spelled += len(text)

    def _choice(self, index: int, unsent: Unsent) -> CompletionChoice:
        """The unsent piece of a passage, which is sent now."""
        ready = [row for row in unsent.rows if row.offset < unsent.given]
        unsent.rows = [] if unsent.reason else unsent.rows[len(ready) :]
        text, unsent.text = unsent.text, ""
        logprobs = None
        if self.ask.logprobs is not None:
            logprobs = LogProbabilities(
                tokens=[row.token for row in ready],
                token_logprobs=[row.logprob for row in ready],
                top_logprobs=[row.top for row in ready],
                text_offset=[row.offset for row in ready],
            )
        return CompletionChoice(text=text, index=index, finish_reason=unsent.reason, logprobs=logprobs)

    def _echo(self) -> None:
        """Begin each passage with the cleaned prompt and its tokens."""
        prompt = clean(self.ask.text)
        noted = Unsent()
        if self.ask.logprobs is not None and prompt:
            decoder, ids = Decoder(self._model.tokenizer), text_ids(self._model.tokenizer, prompt)
            state, network = self._model.network.initial_state(), self._model.network
            for first in range(0, len(ids) - 1, BLOCK):
                block = ids[first : min(first + BLOCK, len(ids) - 1)]
                answers, state = network.step(block[:, None], state)
                for at, answer in zip(count(first + 1), answers[:, 0]):
                    token = int(ids[at])
                    self._note(noted, token, answer, decoder.feed(token))
        for unsent in self._unsent:
            unsent.rows, unsent.spelled = [*noted.rows], len(prompt)
            unsent.add(prompt)
