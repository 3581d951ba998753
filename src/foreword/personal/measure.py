"""The time budget of a run; the figures of networks on held-out text; the choice of base or new network by them.

The shares of the time; each was measured (docs/log.md). `training/plan.py` divides that of the updates. Figures are in
bits per character.

read, fill the memory         no limit
try base and new network      3.5 % of the time left, at most 30 s each
train                         the rest
write the model               3 s
figures on held-out text      42 % of 7 %: read by networks 75 %, n-gram 25 %
back-test                     58 % of 7 %: the memory 1/3, typing 2/3; at most 40 s
"""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, final

import numpy as np
from jaxtyping import Int64

from foreword.assess.bits import nats as nats_of
from foreword.assess.bits import score, text_ids
from foreword.assess.ngram import LAST_TOKENS, NGram
from foreword.corpus.prepare import Corpus
from foreword.errors import ForewordError
from foreword.modelfolder import ModelFolder
from foreword.personal.events import Compared, Measured
from foreword.personal.finetune import InitialWeights, Tables, recorded_recipe
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.text.plural import counted
from foreword.training.device import choose_device
from foreword.training.loop import fit
from foreword.training.plan import new_session, plan_run
from foreword.training.recipe import LENGTHS, Recipe
from foreword.training.validate import bits, validate

WRITING: Final = 3.0
RESERVED: Final = 0.07
FIGURES: Final = 0.42
READING, COUNTING = 0.75, 0.25
TRYING, MOST_TRYING = 0.035, 30.0
STEPS_TRIED, MOST_STEPS_TRIED = 0.05, 100
"""The share of the steps for each try, if the request fixes the steps; and the most steps."""
MOST_TYPING, TYPED_REMEMBERING = 40.0, 1 / 3
TYPING_WITHOUT_END: Final = 20.0
"""Seconds for the back-test of a run without a deadline."""
SECONDS_PER_REMEMBERED: Final = 5e-6
"""Seconds that the memory takes to learn a token."""
FEWEST_REMEMBERED: Final = 50_000


@final
@dataclass(frozen=True, kw_only=True)
class Try:
    """The length of the short training of the base and the new network, to choose one: `seconds`, or `steps`."""

    seconds: float
    steps: int | None = None

    def __str__(self) -> str:
        """The length, in words."""
        return f"{self.seconds:.2g} s" if self.steps is None else counted(self.steps, "step")


@final
@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The end of a run, as a moment of `time.perf_counter()`; infinite for a run without a time limit."""

    end: float = math.inf

    @classmethod
    def after(cls, minutes: float | None, begun: float) -> "Deadline":
        """The deadline of a run of `minutes` from `begun` on."""
        return cls() if minutes is None else cls(end=begun + 60 * minutes)

    @property
    def left(self) -> float:
        """Seconds from now to the end."""
        return self.end - time.perf_counter()

    @property
    def reserve(self) -> "Reserve":
        """The time to reserve now for the steps after the training."""
        return Reserve(WRITING + RESERVED * max(0.0, self.left))

    def a_try(self, steps: int | None) -> Try:
        """The length of the try of each network; in a run without a deadline, a share of its steps."""
        if self.end < math.inf:
            return Try(seconds=min(MOST_TRYING, TRYING * max(0.0, self.left)))
        share = MOST_STEPS_TRIED if steps is None else max(1, round(STEPS_TRIED * steps))
        return Try(seconds=MOST_TRYING, steps=min(MOST_STEPS_TRIED, share))


@final
@dataclass(frozen=True)
class Reserve:
    """Seconds for the steps after the training; infinite for a run without a deadline."""

    seconds: float = math.inf

    @property
    def figures(self) -> float:
        """Seconds for figures on held-out text."""
        return FIGURES * max(0.0, self.seconds - WRITING)

    @property
    def typing(self) -> float:
        """Seconds for the back-test."""
        if self.seconds == math.inf:
            return TYPING_WITHOUT_END
        return min(MOST_TYPING, (1 - FIGURES) * max(0.0, self.seconds - WRITING))


def tokens_remembered(seconds: float, most: int) -> int:
    """The number of tokens that a memory learns in `seconds`: at most `most`, and not too few."""
    return int(min(most, max(FEWEST_REMEMBERED, seconds / SECONDS_PER_REMEMBERED)))


# Figures

MEASURED_TOKENS: Final = 200_000
"""The most tokens of a part to measure on."""
FEWEST_TOKENS: Final = 2_000
"""The fewest tokens to measure on, even if time is short: a figure on fewer says nothing."""

NGRAM_ORDER: Final = 6
SECONDS_PER_COUNTED_TOKEN: Final = 8e-7
"""Measured (docs/log.md)."""

PROBED_ROWS, PROBED_COLUMNS = 64, 16
FEW_COLUMNS: Final = 1.4
"""A factor on the time per token of the probe. A text has fewer columns, which is slower, and each column reads a
little text before its own."""

Figures = dict[str, Any]


def network_of(graph: bytes, corpus: Corpus) -> Network:
    """The network of a graph, in the tokens of `corpus`."""
    return Network(graph, newline=corpus.tokenizer.newline, vocabulary=corpus.tokenizer.size)


@final
@dataclass(frozen=True, kw_only=True)
class Extent:
    """The number of tokens to measure on in a given time: of each held-out part, and of the text for the n-gram."""

    tokens: int
    counted: int

    @classmethod
    def within(cls, seconds: float, network: Network, corpus: Corpus, *, readings: int) -> "Extent":
        """The extent for `seconds`, a share of which goes to `readings` with such a network."""
        seconds, per_token = max(0.0, seconds), _seconds_per_token(network, corpus)
        tokens = READING * seconds / (FEW_COLUMNS * per_token * readings)
        counted = COUNTING * seconds / SECONDS_PER_COUNTED_TOKEN
        return cls(
            tokens=int(min(MEASURED_TOKENS, max(FEWEST_TOKENS, tokens))),
            counted=int(min(LAST_TOKENS, max(MEASURED_TOKENS, counted))),
        )


def _seconds_per_token(network: Network, corpus: Corpus) -> float:
    """Seconds to read one token in many parallel columns, measured on a few tokens."""
    block = np.resize(corpus.train.beginning(PROBED_ROWS), (PROBED_ROWS, PROBED_COLUMNS))
    _, state = network.step(block[:1], network.initial_state(PROBED_COLUMNS))
    start = time.perf_counter()
    network.step(block, state)
    return (time.perf_counter() - start) / block.size


def figures_of(network: Network, initial: Network | None, corpus: Corpus, extent: Extent) -> Figures:
    """The figures of `network` on the test part, beside an n-gram of the training text and a uniform guess.

    With `initial` weights, there are also their figures, and the figures of both on old text, if there is any.
    """
    found: Figures = {}
    for name, part in (("test", corpus.test), ("old", None if initial is None else corpus.old_held_out)):
        if part is None:
            continue
        ids = part.beginning(extent.tokens)
        found[name] = _figures(nats_of(network, ids), ids, corpus)
        if name == "test":
            text = corpus.train.ids[-extent.counted :]
            ngram = NGram.count(text, order=NGRAM_ORDER, vocabulary=corpus.tokenizer.size)
            found[name]["ngram"] = _figures(ngram.nats(ids), ids, corpus)
            found[name]["uniform"] = math.log2(_distinct_characters(corpus))
        if initial is not None:
            found[name]["start"] = _figures(nats_of(initial, ids), ids, corpus)
    return found


def rival_bits(there: ModelFolder, corpus: Corpus, recipe: Recipe, tokens: int) -> float | None:
    """Bits per character of the model that the new one would replace, on the first `tokens` of the test part.

    None if they cannot be compared: nothing is held out, the model was trained on that text, or it cannot be run.
    """
    try:
        if corpus.test is None or _was_trained_on_it(there, corpus, recipe):
            return None
        text = corpus.tokenizer.decode(corpus.test.beginning(tokens)[1:])
        return score(Model(there), text).bits_per_character
    except ForewordError:
        return None


def _was_trained_on_it(there: ModelFolder, corpus: Corpus, recipe: Recipe) -> bool:
    """True if the existing model was trained on text that is held out now: less of the same text was held out then."""
    known = {sha256 for text in there.record().learned_from() for sha256 in (text.sha256, *text.files)}
    same = any(known & {source.sha256, *source.files} for source in corpus.sources)
    return same and recorded_recipe(Model(there)).text.held_out < recipe.text.held_out


def events_of(held_out: Figures, corpus: Corpus) -> Iterator[Measured]:
    """The event for the figures of the new network alone."""
    test = held_out.get("test")
    if test is not None and corpus.test is not None:
        yield Measured(
            characters=test["characters"],
            held_out=corpus.test.characters,
            bits_per_character=test["bits_per_character"],
            ngram=test["ngram"]["bits_per_character"],
        )


def comparisons(held_out: Figures) -> Iterator[Compared]:
    """The events for these figures beside those of the initial weights."""
    texts: Mapping[str, Literal["new", "old"]] = {"test": "new", "old": "old"}
    for name, text in texts.items():
        now = held_out.get(name)
        if now is not None and "start" in now:
            yield Compared(
                text=text,
                characters=now["characters"],
                before=now["start"]["bits_per_character"],
                after=now["bits_per_character"],
            )


def _figures(nats: float, ids: Int64[np.ndarray, " time"], corpus: Corpus) -> Figures:
    tokens, characters = len(ids) - 1, corpus.characters_in(ids)
    return {
        "bits_per_character": bits(nats) / characters,
        "characters": characters,
        "tokens": tokens,
        "nats_per_token": nats / tokens,
    }


def _distinct_characters(corpus: Corpus) -> int:
    """The number of different characters in the training text, for the uniform guess."""
    if corpus.tokenizer.unit == "characters":
        return sum(len(token.decode("utf-8", "ignore")) == 1 for token in corpus.tokenizer.tokens[256:])
    return len(set(corpus.tokenizer.decode(corpus.train.beginning(MEASURED_TOKENS))))


# Base or new network

STEPS_PER_SECOND: Final = 25
"""Steps of a small new network on a good machine. They decide the epochs of a try, and so its dropout."""

COMPARED_TOKENS: Final = 20_000
COMPARED_PER_SECOND: Final = 1_000
"""Tokens to compare them on, per second of a try. Reading them takes about a twentieth of its time."""
FEWEST_CHARACTERS: Final = 500
"""The least held-out text for a comparison; with less, the base is chosen, which knows the language."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Ready:
    """The start of a run: tables, corpus, initial weights (None: random), and the reasons in words."""

    tables: Tables
    corpus: Corpus
    initial: InitialWeights | None
    reasons: tuple[str, ...] = ()


def is_comparable(corpus: Corpus) -> bool:
    """True if enough of a text is held out to compare two networks."""
    return corpus.validation is not None and corpus.validation.characters >= FEWEST_CHARACTERS


def choose(base: Ready, new: Ready, *, how: Try, device: str | None) -> Ready:
    """The one of the two that predicts held-out text better after a try; the base if they cannot be compared."""
    part = new.corpus.validation
    if part is None or not is_comparable(new.corpus):
        reason = "goes on from base: too little text is held out to compare it with a new network"
        return replace(base, reasons=(reason,))
    tokens = int(min(COMPARED_TOKENS, max(FEWEST_CHARACTERS, COMPARED_PER_SECOND * how.seconds)))
    text = new.corpus.tokenizer.decode(part.beginning(tokens)[1:])
    of_base, of_new = (_bits_after(how, each, text, device) for each in (base, new))
    chosen, begins = (base, "goes on from base") if of_base <= of_new else (new, "begins with a new network")
    figures = f"base {of_base:.2f} bits per character on held-out text, new network {of_new:.2f}"
    return replace(chosen, reasons=(f"{begins}: after a try of {how}, {figures}",))


def _bits_after(how: Try, ready: Ready, text: str, device: str | None) -> float:
    """Bits per character on `text`, after a try.

    The learning rate is constant and nothing is validated, so the number of steps need not be known in advance.
    """
    begun = time.perf_counter()
    steps = how.steps or max(1, round(STEPS_PER_SECOND * how.seconds))
    tables = ready.tables
    asked = {name: value for name, value in tables.get("training", {}).items() if name not in LENGTHS}
    further = ready.initial is not None
    plan = plan_run(
        {**tables, "training": {**asked, "steps": steps, "schedule": "constant", "warm_up": 0.0}},
        ready.corpus,
        device=choose_device(device),
        size=None if further else "small",
        further=further,
    )
    session = new_session(plan, ready.corpus, None if ready.initial is None else ready.initial.weights)
    session.validation_ids = None
    for _ in fit(session):
        if how.steps is None and time.perf_counter() - begun > how.seconds:
            break
    ids = text_ids(ready.corpus.tokenizer, text)
    nats = validate(session.model, ids, device=session.device, precision=plan.precision)
    return bits(nats) * (len(ids) - 1) / len(text)
