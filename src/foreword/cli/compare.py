"""`foreword compare`: every kind of network, and an n-gram, trained on one text."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer
from msgspec.structs import replace

from foreword.cli import options
from foreword.cli.options import argument, option
from foreword.cli.output import one_line, say, say_json, tell, write_picture
from foreword.errors import OptionError
from foreword.files import check_place, write_whole
from foreword.personal.events import Event, Planned, Prepared, Sampled, Validated
from foreword.settings import Architecture
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.assess.report import Contender
    from foreword.personal.contenders import Budget

KINDS: Final = get_args(Architecture)


def compare(
    sources: Annotated[list[str], argument("SOURCE", "Files, folders, .gz, - for standard input, samples.")],
    architecture: Annotated[
        list[str] | None,
        option(
            "NAME",
            f"A kind of network: {', '.join(KINDS)}; may be repeated. By default, all of them.",
            autocompletion=lambda incomplete: [name for name in KINDS if name.startswith(incomplete)],
        ),
    ] = None,
    minutes: Annotated[
        float | None, option("M", "The minutes of training for each network; by default 0.5.")
    ] = None,
    steps: Annotated[
        int | None, option("N", "The number of updates of each network, instead of a time.")
    ] = None,
    weights: Annotated[int | None, option("N", "The approximate number of weights of each network.")] = None,
    plot: Annotated[
        Path | None, option("PNG", "Draw the loss on held-out text over time there.", "--plot", "-o")
    ] = None,
    html: Annotated[Path | None, option("FILE", "Write a page with the table and the picture there.")] = None,
    me: options.MeOption = None,
    encoding: options.EncodingOption = None,
    seed: options.SeedOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Train each kind of network, and an n-gram, on the same text for the same time, and compare them.

    All are measured on the same held-out text. No model is kept, and the memory learns nothing. Ctrl-C shows those that
    are finished.
    """
    from foreword.libraries import require_training

    for name in architecture or ():
        if name not in KINDS:
            raise OptionError(f"--architecture must be one of {', '.join(KINDS)}, not {name}")
    if plot is not None:
        options.check_plot(plot)
    if html is not None:
        check_place(html, "--html")
    require_training()
    from foreword.assess.report import table
    from foreword.cli.progress import duration, show
    from foreword.corpus.texts import ReadSettings
    from foreword.personal.contenders import ARCHITECTURES, Budget, train_contenders
    from foreword.sources.reading import check_are_there

    chosen = list(dict.fromkeys(architecture or ARCHITECTURES))
    budget = Budget.of(minutes=minutes, steps=steps, weights=weights)
    check_are_there(sources)
    if budget.minutes is not None:
        total = duration(60 * budget.minutes * len(chosen))
        each = f"{counted(len(chosen), 'network')}, {budget} each: about {total}."
        tell(f"{each} Another length: --minutes or --steps." if minutes is None else each)
    found: list[Contender] = []
    seen: list[Event] = []
    reading = ReadSettings(encoding=encoding, me=me, choose=options.ask_whose)
    events = train_contenders(sources, chosen, budget, reading, found, seed=seed or 0)
    show(_of_many_networks(events), model="", seen=seen)
    if not found:
        raise typer.Exit(130)
    title = f"Trained on {', '.join(one_line(Path(each).name) for each in sources)}"
    prepared = next(each for each in seen if isinstance(each, Prepared))
    notes = _notes(prepared, budget, found[0].characters)
    if as_json:
        say_json(
            {
                "sources": sources,
                "training_characters": prepared.training_characters,
                "held_out_characters": prepared.held_out_characters,
                **asdict(budget),
                "seed": seed or 0,
                "contenders": [each.figures() for each in found],
            }
        )
    else:
        for line in ("", *notes, "", *table(found)):
            say(line)
    _write(found, title, notes, plot, html)  # after the table: the disk may be full
    if len(found) <= len(chosen):
        raise typer.Exit(130)


def _of_many_networks(events: Iterator[Event]) -> Iterator[Event]:
    """The events to show: without samples, validations and reasons."""
    for event in events:
        if not isinstance(event, Sampled | Validated):
            yield replace(event, reasons=()) if isinstance(event, Planned) else event


def _notes(prepared: Prepared, budget: "Budget", measured: int) -> list[str]:
    learned = counted(prepared.training_characters, "character")
    size = "" if budget.weights is None else f"has about {budget.weights:,} weights, and "
    return [
        f"Each network {size}had {budget} to learn {learned}.",
        f"Measured on {counted(measured, 'character')} that none of them has read. Fewer bits are better.",
    ]


def _write(
    found: "list[Contender]", title: str, notes: list[str], plot: Path | None, html: Path | None
) -> None:
    from importlib.util import find_spec

    from foreword.assess.report import comparison_page, curves

    if plot is None and html is None:
        return
    drawn = curves(found, title) if find_spec("matplotlib") is not None else None
    if plot is not None and drawn is not None:
        write_picture(plot, drawn)
    if html is not None:
        write_whole(html, comparison_page(found, title, notes, drawn).encode(), private=False)
        tell(f"The page is in {html}")
