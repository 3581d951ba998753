"""`foreword explain`: the bits of each token of a text, the cells of a model, and its gradients."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from foreword.cli import options
from foreword.cli.options import option, switch
from foreword.cli.output import printable, say, say_json, tell, waiting, write_picture
from foreword.errors import OptionError
from foreword.text.plural import counted

if TYPE_CHECKING:
    import numpy as np
    from rich.console import Console

    from foreword.assess.cells import Detector, Unit
    from foreword.libraries import Float32, Float64
    from foreword.runtime.model import Model

    Line = Float32[np.ndarray, " time"]

DRAWN: Final = 4  # cells, if none is found that follows a feature
WIDTH: Final = 78
STEPS: Final = (-0.6, -0.2, 0.2, 0.6)  # borders between the levels, as shares of a cell's largest number
SIGNS: Final = "=- +#"
STYLES: Final = (
    "black on rgb(240,140,60)", "black on rgb(250,215,190)", "default",
    "black on rgb(190,210,248)", "white on rgb(60,120,230)",
)  # fmt: skip
SHOWN_DISTANCES: Final = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 60, 80, 99)
BAR: Final = 40
SCALE: Final = ((1.0, "green"), (3.0, "default"), (5.0, "yellow"), (8.0, "red"))
"""For each colour, the most bits of a character. Above the last number, the colour is reversed."""


def explain(
    text: options.TextArgument = None,
    model: options.ModelOption = None,
    cells: Annotated[
        bool,
        switch(
            "Draw cells along TEXT, and find those that follow quotes, brackets, lines or words.", "--cells"
        ),
    ] = False,
    gradients: Annotated[
        bool, switch("Show how far back the gradient of a loss reaches.", "--gradients")
    ] = False,
    plot: Annotated[Path | None, option("PNG", "Draw the cells or the gradients there, too.")] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Show how much each token of TEXT surprises the model, in bits: coloured, or as columns in a pipe.

    --cells shows single numbers of the model's state along the end of TEXT. --gradients shows how strongly the loss
    depends on tokens far back.
    """
    if cells and gradients:
        raise OptionError("--cells and --gradients cannot be combined; give one")
    if plot is not None:
        if not (cells or gradients):
            raise OptionError("--plot needs --cells or --gradients")
        options.check_plot(plot)
    opened, measured = options.open_model(model), options.read_text(text)
    if cells:
        _show_cells(opened, measured, plot=plot, as_json=as_json)
    elif gradients:
        _show_gradients(opened, measured, plot=plot, as_json=as_json)
    else:
        _surprises(opened, measured, as_json=as_json)


def _surprises(model: "Model", text: str, *, as_json: bool) -> None:
    from foreword.assess.bits import surprises

    with waiting("measuring", as_json=as_json) as wait:
        pieces = surprises(model, text, watch=wait.says)
    if as_json:
        say_json([{"text": piece, "bits": round(bits, 4)} for piece, bits in pieces])
    elif sys.stdout.isatty() and _console()[1]:
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
    characters, total = sum(len(piece) for piece, _ in pieces), sum(bits for _, bits in pieces)
    length = counted(characters, "character")
    console.print(f"{total:.1f} bits for {length}: {total / characters:.2f} bits a character")


def style_of(bits: float) -> str:
    return next((style for most, style in SCALE if bits <= most), "reverse red")


# Cells


def _show_cells(model: "Model", text: str, *, plot: Path | None, as_json: bool) -> None:
    """Find cells that follow a feature of the text, and draw them, or those that vary most, along its end."""
    from foreword.assess.cells import FEWEST, check_has_units, detectors, picture, varied, walk

    check_has_units(model)
    found: list[Detector] = []
    with waiting("reading", as_json=as_json) as wait:
        along = walk(model, text)
        if is_long := len(model.tokenizer.encode(text)) >= FEWEST:
            found = detectors(model, text, watch=wait.says)
    if not is_long:
        tell(
            f"TEXT is too short to find cells that follow a feature; the picture has {DRAWN} that vary. "
            f"To find some, give a text of {counted(FEWEST, 'token')} or more"
        )
    best = {each.follows: each.unit for each in reversed(found)}  # the first cell of each feature
    chosen = list(dict.fromkeys(best[each.follows] for each in found)) or varied(along, DRAWN)
    lines = {unit: along.line(unit) for unit in chosen}
    titles = {each.unit: f"{each.unit}  follows {each.follows}" for each in reversed(found)}
    if as_json:
        _say_cells(along.pieces, lines, found)
    else:
        _say_found(found)
        for unit, line in lines.items():
            say(f"\n{titles.get(unit, unit)}")
            _draw(along.pieces, line)
        say("")
        _legend()
    if plot is not None:
        rows = {titles.get(unit, str(unit)): scaled(line) for unit, line in lines.items()}
        write_picture(plot, picture(along.pieces, rows))


def _say_found(found: "Sequence[Detector]") -> None:
    """Print a table: each feature, and the three cells that follow it best, with their correlations."""
    from foreword.assess.cells import FEATURES

    if not found:
        return
    say("Cells that follow something in TEXT: their correlation with it, from -1 to 1")
    for feature in FEATURES:
        cells = [f"{each.unit} {each.correlation:+.2f}" for each in found if each.follows == feature]
        say(f"  {feature:<14} {'   '.join(cells) or 'no cell'}")


def _draw(pieces: Sequence[str], line: "Line") -> None:
    """Print the text with a background colour for each number. Without colours, print signs below the text."""
    from rich.text import Text

    console, is_coloured = _console()
    for row in _rows(pieces, levels(line), min(WIDTH, console.width - 1)):
        if is_coloured:
            console.print(Text.assemble(*((letter, STYLES[level]) for letter, level in row)))
        else:
            say("".join(letter for letter, _ in row))
            say("".join(SIGNS[level] * _width(letter) for letter, level in row).rstrip())


def _console() -> "tuple[Console, bool]":
    """The console to draw on, and whether it has colours."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    return console, console.is_terminal and console.color_system is not None and not console.no_color


def levels(line: "Line") -> list[int]:
    import numpy as np

    return [int(level) for level in np.searchsorted(STEPS, scaled(line))]


def scaled(line: "Line") -> "Line":
    """The numbers as shares of the largest one, from -1 to 1."""
    return line / max(float(abs(line).max()), 1e-9)


def _rows(pieces: Sequence[str], levelled: Sequence[int], width: int) -> Iterator[list[tuple[str, int]]]:
    """The lines of the text, at most `width` wide: each character with its level. A newline ends a line."""
    row: list[tuple[str, int]] = []
    used = 0
    for piece, level in zip(pieces, levelled, strict=True):
        for character in printable(piece).replace("\n", "⏎\n").replace("\t", " "):
            if character == "\n" or used + _width(character) > width:
                yield row
                row, used = [], 0
            if character != "\n":
                row.append((character, level))
                used += _width(character)
    if row:
        yield row


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _legend() -> None:
    from rich.text import Text

    words = ("lowest", "low", "middle", "high", "highest")
    console, is_coloured = _console()
    if is_coloured:
        console.print(
            Text.assemble(*((f" {word} ", style) for word, style in zip(words, STYLES, strict=True)))
        )
    else:
        signs = SIGNS.replace(" ", "␣")
        say("   ".join(f"{sign} {word}" for sign, word in zip(signs, words, strict=True)))


def _say_cells(pieces: list[str], lines: "Mapping[Unit, Line]", found: "Sequence[Detector]") -> None:
    say_json(
        {
            "pieces": pieces,
            "cells": [
                {"unit": str(unit), "values": [round(float(value), 4) for value in line]}
                for unit, line in lines.items()
            ],
            "follow": [
                {"unit": str(each.unit), "follows": each.follows, "correlation": round(each.correlation, 4)}
                for each in found
            ],
        }
    )


# Gradients


def _show_gradients(model: "Model", text: str, *, plot: Path | None, as_json: bool) -> None:
    from foreword.assess.bits import cleaned_or_error, text_ids
    from foreword.libraries import require_training

    require_training()
    from foreword.models.catalogue import network_with
    from foreword.training.gradient_reach import gradient_by_distance

    config = model.config
    ids = text_ids(model.tokenizer, cleaned_or_error(text))
    sizes = {**config.sizes, "vocabulary": config.vocabulary, "newline": config.newline}
    network = network_with(config.architecture, sizes, model.folder.weights())
    norms = gradient_by_distance(network, ids)
    if as_json:
        say_json({"architecture": config.architecture, "gradient_by_distance": norms.tolist()})
    else:
        of = f"{model.path.name} ({config.architecture})"
        say(f"The gradient of the loss of {of} by the distance of a token,")
        say("as a share of the gradient for the last token:")
        for distance in (each for each in SHOWN_DISTANCES if each < len(norms)):
            share = norms[distance] / norms[0] if norms[0] else 0.0
            say(f"{distance:>4}  {share:>9.2g}  {_bar(share)}".rstrip())
        say("The bar is logarithmic: ten blocks for each factor of ten, from 0.0001.")
    if plot is not None:
        write_picture(plot, _curve(norms, f"{model.path.name}, {config.architecture}"))


def _bar(share: float) -> str:
    """A bar on a logarithmic scale, from 0.0001 to 1."""
    from math import log10

    return "█" * max(0, min(BAR, round(BAR + 10 * log10(share)))) if share > 0 else ""


def _curve(norms: "Float64[np.ndarray, ' distances']", label: str) -> bytes:
    from foreword.libraries import load_matplotlib, png_of

    figure = load_matplotlib().Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    shown = [(distance, norm) for distance, norm in enumerate(norms) if norm > 0]
    axes.semilogy(*zip(*shown, strict=True), marker=".")
    axes.set(xlabel="tokens back", ylabel="norm of the gradient")
    axes.set_title(label, parse_math=False)  # a dollar sign would begin a formula
    axes.grid(alpha=0.3)
    return png_of(figure)
