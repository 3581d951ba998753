"""The command `foreword`: its groups, its help, and the one place where an error becomes a line of text."""

import io
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from foreword.cli.options import Command, Group, UsageError, in_our_words
from foreword.cli.output import in_words, one_line
from foreword.errors import ForewordError, OptionError

GROUPS: dict[str, tuple[str, ...]] = {
    "Type": ("write", "suggest", "generate", "ibus", "serve", "lsp"),
    "Teach": ("learn", "train", "rollback", "preview", "forget", "memory"),
    "Look": ("evaluate", "compare", "explain", "inspect", "audit", "demo", "models", "doctor"),
}
FILES: Final = {"lsp": "serve", "forget": "memory", "rollback": "models", "inspect": "models"}
"""The files in this folder of the commands that have no file of their own name."""

EXAMPLES: Final = {
    "write": "foreword write letter.txt",
    "suggest": 'foreword suggest "see you tom"',
    "generate": 'foreword generate "I think " --temperature 0.7',
    "ibus": "foreword ibus -m letters",
    "ibus install": "foreword ibus install",
    "serve": "foreword serve --port 8080",
    "lsp": "foreword lsp --private",
    "learn": 'foreword learn chat.zip --me "Ana Silva"',
    "train": "foreword train my-notes.txt --minutes 30",
    "rollback": "foreword rollback -m letters",
    "preview": "foreword preview chat.zip",
    "forget": "foreword forget Falkenhof",
    "memory list": "foreword memory list --limit 20",
    "memory messages": "foreword memory messages Falkenhof",
    "memory blocked": "foreword memory blocked",
    "memory allow": "foreword memory allow Falkenhof",
    "memory export": "foreword memory export memory.jsonl",
    "memory import": "foreword memory import memory.jsonl",
    "memory merge": "foreword memory merge other.memory",
    "memory clear": "foreword memory clear",
    "evaluate": "foreword evaluate another.txt",
    "compare": "foreword compare my-notes.txt --minutes 1",
    "explain": 'foreword explain "How are you?" --cells',
    "inspect": "foreword inspect -m letters",
    "audit": "foreword audit my-notes.txt",
    "demo": "foreword demo",
    "models list": "foreword models list",
    "models delete": "foreword models delete letters",
    "doctor": "foreword doctor",
}
"""An example of each command, for its help and the reference."""


def _print_version(wanted: bool) -> bool:
    if wanted:
        typer.echo(f"foreword {version('foreword')}")
        raise typer.Exit
    return wanted


def foreword(
    context: typer.Context,
    show_version: Annotated[  # noqa: ARG001 - its callback acts
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Train a small recurrent network on your own words, and type with it. Nothing leaves this computer."""
    if max(abs(time.timezone), abs(time.altzone)) >= 24 * 60 * 60:  # Python has no such zone
        raise OptionError(
            f"TZ={os.environ.get('TZ')} is a day or more from UTC; try one such as Europe/Berlin"
        )
    if context.invoked_subcommand is None:
        from foreword.cli.doctor import overview

        overview()


def app_of(wanted: str | None = None) -> typer.Typer:
    """The command line with all commands, or only with the one that is `wanted`, to load no other."""
    app = typer.Typer(
        cls=Group,
        invoke_without_command=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(foreword)
    for group, names in GROUPS.items():
        for name in names:
            if wanted not in (None, name):
                continue
            file = import_module(f"foreword.cli.{FILES.get(name, name)}")
            if name in ("memory", "models", "ibus"):  # with subcommands
                for each in file.app.registered_commands:
                    each.epilog = _example(f"{name} {each.name or each.callback.__name__}")
                app.add_typer(file.app, name=name, rich_help_panel=group, epilog=_example(name))
            else:
                app.command(rich_help_panel=group, cls=Command, epilog=_example(name))(getattr(file, name))
    return app


def _example(name: str) -> str | None:
    return f"Example: {EXAMPLES[name]}" if name in EXAMPLES else None


def main() -> None:
    """Run the command line. Each error is one line on stderr, with exit code 2 for wrong usage, else 1.

    Typer itself handles Ctrl-C (130), and a reader of the output that has closed the pipe (1).
    """
    _open_what_is_closed()
    _print_any_character()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGTERM is an interrupt, too
    hangup = getattr(signal, "SIGHUP", signal.SIGTERM)  # of a closed terminal; Windows has none
    if signal.getsignal(hangup) != signal.SIG_IGN:  # nohup ignores it
        signal.signal(hangup, signal.default_int_handler)
    try:
        # Also `python -m foreword` needs this name: else shell completion is for python.
        code = app_of(_wanted())(prog_name="foreword", standalone_mode=False)
        if not sys.stdout.closed:  # the language server closes it
            sys.stdout.flush()  # here, so that an error becomes one line
        sys.exit(code)
    except (KeyboardInterrupt, ImportError) as error:  # before Typer handles it
        _end_if_interrupted(error)
    except typer.Abort:
        _fail("stopped")
    except UsageError as error:
        _fail(in_our_words(error), code=2)
    except OptionError as error:
        _fail(str(error), code=2)
    except ForewordError as error:
        _fail(str(error))
    except BrokenPipeError:
        _print_to_nobody()
        sys.exit(1)
    except (MemoryError, OSError) as error:
        _print_to_nobody()
        _fail(in_words(error))


def _end_if_interrupted(error: BaseException) -> None:
    """End after Ctrl-C; raise another error. ONNX Runtime turns a Ctrl-C during its import into an ImportError."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, KeyboardInterrupt):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        if str(error).startswith("DLL load failed"):  # a new Windows lacks a library of ONNX Runtime
            _fail(f"{str(error).rstrip('.')}; install Microsoft's Visual C++ Redistributable, then try again")
        raise error
    sys.exit(130)


def _wanted() -> str | None:
    """The name of the called command; "" if there is none; None for help, completion and unknown names."""
    if len(sys.argv) == 1 and "_FOREWORD_COMPLETE" not in os.environ:
        return ""
    name = sys.argv[1] if len(sys.argv) > 1 and "_FOREWORD_COMPLETE" not in os.environ else None
    return name if any(name in names for names in GROUPS.values()) else None


def _open_what_is_closed() -> None:
    """Replace each stream that a shell has closed (`<&-`) by the null device: Python sets it to None."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - to the end


def _print_any_character() -> None:
    """Print UTF-8 to a pipe on every system, as for input. A terminal replaces signs that it cannot show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")


def _print_to_nobody() -> None:
    """Drop unprinted output: else Python tries again at exit, and prints its own error message."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int = 1) -> None:
    if message:
        print(f"foreword: {one_line(message)}", file=sys.stderr)
    sys.exit(code)
