"""Draws terminal screens as SVG, animated or still.

The SVG needs no script and no own font, so it also moves inside an <img>. Its colours follow the reader's light or
dark mode. Readers who want less motion, and programs without animation, get the last screen.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TypeVar, final

Each = TypeVar("Each")

LETTER_WIDTH, ROW_HEIGHT, FONT_SIZE = 8.4, 19, 14
MARGIN, HEAD = 14, 34
WORDS = re.compile(r"\S+(?: \S+)*")
COLOURS = {  # pyte's names of the sixteen colours, in light and dark mode
    "black": ("#24292f", "#484f58"),
    "red": ("#cf222e", "#ff7b72"),
    "green": ("#116329", "#3fb950"),
    "brown": ("#7d4e00", "#d29922"),
    "blue": ("#0969da", "#58a6ff"),
    "magenta": ("#8250df", "#bc8cff"),
    "cyan": ("#1b7c83", "#39c5cf"),
    "white": ("#57606a", "#b1bac4"),
    "brightblack": ("#6e7781", "#8b949e"),
}
SURFACES = {  # paper, ink, the frame, the window's head, the cursor and the caption
    "paper": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "edge": ("#d0d7de", "#30363d"),
    "head": ("#f6f8fa", "#161b22"),
    "accent": ("#0969da", "#58a6ff"),
}


@final
@dataclass(frozen=True)
class Run:
    """Letters of a row that look the same."""

    column: int
    text: str
    style: str


Row = tuple[Run, ...]


@final
@dataclass(frozen=True)
class Frame:
    """A screen, the seconds for which it is shown, and the caption below it."""

    rows: tuple[Row, ...]
    seconds: float
    caption: str = ""


@final
@dataclass(frozen=True)
class Span:
    """A drawing that is visible from one frame until another."""

    drawn: str
    first: int
    end: int


def still(title: str, rows: Sequence[Row], description: str) -> str:
    """A picture of one screen."""
    body = "\n".join(drawn_row(row, index) for index, row in enumerate(rows) if row)
    return document(title, description, body, rows=len(rows), columns=84, style="")


def moving(description: str, frames: Sequence[Frame]) -> str:
    """A picture that shows the frames of the editor one after the other, without end."""
    height = len(frames[0].rows)
    spans = [
        *(span for row in range(height) for span in row_spans(frames, row)),
        *captions(frames, MARGIN + HEAD + (height + 1) * ROW_HEIGHT),
    ]
    starts = [0.0]
    for frame in frames:
        starts.append(starts[-1] + frame.seconds)
    keys = sorted({(span.first, span.end) for span in spans} - {(0, len(frames))})
    names = {key: f"k{number}" for number, key in enumerate(keys)}
    style = "\n".join(
        [
            f".f{{animation:{starts[-1]:.2f}s step-end infinite;visibility:hidden}}",
            ".f.last{visibility:visible}",
            *(keyframes(names[key], starts[key[0]], starts[key[1]], starts[-1]) for key in keys),
            "@media (prefers-reduced-motion:reduce){.f{animation:none}}",
        ]
    )
    body = "\n".join(placed(span, names.get((span.first, span.end), ""), len(frames)) for span in spans)
    title = "foreword write letter.txt"
    return document(title, description, body, rows=height + 2, columns=84, style=style)


def placed(span: Span, name: str, frames: int) -> str:
    """The drawing, with the time for which it is visible."""
    if not name:
        return span.drawn
    kind = "f last" if span.end == frames else "f"
    return f'<g class="{kind}" style="animation-name:{name}">{span.drawn}</g>'


def keyframes(name: str, first: float, end: float, whole: float) -> str:
    """Visible from `first` to `end`, in seconds of `whole`."""
    steps = [(0.0, "hidden"), (first, "visible"), (end, "hidden")]
    if first == 0:
        del steps[0]
    if end >= whole:
        del steps[-1]
    stages = "".join(f"{100 * at / whole:.2f}%{{visibility:{how}}}" for at, how in steps)
    return f"@keyframes {name}{{{stages}100%{{visibility:{steps[-1][1]}}}}}"


def row_spans(frames: Sequence[Frame], row: int) -> Iterator[Span]:
    """The states of one row."""
    for content, first, end in stretches(frame.rows[row] for frame in frames):
        if content:
            yield Span(drawn_row(content, row), first, end)


def captions(frames: Sequence[Frame], top: float) -> Iterator[Span]:
    """The captions below the screen."""
    for content, first, end in stretches(frame.caption for frame in frames):
        if content:
            text = f'<text class="caption" x="{MARGIN}" y="{top:g}">{escape(content)}</text>'
            yield Span(text, first, end)


def stretches(values: Iterable[Each]) -> Iterator[tuple[Each, int, int]]:
    """Each value that stays for some frames, the first of them and the one after the last."""
    at = 0
    for value, group in groupby(values):
        end = at + len(list(group))
        yield value, at, end
        at = end


def drawn_row(row: Row, index: int) -> str:
    """The letters of a row, and their backgrounds."""
    top = MARGIN + HEAD + index * ROW_HEIGHT
    return "".join(drawn_run(run, top) for run in row)


def drawn_run(run: Run, top: float) -> str:
    """One run of letters with the same style."""
    styles = run.style.split()
    left, width = MARGIN + run.column * LETTER_WIDTH, len(run.text) * LETTER_WIDTH
    drawn = ""
    if "reverse" in styles:
        drawn += f'<rect class="ink" x="{left:g}" y="{top:g}" width="{width:g}" height="{ROW_HEIGHT}"/>'
    if "cursor" in styles:
        drawn += (
            f'<rect class="accent" x="{left - 1:g}" y="{top + 1:g}" width="2" height="{ROW_HEIGHT - 2}"/>'
        )
    names = " ".join(style for style in styles if style != "cursor" and not is_unknown(style))
    named = f' class="{names}"' if names else ""
    for word in WORDS.finditer(run.text):
        x, length = left + word.start() * LETTER_WIDTH, len(word[0]) * LETTER_WIDTH
        drawn += f'<text{named} x="{x:g}" y="{top + 14:g}" textLength="{length:g}">{escape(word[0])}</text>'
    return drawn


def is_unknown(style: str) -> bool:
    """Whether it is a colour that is not defined here."""
    return style.startswith("c-") and style[2:] not in COLOURS


def document(title: str, description: str, body: str, *, rows: int, columns: int, style: str) -> str:
    """The window around the screen."""
    width = round(2 * MARGIN + columns * LETTER_WIDTH)
    height = 2 * MARGIN + HEAD + rows * ROW_HEIGHT
    dots = "".join(f'<circle class="edge" cx="{20 + 18 * number}" cy="17" r="5.5"/>' for number in range(3))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>{escape(description)}</title>
<style>
{colours(0)}
rect{{shape-rendering:crispEdges}}
text{{font:{FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink)}}
.ink{{fill:var(--ink)}}.edge{{fill:var(--edge)}}.accent{{fill:var(--accent)}}
.bold{{font-weight:bold}}.italics{{font-style:italic}}.underscore{{text-decoration:underline}}
{"".join(f".c-{name}{{fill:var(--{name})}}" for name in COLOURS)}
.reverse{{fill:var(--paper)}}.caption{{fill:var(--accent);font-weight:bold}}.title{{fill:var(--brightblack)}}
@media (prefers-color-scheme:dark){{{colours(1)}}}
{style}
</style>
<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="var(--paper)" stroke="var(--edge)"/>
<path d="M.5 34V8.5a8 8 0 0 1 8-8h{width - 17}a8 8 0 0 1 8 8V34z" fill="var(--head)" stroke="var(--edge)"/>
{dots}<text class="title" x="{width / 2:g}" y="22" text-anchor="middle">{escape(title)}</text>
<g>
{body}
</g>
</svg>
"""


def colours(mode: int) -> str:
    """The colours of the light mode (0) or the dark one (1)."""
    return (
        ":root{" + ";".join(f"--{name}:{pair[mode]}" for name, pair in {**COLOURS, **SURFACES}.items()) + "}"
    )
