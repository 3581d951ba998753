"""Every architecture, and an n-gram, trained on one text under one budget, and measured on the same held-out text.

The corpus, the plan and the loop are those of `train`. No model is written, and no memory learns: the text is in a
subfolder of the data folder that only its owner can read, and that is deleted at the end.
"""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final, final

from foreword.assess.bits import Ids, nats
from foreword.assess.ngram import LAST_TOKENS, NGram
from foreword.assess.report import Contender
from foreword.corpus.prepare import Corpus, EncodingSettings, prepare
from foreword.corpus.streams import Stream
from foreword.corpus.texts import ReadSettings
from foreword.errors import OptionError, SourceEmpty
from foreword.models.catalogue import load_weights, parameter_count
from foreword.models.language_model import AbstractWindowModel
from foreword.personal.backtest import MEASURED_TOKENS, NGRAM_ORDER, network_of
from foreword.personal.events import Event, Noted
from foreword.personal.monitor import monitor, planned, prepared
from foreword.personal.run_folder import private_folder
from foreword.personal.signals import stopping
from foreword.settings import Size
from foreword.text.plural import counted
from foreword.training.device import bound_threads, choose_device, keep_large_buffers, within_memory
from foreword.training.onnx import float_graph
from foreword.training.plan import new_session, parameters_of, plan_run
from foreword.training.recipe import Table, defaults_for, merged
from foreword.training.session import Session
from foreword.training.validate import nats_to_bits

NGRAM: Final = "n-gram"
ARCHITECTURES: Final = ("unrolled", "window", "convolution", "rnn", "gru", "lstm")
"""In the order of training: the amount of text that a network sees grows."""

DEFAULT_MINUTES: Final = 0.5
SMALL: Final[Size] = "small"  # unless a number of weights is given: it learns something in half a minute
WIDEST: Final = 1 << 14  # largest hidden size to try for a number of weights
WEIGHTS_WITHIN: Final = 0.1  # largest relative difference from the number of weights asked for


@final
@dataclass(frozen=True, kw_only=True)
class Budget:
    """The budget of each network: minutes, or a number of updates; and its approximate number of weights, if fixed."""

    minutes: float | None
    steps: int | None
    weights: int | None

    @classmethod
    def of(cls, *, minutes: float | None, steps: int | None, weights: int | None) -> "Budget":
        """The budget that was asked for, or the default one.

        Raises:
            OptionError: a value is not valid, or minutes and steps are both given.
        """
        if minutes is not None and steps is not None:
            raise OptionError("--minutes and --steps both set the length of a training; give one of them")
        for name, value in (("minutes", minutes), ("steps", steps), ("weights", weights)):
            if value is not None and not 0 < value < 10**12:
                raise OptionError(f"--{name} {value:g}: give a number above 0")
        default = DEFAULT_MINUTES if steps is None else None
        return cls(minutes=default if minutes is None else minutes, steps=steps, weights=weights)

    def __str__(self) -> str:
        if self.minutes is None:
            return counted(self.steps or 0, "step")
        seconds = 60 * self.minutes
        return f"{seconds:.3g} seconds" if seconds < 60 else counted(round(seconds / 60, 1), "minute")


def train_contenders(
    sources: Sequence[str],
    architectures: Sequence[str],
    budget: Budget,
    reading: ReadSettings,
    found: list[Contender],
    *,
    seed: int = 0,
) -> Iterator[Event]:
    """Train the networks, and add each contender to `found` when it is measured, the n-gram first.

    While it reads a source, Ctrl-C or SIGTERM ends it at once. Later, the first signal drops only the network in
    training.

    Raises:
        ForewordError: a source cannot be read, or a network cannot be made as asked for; or another comparison runs.
    """
    keep_large_buffers()
    busy = "another comparison is under way; wait for its end, or stop it"
    with private_folder(".compare", busy) as folder, ExitStack() as signals:
        corpus = prepare(sources, folder / "corpus", EncodingSettings(unit="characters", seed=seed), reading)
        interrupted = signals.enter_context(stopping())
        if corpus.validation is None or corpus.test is None:
            few = f"{counted(corpus.train.characters, 'character')} are too few for a comparison"
            raise SourceEmpty(f"{', '.join(sources)}: {few}, because 10 % are held out; give more text")
        held_out = corpus.validation, corpus.test
        yield prepared(corpus, corpus.notes)
        plans = [_tables(each, budget, corpus, seed) for each in architectures]  # errors come before training
        found.append(_ngram_contender(corpus, held_out))
        yield _finished_note(found[-1])
        for name, tables in zip(architectures, plans, strict=True):
            if interrupted():
                return
            yield Noted(message=f"training {name} for {budget}")
            run = folder / name
            run.mkdir()
            device = choose_device(None)
            with within_memory(), bound_threads(device):
                minutes, seconds = budget.minutes, budget.minutes and 60 * budget.minutes
                plan = plan_run(tables, corpus, device=device, size=SMALL, minutes=minutes, seconds=seconds)
                session = new_session(plan, corpus)
                yield planned(plan, session)
                for event in monitor(session, plan, corpus, run):
                    if event is not None:
                        yield event
                    if interrupted():
                        return
                found.append(_network_contender(session, name, corpus, held_out))
            yield _finished_note(found[-1])


def _tables(architecture: str, budget: Budget, corpus: Corpus, seed: int) -> Mapping[str, Table]:
    """The recipe of a network: the defaults of its architecture, and a width for the number of weights asked for."""
    model: dict[str, object] = {"architecture": architecture}
    training = {"seed": seed, "patience": 0} | ({} if budget.steps is None else {"steps": budget.steps})
    tables: dict[str, Table] = {"model": model, "training": training}
    if budget.weights is not None:
        model["hidden"] = _width(model, budget.weights, corpus)
    return tables


def _width(model: Table, weights: int, corpus: Corpus) -> int:
    """The hidden size of the network that comes closest to `weights`.

    Raises:
        OptionError: no hidden size comes close.
    """

    def off(hidden: int) -> int:
        sizes = {**model, "hidden": hidden}
        chosen = defaults_for(corpus.train.characters, minutes=None, size=SMALL, named=sizes)
        return parameters_of(merged(chosen, {"model": sizes}), corpus) - weights

    narrower = bisect_right(range(1, WIDEST), 0, key=off)  # the widest network with no more weights
    best = min((max(1, narrower), narrower + 1), key=lambda hidden: abs(off(hidden)))
    if abs(off(best)) > WEIGHTS_WITHIN * weights:
        nearest = weights + off(best)
        raise OptionError(
            f"--weights {weights}: with the {corpus.tokenizer.size} tokens of this text, {model['architecture']} "
            f"comes no closer than {nearest:,} weights; give another number"
        )
    return best


def _ngram_contender(corpus: Corpus, held_out: tuple[Stream, Stream]) -> Contender:
    begun = time.perf_counter()
    ids = corpus.train.ids[-LAST_TOKENS:]
    ngram = NGram.count(ids, order=NGRAM_ORDER, vocabulary=corpus.tokenizer.size)
    seconds = time.perf_counter() - begun
    validation, test = (_measured(ngram.nats, part, corpus) for part in held_out)
    return Contender(
        name=NGRAM,
        bits_per_character=test[0],
        characters=test[1],
        weights=sum(len(level.keys) for level in ngram.levels),
        reads_back=NGRAM_ORDER - 1,
        characters_per_second=len(ids) / corpus.train.tokens_per_character / seconds,
        seconds=seconds,
        steps=None,
        curve=((seconds, validation[0]),),
    )


def _network_contender(
    session: Session, architecture: str, corpus: Corpus, held_out: tuple[Stream, Stream]
) -> Contender:
    """The figures of a network with its best weights; the runtime reads it like a finished model."""
    validation, test = held_out
    load_weights(session.model, session.chosen().weights)
    model = session.model.to("cpu").eval()
    network = network_of(float_graph(model), corpus)
    bits_per_character, characters = _measured(partial(nats, network), test, corpus)
    return Contender(
        name=architecture,
        bits_per_character=bits_per_character,
        characters=characters,
        weights=parameter_count(model),
        reads_back=model.context if isinstance(model, AbstractWindowModel) else None,
        characters_per_second=session.tokens_per_second / corpus.train.tokens_per_character,
        seconds=session.seconds,
        steps=session.record.step,
        curve=tuple((at.seconds, validation.bits_per_character(at.nats)) for at in session.record.curve),
    )


def _finished_note(contender: Contender) -> Noted:
    took = f"{contender.bits_per_character:.3f} bits per character after {contender.seconds:.1f} s"
    return Noted(message=f"finished {contender.name}: {took}")


def _measured(nats_of: Callable[[Ids], float], part: Stream, corpus: Corpus) -> tuple[float, int]:
    """Bits per character of a held-out part, or of a sample if it is very long; and the characters measured."""
    ids = part.spread(MEASURED_TOKENS)
    characters = corpus.characters_in(ids)
    return nats_to_bits(nats_of(ids)) / characters, characters
