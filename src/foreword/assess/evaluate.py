"""The figures that `evaluate` and `inspect` show of a model."""

import hashlib
import itertools
import math
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from foreword.assess.bits import Watch, perplexity, score, unwatched
from foreword.assess.keystrokes import Inline, calibration, lines_of, replay, sample
from foreword.corpus.fingerprints import file_digests
from foreword.errors import ModelForeign, SourceEmpty
from foreword.keyboard.counts import Counts
from foreword.keyboard.ranking import CONFIDENT
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.names import in_a_command
from foreword.modelfolder.provenance import learned_from
from foreword.runtime.model import Model
from foreword.runtime.resident import peak_megabytes
from foreword.text.cleaning import clean_pieces
from foreword.text.counting import counted
from foreword.text.documents import Document, join

Figures = dict[str, object]

CALIBRATED: Final = 25
"""So many of the messages show whether probabilities are right: each key of them gives a list."""
REPLAYS: Final = 5
"""How many times the messages are typed again, each time in another way."""
NUMBERS: Final = ("bits_per_character", "characters", "tokens", "nats_per_token")


def evaluate_text(model: Model, documents: Iterable[Document], *, watch: Watch = unwatched) -> Figures:
    """Score all of a text, and say whether it, or any file in it, was among the model's training text.

    Raises:
        SourceEmpty: there is no text.
    """
    documents = list(documents)
    text = "".join(clean_pieces(join(documents)))
    found = score(model, text, watch=watch)
    digests = {hashlib.sha256(text.encode()).hexdigest(), *file_digests(documents)}
    return {
        "bits_per_character": found.bits_per_character,
        "characters": found.characters,
        "tokens": found.tokens,
        "nats_per_token": found.nats_per_token,
        "perplexity": found.perplexity,
        "among_training_text": not digests.isdisjoint(_training_digests(model)),
    }


def typing_figures(
    keyboard: Keyboard,
    documents: Iterable[Document],
    count: int,
    *,
    confidence: float = CONFIDENT,
    watch: Watch = unwatched,
) -> Figures:
    """The keystroke savings on `count` lines of a text, each of which is learned when it is finished, in a copy.

    Beside them: without that learning (`fixed`), with a typo in each word (`slips`), by the inline suggestion alone,
    shown from the probability `confidence` on (`ghost`), and by the n-gram (`ngram`). `peak_megabytes` is the most
    memory that the process has had, None if the system does not say. `calibration` has, by tenths of probability, the
    mean probability, the share that came, and the number of words; `calibration_error` is the distance of the two.
    A text without a line to type has no figures.
    """
    messages = sample(lines_of(["".join(clean_pieces(join(documents)))]), count)
    if not messages:
        return {}
    done = itertools.count(1)

    def typed() -> None:
        watch("typing lines again", next(done) / (REPLAYS * len(messages)))

    again = partial(replay, messages=messages, watch=typed)
    learning = again(keyboard)
    calibrated = calibration(keyboard, messages[:CALIBRATED])
    return {
        **learning.figures(),
        "peak_megabytes": peak_megabytes(),
        "calibration": [list(group) for group in calibrated.groups],
        "calibration_error": calibrated.error,
        "fixed": again(keyboard, learn=False).figures(),
        "slips": again(keyboard, slips=True).figures(),
        "ghost": again(Inline(keyboard, confidence), limit=1).figures(),
        "ngram": again(Counts(keyboard.memory)).figures(),
    }


def held_out_figures(model: Model) -> Figures:
    """The figures on the part of the training run's text that was held out to test with.

    Raises:
        SourceEmpty: nothing was held out.
        ModelForeign: a recorded figure is not a number.
    """
    test = _test_figures(model.folder.training)
    if test is None:
        raise SourceEmpty(
            f"nothing was held out when {model.path.name} was trained, so there is no figure to show; "
            f"hand in a text that it has not seen: foreword evaluate FILE -m {in_a_command(model.path)}"
        )
    numbers = {f"held_out.test.{name}": test.get(name) for name in NUMBERS}
    if "uniform" in test:
        numbers["held_out.test.uniform"] = test["uniform"]
    if isinstance(ngram := test.get("ngram"), Mapping):
        numbers["held_out.test.ngram.bits_per_character"] = ngram.get("bits_per_character")
    for name, value in numbers.items():
        if type(value) not in (int, float):
            raise ModelForeign(
                f"{model.path / 'training.json'}: {name} must be a number, and is {repr(value)[:60]}; "
                "get the model again"
            )
    return {**test, "perplexity": perplexity(test["nats_per_token"])}


def inspection(model: Model) -> Figures:
    """Facts by name, read from a folder whose files have all been checked, weights and both graphs included."""
    folder, config, training = model.folder, model.config, model.folder.training
    folder.weights()
    _ = model.network, model.exact  # typing loads the one, measuring the other; here both must be whole
    sizes = {name: value for name, value in config.sizes.items() if name not in ("vocabulary", "newline")}
    graphs = {"float32": False, "8-bit": True}
    facts: Figures = {
        "folder": str(folder.path),
        "architecture": config.architecture,
        "sizes": ", ".join(f"{name} {value}" for name, value in sizes.items()),
        "weights": sum(math.prod(tensor.shape) for tensor in folder.tensors.values()),
        "tokens": f"{config.vocabulary} {config.unit}",
        "graphs": ", ".join(
            name for name, small in graphs.items() if folder.graph(quantized=small) is not None
        ),
        "trained_on": _sources(training),
        "trained": f"{training.get('date')}, {_counted(training.get('steps'), 'step')}",
        "format_version": config.format_version,
        "foreword_version": config.foreword_version,
    }
    start = training.get("from")
    if isinstance(start, Mapping):
        facts["went_on_from"] = f"{start.get('name')} (weights {str(start.get('sha256'))[:12]})"
    if (test := _test_figures(training)) is not None:
        facts["held_out_bits_per_character"] = test.get("bits_per_character")
    return facts


def _test_figures(training: Mapping[str, object]) -> Mapping[str, Any] | None:
    held_out = training.get("held_out")
    test = held_out.get("test") if isinstance(held_out, Mapping) else None
    return test if isinstance(test, Mapping) else None


def _training_digests(model: Model) -> set[str]:
    digests: set[str] = set()
    for source in learned_from(model.folder.training):
        files = source.get("files")
        digests |= {str(source.get("sha256")), *(map(str, files) if isinstance(files, list) else [])}
    return digests


def _sources(training: Mapping[str, object]) -> str:
    """All texts that it has learned from, now and before, each once."""
    texts = {str(source.get("sha256") or source): source for source in learned_from(training)}
    named = [f"{s.get('name')} ({_counted(s.get('characters'), 'character')})" for s in texts.values()]
    return ", ".join(named) or "unknown"


def _counted(number: object, noun: str) -> str:
    """A number of training.json, which somebody else may have written, with its noun."""
    return counted(number, noun) if isinstance(number, int) else f"{number} {noun}s"
