"""Reports, each one self-contained HTML file: the shell of all of them, and the report on a person's model."""

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any, Final, final

Pieces = Sequence[tuple[str, float]]
"""The parts of a text, each with its bits in the model."""

_PAGE: Final = Path(__file__).with_name("report.html")
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
    """The HTML of the page."""
    facts = "".join(_row(name, value) for name, value in report.facts.items())
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


def shell(title: str, body: str) -> str:
    """A page with this title and this HTML under it."""
    return Template(_PAGE.read_text("utf-8")).substitute(title=html.escape(title), body=body)


def figure_of(name: str, data: bytes) -> str:
    """The HTML of a PNG picture, with its name under it."""
    source, said = f"data:image/png;base64,{base64.b64encode(data).decode()}", html.escape(name)
    return f'<figure><img src="{source}" alt="{said}"><figcaption>{said}</figcaption></figure>'


def _savings(savings: Mapping[str, Mapping[str, Any]]) -> str:
    """A bar for each contender with its interval, if any, and the bar of the upper bound."""
    rows = [_bar(name, figures["keystroke_savings"], _interval(figures)) for name, figures in savings.items()]
    own = next(iter(savings.values()))
    rows.append(_bar("upper bound", own["theoretical_limit"], ""))
    return "".join(rows)


def _interval(figures: Mapping[str, Any]) -> str:
    interval = figures["keystroke_savings_interval"]
    return "–".join(f"{100 * end:.1f}" for end in interval or ())


def _bar(name: str, share: float, interval: str) -> str:
    percent = 100 * share
    return (
        f"<tr><th>{html.escape(name)}</th><td class=number>{percent:.1f} %</td><td class=small>{interval}</td>"
        f'<td class=wide><div class=bar style="width:{max(percent, 0):.1f}%"></div></td></tr>'
    )


def _row(name: str, value: str) -> str:
    return f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"


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
