"""The figures of `evaluate` and `inspect`: bits per character, keystroke savings, and the training of the model."""

import hashlib
import itertools
import sys
from collections.abc import Iterable
from functools import partial
from typing import Final

import msgspec

from foreword.assess.bits import Watch, no_progress, perplexity, score
from foreword.assess.keystrokes import NgramKeyboard, WithOptions, calibration, lines_of, replay, sample
from foreword.corpus.texts import file_digests
from foreword.errors import ModelForeign, SourceEmpty
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import CONFIDENT, Keyboard
from foreword.keyboard.trained_on import weights_digest
from foreword.modelfolder.names import in_a_command
from foreword.runtime.model import Model
from foreword.text.cleaning import clean_pieces
from foreword.text.document import Document, join
from foreword.text.plural import counted, vocabulary_in_words

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

Figures = dict[str, object]

CALIBRATED: Final = 25  # messages for the calibration of probabilities
REPLAYS: Final = 5  # replays of the messages, each in another way


def evaluate_text(
    model: Model, documents: Iterable[Document], memory: Memory | None = None, *, watch: Watch = no_progress
) -> Figures:
    """Score all of a text, and say whether it, any file in it, or most of its lines were among the training text.

    `memory` knows which of its messages the model was trained on: a chat may have grown since.

    Raises:
        SourceEmpty: there is no text.
    """
    documents = list(documents)
    text = "".join(clean_pieces(join(documents)))
    found = score(model, text, watch=watch)
    digests = {hashlib.sha256(text.encode()).hexdigest(), *file_digests(documents)}
    learned = [each for text in model.folder.record().learned_from() for each in (text.sha256, *text.files)]
    names = ("bits_per_character", "characters", "tokens", "nats_per_token", "perplexity")
    return {
        **{name: getattr(found, name) for name in names},
        "among_training_text": not digests.isdisjoint(learned) or _is_known(model, text, memory),
    }


def _is_known(model: Model, text: str, memory: Memory | None) -> bool:
    if memory is None or (known := memory.known_to(weights_digest(model.folder))) is None:
        return False
    trained = {each.text for each in memory.messages() if each.number in known.trained}
    lines = lines_of([text])
    return 2 * sum(each in trained for each in lines) > len(lines)


def typing_figures(
    keyboard: Keyboard,
    documents: Iterable[Document],
    count: int,
    *,
    learn: bool = True,
    watch: Watch = no_progress,
) -> Figures:
    """The keystroke savings on `count` lines of a text. A copy of the keyboard learns each line when it is finished.

    Without `learn`, the keyboard learns no line; the n-gram still does.

    Other keys hold the savings without learning (`fixed`), with a typo in each word (`slips`), with the inline
    suggestion alone (`ghost`), and of the n-gram (`ngram`). `peak_megabytes` is the peak memory of the process, None if
    the system does not report it. `calibration` has a row for each tenth of probability: the mean probability, the
    share of right words, and the number of words. `calibration_error` is the mean distance of the first two. Of the
    lines, `known_messages` are in the memory already. A text without a line to type has no figures.
    """
    messages = sample(lines_of(["".join(clean_pieces(join(documents)))]), count)
    if not messages:
        return {}
    done = itertools.count(1)

    def typed() -> None:
        watch("typing lines again", next(done) / (REPLAYS * len(messages)))

    again = partial(replay, messages=messages, watch=typed)
    known = {each.text for each in keyboard.memory.messages()}
    learning = again(keyboard, learn=learn)
    groups, error = calibration(keyboard, messages[:CALIBRATED])
    return {
        **learning.figures(),
        "known_messages": sum(each in known for each in messages),
        "peak_megabytes": peak_megabytes(),
        "calibration": [list(group) for group in groups],
        "calibration_error": error,
        "fixed": again(keyboard, learn=False).figures(),
        "slips": again(keyboard, learn=learn, slips=True).figures(),
        "ghost": again(WithOptions(keyboard, confidence=CONFIDENT), limit=1, learn=learn).figures(),
        "ngram": again(NgramKeyboard(keyboard.memory)).figures(),
    }


def held_out_figures(model: Model) -> Figures:
    """The figures on the test text: the part of the training run's text that was held out.

    Raises:
        SourceEmpty: no text was held out.
        ModelForeign: a recorded figure is not a number.
    """
    held_out = model.folder.record().held_out
    if held_out is None or held_out.test is None:
        why = f"nothing was held out when {model.path.name} was trained, so there is no figure to show"
        command = f"foreword evaluate FILE -m {in_a_command(model.path)}"
        raise SourceEmpty(f"{why}; give a text that it has not seen: {command}")
    nats = held_out.test.nats_per_token
    if nats is None:
        raise ModelForeign(
            f"{model.path / 'training.json'} lacks held_out.test.nats_per_token; get the model again"
        )
    return {**msgspec.to_builtins(held_out.test), "perplexity": perplexity(nats)}


def inspection(model: Model) -> Figures:
    """Facts about a model, by name. This checks all files that a command reads, also those that typing alone reads."""
    folder, config, record = model.folder, model.config, model.folder.record()
    _ = model.network, model.exact  # load both graphs: typing uses the first, measuring the second
    _ = model.lexicon, model.ngrams
    sizes = {
        name.replace("_", " "): value
        for name, value in config.sizes.items()
        if value and name not in ("vocabulary", "newline")  # without options that are off
    }
    graphs = [name for name, small in (("float32", False), ("8-bit", True)) if folder.graph(quantized=small)]
    texts: dict[str | None, int] = {}
    for text in record.learned_from():
        texts[text.name] = max(texts.get(text.name, 0), text.characters or 0)
    facts: Figures = {
        "folder": str(folder.path),
        "architecture": config.architecture,
        "sizes": ", ".join(f"{name} {value}" for name, value in sizes.items()),
        "weights": folder.parameters,
        "tokens": vocabulary_in_words(config.vocabulary, config.unit),
        "graphs": ", ".join(graphs),
        "trained_on": ", ".join(f"{name} ({counted(size, 'character')})" for name, size in texts.items())
        or "unknown",
        "trained": f"{record.date}, {counted(record.steps or 0, 'step')}",
        "format_version": config.format_version,
        "foreword_version": config.foreword_version,
    }
    initial, held_out = record.started_from, record.held_out
    if initial is not None:
        facts["went_on_from"] = f"{initial.name} (weights {initial.sha256[:12]})"
    if held_out is not None and held_out.test is not None:
        facts["held_out_bits_per_character"] = held_out.test.bits_per_character
    return facts


def peak_megabytes() -> float | None:
    """The most memory used by this process so far, in millions of bytes; None if the system does not report it."""
    if resource is None:
        return None
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
