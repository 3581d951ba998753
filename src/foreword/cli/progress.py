"""Watching a network learn: a bar and the lines above it in a terminal, plain lines elsewhere. All on stderr."""

import shlex
import time
from collections.abc import Iterator, Mapping
from typing import Any, final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from foreword.cli.terminal import printable
from foreword.personal.events import (
    Began,
    Compared,
    EndedEarly,
    Event,
    Finished,
    Measured,
    Planned,
    Prepared,
    Progressed,
    Remembered,
    Reported,
    Said,
    Stopped,
    Tried,
    Trying,
    Validated,
    Warned,
)
from foreword.text.counting import counted

PLAIN_EVERY = 15.0
"""Seconds between two progress lines where there is no bar."""


def show(events: Iterator[Event], *, model: str) -> Finished | None:
    """Show `events` as they come; the last one if the model was finished, None if it was stopped."""
    # No markup and no emoji codes: what a network says, and what files are called, is shown letter by letter.
    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    bar = _bar(console)
    screen = _Screen(console, bar, model)
    try:
        for event in events:
            screen.show(event)
            if isinstance(event, Finished):
                return event
    finally:
        bar.stop()
    return None


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("[bold]{task.fields[bits]}"),
        BarColumn(),
        TextColumn("{task.fields[speed]}"),
        TextColumn("{task.fields[left]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@final
class _Screen:
    """One line a kind of event; the bar below them."""

    def __init__(self, console: Console, bar: Progress, model: str) -> None:
        self.console = console
        self.bar = bar
        self.model = model
        self.task = bar.add_task("", total=None, bits="", speed="", left="")
        self.printed = time.monotonic()

    def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Prepared():
                self._prepared(event)
            case Planned():
                self._planned(event)
            case Progressed():
                self._progressed(event)
            case Validated():
                self._validated(event)
            case Said():
                told = " ".join(printable(f"{event.prompt}|{event.text}").split())
                self.console.print(Text.assemble(("  it says: ", "dim"), (told, "italic")))
            case Stopped():
                self._stopped(event)
            case Finished():
                self._finished(event)
            case _:
                for line in _sentences(event):
                    self._line(line)

    def _line(self, text: str) -> None:
        self.console.print(printable(text))

    def _prepared(self, event: Prepared) -> None:
        held_out = f"{event.held_out_characters:,} held out" if event.held_out_characters else "none held out"
        old = f"{event.old_characters:,} of old text, " if event.old_characters else ""
        self._line(
            f"Training text: {counted(event.training_characters, 'character')}, {old}{held_out}. "
            f"Vocabulary: {event.vocabulary:,} tokens ({event.unit})."
        )
        for note in event.notes:
            self._line(f"Note: {note}")

    def _planned(self, event: Planned) -> None:
        for line in event.reasons:
            self._line(line)
        steps = f"{counted(event.steps, 'step')}"
        if event.seconds is not None:
            steps = f"about {steps} in {duration(event.seconds)}"
        begun = f", going on from step {event.first_step:,}" if event.first_step else ""
        self._line(f"{counted(event.parameters, 'weight')}, {steps}{begun}")
        self.bar.start()
        self.bar.update(self.task, total=1.0, bits="warming up")

    def _validated(self, event: Validated) -> None:
        measured = f"{event.bits_per_character:.3f} bits per character on held-out text"
        if event.training_bits_per_character is None:
            self._line(f"before training: {measured}")
            return
        best = "best so far" if event.best else "no better"
        self._line(
            f"step {event.step:,}, epoch {event.epoch:.1f}: {measured} ({best}), "
            f"{event.training_bits_per_character:.3f} on the training text"
        )

    def _progressed(self, event: Progressed) -> None:
        bits, speed = f"{event.bits_per_character:.3f} bits/char", f"{event.tokens_per_second:,.0f} tokens/s"
        left = f"{duration(event.seconds_left)} left"
        self.bar.update(self.task, completed=event.progress, bits=bits, speed=speed, left=left)
        due = time.monotonic() - self.printed >= PLAIN_EVERY
        if not self.console.is_terminal and due:
            self.printed = time.monotonic()
            self._line(f"step {event.step:,}, {event.progress:.0%}: {bits}, {speed}, {left}")
        if event.progress >= 1:
            self.bar.update(self.task, bits="measuring and writing the model", speed="", left="")

    def _stopped(self, event: Stopped) -> None:
        option = "" if self.model == "me" else f" -o {shlex.quote(self.model)}"
        self._line(
            f"Stopped after step {event.step:,}, at {event.progress:.0%}; all of it is kept in {event.folder}. "
            f"Go on with: foreword train --resume{option}"
        )

    def _finished(self, event: Finished) -> None:
        if event.kept:
            self._line(f"Kept {event.folder} as it was")
            return
        memory = "" if event.peak_megabytes is None else f", {event.peak_megabytes:,.0f} MB of memory at most"
        self._line(
            f"{'Replaced' if event.replaced else 'Wrote'} {event.folder} "
            f"(trained on {event.characters_per_second:,.0f} characters per second{memory})"
        )


def _saved(figures: Mapping[str, Any]) -> str:
    return f"{100 * figures['keystroke_savings']:.1f} %"


def _sentences(
    event: Trying | Warned | Began | EndedEarly | Measured | Compared | Tried | Reported | Remembered,
) -> list[str]:
    match event:
        case Trying():
            length = f"{event.seconds:.0f} s" if event.steps is None else counted(event.steps, "step")
            said = [f"Trying base and a new network for {length} each"]
        case Warned():
            said = [f"Careful: {event.message}"]
        case EndedEarly() | Began():
            said = [f"{event.message[0].upper()}{event.message[1:]}."]
        case Measured():
            all_of_it = counted(event.held_out, "character")
            shown = (
                all_of_it
                if event.characters >= event.held_out
                else f"{event.characters:,} of the {all_of_it}"
            )
            figures = f"{event.bits_per_character:.3f} bits per character. N-gram of the same text: {event.ngram:.3f}."
            said = [f"On {shown} held out to test: {figures}"]
        case Compared():
            figures = f"{event.after:.3f} bits per character. Initial weights: {event.before:.3f}."
            said = [f"On held-out {event.text} text: {figures}"]
        case Tried():
            said = _tried(event.figures)
        case Reported():
            said = [f"The report is in {event.path}, readable by you alone"]
        case Remembered():
            known = f" and knew {event.known:,} before" if event.known else ""
            part = "held-out message" if event.held_out else "message"
            said = [f"The memory has learned {counted(event.messages, part)}{known}"]
    return said


def _tried(figures: Mapping[str, Any]) -> list[str]:
    low, high = figures["keystroke_savings_interval"]
    base = f" Base model: {_saved(figures['base'])}." if "base" in figures else ""
    inline = figures["ghost"]
    saved = (
        f"Keystroke savings on {counted(figures['messages'], 'held-out message')}: {_saved(figures)} "
        f"(95 % CI {100 * low:.1f}–{100 * high:.1f}). N-gram: {_saved(figures['ngram'])}.{base} "
        f"Upper bound: {100 * figures['theoretical_limit']:.1f} %."
    )
    shown = f"shown at {100 * inline['lists_with_words']:.0f} % of the keys"
    return [saved, f"Inline suggestion alone: {_saved(inline)}, {shown}."]


def duration(seconds: float) -> str:
    """A time as a person says it."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
