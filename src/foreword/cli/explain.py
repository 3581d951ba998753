"""`foreword explain`: where a text surprises the model."""

import json
import sys

from foreword.cli.options import JsonOption, ModelOption, TextArgument, open_model, read_text
from foreword.cli.terminal import printable, say, say_json, waiting
from foreword.text.counting import counted

SCALE = ((1.0, "green"), (3.0, "default"), (5.0, "yellow"), (8.0, "red"))
"""The colour of a character up to this many bits; beyond the last, it is in reverse."""


def explain(text: TextArgument = None, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Show how much each character of TEXT surprises the model, in bits: coloured, or as columns in a pipe."""
    from foreword.assess.bits import surprises

    opened, measured = open_model(model), read_text(text)
    with waiting("measuring", as_json=as_json) as wait:
        pieces = surprises(opened, measured, watch=wait.says)
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
        shown.append(printable(piece).replace("\n", "⏎\n"), style=style_of(bits))
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
