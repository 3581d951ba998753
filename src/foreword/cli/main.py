"""The command `foreword`: its groups, its help, and the one place where an error becomes a line of text."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from foreword.cli.demo import demo
from foreword.cli.evaluate import evaluate
from foreword.cli.explain import explain
from foreword.cli.generate import generate
from foreword.cli.inspect import inspect
from foreword.cli.suggest import suggest
from foreword.cli.train import train
from foreword.errors import ForewordError

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
GROUPS = {
    "Type": (suggest, generate),
    "Teach": (train,),
    "Look": (evaluate, explain, inspect, demo),
}
for group, commands in GROUPS.items():
    for command in commands:
        app.command(rich_help_panel=group)(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"foreword {version('foreword')}")
        raise typer.Exit


@app.callback()
def foreword(
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Train a small recurrent network on your own words, and type with it. Nothing leaves this computer."""


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit code 1."""
    try:
        app()
    except ForewordError as error:
        print(f"foreword: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("foreword: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough; Python would complain once more at exit.
        sys.stdout = None
        sys.exit(0)
