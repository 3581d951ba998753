"""`foreword train`: a model from your texts."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, final

import typer

from foreword.cli import options
from foreword.cli.options import argument, option, switch
from foreword.cli.output import Waiting, say_json, tell, waiting
from foreword.errors import OptionError, RunError
from foreword.settings import Architecture, Size, Unit

if TYPE_CHECKING:
    from foreword.personal.events import Event
    from foreword.personal.request import Asked

BESIDE_RESUME: Final = {"to", "resume", "html", "share", "as_json"}


@final
@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """What a person asks of `foreword train`; None leaves the choice to Foreword."""

    sources: Annotated[
        list[str] | None, argument("SOURCE", "Files, folders, .gz, - for standard input, sample:chitchat.")
    ] = None
    to: Annotated[
        str, option("NAME|PATH", "The model to make.", "--to", "-o", autocompletion=options.complete_model)
    ] = "me"
    minutes: Annotated[float | None, option("N", "The minutes for the whole command; by default 10.")] = None
    steps: Annotated[int | None, option("N", "The number of updates, instead of a time.")] = None
    size: Annotated[
        Size | None, typer.Option(help="The size of the network; by default, it suits text and time.")
    ] = None
    architecture: Annotated[
        Architecture | None, typer.Option(help="The kind of network; by default, lstm.")
    ] = None
    units: Annotated[
        Unit | None, typer.Option(help="The kind of token; by default, it suits text and time.")
    ] = None
    recipe: Annotated[Path | None, option("FILE", "A TOML file with settings; see the folder recipes/.")] = (
        None
    )
    held_out: Annotated[
        float | None, option("SHARE", "The share of the text to measure with; by default 0.1, 0 for none.")
    ] = None
    me: options.MeOption = None
    encoding: options.EncodingOption = None
    device: Annotated[str | None, option("NAME", "cpu, cuda or mps; by default, the fastest.")] = None
    seed: options.SeedOption = None
    start: Annotated[
        str | None,
        option(
            "base|scratch|MODEL",
            "The initial weights; by default, base or scratch, whichever does better in a short try.",
            "--from",
            autocompletion=options.complete_model,
        ),
    ] = None
    more: Annotated[
        bool,
        switch(
            "Train the model further; without SOURCE, on new messages of its memory, else on its own text.",
            "--more",
        ),
    ] = False
    replay: Annotated[
        list[str] | None,
        option("SOURCE", "Old text to train on as well, so that it is not forgotten; may be repeated."),
    ] = None
    tensorboard: Annotated[Path | None, option("FOLDER", "Write a log for TensorBoard there.")] = None
    resume: Annotated[bool, switch("Continue the interrupted training.", "--resume")] = False
    html: Annotated[Path | None, option("FILE", "Write a report with pictures there.")] = None
    share: Annotated[bool, switch("Leave your words out of that report.", "--share")] = False
    as_json: options.JsonOption = False


@options.one_object
def train(context: typer.Context, asked: TrainOptions) -> None:
    """Train a network on SOURCEs. The result is a model to type with, by default the one called me.

    Ctrl-C stops and keeps what was learned; --resume continues from there.
    """
    begun = time.perf_counter()  # before the import of PyTorch: its time is part of the minutes
    from foreword import modelfolder

    folder = modelfolder.locate(asked.to)
    with _saying_what_stays(folder), ExitStack() as reading:
        from foreword.libraries import require_training
        from foreword.personal.request import resolve

        request, is_first = None, _is_first()
        wait = reading.enter_context(waiting("reading the texts", as_json=not is_first))
        if asked.resume:
            _check_resumed(context, asked, folder)
        elif is_first:
            request = resolve(_to_resolve(asked, folder, wait))
        require_training()
        from foreword.cli.progress import show
        from foreword.personal import train as training
        from foreword.personal.run_folder import what_is_kept
        from foreword.training.distributed import joined

        with joined(lambda: "; ".join(what_is_kept(folder))) as processes:
            if not processes.first:
                training.join(folder, processes)
                return
            if request is None:
                events = training.resume(folder, html=asked.html, share=asked.share, processes=processes)
            else:
                events = training.train(request, begun=begun, processes=processes)
            finished = show(_ending(reading, events), model=asked.to)
    if finished is None:
        raise typer.Exit(130)
    if asked.as_json:
        say_json({"model": str(finished.folder), **finished.figures})


def _to_resolve(asked: TrainOptions, folder: Path, wait: Waiting) -> "Asked":
    from foreword.personal.request import Asked

    return Asked(
        asked.sources or [],
        folder,
        minutes=asked.minutes,
        recipe=asked.recipe,
        tables={
            "text": {"unit": asked.units, "held_out": asked.held_out, "encoding": asked.encoding},
            "model": {"architecture": asked.architecture},
            "training": {"steps": asked.steps, "seed": asked.seed},
        },
        size=asked.size,
        device=asked.device,
        start=asked.start,
        more=asked.more,
        old=asked.replay or [],
        me=asked.me,
        choose=wait.interrupted_by(options.ask_whose),
        html=asked.html,
        share=asked.share,
        tensorboard=asked.tensorboard,
    )


def _check_resumed(context: typer.Context, asked: TrainOptions, folder: Path) -> None:
    """Check that there is a run to continue, and that nothing else is asked for."""
    from foreword.modelfolder.names import has_unfinished_run, named, run_folder
    from foreword.personal.request import check_report

    for each in context.command.params:
        given = context.params[str(each.name)]
        if each.name not in BESIDE_RESUME and given not in (each.default, ()):
            name = each.metavar if each.param_type_name == "argument" else each.opts[0]
            raise OptionError(f"--resume continues the planned run; leave out {name}")
    check_report(asked.html, share=asked.share)
    if _is_first() and not has_unfinished_run(folder):
        run = run_folder(folder)
        early = f"the run in {run} was stopped before its training began"
        why = early if run.is_dir() else f"there is no unfinished run in {run}"
        raise RunError(f"{why}; begin one with: foreword train SOURCE{named(folder, '-o')}")


def _ending(reading: ExitStack, events: "Iterator[Event]") -> "Iterator[Event]":
    """The events; the first one ends the display of the reading."""
    for event in events:
        reading.close()
        yield event


def _is_first() -> bool:
    """Whether this is the only process or rank 0."""
    return "WORLD_SIZE" not in os.environ or os.environ.get("RANK", "0") == "0"


@contextmanager
def _saying_what_stays(folder: Path) -> Iterator[None]:
    """If a run is interrupted and cannot report that itself, print what is kept of it."""
    try:
        yield
    except KeyboardInterrupt:
        from foreword.personal.run_folder import what_is_kept

        if _is_first():
            tell(f"Stopped: {'; '.join(what_is_kept(folder))}")
        raise typer.Exit(130) from None
