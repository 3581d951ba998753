"""The progress of a training, on stderr: a bar with lines above it in a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from foreword.cli.evaluate import typing_lines
from foreword.cli.output import printable
from foreword.files import quoted
from foreword.modelfolder.names import named
from foreword.personal import events
from foreword.personal.events import Event, Finished
from foreword.text.plural import counted, vocabulary_in_words

PLAIN_EVERY = 15.0  # seconds between two progress lines without a bar


def show(
    training: Iterator[Event], *, model: str, quiet: bool = False, seen: list[Event] | None = None
) -> Finished | None:
    """Show the events as they come. Return the last one if the training finished, None if it was stopped.

    If `quiet`, show only the bar, warnings and a stop. All events are added to `seen`.
    """
    seen = [] if seen is None else seen
    # No markup and no emoji codes: the texts of a network and the names of files are shown letter by letter.
    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    has_bar = console.is_terminal and not console.is_dumb_terminal  # the shell in Emacs draws none
    fields = [TextColumn(f"{{task.fields[{name}]}}") for name in ("bits", "speed", "left")]
    columns = (fields[0], BarColumn(30), *fields[1:])
    bar = Progress(*columns, console=console, transient=True, disable=not has_bar)
    task = bar.add_task("", total=None, bits="", speed="", left="")
    printed, unit = time.monotonic(), "tokens"
    try:
        for event in training:
            seen.append(event)
            is_shown = not quiet or isinstance(event, events.Warned | events.Stopped)
            for line in _lines(event, model) if is_shown else ():
                console.print(printable(line))
            if isinstance(event, events.Prepared):
                unit = event.unit
            elif isinstance(event, events.Planned):
                bar.start()
                bar.update(task, total=1.0, completed=0.0, bits="warming up")
            elif isinstance(event, events.Progressed):
                bits = f"{event.bits_per_character:.3f} bits/char"
                speed = f"{event.tokens_per_second:,.0f} {unit}/s"
                left = f"{duration(event.seconds_left)} left"
                bar.update(task, completed=event.progress, bits=bits, speed=speed, left=left)
                if not has_bar and time.monotonic() - printed >= PLAIN_EVERY:
                    printed = time.monotonic()
                    console.print(f"Step {event.step:,}, {event.progress:.0%}: {bits}, {speed}, {left}")
                if event.progress >= 1:
                    bar.update(task, bits="measuring and writing the model", speed="", left="")
            elif isinstance(event, Finished):
                return event
    finally:
        if has_bar:  # rich before 14.3 ends a bar that it never showed with an empty line
            bar.stop()
    return None


def _lines(event: Event, model: str) -> Iterator[str]:  # noqa: C901, PLR0912 - one case for each kind of event
    match event:
        case events.Prepared():
            count = event.held_out_characters
            held_out = f"{count:,} held out to measure with" if count else "none held out"
            old = f"{event.old_characters:,} of old text, " if event.old_characters else ""
            yield (
                f"Training text: {counted(event.training_characters, 'character')}, {old}{held_out}. "
                f"Vocabulary: {vocabulary_in_words(event.vocabulary, event.unit)}."
            )
            yield from (f"Note: {note}" for note in event.notes)
        case events.Planned():
            yield from (f"{reason[0].upper()}{reason[1:]}." for reason in event.reasons)
            steps = counted(event.steps, "step")
            if event.seconds is not None:
                # the last epoch or a lack of gain may end it sooner; a faster computer takes more steps in that time
                most = f"at most {duration(event.seconds)}"
                steps = f"{most} in all" if event.first_step else f"about {steps} in {most}"
            begun = f", continuing from step {event.first_step:,}" if event.first_step else ""
            yield f"{counted(event.parameters, 'weight')}, {steps}{begun}"
        case events.Validated(training_bits_per_character=None):
            yield f"Before training: {event.bits_per_character:.3f} bits per character on held-out text"
        case events.Validated():
            best = "best so far" if event.best else "no better"
            yield (
                f"Step {event.step:,}, epoch {event.epoch:.1f}: {event.bits_per_character:.3f} bits per character "
                f"on held-out text ({best}), {event.training_bits_per_character:.3f} on the training text"
            )
        case events.Sampled():
            prompt, text = (" ".join(each.split()) for each in (event.prompt, event.text))
            yield f'Sample after "{prompt}": {text}'
        case events.Stopped():
            option = "" if model == "me" else f" -o {quoted(model)}"
            yield (
                f"Stopped after step {event.step:,}, at {event.progress:.0%}; the run is kept in {event.folder}. "
                f"Continue with: foreword train --resume{option}"
            )
        case Finished(kept=True):
            yield f"Kept {event.folder} as it was"
        case Finished():
            peak = event.peak_megabytes
            memory = "" if peak is None else f", {peak:,.0f} MB of memory at most"
            yield (
                f"{'Replaced' if event.replaced else 'Wrote'} {event.folder} "
                f"(trained on {event.characters_per_second:,.0f} characters per second{memory}). "
                f"Type with it: foreword write{named(event.folder, '-m')}"
            )
        case events.Warned():
            yield f"Warning: {event.message}"
        case events.Noted():
            yield f"{event.message[0].upper()}{event.message[1:]}."
        case events.Measured():
            part = "" if event.characters >= event.held_out else f"{event.characters:,} of the "
            yield (
                f"On {part}{counted(event.held_out, 'character')} held out to test: "
                f"{event.bits_per_character:.3f} bits per character (fewer is better). "
                f"N-gram of the same text: {event.ngram:.3f}."
            )
        case events.Compared():
            yield (
                f"On held-out {event.text} text: {event.after:.3f} bits per character. "
                f"Initial weights: {event.before:.3f}."
            )
        case events.Backtested():
            savings, inline = typing_lines(event.figures, "held-out message")
            yield from (savings, f"{inline}.")
        case events.Reported():
            yield f"The report is in {event.path}, readable by you alone"
        case events.Remembered():
            known = f" and knew {event.known:,} before" if event.known else ""
            part = "held-out message" if event.held_out else "message"
            yield f"The memory has learned {counted(event.messages, part)}{known}"


def duration(seconds: float) -> str:
    """A time in words, such as `3 min 05 s`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
