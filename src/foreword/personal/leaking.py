"""From a finished model to what it remembers that it should not; the result is kept with the model."""

import math
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

from foreword.assess.canaries import Leaks, Secrets, canaries, levels_of, lines, searched
from foreword.corpus.samples import documents
from foreword.errors import ForewordError, OptionError
from foreword.modelfolder.names import shipped_folder
from foreword.personal.copying import Copy, copied
from foreword.personal.events import Began, Event, Warned
from foreword.personal.inheritance import own_name, recorded_recipe
from foreword.personal.stating import state
from foreword.runtime.model import Model
from foreword.sources.detect import STANDARD_INPUT
from foreword.sources.files import is_read_once
from foreword.text.cleaning import clean_pieces
from foreword.text.documents import join
from foreword.text.secrets.scrubbing import secrets_in


def look_for_leaks(
    model: Model,
    source: str | Path,
    *,
    minutes: float | None = None,
    me: str | None = None,
    encoding: str | None = None,
    seed: int = 0,
) -> Generator[Event | Leaks, None, None]:
    """Plant canaries in a copy of the training of `model`, then look for the secrets of `source` in the model itself.

    What happens meanwhile is told as events; the last thing told is what was found. It is written into the model's
    training.json and on its card, too; where that cannot be done, it is said.

    Args:
        model: what `foreword.load` gives.
        source: the text that it was trained on.
        minutes: how long the copy may be trained; see `copied`.
        me: whose words to take of chats; by default, whose the model took.
        encoding: of the text; by default, the one that the model was trained with.
        seed: the same seed gives the same canaries.

    Raises:
        OptionError: a value makes no sense; at once, before anything is done.
        SourceError: the text cannot be read.
        RunError: the training diverged before anything was learned.
    """
    if str(source) == STANDARD_INPUT or is_read_once(source):
        raise OptionError(
            f"for --canaries, the text is read more than once: name a file or a folder, not {source}"
        )
    if minutes is not None and not 0 < minutes < math.inf:
        raise OptionError(f"--minutes {minutes:g}: give a finite time above 0")
    return _leaks(
        model,
        str(source),
        minutes=minutes,
        me=me or own_name(model),
        encoding=encoding or recorded_recipe(model).text.encoding,
        seed=seed,
    )


def _leaks(
    model: Model, source: str, *, minutes: float | None, me: str | None, encoding: str | None, seed: int
) -> Generator[Event | Leaks, None, None]:
    text = clean_pieces(join(documents(source, encoding=encoding, me=me)))
    secrets, planted = Secrets.of(secrets_in(text)), canaries(seed)
    copy: Copy | None = None
    for event in copied(model, source, lines(planted), me=me, encoding=encoding, minutes=minutes):
        if isinstance(event, Copy):
            copy = event
        else:
            yield event
    assert copy is not None  # noqa: S101 - it comes last, or an error does
    yield Began(message="now the copy is asked for the made-up secrets that it has read")
    levels = levels_of(copy, planted, seed=seed)
    yield Began(message=f"now {model.path.name} is asked for the secrets that were taken out of its text")
    leaks = Leaks(
        date=datetime.now(UTC).date().isoformat(),
        seed=seed,
        levels=levels,
        searched=searched(model, secrets, seed=seed),
        repetition=copy.repetition,
    )
    try:
        if model.path != shipped_folder():  # which is nobody's own
            state(model.path, leaks)
    except (ForewordError, OSError) as error:
        yield Warned(message=f"what was found could not be written into the model: {error}")
    yield leaks
