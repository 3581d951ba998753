"""`foreword memory …`: to look into the person's memory, to carry it elsewhere, to empty it."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foreword.cli.options import JsonOption, MemoryOption
from foreword.cli.terminal import one_line, say
from foreword.cli.usage import Command
from foreword.cli.waiting import waiting
from foreword.errors import OptionError, SourceMissing, SourceNotText
from foreword.text.counting import counted

if TYPE_CHECKING:
    from foreword.keyboard.memory import Memory

FileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="What memory export has written; - reads standard input.")
]


@contextmanager
def open_memory(model: str | None) -> Iterator["Memory"]:
    """The memory that goes with a model; what a person should know of it is said at the end."""
    from foreword.keyboard.memory import Memory, memory_path

    memory = Memory.open(memory_path(model))
    try:
        yield memory
    finally:
        for note in memory.notes:
            typer.echo(one_line(note), err=True)
        memory.close()


def list_words(
    model: MemoryOption = None,
    limit: Annotated[int, typer.Option("--limit", "-k", metavar="N", help="How many to show.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Print the words used most, how often they were written, and when last."""
    if limit < 1:
        raise OptionError(f"limit must be at least 1, not {limit}")
    with open_memory(model) as memory:
        found = memory.uses(limit)
        if as_json:
            rows = [{"word": each.word, "times": each.times, "last": each.last.isoformat()} for each in found]
            typer.echo(json.dumps(rows, ensure_ascii=False))
            return
        for each in found:
            say(f"{each.word}\t{each.times}\t{each.last.astimezone():%Y-%m-%d %H:%M}")
        if not found:
            typer.echo(f"{memory.path} remembers nothing yet; teach it with: foreword learn SOURCE", err=True)


def allow(
    words: Annotated[list[str], typer.Argument(metavar="WORD", help="Words that were forgotten.")],
    model: MemoryOption = None,
) -> None:
    """Let forgotten WORDs be learned and suggested again. What was deleted does not come back by itself."""
    with open_memory(model) as memory:
        for word in words:
            told = "may be learned and suggested again" if memory.allow(word) else "was not blocked"
            typer.echo(f"{one_line(word)} {told}", err=True)


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write; - is standard output.")] = "-",
    model: MemoryOption = None,
) -> None:
    """Print all messages as lines of JSON, with the hashes of forgotten words; memory import reads them."""
    from foreword.keyboard.exchange import exported

    with open_memory(model) as memory:
        if file == "-":
            for line in exported(memory):
                typer.echo(line)
            return
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # as private as the memory
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened, waiting(f"writing {file}") as wait:
            opened.writelines(line + "\n" for line in wait.counting(exported(memory), "lines"))


def import_lines(file: FileArgument, model: MemoryOption = None) -> None:
    """Learn the messages of an exported memory that are not there yet, and block what is blocked in it."""
    from foreword.keyboard import exchange

    name = "standard input" if file == "-" else file
    with open_memory(model) as memory, waiting(f"reading {name}") as wait:
        learned = exchange.import_lines(memory, wait.counting(_lines(file), f"lines of {name}"), name)
    typer.echo(f"Learned {counted(learned, 'message')} that were not there yet", err=True)


def merge(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file of another memory, such as old.memory.")
    ],
    model: MemoryOption = None,
) -> None:
    """Learn the messages of another memory that are not there yet, and block what is blocked in it."""
    from foreword.keyboard import exchange

    with open_memory(model) as memory, waiting(f"reading {file}"):
        learned = exchange.merge(memory, file)
    typer.echo(f"Learned {counted(learned, 'message')} that were not there yet", err=True)


def clear(
    model: MemoryOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete all messages and counts, without a trace in the file. Forgotten words stay blocked."""
    with open_memory(model) as memory:
        if not yes:
            if not sys.stdin.isatty():
                raise OptionError("to delete everything that was learned, say so with --yes")
            typer.confirm(f"Delete everything in {memory.path}?", abort=True, err=True)
        deleted = memory.clear()
    typer.echo(f"Deleted {counted(deleted, 'message')}; forgotten words stay blocked", err=True)


def _lines(file: str) -> Iterator[str]:
    """The lines of a file or of standard input.

    Raises:
        SourceMissing, SourceNotText: there is no such file, or it is not UTF-8.
    """
    try:
        if file == "-":
            yield from io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8")
        else:
            with Path(file).open(encoding="utf-8") as opened:
                yield from opened
    except FileNotFoundError:
        raise SourceMissing(f"there is no file {file}; check the name") from None
    except UnicodeDecodeError:
        raise SourceNotText(
            f"{file} is not UTF-8 text; name a file that foreword memory export has written"
        ) from None


COMMANDS: Final[dict[str, Callable[..., None]]] = {
    "list": list_words,
    "allow": allow,
    "export": export,
    "import": import_lines,
    "merge": merge,
    "clear": clear,
}
app = typer.Typer(no_args_is_help=True, help="Look into what was learned, carry it elsewhere, or empty it.")
for name, command in COMMANDS.items():
    app.command(name, cls=Command)(command)
