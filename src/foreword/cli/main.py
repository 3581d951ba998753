"""The command `foreword`: its groups, its help, and the one place where an error becomes a line of text."""

import io
import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from foreword.cli.audit import audit
from foreword.cli.demo import demo
from foreword.cli.evaluate import evaluate
from foreword.cli.explain import explain
from foreword.cli.forget import forget
from foreword.cli.generate import generate
from foreword.cli.inspect import inspect
from foreword.cli.learn import learn
from foreword.cli.memory import app as memory
from foreword.cli.models import app as models
from foreword.cli.options import Command, UsageError, in_our_words
from foreword.cli.preview import preview
from foreword.cli.rollback import rollback
from foreword.cli.suggest import suggest
from foreword.cli.terminal import one_line
from foreword.cli.train import train
from foreword.cli.write import write
from foreword.errors import ForewordError, OptionError

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
GROUPS: dict[str, tuple[Callable[..., None], ...]] = {
    "Type": (write, suggest, generate),
    "Teach": (learn, train, rollback, preview, forget),
    "Look": (evaluate, explain, inspect, audit, demo),
}
for group, commands in GROUPS.items():
    for command in commands:
        app.command(rich_help_panel=group, cls=Command)(command)
app.add_typer(memory, name="memory", rich_help_panel="Teach")
app.add_typer(models, name="models", rich_help_panel="Look")


def _print_version(wanted: bool) -> bool:
    if wanted:
        typer.echo(f"foreword {version('foreword')}")
        raise typer.Exit
    return wanted


@app.callback()
def foreword(
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Train a small recurrent network on your own words, and type with it. Nothing leaves this computer."""


def main() -> None:
    """Run the command line. Each error is one line on stderr, with exit code 2 for wrong usage, else 1.

    Typer itself handles Ctrl-C (130), and a reader of the output that has closed the pipe (1).
    """
    _open_what_is_closed()
    _print_any_character()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGTERM is an interrupt, too
    try:
        # The name also as `python -m foreword`, or completion would be for python.
        sys.exit(app(prog_name="foreword", standalone_mode=False))
    except KeyboardInterrupt:  # before Typer handles it
        sys.exit(130)
    except typer.Abort:
        _fail("stopped; nothing was changed")
    except UsageError as error:
        _fail(in_our_words(error), code=2)
    except OptionError as error:
        _fail(str(error), code=2)
    except ForewordError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")


def _open_what_is_closed() -> None:
    """If a shell has closed a stream (`<&-`), Python has None: read an empty text there, or print to nobody."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - to the end


def _print_any_character() -> None:
    """A pipe carries UTF-8 on every system, out as well as in; a terminal shows what it can."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")


def _fail(message: str, code: int = 1) -> None:
    if message:
        print(f"foreword: {one_line(message)}", file=sys.stderr)
    sys.exit(code)
