"""What `foreword audit --canaries` shows: the copy while it trains, then what was found."""

import contextlib
from collections.abc import Generator, Iterator
from statistics import median

import typer

from foreword.assess.leaks import HIGHEST, UNKNOWN, Leaks
from foreword.cli.progress import show
from foreword.cli.terminal import one_line, say
from foreword.personal.card_secrets import times_in_words
from foreword.personal.events import Event


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
