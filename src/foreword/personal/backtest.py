"""The measurements of a new model: bits per character of networks on held-out text, then the back-test.

In the back-test, the model types the person's last messages, which no model has learned, for a report. An n-gram and
the model that comes with Foreword type them too.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, final

import numpy as np

from foreword.assess.bits import nats as nats_of
from foreword.assess.bits import score, surprises
from foreword.assess.keystrokes import NgramKeyboard, WithOptions, lines_of, replay, sample
from foreword.assess.ngram import LAST_TOKENS, NGram
from foreword.assess.report import ReportPage, page
from foreword.corpus.prepare import Corpus, SourceRecord
from foreword.corpus.texts import MEMORY
from foreword.errors import ForewordError
from foreword.files import write_whole
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import CONFIDENT, Keyboard
from foreword.libraries import Int64
from foreword.modelfolder import ModelFolder
from foreword.modelfolder.card import PICTURE
from foreword.modelfolder.record import TrainingRecord
from foreword.personal.continual import base_model
from foreword.personal.events import Backtested, Compared, Measured, Reported, Warned
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.training.recipe import Recipe, TextSettings
from foreword.training.validate import nats_to_bits

MEASURED_TOKENS: Final = 200_000  # the most tokens of a part to measure on
FEWEST_TOKENS: Final = 2_000  # the fewest, even if time is short: a figure on fewer says nothing
NGRAM_ORDER: Final = 6
READING, COUNTING = 0.75, 0.25  # shares of the time to measure: networks read, an n-gram is counted
SECONDS_PER_COUNTED_TOKEN: Final = 8e-7  # measured (docs/log.md)
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
        ids = part.spread(extent.tokens)
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
    """Bits per character of the model that the new one would replace, on `tokens` of the test part.

    None if they cannot be compared: nothing is held out, the model was trained on that text, or it cannot be run.
    """
    try:
        if corpus.test is None or seen_sources(there.record(), corpus, recipe):
            return None
        text = corpus.tokenizer.decode(corpus.test.spread(tokens)[1:])
        return score(Model(there), text).bits_per_character
    except ForewordError:
        return None


def seen_sources(there: TrainingRecord, corpus: Corpus, recipe: Recipe) -> list[SourceRecord]:
    """The sources of which a model with this record was trained on text that is held out now."""
    runs, share = (there, *there.history), recipe.text.held_out
    return [each for each in corpus.sources if any(_has_seen(run, each, share) for run in runs)]


def _has_seen(run: TrainingRecord, new: SourceRecord, share: float) -> bool:
    """True unless the training held out at least this `share` of the same text, or of a beginning of it."""
    held_out = run.recipe.get("text", {}).get("held_out", TextSettings().held_out)
    is_enough = isinstance(held_out, int | float) and held_out >= share
    for old in (*run.sources, *run.old_sources):
        before, now = old.files or (old.sha256,), new.files or (new.sha256,)
        shared = {*before} & {*now}
        begins = before[: len(shared)] == now[: len(shared)] and {*before[: len(shared)]} == shared
        is_longer = begins and new.characters >= (old.characters or math.inf)
        is_same = old.sha256 == new.sha256
        if (is_same or shared) and not (is_enough and (is_same or is_longer)):
            return True
    return False


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
        "bits_per_character": nats_to_bits(nats) / characters,
        "characters": characters,
        "tokens": tokens,
        "nats_per_token": nats / tokens,
    }


def _distinct_characters(corpus: Corpus) -> int:
    """The number of different characters in the training text, for the uniform guess."""
    if corpus.tokenizer.unit == "characters":
        return sum(len(token.decode("utf-8", "ignore")) == 1 for token in corpus.tokenizer.tokens[256:])
    return len(set(corpus.tokenizer.decode(corpus.train.beginning(MEASURED_TOKENS))))


# The back-test

MOST_MESSAGES: Final = 100
FEWEST_MESSAGES: Final = 5  # that the test part must have; a slow machine types only some of them
FEWEST_TYPED: Final = 3
PROBED_MESSAGES: Final = 2
TYPED_REMEMBERING: Final = 1 / 3  # share of the time in which a memory learns the training text first
FEWEST_REMEMBERED, REMEMBERED = 50_000, 2_000_000  # tokens of that text, from its end
SECONDS_PER_REMEMBERED: Final = 5e-6
SHOWN: Final = 5  # messages for which a report shows the bits of each token
BASES: Final = {"base": "base model", "base_with_memory": "base model, and the same memory"}


def backtest(
    model: Model, corpus: Corpus, seconds: float, *, html: Path | None, share: bool
) -> Iterator[Backtested | Reported | Warned]:
    """Type messages of the test part for about `seconds`, and write the report to `html`.

    The model is already written, so a problem is a warning, not an error.
    """
    messages, own, others = _typed_again(model, corpus, seconds)
    if own:
        yield Backtested(figures=own | others)
    if html is None:
        return
    if not own:
        yield Warned(message="there is no report: too little is held out to try the model on")
        return
    try:
        report = _report(model, messages, own, others, share=share, notes=corpus.notes)
        write_whole(html, page(report).encode(), private=True)
        yield Reported(path=html)
    except ForewordError as error:
        yield Warned(message=f"there is no report: {error}")
    except OSError as error:
        why = f"{html} cannot be written: {error.strerror}; choose another place with --html"
        yield Warned(message=f"there is no report: {why}")


def _typed_again(
    model: Model, corpus: Corpus, seconds: float
) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """The typed messages, the figures of the model, and those of the others; all empty if too few were held out.

    The others are the inline suggestion alone (`ghost`), an `ngram`, the `base`, and the base beside the same memory.
    """
    lines = [] if corpus.test is None else lines_of([corpus.last_lines(corpus.test, REMEMBERED)])
    if len(lines) < FEWEST_MESSAGES:
        return [], {}, {}
    affordable = int(seconds * TYPED_REMEMBERING / SECONDS_PER_REMEMBERED)
    remembered = min(REMEMBERED, max(FEWEST_REMEMBERED, affordable))
    begun, memory = time.perf_counter(), Memory.open()
    own_old = corpus.old if all(source.place == MEMORY for source in corpus.old_sources) else None
    for part in (own_old, corpus.train, corpus.validation):
        if part is not None:
            memory.learn(corpus.last_lines(part, remembered))
    keyboard, base = Keyboard(model, memory), base_model()
    probed = time.perf_counter()
    replay(keyboard, sample(lines, PROBED_MESSAGES))
    now = time.perf_counter()
    each, replays = (now - probed) / PROBED_MESSAGES, 2 if base is None else 4
    most = int(max(0.0, seconds - (now - begun)) / (replays * each))
    messages = sample(lines, max(FEWEST_TYPED, min(MOST_MESSAGES, most)))
    own = replay(keyboard, messages).figures()
    others = {
        "ghost": replay(WithOptions(keyboard, confidence=CONFIDENT), messages, limit=1).figures(),
        "ngram": replay(NgramKeyboard(memory), messages).figures(),
    }
    if base is not None:
        others["base"] = replay(Keyboard(base), messages).figures()
        others["base_with_memory"] = replay(Keyboard(base, memory), messages).figures()
    return messages, own, others


def _report(
    model: Model,
    messages: Sequence[str],
    own: Mapping[str, Any],
    others: Mapping[str, Any],
    *,
    share: bool,
    notes: Sequence[str],
) -> ReportPage:
    """The report of the back-test; with `share`, without the person's words."""
    curve = model.path / PICTURE
    return ReportPage(
        title="What Foreword would have saved" if share else "What Foreword would have saved you",
        savings={
            "this model, and the memory beside it": own,
            "n-gram": others["ngram"],
            **{name: others[key] for key, name in BASES.items() if key in others},
            "inline suggestion alone": others["ghost"],
        },
        facts=_facts(model, own, others["ghost"]),
        pictures={"Bits per character during the training": curve.read_bytes()} if curve.exists() else {},
        messages=[] if share else [surprises(model, message) for message in messages[-SHOWN:]],
        notes=[] if share else notes,
    )


def _facts(model: Model, own: Mapping[str, Any], inline: Mapping[str, Any]) -> dict[str, str]:
    held_out = model.folder.record().held_out
    test = None if held_out is None else held_out.test
    facts = {
        "held-out messages typed": f"{own['messages']}",
        "hit@3 before the first letter of a word": f"{own['hit_at_3']:.1%}",
        "hit@1": f"{own['hit_at_1']:.1%}",
        "keys at which the inline suggestion shows": f"{inline['lists_with_words']:.0%}",
        "time of a list": f"{own['milliseconds_p50']:.1f} ms, 95 % of them at most {own['milliseconds_p95']:.1f} ms",
    }
    if test is not None:
        scores = (("", test), (", initial weights", test.start), (", n-gram of the same text", test.ngram))
        for name, score in scores:
            if score is not None:
                facts[f"bits per character{name}"] = f"{score.bits_per_character:.3f}"
    return facts
