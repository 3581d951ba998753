"""`foreword forget` and `foreword memory …`: delete words from the memory; show, export, merge or empty it."""

import io
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from foreword.cli import options
from foreword.cli.options import Command, Group, argument, option, switch
from foreword.cli.output import local, say, say_json, tell, waiting
from foreword.errors import OptionError, SourceError, SourceNotText
from foreword.files import check_place, quoted, write_whole
from foreword.text.plural import counted, times_in_words

app = typer.Typer(cls=Group, no_args_is_help=True, help="Show, export, import or delete what was learned.")
SHOWN: Final = 5  # words or files in a message


def forget(
    words: Annotated[list[str], argument("WORD", "Words to forget, whatever their case.")],
    model: options.MemoryOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Delete WORDs from all that was learned, and block them until they are allowed again.

    Other files in the data folder that hold a WORD are named, with the command that deletes them.
    """
    from foreword.keyboard.forgotten_words import checked
    from foreword.keyboard.memory import memory_path
    from foreword.personal.traces import remove_or_name, weights_beside

    # Check all words, and the settings, before a word is deleted.
    cleaned, of_model = [checked(word) for word in words], options.named(model)
    with options.open_memory(model) as memory, waiting("forgetting", as_json=as_json):
        found = [memory.forget(word) for word in cleaned]
    for each in found:
        deleted = f"deleted {times_in_words(each.times)} from {counted(each.messages, 'message')}"
        more = ", …" if len(each.inside) > SHOWN else ""
        inside = f"; these words stay: {', '.join(each.inside[:SHOWN])}{more}" if each.inside else ""
        tell(f"{each.word}: {deleted if each.times else 'not in the memory'}{inside}")
    tell(f"Blocked; to allow again: foreword memory allow{of_model} {quoted(*cleaned)}")
    path, is_one = memory_path(model), len(cleaned) == 1
    traces = remove_or_name(cleaned, path)
    for trace in traces:
        more = f" and {len(trace.files) - SHOWN:,} more" if len(trace.files) > SHOWN else ""
        inside = f", in {', '.join(trace.files[:SHOWN])}{more}" if trace.files else ""
        holds = f"still holds {'it' if is_one else 'one of them'}"
        tell(f"{trace.path}, {trace.what}, {holds}{inside}")
        tell(f"  to delete that: {trace.command}")
    weights = weights_beside(path)
    whose = ", ".join(each.path.name for each in weights) or "a network"
    known = "it" if is_one else "them"
    tell(f"The weights of {whose} may still know {known} until the next training")
    for beside in weights:
        tell(f"  to delete them: {beside.command}")
    if as_json:
        of_each = [traces] if is_one else [remove_or_name([word], path) for word in cleaned]
        say_json(
            [
                asdict(each) | {"files": [{"path": str(t.path), "command": t.command} for t in theirs]}
                for each, theirs in zip(found, of_each, strict=True)
            ]
        )
    if memory.has_traces:
        raise typer.Exit(1)


@app.command("list", cls=Command)
def list_words(
    text: Annotated[
        str, argument("TEXT", "Only words that contain this; capitals and accents do not matter.")
    ] = "",
    model: options.MemoryOption = None,
    limit: Annotated[int, option("N", "How many words to show.", "--limit", "-k")] = 20,
    as_json: options.JsonOption = False,
) -> None:
    """Print the words used most, how often they were written, and when last."""
    with options.open_memory(model) as memory:
        found = memory.uses(limit, text)
        if as_json:
            say_json([{"word": use.word, "times": use.times, "last": use.last.isoformat()} for use in found])
            return
        for each in found:
            say(f"{each.word}\t{each.times}\t{local(each.last):%Y-%m-%d %H:%M}")
        if not found and text:
            tell(f"No word in {memory.path} has {text!r} in it")
        elif not found:
            tell(f"{memory.path} is empty; to fill it: foreword learn SOURCE{options.named(model)}")


@app.command(cls=Command)
def messages(
    word: Annotated[str, argument("WORD", "A word, whatever its case.")],
    model: options.MemoryOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Print the messages with WORD, and when they were written. forget deletes WORD from them."""
    with options.open_memory(model) as memory:
        found = memory.holding(word)
        if as_json:
            say_json([{"time": each.time.isoformat(), "text": each.text} for each in found])
            return
        for each in found:
            say(f"{local(each.time):%Y-%m-%d %H:%M}\t{each.text}")
        blocked = "; the word is blocked" if memory.is_blocked(word) else ""
    tell(f"{counted(len(found), 'message')} with {word}{blocked}")


@app.command(cls=Command)
def blocked(
    words: Annotated[
        list[str] | None, argument("WORD", "Words to look up; by default, all that are known are listed.")
    ] = None,
    model: options.MemoryOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Print the forgotten words, which are neither learned nor suggested. memory allow brings them back.

    They are kept as hashes. So only words of a word list, or words that you name, can be printed.
    """
    with options.open_memory(model) as memory:
        found, others = memory.blocked_among(words or _public_words(model))
    if as_json:
        say_json({"words": found, "others": others})
        return
    for word in found:
        say(word)
    if words and not found:
        tell(f"{', '.join(words)}: not blocked")
    elif others and not words:
        more = "other " * bool(found) + ("word is" if others == 1 else "words are")
        look_up = f"foreword memory blocked WORD{options.named(model)}"
        tell(f"{others:,} {more} blocked and kept as hashes; to look a word up: {look_up}")
    elif not found:
        tell("No word is blocked")


@app.command(cls=Command)
def allow(
    words: Annotated[list[str], argument("WORD", "Words that were forgotten.")],
    model: options.MemoryOption = None,
) -> None:
    """Let forgotten WORDs be learned and suggested again. Deleted text does not come back."""
    with options.open_memory(model) as memory:
        for word in words:
            is_new = memory.allow(word)
            tell(f"{word} {'can be learned and suggested again' if is_new else 'was not blocked'}")


@app.command(cls=Command)
def export(
    file: Annotated[str, argument("FILE", "Where to write; - is standard output.")] = "-",
    model: options.MemoryOption = None,
) -> None:
    """Print all messages as lines of JSON, with the hashes of forgotten words. memory import reads them."""
    from foreword.keyboard.exchange import exported
    from foreword.keyboard.memory_file import is_memory

    with options.open_memory(model) as memory:
        if file == "-":
            for line in exported(memory):
                say(line)  # a direction sign becomes an escape, which JSON reads back
            return
        path = Path(file)
        check_place(path, "FILE")
        if path.is_file() and is_memory(path):
            raise OptionError(f"FILE {path} is a memory, which an export would replace; choose another place")
        if path.is_file() and not memory.size() and not memory.blocked_digests():
            raise OptionError(
                f"{memory.path} is empty, so FILE {path} stays as it is; name another model with -m, or delete FILE"
            )
        with waiting(f"writing {file}"):
            lines = (f"{line}\n".encode() for line in exported(memory))
            write_whole(path, lines, private=True)  # as private as the memory


@app.command("import", cls=Command)
def import_lines(
    file: Annotated[str, argument("FILE", "A file that memory export has written; - is standard input.")],
    model: options.MemoryOption = None,
) -> None:
    """Learn the messages of an exported memory that are new here, and block its blocked words."""
    from foreword.keyboard import exchange

    name = "standard input" if file == "-" else file
    with options.open_memory(model) as memory, waiting(f"reading {name}"):
        learned = exchange.import_lines(memory, _lines(file), name)
    tell(f"Learned {counted(learned, 'new message')}")
    if memory.has_traces:
        raise typer.Exit(1)


@app.command(cls=Command)
def merge(
    file: Annotated[Path, argument("FILE", "The file of another memory, such as old.memory.")],
    model: options.MemoryOption = None,
) -> None:
    """Learn the messages of another memory that are new here, and block its blocked words."""
    from foreword.keyboard import exchange

    with options.open_memory(model) as memory, waiting(f"reading {file}"):
        learned = exchange.merge(memory, file)
    tell(f"Learned {counted(learned, 'new message')}")
    if memory.has_traces:
        raise typer.Exit(1)


@app.command(cls=Command)
def clear(
    model: options.MemoryOption = None,
    yes: options.YesOption = False,
    damaged: Annotated[
        bool, switch("Delete only the damaged memories that were set aside.", "--damaged")
    ] = False,
) -> None:
    """Delete all messages and counts, and damaged memories that were set aside. Forgotten words stay blocked."""
    with options.open_memory(model) as memory:
        aside = [each.name for each in memory.damaged() if not each.name.endswith(("-wal", "-shm"))]
        all_of_it = [] if damaged else [f"everything in {memory.path}"]
        shown = "the damaged files" if damaged else "everything that was learned"
        options.confirm(f"Delete {' and '.join([*all_of_it, *aside]) or 'nothing'}?", shown, yes=yes)
        deleted = [] if damaged else [counted(memory.clear(), "message")]
        memory.delete_damaged()
    what = " and ".join([*deleted, *aside]) or "nothing: no damaged file was set aside"
    tell(f"Deleted {what}; forgotten words stay blocked")
    if memory.has_traces:
        raise typer.Exit(1)


def _public_words(model: str | None) -> Iterator[str]:
    from foreword.keyboard.memory import memory_path
    from foreword.modelfolder.names import LEXICON, shipped_folder

    for folder in (memory_path(model).with_suffix(""), shipped_folder()):
        if (folder / LEXICON).is_file():
            yield from (folder / LEXICON).read_text("utf-8", "replace").split("\n")


def _lines(file: str) -> Iterator[str]:
    """The lines of a file or of standard input; programs of Windows put a byte order mark first."""
    from foreword.keyboard.exchange import EXPORTED

    try:
        if file == "-":
            yield from io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig")
        else:
            with Path(file).open(encoding="utf-8-sig") as opened:
                yield from opened
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}; {EXPORTED}") from None
    except UnicodeDecodeError:
        raise SourceNotText(f"{file} is not UTF-8 text; {EXPORTED}") from None
