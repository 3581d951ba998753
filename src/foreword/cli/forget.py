"""`foreword forget`: delete a word from the memory for good."""

from dataclasses import asdict
from typing import Annotated

import typer

from foreword.cli.options import JsonOption, MemoryOption, argument, named, open_memory
from foreword.cli.output import say_json, tell, waiting
from foreword.files import quoted
from foreword.text.plural import counted, times_in_words

SHOWN = 5


def forget(
    words: Annotated[list[str], argument("WORD", "Words to forget, whatever their case.")],
    model: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete WORDs from all that was learned, and block them until they are allowed again.

    Other files in the data folder that hold a WORD are named, with the command that deletes them.
    """
    from foreword.keyboard.forgotten_words import checked
    from foreword.keyboard.memory import memory_path
    from foreword.personal.traces import remove_or_name, weights_beside

    # Check all words, and the settings, before a word is deleted.
    cleaned, of_model = [checked(word) for word in words], named(model)
    with open_memory(model) as memory, waiting("forgetting", as_json=as_json):
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
