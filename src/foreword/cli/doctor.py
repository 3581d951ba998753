"""`foreword doctor`: the state of each part of Foreword, and the commands that help; `foreword` alone: an overview."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from foreword.cli.options import JsonOption, ModelOption
from foreword.cli.output import beside, one_line, say, say_json
from foreword.errors import ForewordError
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.cli.inventory import Finding

HELPS: Final = {"ready": "to use it", "not set up": "to set it up", "broken": "to repair it"}
TYPE_IN: Final = {
    "Terminal": "the terminal",
    "Page": "a page",
    "Editors": "editors",
    "Input method": "all programs",
}
"""The ways to type, by their parts in `doctor`."""


def doctor(model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Say which model, memory and settings are in use, where you can type with them, and what is not set up.

    It changes nothing. The exit code is 1 if something is broken.
    """
    from foreword.cli.inventory import findings

    found = [*findings(model)]
    if as_json:
        say_json([asdict(each) for each in found])
    else:
        for each in found:
            say(_as_lines(each))
    if any(each.state == "broken" for each in found):
        raise typer.Exit(1)


def _as_lines(found: "Finding") -> str:
    """The lines of a finding. Its command has its own line, so that a person can copy it whole."""
    home = os.path.expanduser("~")  # noqa: PTH111 - without a known home folder, this is no error
    text = f" {one_line(found.text)}".replace(f" {home}/", " ~/")[1:]
    lines = [f"{HELPS[found.state]}: {found.command}"] if found.command else []
    return beside(f"{found.part:<13} {found.state:<11} ", text, *lines)


def overview() -> None:
    """Print model, memory, ways to type and next steps, in at most eight lines."""
    for line in _overview():
        say(one_line(line))


def _overview() -> Iterator[str]:
    from foreword import modelfolder
    from foreword.cli.inventory import SURFACES, examined
    from foreword.cli.next_steps import in_overview
    from foreword.keyboard.memory import memory_path
    from foreword.keyboard.memory_file import counts_in

    yield "Foreword finishes your words as you type. Nothing leaves this computer."
    try:
        yield f"Model    {_model(modelfolder.find_to_type())}"
        messages = counts_in(memory_path())[0] if memory_path().is_file() else 0
        known = counted(messages, "message") + " of yours"
        yield f"Memory   {known if messages else 'empty: it does not know your words'}"
        states = {part: examined(part, SURFACES[part]).state for part in TYPE_IN}
        ready, missing = (
            [TYPE_IN[part] for part, state in states.items() if (state == "ready") == is_ready]
            for is_ready in (True, False)
        )
        more = f"; for {' and '.join(missing)}: foreword doctor" if missing else ""
        yield f"Type in  {', '.join(ready)}{more}"
        for label, step in zip(("Next", ""), in_overview(messages), strict=False):
            yield f"{label:<8} {step}"
    except ForewordError as error:
        yield f"Trouble  {error}"
        yield "Next     foreword doctor               what is broken, and what helps"
    yield "         foreword --help               all commands"


def _model(path: Path) -> str:
    from foreword import modelfolder
    from foreword.modelfolder.names import SHIPPED

    record = modelfolder.read(path).record()
    if path.name == SHIPPED:
        return f"{path.name}, the English one that comes with Foreword"
    characters = counted(record.characters or 0, "character")
    return f"{path.name}, last trained on {characters} on {record.date or 'an unknown day'}"
