"""An audit of what a model memorises: its training is repeated with canaries in the text.

The repetition is an ordinary training of a model called `copy`. It is in a subfolder of the data folder, which only its
owner can read. That folder is deleted when the audit ends or is interrupted. If the audit is killed, the next one
deletes it.
"""

import hashlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from foreword import modelfolder
from foreword.assess.canaries import Leaks, Repetition, canaries, levels_of, searched
from foreword.corpus.samples import documents
from foreword.errors import ForewordError, OptionError, SourceMissing
from foreword.keyboard.trained_on import weights_digest
from foreword.modelfolder import names, writing
from foreword.modelfolder.card import with_secrets
from foreword.modelfolder.names import SHIPPED, home, shipped_folder
from foreword.modelfolder.record import FOUND_LATER, TrainingRecord
from foreword.modelfolder.versions import versions_of
from foreword.personal import events
from foreword.personal.events import Event, Noted, Stopped, Warned
from foreword.personal.finetune import own_sizes, own_sources, recorded_recipe
from foreword.personal.request import Asked, check_minutes, resolve
from foreword.personal.run_folder import private_folder
from foreword.personal.train import train
from foreword.runtime.model import Model
from foreword.sources.files import is_read_once
from foreword.sources.reading import STANDARD_INPUT
from foreword.text.cleaning import clean_pieces
from foreword.text.document import join
from foreword.text.secrets.scrubbing import secrets_in

MOST_MINUTES: Final = 10.0
SLACK: Final = 1.25  # the machine may be busier than during the training of the model
SHORT: Final = 20_000  # characters; up to half of a shorter text is held out
REACH: Final = 1_000  # the most characters that a canary moves to the next line or word

_SHOWN: Final = (events.Prepared, events.Planned, events.Progressed, events.Validated, events.Said, Warned)
"""The events of the copy's training that are shown; the others are about a model that is deleted."""


def look_for_leaks(
    model: Model,
    source: str | Path,
    *,
    minutes: float | None = None,
    me: str | None = None,
    encoding: str | None = None,
    seed: int = 0,
) -> Generator[Event, None, Leaks]:
    """Measure what a copy of `model` knows of canaries in its text, and what the model knows of the text's secrets.

    The result is written into the model's training.json and its card; if that fails, an event reports it.

    Args:
        model: a model from `foreword.load`.
        source: the text that it was trained on.
        minutes: the time limit for training the copy, if the model took longer; 10 by default.
        me: the person whose messages to take from chats; by default, as in the model's training.
        encoding: the encoding of the text; by default, as in the model's training.
        seed: the seed of the canaries.

    Raises:
        OptionError: a value is not valid, or the text is too short.
        SourceError: the text cannot be read.
        RunError: the training diverged, or another audit is running.
        KeyboardInterrupt: the audit was interrupted.
    """
    check_options(source, minutes)
    read = documents(
        str(source),
        encoding=encoding or recorded_recipe(model).text.encoding,
        me=me or model.folder.record().private.me,
    )
    text = "".join(clean_pieces(join(read)))
    chosen, name = canaries(seed), model.path.name
    yield from (Warned(message=note) for note in _other_text(model, str(source), text))
    lines = [each.sentence + "\n" for each in chosen for _ in range(each.times)]
    least = 2 * sum(map(len, lines))  # with less, some lines are held out, and the others are all of the text
    if len(text) < least:
        raise OptionError(
            f"--canaries needs {least:,} characters of text or more, and {source} has {len(text):,}"
        )
    busy = "another audit with --canaries is under way; wait for its end, or stop it"
    with private_folder(".audit", busy) as folder:
        yield Noted(message=f"a copy of {name} is trained, with canaries in its text")
        source = folder / "text.txt"
        text_with = planted(text, lines, recorded_recipe(model).text.held_out, seed)
        source.write_text(text_with, encoding="utf-8", newline="")
        repetition = yield from _repeated(model, source, sum(map(len, lines)), minutes or MOST_MINUTES)
        yield Noted(message="now the copy is searched for the canaries")
        levels = levels_of(Model.open(folder / "copy"), chosen, seed=seed)
    yield Noted(message=f"now {name} is searched for the secrets that were taken out of its text")
    leaks = Leaks(
        date=datetime.now(UTC).date().isoformat(),
        seed=seed,
        levels=levels,
        searched=searched(model, secrets_in([text]), seed=seed),
        repetition=repetition,
    )
    try:
        if model.path != shipped_folder():  # the base is not a person's own
            state(model.path, leaks)
    except (ForewordError, OSError, UnicodeError) as error:  # the person's card may not be UTF-8
        yield Warned(message=f"the result could not be written into the model: {error}")
    return leaks


def check_options(source: str | Path, minutes: float | None) -> None:
    """Raise OptionError for options that `look_for_leaks` cannot use, before any work is done."""
    if str(source) == STANDARD_INPUT or is_read_once(source):
        raise OptionError(f"--canaries reads the text more than once; name a file or a folder, not {source}")
    check_minutes(minutes)


def state(path: Path, leaks: Leaks) -> None:
    """Write the result into the model folder at `path`, completely or not at all; it replaces an earlier result.

    Raises:
        ModelError: the folder is damaged, or was replaced meanwhile.
        OSError: the folder cannot be written.
    """
    folder = modelfolder.read(path)
    training = {**folder.training, FOUND_LATER: leaks.figures()}
    card = (path / names.CARD).read_text("utf-8")
    writing.amend(folder, training=training, card=with_secrets(card, TrainingRecord.of(training, path)))


def _repeated(
    model: Model, source: Path, characters: int, minutes: float
) -> Generator[Event, None, Repetition]:
    """Repeat the training of `model` on `source`, which has `characters` characters of canaries.

    The copy makes as many updates as the model if these took at most `minutes`; else it is trained for `minutes`.
    """
    recorded, origin, record = recorded_recipe(model), _origin(model), model.folder.record()
    steps, seconds = recorded.training.steps or record.steps, record.seconds
    fits = steps is not None and seconds is not None and SLACK * seconds <= 60 * minutes
    tables = recorded.tables()
    tables["text"] |= {"unit": model.config.unit, "encoding": None}
    tables["model"] = {"architecture": model.config.architecture, **own_sizes(model.config)}
    tables["training"] |= {"epochs": None, "steps": steps if fits else None}
    if origin is not None:
        tables["text"]["vocabulary"] = None  # its tokens are the origin's
    elif record.started_from is not None:  # the rate for a trained network is too low for a new one
        tables["training"] |= {"learning_rate": None, "weight_decay": None}
    chosen = {
        name: {key: value for key, value in table.items() if value is not None}
        for name, table in tables.items()
    }
    old, notes = _old_text(model, origin)
    yield from (Warned(message=note) for note in notes)
    asked = Asked(
        [str(source)],
        source.with_name("copy"),
        start="scratch" if origin is None else origin.path,
        old=old,
        minutes=None if fits else minutes,
        recipe=chosen,
    )
    for event in train(resolve(asked)):
        if isinstance(event, _SHOWN):
            yield event
        elif isinstance(event, Stopped):
            raise KeyboardInterrupt
    made = modelfolder.read(asked.to).record()
    return Repetition(
        steps=made.steps or 0,
        own_steps=record.steps,
        passes=made.passes or 0.0,
        own_passes=record.passes,
        seconds=made.seconds or 0.0,
        ended=str(made.ended),
        start=None if origin is None else origin.path.name,
        share=characters / (made.characters or 1),
    )


def planted(text: str, lines: Sequence[str], held_out: float, seed: int) -> str:
    """The text with each line at a random place in its beginning, which is always in the training part."""
    draw, end = Random(seed), len(text) // (4 if len(text) < SHORT or held_out > 0.2 else 2)
    shuffled, parts, start = draw.sample(lines, len(lines)), list[str](), 0
    cuts = sorted(_cut(text, draw.randrange(end + 1), end) for _ in lines)
    for line, cut in zip(shuffled, cuts, strict=True):
        part = text[start:cut]
        parts += [part, "\n" * bool(part and part[-1] != "\n"), line]
        start = cut
    return "".join([*parts, text[start:]])


def _cut(text: str, at: int, end: int) -> int:
    """The start of the next line after `at`; in a text without lines, the start of the next word."""
    for mark in "\n ":
        place = text.find(mark, at, min(at + REACH, end))
        if place >= 0:
            return place + 1
    return at


def _origin(model: Model) -> Model | None:
    """The model that `model` continued from, found by its weights: beside it, in the data folder, or among versions."""
    initial = model.folder.record().started_from
    if initial is None:
        return None
    name, beside = initial.name, model.path.with_name(initial.name)
    places = [beside, home() / name, *versions_of(model.path), *versions_of(beside)]
    for place in [*places, shipped_folder()] if name == SHIPPED else places:
        with suppress(ForewordError, OSError):
            folder = modelfolder.read(place)
            if weights_digest(folder) == initial.sha256:
                return Model(folder)
    return None


def _old_text(model: Model, origin: Model | None) -> tuple[tuple[str, ...], list[str]]:
    """The old text that the training replayed, if it still exists; else a warning for the person."""
    initial = model.folder.record().started_from
    if initial is None:
        return (), []
    if origin is None:
        gone = f"{model.path.name} went on from {initial.name}, which is not there any more"
        return (), [f"{gone}: the copy begins from scratch"]
    try:
        return own_sources(model, old=True), []
    except SourceMissing:
        return (), ["the old text of the training is not found: the copy is trained without it"]


def _other_text(model: Model, name: str, text: str) -> Iterator[str]:
    """Warnings for the person if the text is not the one that the model was trained on."""
    record = model.folder.record()
    known, texts = {each.sha256 for each in record.learned_from()}, record.sources
    if hashlib.sha256(text.encode()).hexdigest() not in known:
        yield f"{model.path.name} was not trained on the present text of {name}"
    elif len(texts) > 1:
        yield f"of the {len(texts)} texts that {model.path.name} was trained on, the copy learns this one alone"
