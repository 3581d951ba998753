"""`foreword explain`: where a text surprises the model, and what goes on inside it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.options import (
    EncodingOption,
    JsonOption,
    ModelOption,
    TextArgument,
    check_plot,
    open_model,
    read_text,
)
from foreword.cli.terminal import printable, say, say_json, waiting
from foreword.errors import OptionError
from foreword.text.counting import counted

if TYPE_CHECKING:
    from foreword.runtime.model import Model

SCALE = ((1.0, "green"), (3.0, "default"), (5.0, "yellow"), (8.0, "red"))
"""The colour of a character up to this many bits; beyond the last, it is in reverse."""


def explain(
    text: TextArgument = None,
    model: ModelOption = None,
    cells: Annotated[
        bool, typer.Option("--cells", help="Draw cells along TEXT, and find those that follow something.")
    ] = False,
    unit: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A cell to draw, such as c1.204 or h0.17; may be repeated."),
    ] = None,
    gates: Annotated[
        bool, typer.Option("--gates", help="Draw the gates of each of these cells, too.")
    ] = False,
    over: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="The text to find cells on; by default, TEXT itself."),
    ] = None,
    encoding: EncodingOption = None,
    gradients: Annotated[
        bool, typer.Option("--gradients", help="Show how far back the gradient of a loss reaches.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Draw the cells or the gradients there, too.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how much each token of TEXT surprises the model, in bits: coloured, or as columns in a pipe.

    --cells shows what single numbers of its state do along the end of TEXT. --gradients shows how strongly its loss
    depends on what it read long before.
    """
    from foreword.cli import inside

    if cells and gradients:
        raise OptionError("--cells and --gradients are two pictures; ask for one of them")
    for name, value in (("--unit", unit), ("--gates", gates), ("--over", over)):
        if value and not cells:
            raise OptionError(f"{name} needs --cells")
    if plot is not None:
        if not (cells or gradients):
            raise OptionError("--plot needs --cells or --gradients")
        check_plot(plot)
    opened, measured = open_model(model), read_text(text)
    if cells:
        inside.show_cells(opened, measured, unit or [], gates, over, encoding, plot=plot, as_json=as_json)
    elif gradients:
        inside.show_gradients(opened, measured, plot=plot, as_json=as_json)
    else:
        _surprises(opened, measured, as_json=as_json)


def _surprises(model: "Model", text: str, *, as_json: bool) -> None:
    from foreword.assess.bits import surprises

    with waiting("measuring", as_json=as_json) as wait:
        pieces = surprises(model, text, watch=wait.says)
    if as_json:
        rows = [{"text": piece, "bits": round(bits, 4)} for piece, bits in pieces]
        say_json(rows)
    elif sys.stdout.isatty():
        _show(pieces)
    else:
        for piece, bits in pieces:
            say(f"{json.dumps(piece, ensure_ascii=False)[1:-1]}\t{bits:.2f}")


def _show(pieces: list[tuple[str, float]]) -> None:
    from rich.console import Console
    from rich.text import Text

    console, shown = Console(highlight=False), Text()
    for piece, bits in pieces:
        shown.append(printable(piece).replace("\n", "⏎\n"), style=style_of(bits / len(piece)))
    console.print(shown)
    console.print()
    legend = Text("bits a character: ")
    for most, style in SCALE:
        legend.append(f" up to {most:g} ", style=style)
    legend.append(" more ", style="reverse red")
    console.print(legend)
    characters = sum(len(piece) for piece, _ in pieces)
    total = sum(bits for _, bits in pieces)
    console.print(
        f"{total:.1f} bits for {counted(characters, 'character')}: {total / characters:.2f} bits a character"
    )


def style_of(bits: float) -> str:
    """The colour for a surprise in bits."""
    return next((style for most, style in SCALE if bits <= most), "reverse red")
