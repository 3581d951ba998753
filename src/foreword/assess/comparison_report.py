"""The figures of several models on one text, as a table, as a picture and as a self-contained page."""

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final, final

from foreword.assess.report import figure_of, shell
from foreword.libraries import load_matplotlib, png_of

Point = tuple[float, float]
"""Seconds of training, and the bits per character on the validation text."""

HEADINGS: Final = ("bits/char", "nats/char", "reads back", "weights", "chars/s", "seconds")


@final
@dataclass(frozen=True, kw_only=True)
class Contender:
    """A trained model, and its figures on text that it was not trained on."""

    name: str  # its architecture, or `n-gram`
    bits_per_character: float
    characters: int  # measured, of the test text
    weights: int  # trainable ones; for an n-gram, the counted n-grams
    reads_back: int | None  # characters that it can see before the next one; None for all of them
    characters_per_second: float  # of training text
    seconds: float  # of training
    steps: int | None  # None for an n-gram
    curve: tuple[Point, ...]  # the loss on the validation text over time; for an n-gram, one point

    @property
    def nats_per_character(self) -> float:
        """The same information in the unit of natural logarithms, in which losses are computed."""
        return self.bits_per_character * math.log(2)

    def figures(self) -> dict[str, object]:
        """All figures, for programs."""
        return {**asdict(self), "nats_per_character": self.nats_per_character}

    def row(self) -> tuple[str, ...]:
        """Name and figures for people, under `HEADINGS`."""
        return (
            self.name,
            f"{self.bits_per_character:.3f}",
            f"{self.nats_per_character:.3f}",
            "all" if self.reads_back is None else f"{self.reads_back:,}",
            f"{self.weights:,}",
            f"{self.characters_per_second:,.0f}",
            f"{self.seconds:.1f}",
        )


def ranked(contenders: Sequence[Contender]) -> list[Contender]:
    """The contenders, best first."""
    return sorted(contenders, key=lambda each: each.bits_per_character)


def table(contenders: Sequence[Contender]) -> Iterator[str]:
    """The lines of a table of the contenders, best first."""
    rows = [("", *HEADINGS), *(each.row() for each in ranked(contenders))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures in rows:
        shown = (figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *shown]).rstrip()


def picture(contenders: Sequence[Contender], title: str) -> bytes:
    """A PNG of the losses on held-out text over time: a line for each contender, dashed for one without steps."""
    figure = load_matplotlib().Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.subplots()
    for each in ranked(contenders):
        label = f"{each.name}  {each.bits_per_character:.2f}"
        if each.steps is None:
            axes.axhline(each.curve[0][1], label=label, color="black", linestyle="--", linewidth=1)
        else:
            axes.plot(*zip(*each.curve, strict=True), label=label, marker=".")
    axes.set(xlabel="seconds of training", ylabel="bits per character on held-out text")
    axes.set_title(title, parse_math=False)  # a dollar sign would begin a formula
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", title="test text")
    return png_of(figure)


def page(contenders: Sequence[Contender], title: str, notes: Sequence[str], drawn: bytes | None) -> str:
    """The HTML page: the title, the notes, the table, and the picture, if any."""
    headings = "".join(f"<th class=number>{html.escape(each)}</th>" for each in HEADINGS)
    rows = [f"<tr><th></th>{headings}</tr>"]
    for name, *figures in (each.row() for each in ranked(contenders)):
        cells = "".join(f"<td class=number>{figure}</td>" for figure in figures)
        rows.append(f"<tr><th>{html.escape(name)}</th>{cells}</tr>")
    said = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    alt = "Bits per character on held-out text over the seconds of training, a line for each model"
    shown = "" if drawn is None else figure_of(alt, drawn)
    return shell(title, f"{said}<table>{''.join(rows)}</table>{shown}")
