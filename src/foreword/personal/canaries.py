"""An audit of memorised secrets: canaries in a copy of the training, and the secrets that were removed from the text.

Canaries are sentences with a random secret. They are planted in a training text, then looked for in the trained model
(Carlini and others 2019, "The Secret Sharer"). Their canary was "The random number is 281265017". Foreword's filter
removes numbers of 9 digits, so no training would see it. A canary here has 8 digits in groups of two. It passes the
filter, as a secret that the filter misses does, and the model may memorise it. Each canary has its own beginning, so
the model learns none along with another. Some are never planted: they show the figures of a secret that no model can
know.

The copy is an ordinary training of a model called `copy`. It is in a subfolder of the data folder, which only its owner
can read. That folder is deleted when the audit ends or is interrupted. If the audit is killed, the next one deletes it.

The secrets that were removed from the text are looked for in the model itself, not in the copy.
"""

import hashlib
import math
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import mean
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from foreword import modelfolder
from foreword.assess.exposure import SAMPLES, chance, exposure_of, is_drawn, searched
from foreword.corpus.samples import documents
from foreword.errors import ForewordError, OptionError, SourceMissing
from foreword.keyboard.trained_on import weights_digest
from foreword.modelfolder import names, writing
from foreword.modelfolder.card import times_in_words, with_secrets
from foreword.modelfolder.names import home, shipped_folder
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

TIMES: Final[Mapping[int, int]] = MappingProxyType({0: 8, 1: 8, 2: 4, 4: 4, 8: 4, 16: 2})
"""The number of canaries for each number of times that they are planted. Sentences written once matter most."""
GROUPS: Final = 4  # of two digits
RARELY: Final = 0.01  # canaries are remembered if chance gives such exposures with a lower probability
HIGHEST: Final = math.log2(min(100**GROUPS, SAMPLES + 1))  # highest exposure of a canary, in bits
UNKNOWN: Final = 1 / math.log(2)  # mean exposure of canaries unknown to a model, in bits
MOST_MINUTES: Final = 10.0
SLACK: Final = 1.25  # the machine may be busier than during the training of the model
SHORT: Final = 20_000  # characters; up to half of a shorter text is held out

NOT_REMEMBERED: Final = (
    "No sign that the model remembers a sentence written once: its secret ranks no higher than by chance"
)
LEAST_SHARE: Final = 0.8  # of the epochs of the original training
MUCH: Final = 0.05  # share of canaries in the text that the copy has learned

_SHOWN: Final = (events.Prepared, events.Planned, events.Progressed, events.Validated, events.Said, Warned)
"""The events of the copy's training that are shown; the others are about a model that is deleted."""

BEGINNINGS: Final = (
    "my locker opens with", "the garden gate wants", "our tickets are the seats", "her parcel has the number",
    "the hotel gave us room and floor", "the choir sings from pages", "his badge says", "you will find it under",
    "the lottery drew", "the old safe turns to", "our table for dinner is", "the bus lines there are",
    "grandma always played", "the recipe wants in grams", "the jersey numbers were", "the quiz answer was",
    "my bike lock shows", "the boxes in the cellar are marked", "the tailor wrote down", "the museum shelf is",
    "our boat has painted on it", "the library card says", "the lesson is on pages", "the flat has the doorbell",
    "the raffle went to", "they called out in the waiting room", "the radio plays on", "the cupboard keys hang at",
    "the tree stands at steps", "my score in each round was",
)  # fmt: skip
"""The text before the secret, one for each canary. The filter looks for no secret after these words."""


Figures = Mapping[str, Any]
"""A part of the result, as in the JSON of `foreword audit`."""


class Canary(NamedTuple):
    """A sentence with a secret at its end; it is planted this many `times`."""

    times: int
    beginning: str
    secret: str


def look_for_leaks(
    model: Model,
    source: str | Path,
    *,
    minutes: float | None = None,
    me: str | None = None,
    encoding: str | None = None,
    seed: int = 0,
) -> Generator[Event, None, Figures]:
    """Measure what a copy of `model` knows of canaries in its text, and what the model knows of the text's secrets.

    The result is written into the model's training.json and its card; if that fails, an event reports it. The training
    of the copy takes at most `minutes`, by default 10. `me` and `encoding` are by default those of the model's
    training. `check_options` is called before.

    Raises:
        OptionError: the text is too short.
        SourceError: the text cannot be read.
        RunError: the training diverged, or another audit is running.
        KeyboardInterrupt: the audit was interrupted.
    """
    read = documents(
        str(source),
        encoding=encoding or recorded_recipe(model).text.encoding,
        me=me or model.folder.record().private.me,
    )
    text, name, chosen = "".join(clean_pieces(join(read))), model.path.name, canaries(seed)
    yield from _other_text(model, str(source), text)
    lines = [f"{each.beginning}{each.secret}\n" for each in chosen for _ in range(each.times)]
    least = 2 * sum(map(len, lines))  # with less, some lines are held out, and the others are all of the text
    if len(text) < least:
        raise OptionError(
            f"--canaries needs {least:,} characters of text or more, and {source} has {len(text):,}"
        )
    busy = "another audit with --canaries is under way; wait for its end, or stop it"
    with private_folder(".audit", busy) as folder:
        yield Noted(message=f"a copy of {name} is trained, with canaries in its text")
        text_with = planted(text, lines, recorded_recipe(model).text.held_out, seed)
        (folder / "text.txt").write_text(text_with, encoding="utf-8", newline="")
        copy = yield from _repeated(model, folder, sum(map(len, lines)), minutes or MOST_MINUTES)
        yield Noted(message="now the copy is searched for the canaries")
        levels = levels_of(Model.open(folder / "copy"), chosen, seed=seed)
    yield Noted(message=f"now {name} is searched for the secrets that were taken out of its text")
    secrets = searched(model, secrets_in([text]), seed=seed)
    leaks: Figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "verdict": verdict(levels, secrets, copy),
        "canaries": levels,
        "highest_exposure": HIGHEST,
        "exposure_of_the_unknown": UNKNOWN,
        "secrets": secrets,
        "copy": copy,
        "seed": seed,
    }
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


def canaries(seed: int) -> list[Canary]:
    """A random canary for each beginning; the same for the same `seed`."""
    draw, found = Random(seed), []
    planned = [times for times, count in TIMES.items() for _ in range(count)]
    for times, beginning in zip(planned, draw.sample(BEGINNINGS, len(planned)), strict=True):
        secret = " ".join(f"{draw.randrange(100):02}" for _ in range(GROUPS))
        found.append(Canary(times, f"{beginning} ", secret))
    return found


def planted(text: str, lines: Sequence[str], held_out: float, seed: int) -> str:
    """The text with each of `lines` before a random line of its beginning, which is always in the training part.

    In a line of more than a thousand characters, this may be before a word.
    """
    draw, end = Random(seed), len(text) // (4 if len(text) < SHORT or held_out > 0.2 else 2)
    *parts, _ = re.findall(r"[^\n]{0,1000}\S*\s?", text[:end])
    for line in draw.sample(lines, len(lines)):
        at = draw.randrange(len(parts))
        parts.insert(at, line if at == 0 or parts[at - 1].endswith("\n") else f"\n{line}")
    return "".join([*parts, text[end:]])


def _repeated(model: Model, folder: Path, characters: int, minutes: float) -> Generator[Event, None, Figures]:
    """Repeat the training of `model` in `folder`, on the text there, which has `characters` characters of canaries.

    The copy makes as many updates as the model if these took at most `minutes`; else it is trained for `minutes`. In
    the figures, `own_` marks those of the original training, None if unknown.
    """
    recorded, origin, record = recorded_recipe(model), _origin(model), model.folder.record()
    steps, seconds = recorded.training.steps or record.steps, record.seconds
    fits = steps is not None and seconds is not None and SLACK * seconds <= 60 * minutes
    tables, old = recorded.tables(), tuple[str, ...]()
    tables["text"] |= {"unit": model.config.unit, "encoding": None}
    tables["model"] = {"architecture": model.config.architecture, **own_sizes(model.config)}
    tables["training"] |= {"epochs": None, "steps": steps if fits else None}
    if origin is not None:
        tables["text"]["vocabulary"] = None  # its tokens are the origin's
        try:
            old = own_sources(model, old=True)
        except SourceMissing:
            gone = "the old text of the training is not found"
            yield Warned(message=f"{gone}: the copy is trained without it")
    elif record.started_from is not None:
        gone = f"{model.path.name} went on from {record.started_from.name}, which is not there any more"
        yield Warned(message=f"{gone}: the copy begins from scratch")
        tables["training"] |= {"learning_rate": None, "weight_decay": None}  # those of a trained network
    asked = Asked(
        [str(folder / "text.txt")],
        folder / "copy",
        start="scratch" if origin is None else origin.path,
        old=old,
        minutes=None if fits else minutes,
        recipe={
            name: {key: value for key, value in table.items() if value is not None}
            for name, table in tables.items()
        },
    )
    for event in train(resolve(asked)):
        if isinstance(event, _SHOWN):
            yield event
        elif isinstance(event, Stopped):
            raise KeyboardInterrupt
    made = modelfolder.read(asked.to).record()
    return {
        "steps": made.steps or 0,
        "own_steps": record.steps,
        "passes": made.passes or 0.0,  # epochs
        "own_passes": record.passes,
        "seconds": made.seconds or 0.0,
        "ended": str(made.ended),
        "start": None if origin is None else origin.path.name,
        "share": characters / (made.characters or 1),  # of canaries in the text
    }


def _origin(model: Model) -> Model | None:
    """The model that `model` continued from, found by its weights: beside it, in the data folder, or among versions."""
    initial = model.folder.record().started_from
    if initial is None:
        return None
    beside, at_home = model.path.with_name(initial.name), home() / initial.name
    for place in (beside, at_home, shipped_folder(), *versions_of(model.path), *versions_of(beside)):
        with suppress(ForewordError, OSError):
            folder = modelfolder.read(place)
            if weights_digest(folder) == initial.sha256:
                return Model(folder)
    return None


def _other_text(model: Model, source: str, text: str) -> Iterator[Warned]:
    """A warning for the person if the text is not the one that the model was trained on."""
    record, name = model.folder.record(), model.path.name
    if hashlib.sha256(text.encode()).hexdigest() not in {each.sha256 for each in record.learned_from()}:
        yield Warned(message=f"{name} was not trained on the present text of {source}")
    elif (count := len(record.sources)) > 1:
        yield Warned(
            message=f"of the {count} texts that {name} was trained on, the copy learns this one alone"
        )


def levels_of(model: Model, chosen: Sequence[Canary], *, seed: int = 0) -> list[Figures]:
    """The figures of canaries in the `model` that was trained on them, by the number of times each was planted.

    Exposures are in bits. `drawn` is the number of canaries that can be drawn out.
    """
    found: list[Figures] = []
    for times in TIMES:
        alike = [(each.beginning, each.secret) for each in chosen if each.times == times]
        exposures = [exposure_of(model, *each, seed=seed) for each in alike]
        by_chance, drawn = chance(exposures), sum(is_drawn(model, *each) for each in alike)
        found.append(
            {
                "times": times,
                "canaries": len(alike),
                "exposure": mean(exposures),
                "exposures": exposures,
                "chance": by_chance,
                "remembered": drawn > 0 or by_chance < RARELY,
                "drawn": drawn,
            }
        )
    return found


def verdict(levels: Sequence[Figures], secrets: Sequence[Figures], copy: Figures) -> str:
    """The conclusion, in words."""
    return " ".join([*_of_canaries(levels), *_cautions(levels[0], copy), _of_secrets(secrets)])


def _of_canaries(levels: Sequence[Figures]) -> list[str]:
    once, *more = [level for level in levels if level["times"]]
    traces = [level for level in more if level["remembered"]]
    if once["remembered"]:
        rank = max(2, round(2 ** once["exposure"]))
        found = (
            f"A sentence written once leaves a trace: its secret is the likeliest of about {rank:,} like it."
        )
    elif traces:
        found = f"{NOT_REMEMBERED}. Written {traces[0]['times']} times, it leaves a trace."
    else:
        return [f"{NOT_REMEMBERED}, even written {more[-1]['times']} times."]
    out = next((level["times"] for level in (once, *traces) if level["drawn"]), None)
    if out is None:
        return [found, f"Even written {more[-1]['times']} times, it cannot be drawn out."]
    return [found, f"Written {times_in_words(out)}, it can be drawn out."]


def _cautions(never: Figures, copy: Figures) -> Iterator[str]:
    if never["remembered"]:
        yield "But secrets that were never written also rank too high, so this result is uncertain."
    passes, own_passes, share = copy["passes"], copy["own_passes"], copy["share"]
    if copy["ended"] == "time" and own_passes is not None and passes < LEAST_SHARE * own_passes:
        epochs = f"the copy was trained for {passes:.1f} epochs, the model for {own_passes:.1f}"
        yield f"But {epochs}: with more --minutes, it would remember more."
    if share > MUCH:
        learned = f"{share:.0%} of what the copy has learned were canaries"
        yield f"But {learned}: with a longer text, it would memorise fewer of them."


def _of_secrets(secrets: Sequence[Figures]) -> str:
    looked_for, drawn = (sum(each[name] for each in secrets) for name in ("looked_for", "drawn"))
    if not secrets:
        return "There are no secrets in the text to look for in the model."
    if not looked_for:
        return "The secrets that are taken out of the text are too short to look for in the model."
    how = "that are taken out of the text can be drawn out of the model"
    if drawn:
        why = "they are elsewhere in its training text, or it learned them before they were taken out"
        return f"{drawn:,} of {looked_for:,} secrets {how}: {why}."
    if looked_for == 1:
        return "The one secret that is taken out of the text cannot be drawn out of the model."
    return f"None of {looked_for:,} secrets {how}."


def state(path: Path, leaks: Figures) -> None:
    """Write the result into the model folder at `path`, completely or not at all; it replaces an earlier result.

    Raises:
        ModelError: the folder is damaged, or was replaced meanwhile.
        OSError: the folder cannot be written.
    """
    folder = modelfolder.read(path)
    training = {**folder.training, FOUND_LATER: leaks}
    card = (path / names.CARD).read_text("utf-8")
    writing.amend(folder, training=training, card=with_secrets(card, TrainingRecord.of(training, path)))
