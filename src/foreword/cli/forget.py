"""`foreword forget`: a word leaves the memory for good."""

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.memory import named, open_memory
from foreword.cli.options import JsonOption, MemoryOption
from foreword.cli.terminal import one_line, say_json
from foreword.text.counting import counted

if TYPE_CHECKING:
    from foreword.keyboard.memory import Forgotten
    from foreword.personal.traces import Trace

SHOWN = 5


def forget(
    words: Annotated[list[str], typer.Argument(metavar="WORD", help="Words to forget, whatever their case.")],
    model: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete WORDs from all that was learned, and keep them away until they are allowed again.

    What else in the data folder holds them is named, with the command that deletes it.
    """
    from foreword.keyboard.forget import checked
    from foreword.keyboard.memory import memory_path
    from foreword.personal.traces import remove_or_name, weights_beside

    cleaned = [checked(word) for word in words]  # all of them, before one is gone
    with open_memory(model) as memory:
        found = [memory.forget(word) for word in cleaned]
    for each in found:
        typer.echo(one_line(_told(each)), err=True)
    names = one_line(shlex.join(cleaned))
    typer.echo(f"Blocked until: foreword memory allow{named(model)} {names}", err=True)
    path = memory_path(model)
    traces = remove_or_name(cleaned, path)
    for trace in traces:
        inside = f" ({', '.join(trace.files)})" if trace.files else ""
        typer.echo(one_line(f"{trace.path}, {trace.what}, is not cleared{inside}: {trace.command}"), err=True)
    weights = weights_beside(path)
    whose = ", ".join(each.path.name for each in weights) or "a network"
    typer.echo(
        one_line(
            f"The weights of {whose} may still carry them until it is trained again{_deleting(weights)}."
        ),
        err=True,
    )
    if as_json:
        of_each = [traces] if len(cleaned) == 1 else [remove_or_name([word], path) for word in cleaned]
        rows = [asdict(each) | {"files": _rows(theirs)} for each, theirs in zip(found, of_each, strict=True)]
        say_json(rows)


def _rows(traces: "list[Trace]") -> list[dict[str, str]]:
    return [{"path": str(each.path), "command": each.command} for each in traces]


def _deleting(weights: "list[Trace]") -> str:
    return f", or deleted: {'; '.join(each.command for each in weights)}" if weights else ""


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
