"""`foreword forget`: a word leaves the memory for good."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.memory import open_memory
from foreword.cli.options import JsonOption, MemoryOption
from foreword.cli.terminal import one_line
from foreword.text.counting import counted

if TYPE_CHECKING:
    from foreword.keyboard.memory import Forgotten

SHOWN = 5


def forget(
    words: Annotated[list[str], typer.Argument(metavar="WORD", help="Words to forget, whatever their case.")],
    model: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete WORDs from all that was learned, and keep them away until they are allowed again."""
    from foreword.keyboard.forgetting import checked

    for word in words:
        checked(word)  # all of them, before one is gone
    with open_memory(model) as memory:
        found = [memory.forget(word) for word in words]
    for each in found:
        typer.echo(one_line(_told(each)), err=True)
    names = " ".join(one_line(each.word) for each in found)
    typer.echo(f"Blocked until: foreword memory allow {names}", err=True)
    typer.echo("The weights of a network may still carry them until it is trained again.", err=True)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False))


def _told(found: "Forgotten") -> str:
    times = "once" if found.times == 1 else f"{found.times:,} times"
    told = (
        f"{found.word}: deleted {times} from {counted(found.messages, 'message')}"
        if found.times
        else f"{found.word}: was not there"
    )
    if found.inside:
        more = ", …" if len(found.inside) > SHOWN else ""
        told += f"; still there as a part of {', '.join(found.inside[:SHOWN])}{more}"
    return told
