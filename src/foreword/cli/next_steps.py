"""What a person may do next once the memory has learned, in two lines."""

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from foreword.cli.options import named
from foreword.text.counting import counted

if TYPE_CHECKING:
    from foreword.keyboard.memory import Memory


def after_learning(
    memory: "Memory", model: str | None, sources: Sequence[str], options: Mapping[str, str | None]
) -> list[str]:
    """The lines for one who has taught `memory` these sources, with `options` that `train` has as well.

    `model` is as they named it. Of an empty memory there is nothing to do.
    """
    if not memory.size():
        return []
    first = (
        f"It has {counted(memory.size(), 'message')} now. See its words with: foreword memory list{named(model)}. "
        f'Type with it: foreword suggest "…"{named(model)} or foreword write{named(model)}'
    )
    second = _training(memory, sources, options)
    return [first] if second is None else [first, second]


def _training(memory: "Memory", sources: Sequence[str], options: Mapping[str, str | None]) -> str | None:
    """What to do about a network; None where one has learned it all, or as good as, or cannot be read."""
    from foreword import modelfolder
    from foreword.errors import ModelError, ModelMissing
    from foreword.modelfolder.names import named as named_at
    from foreword.personal.known import Known
    from foreword.sources.files import is_read_once

    if memory.path is None:
        return None
    folder = memory.path.with_suffix("")
    try:
        known = Known.of(memory, modelfolder.read(folder))
    except ModelMissing:
        given = [
            "SOURCE" if source == "-" or is_read_once(source) else shlex.quote(source) for source in sources
        ]
        given += [f"--{name} {shlex.quote(value)}" for name, value in options.items() if value is not None]
        return (
            f"Train a network on them: foreword train {' '.join(given)}{named_at(folder, '-o')}{_lacking()}"
        )
    except ModelError:
        return None
    if not known.is_enough():
        return None
    return (
        f"{folder.name} has not learned {counted(known.characters, 'character')} of them yet: "
        f"foreword train --more{named_at(folder, '-o')}{_lacking()}"
    )


def _lacking() -> str:
    """How to get what training needs, where it is not installed."""
    from foreword.libraries import lacking

    return ' (first: pip install "foreword[train]")' if lacking() else ""
