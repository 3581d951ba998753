"""`foreword audit`: the share of a model's text that is copied."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.options import EncodingOption, JsonOption, ModelOption, argument, open_model, option
from foreword.cli.output import one_line, say, say_json, tell, waiting
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.assess.copies import Audit

SHOWN = 300  # characters of the longest run


def audit(
    source: Annotated[str, argument("SOURCE", "The text to search, such as the model's training text.")],
    model: ModelOption = None,
    encoding: EncodingOption = None,
    characters: Annotated[
        int, option("N", "The number of characters to write at each temperature.", "--characters", "-n")
    ] = 20_000,
    temperatures: Annotated[
        list[float] | None,
        option("X", "May be repeated; by default 0.5, 0.8 and 1, one by one.", "--temperature", "-t"),
    ] = None,
    seed: Annotated[int, option("N", "The seed of the random numbers.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Let a model write, and print the share of its text that is copied from SOURCE.

    For comparison, the last part of SOURCE is searched for in the rest.
    """
    from foreword.assess.copies import TEMPERATURES
    from foreword.assess.copies import audit as look

    opened, notes = open_model(model), list[str]()
    with waiting(f"reading {source}", as_json=as_json) as wait:
        found = look(
            opened,
            source,
            encoding=encoding,
            characters=characters,
            temperatures=temperatures or TEMPERATURES,
            seed=seed,
            notes=notes,
            watch=wait.says,
        )
    for note in notes:
        tell(note)
    if as_json:
        say_json(found.figures())
    else:
        _print(found, "standard input" if source == "-" else source)


def _print(found: "Audit", source: str) -> None:
    say(
        f"{counted(found.characters, 'character')} written at each temperature, searched for in {one_line(source)} "
        f"({counted(found.source_characters, 'character')}):"
    )
    rows = [(f"temperature {each.temperature:g}", each.overlap, "the text") for each in found.written]
    if found.usual is not None:
        rows.append((f"its last {found.usual_characters:,} characters", found.usual, "the rest"))
    width = max(len(row) for row, *_ in rows)
    for row, overlap, place in rows:
        typer.echo(
            f"  {row:<{width}} {overlap.share:6.1%} of its 20-character stretches are in {place}; "
            f"longest run {counted(overlap.longest_run, 'character')}"
        )
    run = found.longest.longest
    if run is not None:
        cut = run.text[:SHOWN] + ("…" if len(run.text) > SHOWN else "")
        say(
            f"The longest run, from character {run.offset + 1:,} in line {found.longest_line:,}: "
            f"{json.dumps(cut, ensure_ascii=False)}"
        )
    typer.echo(found.verdict)
