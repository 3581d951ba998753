"""`foreword demo`: a model before and after it learns one person's messages, and a new network beside it."""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foreword.cli.options import option
from foreword.cli.output import say, waiting
from foreword.errors import ModelMissing, RunError
from foreword.personal.events import Event, Finished, Prepared, Sampled
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.assess.report import Contender
    from foreword.modelfolder import ModelFolder
    from foreword.runtime.model import Model

NAME: Final = "demo"
MINUTES: Final = 1.0
TYPING, FROM_SCRATCH = 1 / 3, 1 / 4  # shares of the minutes: to type messages again, to train from scratch
FEWEST_TYPED, MOST_TYPED = 10, 100  # messages to type again
SOURCE: Final = "sample:chitchat-9"  # one person's messages, which the base model has not read
HALF_TYPED: Final = ("I am so tir", "what do you th", "how are y", "see you tom", "my favorite mov")
WIDTH: Final = 40
EXAMPLES, LONGEST = 3, 60  # messages to show, and the most characters of each


def demo(
    minutes: Annotated[float, option("N", "The minutes of learning from one person's messages.")] = MINUTES,
) -> None:
    """Complete half-typed messages, learn for a minute from real messages of one person, and count the keys saved.

    In the end a new network is trained on the same messages for a moment. All figures are measured while you wait.
    """
    begun = time.perf_counter()
    if minutes != MINUTES:  # this import takes a tenth of a second
        from foreword.personal.request import check_minutes

        check_minutes(minutes)
    from foreword.modelfolder.names import SHIPPED
    from foreword.runtime.model import Model

    base = Model.open(SHIPPED)
    _complete(base, begun)
    from foreword import modelfolder
    from foreword.cli.next_steps import listed
    from foreword.libraries import require_training
    from foreword.personal.request import Asked, resolve

    require_training()
    folder = modelfolder.locate(NAME)
    request = resolve(Asked([SOURCE], folder, minutes=minutes, start=SHIPPED))
    _make_room(folder, base.folder)
    begun = time.perf_counter()  # before the import of PyTorch: its time is part of the minutes
    from foreword.cli.progress import show
    from foreword.personal import train as training

    typer.echo(f"\nNow it learns from one person's real chat messages, for {counted(minutes, 'minute')}.")
    typer.echo("It has never read this person.")
    shown: list[Event] = []
    finished = show(training.train(request, begun=begun), model=NAME, quiet=True, seen=shown)
    if finished is None:
        raise typer.Exit(130)
    prepared = next(each for each in shown if isinstance(each, Prepared))
    earlier, later = _parted(prepared.held_out_characters)
    _show_savings(base, earlier, later, seconds=60 * minutes * TYPING)
    _begin_anew(minutes * FROM_SCRATCH, finished)
    typer.echo("\nWhat to try next:")
    for step in listed("suggest", "write", "learn", "train", m=f" -m {NAME}"):
        typer.echo(f"  {step}")


def _complete(base: "Model", begun: float) -> None:
    """Print the first screen: the suggestions of the model before it knows a person."""
    from foreword.keyboard.suggest import Keyboard

    keyboard = Keyboard(base)
    typer.echo("Foreword finishes the words you type. It does not know you yet, and says:\n")
    for text in HALF_TYPED:
        words = "  ".join(one.text for one in keyboard.suggest(text, limit=3))
        say(f"  {text + '▏':<18} {words}")
    seconds = time.perf_counter() - begun
    typer.echo(f"\nThat took {seconds:.1f} seconds, on this computer alone.")


def _make_room(folder: Path, base: "ModelFolder") -> None:
    """Delete the files of an earlier demo; raise an error if the model or run called demo learns from other texts."""
    from foreword import modelfolder
    from foreword.cli import inventory
    from foreword.corpus.streams import Corpus
    from foreword.modelfolder.names import has_unfinished_run, run_folder

    known = {SOURCE, "sample:chitchat", *(text.name for text in base.record().learned_from())}
    found: dict[Path, set[str | None]] = {}
    with suppress(ModelMissing):
        found[folder] = {text.name for text in modelfolder.read(folder).record().learned_from()}
    if has_unfinished_run(folder):
        run = run_folder(folder)
        found[run] = {text.name for text in Corpus.open(run / "corpus").sources}
    for place, names in found.items():
        if not names or names - known:
            raise RunError(f"the demo would replace {place}; rename or delete it, and start the demo again")
    inventory.delete(folder, inventory.parts_of(folder))


def _parted(held_out: int) -> tuple[list[str], list[str]]:
    """The person's earlier and later messages. The later ones all lie in the test half of the held-out part.

    They take at most 45 % of that part: the cut between its halves may lie a line away from the middle.
    """
    from foreword.sources.reading import documents

    earlier = [message.text for message in documents(SOURCE)]
    later: list[str] = []
    left = 0.45 * held_out
    while earlier and (left := left - len(earlier[-1]) - 1) > 0:
        later.append(earlier.pop())
    return earlier, later[::-1]


def _show_savings(base: "Model", earlier: list[str], later: list[str], *, seconds: float) -> None:
    """Type later messages with the old and the new model in turn, for `seconds`; print the keystroke savings."""
    from foreword.assess.keystrokes import Keystrokes, Typed, lines_of, sample, type_message
    from foreword.keyboard.memory import Memory
    from foreword.keyboard.suggest import Keyboard
    from foreword.runtime.model import Model

    memory = Memory.open()
    memory.learn("\n".join(earlier))
    sides = {"before": Keyboard(base), "after": Keyboard(Model.open(NAME), memory)}
    typed: dict[str, list[Typed]] = {name: [] for name in sides}
    messages = sample(lines_of(later), MOST_TYPED)
    until = time.perf_counter() + seconds
    with waiting("typing their later messages again") as wait:
        for number, message in enumerate(messages):
            if number >= FEWEST_TYPED and time.perf_counter() > until:
                break
            for name, keyboard in sides.items():
                typed[name].append(type_message(keyboard, message, 3, report=keyboard.report))
                keyboard.learn(message)
            wait.says("typing their later messages again", (number + 1) / MOST_TYPED)
    before, after = (Keystrokes(messages=typed[name]) for name in sides)
    typer.echo(f"\nIt learned {counted(len(earlier), 'message')} of theirs.")
    typer.echo(f"Then {counted(len(typed['after']), 'later message')} were typed with its help.")
    typer.echo("Keystroke savings, in %:\n")
    rows = {"before it learned": before.savings, "after": after.savings, "upper bound": after.limit}
    for name, share in rows.items():
        typer.echo(f"  {name:<32} {100 * share:4.1f}  {'█' * round(WIDTH * share)}")
    pairs = zip(typed["before"], typed["after"], messages, strict=False)
    keys = sorted(((old.keys, new.keys, text) for old, new, text in pairs), key=lambda row: row[1] - row[0])
    typer.echo("\nIt helped most with these; keys before, and after:\n")
    for old, new, text in keys[:EXAMPLES]:
        say(f"  {old:>3} → {new:<3}  {text if len(text) <= LONGEST else text[:LONGEST] + '…'}")


def _begin_anew(minutes: float, finished: Finished) -> None:
    from foreword.cli.progress import show
    from foreword.corpus.texts import ReadSettings
    from foreword.personal.contenders import Budget, train_contenders

    budget = Budget.of(minutes=minutes, steps=None, weights=None)
    typer.echo(f"\nLast, a new network begins from nothing, on the same messages, for {budget}.")
    found: list[Contender] = []
    shown: list[Event] = []
    events = train_contenders([SOURCE], ["lstm"], budget, ReadSettings(), found)
    show(events, model="", quiet=True, seen=shown)
    said = next((each for each in reversed(shown) if isinstance(each, Sampled)), None)
    if said is not None:
        say("\nIt already writes like this: " + " ".join(said.text.split()))
    test = finished.figures.get("test")
    names = {"lstm": "the new network", "n-gram": "counting letters (n-gram)"}
    rows = {names[each.name]: each.bits_per_character for each in found}
    if isinstance(test, Mapping):
        rows["the model, before it learned"] = test["start"]["bits_per_character"]
        rows["the model, after"] = test["bits_per_character"]
    typer.echo("\nBits per character, the number of yes-or-no guesses (fewer is better):\n")
    for name, bits in sorted(rows.items(), key=lambda row: -row[1]):
        typer.echo(f"  {name:<32} {bits:5.3f}  {'█' * round(WIDTH * bits / 6)}")
