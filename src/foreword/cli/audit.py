"""`foreword audit`: how much of what a model writes is copied."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.options import EncodingOption, JsonOption, ModelOption
from foreword.cli.terminal import one_line, say

if TYPE_CHECKING:
    from foreword.assess.audit import Audit
    from foreword.assess.verbatim import Overlap

SHOWN = 300  # characters of the longest run


def audit(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The text to look in, such as the one it was trained on.")
    ],
    model: ModelOption = None,
    encoding: EncodingOption = None,
    characters: Annotated[
        int, typer.Option("--characters", "-n", metavar="N", help="How much to write at each temperature.")
    ] = 20_000,
    temperatures: Annotated[
        list[float] | None,
        typer.Option(
            "--temperature", "-t", metavar="X", help="May be repeated; by default 0.5, 0.8 and 1, one by one."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Start the random numbers here.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Let a model write, and print how much of that stands word for word in SOURCE, and whether it copies.

    Beside it stands what is usual: the same of the last part of SOURCE against what comes before it.
    """
    from foreword.assess.audit import TEMPERATURES
    from foreword.assess.audit import audit as look
    from foreword.runtime.model import Model

    notes: list[str] = []
    found = look(
        Model.open(model),
        source,
        encoding=encoding,
        characters=characters,
        temperatures=temperatures or TEMPERATURES,
        seed=seed,
        notes=notes,
    )
    for note in notes:
        typer.echo(one_line(note), err=True)
    if as_json:
        typer.echo(json.dumps(found.figures(), ensure_ascii=False))
    else:
        _print(found, "standard input" if source == "-" else source)


def _print(found: "Audit", source: str) -> None:
    say(
        f"{found.characters:,} characters written at each temperature, looked for in {one_line(source)} "
        f"({found.source_characters:,} characters):"
    )
    for each in found.written:
        _print_row(f"temperature {each.temperature:g}", each.overlap)
    if found.usual is not None:
        _print_row(f"its last {found.usual_characters:,}", found.usual)
    run = found.longest.longest
    if run is not None:
        cut = run.text[:SHOWN] + ("…" if len(run.text) > SHOWN else "")
        say(
            f"The longest run, from character {run.offset + 1:,} in line {found.longest_line:,}: "
            f"{json.dumps(cut, ensure_ascii=False)}"
        )
    typer.echo(found.verdict)


def _print_row(name: str, overlap: "Overlap") -> None:
    typer.echo(
        f"  {name:<18} {overlap.share:6.1%} of its stretches of 20 characters stand there; "
        f"longest run {overlap.longest_run:,}"
    )
