"""`foreword audit`: how much of what a model writes is copied, and what it remembers of secrets."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.options import EncodingOption, JsonOption, MeOption, ModelOption, open_model
from foreword.cli.terminal import one_line, say, say_json
from foreword.cli.waiting import waiting
from foreword.errors import OptionError
from foreword.text.counting import counted

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
    with_canaries: Annotated[
        bool,
        typer.Option(
            "--canaries",
            help="Train a copy with made-up secrets in SOURCE, see which it remembers; look for yours in the model.",
        ),
    ] = False,
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="N", help="How long that copy may train; by default as long as the model did, 10 at most."
        ),
    ] = None,
    me: MeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a model write, and print how much of that stands word for word in SOURCE, and whether it copies.

    Beside it stands what is usual: the same of the last part of SOURCE against what comes before it. What --canaries
    finds is kept with the model, and stated on its card.
    """
    if not with_canaries and (minutes is not None or me is not None):
        raise OptionError(
            f"--{'me' if minutes is None else 'minutes'} is for the copy of --canaries; add that, too"
        )
    if with_canaries:
        from foreword.personal.extras import require_training

        require_training()
    from foreword.assess.audit import TEMPERATURES
    from foreword.assess.audit import audit as look

    opened, notes = open_model(model), list[str]()
    told = None
    if with_canaries:
        from foreword.personal.leaking import look_for_leaks

        told = look_for_leaks(opened, source, minutes=minutes, me=me, encoding=encoding, seed=seed)
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
        typer.echo(one_line(note), err=True)
    name = "standard input" if source == "-" else source
    if not as_json:
        _print(found, name)
    figures = found.figures()
    if told is not None:
        from foreword.cli.leaks import awaited, print_leaks

        leaks = awaited(told, model=opened.path.name)
        figures["leaks"] = leaks.figures()
        if not as_json:
            print_leaks(leaks, name)
    if as_json:
        say_json(figures)


def _print(found: "Audit", source: str) -> None:
    say(
        f"{counted(found.characters, 'character')} written at each temperature, looked for in {one_line(source)} "
        f"({counted(found.source_characters, 'character')}):"
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
