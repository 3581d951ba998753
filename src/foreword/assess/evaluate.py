"""The figures that `evaluate` shows: for a text handed in, or those measured when the model was made."""

import hashlib
import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from foreword.assess.bits import Watch, perplexity, score, unwatched
from foreword.assess.keystrokes import Ghost, calibration, lines_of, replay, sample
from foreword.corpus.texts import file_digests
from foreword.errors import ModelForeign, SourceEmpty
from foreword.keyboard.suggest import CONFIDENT, Counts, Keyboard
from foreword.modelfolder.names import in_a_command
from foreword.modelfolder.record import learned_from
from foreword.runtime.model import Model
from foreword.runtime.network import peak_megabytes
from foreword.text.cleaning import clean_pieces
from foreword.text.counting import counted
from foreword.text.documents import Document, join

Figures = dict[str, object]

CALIBRATED: Final = 25
"""So many of the messages show whether probabilities mean what they say: each key of them gives a list."""

REPLAYS: Final = 5
"""So often the messages are typed again, each time in another way."""

NUMBERS: Final = ("bits_per_character", "characters", "tokens", "nats_per_token")


def evaluate_text(model: Model, documents: Iterable[Document], *, watch: Watch = unwatched) -> Figures:
    """Score all of a text, and say whether it, or any file in it, was among the model's training text.

    Raises:
        SourceEmpty: There is no text.
    """
    documents = list(documents)
    text = "".join(clean_pieces(join(documents)))
    found = score(model, text, watch=watch)
    digests = {_digest(text), *file_digests(documents)}
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
    """What the keyboard would have saved of the keys for `count` lines of a text.

    Each line is learned when it is finished, in a throw-away copy. Beside it: without that (`fixed`), with a slip in
    each word (`slips`), by the first word alone where it has the probability `confidence` (`ghost`), and what word
    counts alone would have saved (`ngram`). `peak_megabytes` is the most memory that the process has had by then, None
    where the system does not say. `calibration` has, by tenths of probability, the mean said, the share that came, and
    the number of words; `calibration_error` how far the two are apart.
    Of a text without a line to type there are no figures.
    """
    text = "".join(clean_pieces(join(documents)))
    messages = sample(lines_of([text]), count)
    if not messages:
        return {}
    again = partial(
        replay, messages=messages, watch=_counter("typing lines again", REPLAYS * len(messages), watch)
    )
    typed = again(keyboard)
    calibrated = calibration(keyboard, messages[:CALIBRATED])
    return {
        **typed.figures(),
        "peak_megabytes": peak_megabytes(),
        "calibration": [list(group) for group in calibrated.groups],
        "calibration_error": calibrated.error,
        "fixed": again(keyboard, learn=False).figures(),
        "slips": again(keyboard, slips=True).figures(),
        "ghost": again(Ghost(keyboard, confidence), limit=1).figures(),
        "ngram": again(Counts(keyboard.memory)).figures(),
    }


def held_out_figures(model: Model) -> Figures:
    """The figures on the part of the training run's text that was held out to test with.

    Raises:
        SourceEmpty: Nothing was held out.
        ModelForeign: What is recorded are no figures.
    """
    held_out = model.folder.training.get("held_out")
    test = held_out.get("test") if isinstance(held_out, Mapping) else None
    if not isinstance(test, Mapping):
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


def _counter(what: str, most: int, watch: Watch) -> Callable[[], object]:
    """What tells `watch`, each time it is called, that one more of so many is done."""
    done = itertools.count(1)
    return lambda: watch(what, next(done) / most)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _training_digests(model: Model) -> set[str]:
    digests: set[str] = set()
    for source in learned_from(model.folder.training):
        files = source.get("files")
        digests |= {str(source.get("sha256")), *(map(str, files) if isinstance(files, list) else [])}
    return digests


# What `inspect` shows of a model.


def inspection(model: Model) -> dict[str, object]:
    """Facts by name, read from a folder whose files have all been checked, weights and both graphs included."""
    folder, config = model.folder, model.config
    folder.weights()
    _ = model.network, model.exact  # typing loads the one, measuring the other; here both must be whole
    training = folder.training
    sizes = {name: value for name, value in config.sizes.items() if name not in ("vocabulary", "newline")}
    facts: dict[str, object] = {
        "folder": str(folder.path),
        "architecture": config.architecture,
        "sizes": ", ".join(f"{name} {value}" for name, value in sizes.items()),
        "weights": sum(math.prod(tensor.shape) for tensor in folder.tensors.values()),
        "tokens": f"{config.vocabulary} {config.unit}",
        "graphs": ", ".join(
            name
            for name, quantized in (("float32", False), ("8-bit", True))
            if folder.graph(quantized=quantized) is not None
        ),
        "trained_on": _sources(training),
        "trained": f"{training.get('date')}, {_counted(training.get('steps'), 'step')}",
        "format_version": config.format_version,
        "foreword_version": config.foreword_version,
    }
    start = training.get("from")
    if isinstance(start, Mapping):
        facts["went_on_from"] = f"{start.get('name')} (weights {str(start.get('sha256'))[:12]})"
    held_out = training.get("held_out")
    test = held_out.get("test") if isinstance(held_out, Mapping) else None
    if isinstance(test, Mapping):
        facts["held_out_bits_per_character"] = test.get("bits_per_character")
    return facts


def _sources(training: Mapping[str, object]) -> str:
    """All texts that it has learned from, now and before, each once."""
    texts = {str(source.get("sha256") or source): source for source in learned_from(training)}
    return (
        ", ".join(f"{s.get('name')} ({_counted(s.get('characters'), 'character')})" for s in texts.values())
        or "unknown"
    )


def _counted(number: object, noun: str) -> str:
    """A number of training.json, which somebody else may have written, with its noun."""
    return counted(number, noun) if isinstance(number, int) else f"{number} {noun}s"
