"""Prints docs/reference/commands.md, made from the commands themselves; scripts/docs writes it to the file."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal, get_args, get_origin, get_type_hints

from typer.main import get_command

from foreword.cli.main import EXAMPLES, GROUPS, app_of

INTRODUCTION = """\
# Commands

<!-- Made by scripts/docs from the commands themselves; tests/test_docs.py fails where the two differ. -->

Data goes to standard output, messages go to standard error. A text or a source that is `-` is read from standard input.
An error is one line on standard error and exit code 1; a command that is used wrongly leaves with 2, a run that is
stopped with 130. `foreword --install-completion` sets up completion for your shell.

A model is chosen by name or path: `-m`, else `$FOREWORD_MODEL`, else `model` in `settings.toml`, else `me` if there is
one, else `base`. A bare name lives in your data folder (`$FOREWORD_HOME`, else the one your system has for it); a name
with a slash is a path."""


def reference() -> str:
    """The whole page."""
    return "\n\n".join([INTRODUCTION, *sections()]) + "\n"


def sections() -> Iterator[str]:
    """A heading for each group of commands, and a section for each command."""
    for group, names in GROUPS.items():
        yield f"## {group}"
        for name, command in commands().items():
            if name.split()[0] in names:
                yield from command_section(name, command)


def commands() -> dict[str, Any]:
    """The commands by their names, such as `memory list`; `memory` alone is none."""
    app: Any = get_command(app_of())
    found = dict[str, Any]()
    for name in chain.from_iterable(GROUPS.values()):
        command = app.commands[name]
        further = getattr(command, "commands", {})
        found |= {name: command, **{f"{name} {each}": inner for each, inner in further.items()}}
    return {name: command for name, command in found.items() if command.callback is not None}


def command_section(name: str, command: Any) -> Iterator[str]:
    """The description of a command, its usage, and a table of its parameters, arguments first."""
    taken = sorted(command.params, key=lambda each: each.param_type_name == "option")
    arguments = [argument_usage(each) for each in taken if each.param_type_name == "argument"]
    kinds = get_type_hints(command.callback)
    yield f"### foreword {name}"
    yield "```\n" + " ".join(["foreword", name, "[OPTIONS]", *arguments]) + "\n```"
    yield from (" ".join(paragraph.split()) for paragraph in command.callback.__doc__.split("\n\n"))
    yield f"```sh\n{EXAMPLES[name]}\n```"
    yield "\n".join(["| | |", "|---|---|", *(row(each, kinds[each.name]) for each in taken)])


def argument_usage(argument: Any) -> str:
    """An argument in a line of usage, in brackets if it may be left out."""
    shown = argument.metavar + ("..." if argument.nargs == -1 else "")
    return shown if argument.required else f"[{shown}]"


def row(parameter: Any, kind: Any) -> str:
    """The names of a parameter with the value after them, and its help with the choices and the default."""
    literals = [each for each in (kind, *get_args(kind)) if get_origin(each) is Literal]
    choices = [str(choice) for each in literals for choice in get_args(each)]
    text = parameter.help + (f" One of {', '.join(choices)}." if choices else "")
    if parameter.param_type_name == "argument":
        return f"| `{parameter.metavar.replace('|', '` or `')}` | {text} |"
    names = ", ".join(f"`{each}`" for each in sorted([*parameter.opts, *parameter.secondary_opts], key=len))
    if parameter.is_flag:
        return f"| {names} | {text} |"
    value = parameter.metavar or ("NAME" if choices else "X")
    default = "" if parameter.default is None else f" By default {parameter.default}."
    return f"| {names} {value.replace('|', ' or ')} | {text}{default} |"


if __name__ == "__main__":
    print(reference(), end="")
