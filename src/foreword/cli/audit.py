"""`foreword audit`: how much of what a model writes is copied, and what it remembers of secrets."""

import contextlib
import json
from collections.abc import Generator, Iterator
from statistics import median
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.assess.canaries import HIGHEST, UNKNOWN, Leaks
from foreword.cli.options import EncodingOption, JsonOption, MeOption, ModelOption, open_model
from foreword.cli.progress import show
from foreword.cli.terminal import one_line, say, say_json, waiting
from foreword.errors import OptionError
from foreword.personal.card import times_in_words
from foreword.personal.events import Event
from foreword.text.counting import counted

if TYPE_CHECKING:
    from foreword.assess.copies import Audit, Overlap

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
        from foreword.personal.request import require_training

        require_training()
    from foreword.assess.copies import TEMPERATURES
    from foreword.assess.copies import audit as look

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
        from foreword.cli.audit import awaited, print_leaks

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


# What `foreword audit --canaries` shows: the copy while it trains, then what was found.


def awaited(told: Generator[Event | Leaks, None, None], *, model: str) -> Leaks:
    """Show what is told, up to what was found. However that ends, what it has on the disk is cleared away."""
    found: list[Leaks] = []

    def events() -> Iterator[Event]:
        for event in told:
            if isinstance(event, Leaks):
                found.append(event)
            else:
                yield event

    with contextlib.closing(told):
        show(events(), model=model)
    return found[0]


def print_leaks(leaks: Leaks, source: str) -> None:
    """Print it for people."""
    copy = leaks.repetition
    say(
        f"Canaries, sentences with eight digits drawn by chance, planted in a copy of the training ({copy.steps:,} "
        f"updates, {copy.passes:.1f} passes over the text):"
    )
    for level in leaks.levels:
        name = f"written {times_in_words(level.times)}" if level.times else "never written"
        say(
            f"  {name:<18} exposure {level.exposure:4.1f} bits; "
            f"{level.drawn} of {len(level.exposures)} can be drawn out"
        )
    say(
        f"An exposure of {HIGHEST:.0f} bits is that of digits likelier than all others they were compared with; "
        f"what is not known at all has {UNKNOWN:.1f} on average."
    )
    if leaks.searched:
        say(f"Secrets that are taken out of {one_line(source)}, looked for in the model:")
    for each in leaks.searched:
        exposure = f", exposure {median(each.exposures):.1f} bits" if each.exposures else ""
        say(
            f"  {each.kind:<18} {each.taken:,} taken out; {each.drawn} of {each.looked_for} can be drawn out{exposure}"
        )
    typer.echo(leaks.verdict)
