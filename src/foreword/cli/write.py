"""`foreword write`: an editor that suggests words."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.options import (
    ModelOption,
    NoMemoryOption,
    PrivateOption,
    argument,
    named,
    open_memory,
    option,
)
from foreword.cli.output import one_line, tell
from foreword.errors import OptionError, check_within
from foreword.files import quoted

if TYPE_CHECKING:
    from foreword.terminal.editor import Outcome


def write(
    file: Annotated[Path | None, argument("FILE", "The text to write in; it may be a new file.")] = None,
    model: ModelOption = None,
    limit: Annotated[
        int | None,
        option("N", "How many choices to show; by default that of settings.toml, else 3.", "--limit", "-k"),
    ] = None,
    confidence: Annotated[
        float | None,
        option(
            "P", "The least probability of an inline suggestion; by default that of settings.toml, else 0.3."
        ),
    ] = None,
    private: PrivateOption = False,
    no_memory: NoMemoryOption = False,
) -> None:
    """Write in the terminal, in FILE or a new text, with suggestions. Ctrl-G shows all keys.

    Foreword learns your text when you save it, unless the settings say `learn = false`.
    """
    import asyncio

    from foreword import modelfolder
    from foreword.keyboard.suggest import Keyboard
    from foreword.runtime.model import Model
    from foreword.settings import read_settings
    from foreword.terminal.edited_file import EditedFile
    from foreword.terminal.editor import Editor, EditorSettings

    chosen = read_settings()
    limit = chosen.choices if limit is None else limit
    confidence = chosen.confidence if confidence is None else confidence
    _check(limit, confidence)
    edited = EditedFile(modelfolder.home(), file)
    opened = Model.open(model)
    sizes = [str(opened.config.sizes[name]) for name in ("layers", "hidden") if name in opened.config.sizes]
    shown = f"{one_line(opened.path.name)}: {opened.config.architecture} {'x'.join(sizes)}".rstrip()
    settings = EditorSettings(
        limit=limit,
        confidence=confidence,
        letters=chosen.letters,
        is_private=private or no_memory or chosen.learn is False,
        model=shown,
        option=named(model),
        has_memory=not no_memory,
    )
    with open_memory(model, without=no_memory) as memory:
        keyboard = Keyboard(opened, memory)
        outcome = asyncio.run(Editor(keyboard, edited, settings).run())
        if outcome.was_stopped:
            _tell_stopped(file, model, outcome)
        if outcome.unlearned:
            keyboard.learn("\n".join(outcome.unlearned))  # line by line would take fifty times as long
        if outcome.was_stopped:
            raise typer.Exit(130)


def _check(limit: int, confidence: float) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise OptionError('foreword write needs a terminal; programs and pipes can use: foreword suggest "…"')
    if os.environ.get("TERM") == "dumb":  # such as the shell in Emacs
        raise OptionError("foreword write cannot draw here, because TERM is dumb; use another terminal")
    check_within("limit", limit, 1, 9)
    check_within("confidence", confidence, 0, 1)


def _tell_stopped(file: Path | None, model: str | None, outcome: "Outcome") -> None:
    kept = (
        f"the unsaved text could not be kept: {outcome.problem}" if outcome.problem else "nothing was unsaved"
    )
    if outcome.is_kept:
        again = quoted("foreword", "write", *([str(file)] if file else [])) + named(model)
        kept = f"the unsaved text is kept; to have it back: {again}"
    try:
        tell(f"foreword: stopped; {kept}")
    except OSError:
        return  # the terminal is closed
