"""`foreword demo`: all of it in two minutes, on real chat messages."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from foreword.cli.terminal import say, tell
from foreword.errors import ModelMissing, RunError
from foreword.text.counting import counted

NAME = "demo"
SOURCE = "sample:chitchat"
MINUTES = 1.5
HALF_TYPED = ("I am so tir", "what do you th", "how are y", "see you tom", "my favorite mov")
PROMPT = "I think "
NEXT_STEPS = f"""
What to try next:
  foreword suggest -m {NAME} "how are y"        complete what you type
  foreword generate -m {NAME} "My weekend "     write on, in the voice of these chats
  foreword explain -m {NAME} "How are you?"     see what surprises the model
  foreword train my-notes.txt                  your own words, ten minutes"""


def demo(minutes: Annotated[float, typer.Option(metavar="N", help="The time to train.")] = MINUTES) -> None:
    """Train on real chat messages for a minute and a half, then measure, complete words and write."""
    begun = time.perf_counter()
    from foreword import modelfolder
    from foreword.libraries import require_training
    from foreword.personal.request import Asked, resolve

    require_training()
    from foreword.cli.progress import show
    from foreword.personal import train as training
    from foreword.personal.run_folder import discard_run

    folder = modelfolder.locate(NAME)
    _refuse_to_replace_others(folder)
    discard_run(folder)
    request = resolve(Asked([SOURCE], folder, minutes=minutes, start="scratch"))
    tell(f"Training a recurrent network on {SOURCE}, real chat messages, for {counted(minutes, 'minute')}.")
    finished = show(training.train(request, begun=begun), model=NAME)
    if finished is None:
        raise typer.Exit(130)
    _show_figures(finished.figures)
    _show_suggestions()
    _show_passage()
    typer.echo(NEXT_STEPS)


def _refuse_to_replace_others(folder: Path) -> None:
    """Only a model or a run that learned from the sample alone may be replaced."""
    from foreword.modelfolder import run_folder
    from foreword.personal.run_folder import run_sources

    for place, sources in ((folder, _model_sources(folder)), (run_folder(folder), run_sources(folder))):
        if set(sources) - {SOURCE}:
            raise RunError(f"the demo would replace {place}; rename or delete it, and start the demo again")


def _model_sources(folder: Path) -> tuple[str, ...]:
    """The names of what the model learned from; nothing if there is no model, `?` if it does not say."""
    from foreword import modelfolder

    try:
        sources = modelfolder.read(folder).record().learned_from()
    except ModelMissing:
        return ()
    return tuple(source.name or "?" for source in sources) or ("?",)


def _show_figures(figures: Mapping[str, object]) -> None:
    test = figures.get("test")
    if not isinstance(test, Mapping):
        raise RunError("the demo held nothing out to measure with")
    typer.echo(
        f"\nBits per character on {counted(test['characters'], 'held-out character')} (lower is better):"
    )
    for name, value in (
        ("a uniform guess", test["uniform"]),
        ("an n-gram", test["ngram"]["bits_per_character"]),
        ("the network", test["bits_per_character"]),
    ):
        typer.echo(f"  {name:<16} {value:5.2f}  {'█' * round(value * 6)}")


def _show_suggestions() -> None:
    from foreword.keyboard.suggest import Keyboard

    keyboard = Keyboard.open(NAME)
    typer.echo("\nHalf-typed text and suggestions:")
    for text in HALF_TYPED:
        words = ", ".join(f"{one.text} ({one.probability:.0%})" for one in keyboard.suggest(text, limit=3))
        say(f"  {text + '▏':<18} {words}")


def _show_passage() -> None:
    from foreword.runtime.generate import generate
    from foreword.runtime.model import Model

    typer.echo("\nA passage in the voice of these chats:")
    passage = "".join(generate(Model.open(NAME), PROMPT, characters=300, temperature=0.7, seed=1))
    for line in (PROMPT + passage).splitlines():
        say(f"  {line}")
