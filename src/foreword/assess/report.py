"""Reports, each one self-contained HTML file: on a person's model, and on the networks that `compare` has trained."""

import base64
import html
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from string import Template
from typing import Any, Final, final

from foreword.libraries import load_matplotlib, png_of

_PAGE: Final = Path(__file__).with_name("report.html")


def shell(title: str, body: str) -> str:
    """A page with this title and this HTML under it."""
    return Template(_PAGE.read_text("utf-8")).substitute(title=html.escape(title), body=body)


def figure_of(name: str, data: bytes) -> str:
    """The HTML of a PNG picture, with its name under it."""
    source, said = f"data:image/png;base64,{base64.b64encode(data).decode()}", html.escape(name)
    return f'<figure><img src="{source}" alt="{said}"><figcaption>{said}</figcaption></figure>'


# The report on a model

Pieces = Sequence[tuple[str, float]]
"""The parts of a text, each with its bits in the model."""
MOST_BITS: Final = 10.0
"""The bits from which a character has the full colour."""


@final
@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """The content of the page."""

    title: str
    savings: Mapping[str, Mapping[str, Any]]  # `evaluate`'s figures by contender, the model's own first
    facts: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # PNG files by title
    messages: Sequence[Pieces] = ()  # none in a page for sharing
    notes: Sequence[str] = ()  # remarks for people, one sentence each


def page(report: ReportPage) -> str:
    facts = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in report.facts.items()
    )
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in report.notes)
    parts = (
        "<h2>Keystroke savings</h2>",
        "<p>The share of keys that the suggestions save, with its 95 % confidence interval.</p>",
        f"<table>{_savings(report.savings)}</table>",
        f"<h2>Figures</h2><table>{facts}</table>",
        *(figure_of(name, data) for name, data in report.pictures.items()),
        _messages(report.messages),
        f"<ul>{notes}</ul>",
    )
    return shell(report.title, "".join(parts))


def _savings(savings: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, figures in savings.items():
        interval = "–".join(f"{100 * end:.1f}" for end in figures["keystroke_savings_interval"] or ())
        rows.append(_bar(name, figures["keystroke_savings"], interval))
    own = next(iter(savings.values()))
    return "".join([*rows, _bar("upper bound", own["theoretical_limit"], "")])


def _bar(name: str, share: float, interval: str) -> str:
    percent = 100 * share
    return (
        f"<tr><th>{html.escape(name)}</th><td class=number>{percent:.1f} %</td><td class=small>{interval}</td>"
        f'<td class=wide><div class=bar style="width:{max(percent, 0):.1f}%"></div></td></tr>'
    )


def _messages(messages: Sequence[Pieces]) -> str:
    if not messages:
        return ""
    lines = ("".join(_piece(*each) for each in pieces) for pieces in messages)
    shown = "".join(f"<p class=message>{line}</p>" for line in lines)
    return (
        "<h2>Surprises</h2><p>A few messages that the model had not learned. The redder a character, the less the "
        f"model expected it.</p>{shown}"
    )


def _piece(text: str, bits: float) -> str:
    opacity = min(bits / len(text) / MOST_BITS, 1.0)
    return f'<span title="{bits:.1f} bits" style="background:rgb(220 60 30/{opacity:.2f})">{html.escape(text)}</span>'


# The comparison of several networks

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
        return self.bits_per_character * math.log(2)

    def figures(self) -> dict[str, object]:
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
    return sorted(contenders, key=lambda each: each.bits_per_character)


def table(contenders: Sequence[Contender]) -> Iterator[str]:
    """The lines of a table of the contenders, best first."""
    rows = [("", *HEADINGS), *(each.row() for each in ranked(contenders))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures in rows:
        shown = (figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *shown]).rstrip()


def curves(contenders: Sequence[Contender], title: str) -> bytes:
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


def comparison_page(
    contenders: Sequence[Contender], title: str, notes: Sequence[str], drawn: bytes | None
) -> str:
    headings = "".join(f"<th class=number>{html.escape(each)}</th>" for each in HEADINGS)
    rows = [f"<tr><th></th>{headings}</tr>"]
    for name, *figures in (each.row() for each in ranked(contenders)):
        cells = "".join(f"<td class=number>{figure}</td>" for figure in figures)
        rows.append(f"<tr><th>{html.escape(name)}</th>{cells}</tr>")
    said = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    alt = "Bits per character on held-out text over the seconds of training, a line for each model"
    shown = "" if drawn is None else figure_of(alt, drawn)
    return shell(title, f"{said}<table>{''.join(rows)}</table>{shown}")
