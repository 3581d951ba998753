"""Prints docs/reference/commands.md, made from the commands' own signatures; scripts/docs writes it to the file."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo, ParameterInfo

from foreword.cli.main import EXAMPLES, GROUPS

INTRODUCTION = """\
# Commands

<!-- Made by scripts/docs from the commands themselves; tests/test_docs.py fails where the two differ. -->

Data goes to standard output, talk to standard error. A text or a source that is `-` is read from standard input.
An error is one line on standard error and exit code 1; a command that is used wrongly leaves with 2, a run that is
stopped with 130. `foreword --install-completion` sets up completion for your shell.

A model is chosen by name or path: `-m`, else `$FOREWORD_MODEL`, else `model` in `settings.toml`, else `me` if there is
one, else `base`. A bare name lives in your data folder (`$FOREWORD_HOME`, else the one your system has for it); a name
with a slash is a path."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a command: its Python name, its typer declaration, its type and its default."""

    name: str
    info: ParameterInfo
    kind: Any
    default: object
    is_required: bool
    is_repeated: bool

    @property
    def choices(self) -> tuple[object, ...]:
        """The values to choose from, if it is a choice."""
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    def usage(self) -> str:
        """The names, and the value after them."""
        if isinstance(self.info, ArgumentInfo):
            return f"`{(self.info.metavar or '').replace('|', '` or `')}`"
        shown = ", ".join(f"`{each}`" for each in sorted(self.names(), key=len))
        if self.kind is bool:
            return shown
        return f"{shown} {(self.info.metavar or ('NAME' if self.choices else 'X')).replace('|', ' or ')}"

    def names(self) -> list[str]:
        """The names of an option: those it declares, else the name that typer derives from its Python name."""
        declared = (
            self.info.default,
            *(self.info.param_decls or ()),
        )  # in Annotated, the first one is the default
        name = "--" + self.name.replace("_", "-")
        derived = [name, f"--no-{name[2:]}"] if self.kind is bool else [name]
        return [each for each in declared if isinstance(each, str)] or derived

    def description(self) -> str:
        """The help, with the choices and the default if they exist."""
        text = str(self.info.help)
        if self.choices:
            text += f" One of {', '.join(map(str, self.choices))}."
        if self.default is not None and self.kind is not bool and isinstance(self.info, OptionInfo):
            text += f" By default {self.default}."
        return text


def reference() -> str:
    """The whole page."""
    return "\n\n".join([INTRODUCTION, *sections()]) + "\n"


def sections() -> Iterator[str]:
    """A heading for each group of commands, and a section for each command."""
    for group, names in GROUPS.items():
        yield f"## {group}"
        for name, command in named(names):
            yield from command_section(name, command)


def named(names: Iterable[str]) -> Iterator[tuple[str, Callable[..., None]]]:
    """The commands of a group with their names."""
    for name in names:
        file = import_module(f"foreword.cli.{name}")
        further = getattr(file, "COMMANDS", None)
        if further is None:
            yield name, getattr(file, name)
        else:
            yield from ((f"{name} {each}".rstrip(), command) for each, command in further.items())


def command_section(name: str, command: Callable[..., None]) -> Iterator[str]:
    """The description of a command, its usage, and a table of its parameters."""
    taken = parameters(command)
    arguments = [each for each in taken if isinstance(each.info, ArgumentInfo)]
    yield f"### foreword {name}"
    yield "```\n" + " ".join(["foreword", name, "[OPTIONS]", *map(argument_usage, arguments)]) + "\n```"
    yield from (" ".join(paragraph.split()) for paragraph in str(command.__doc__).split("\n\n"))
    yield f"```sh\n{EXAMPLES[name]}\n```"
    yield "\n".join(["| | |", "|---|---|", *(f"| {each.usage()} | {each.description()} |" for each in taken)])


def argument_usage(argument: Parameter) -> str:
    """An argument in a line of usage, in brackets if it may be left out."""
    shown = f"{argument.info.metavar}{'...' if argument.is_repeated else ''}"
    return shown if argument.is_required else f"[{shown}]"


def parameters(command: Callable[..., None]) -> list[Parameter]:
    """The parameters of a command, arguments first."""
    hints = get_type_hints(command, include_extras=True)
    found = []
    for name, parameter in inspect.signature(command).parameters.items():
        if len(get_args(hints[name])) != 2:  # the context, which is no parameter
            continue
        kind, info = get_args(hints[name])
        plain = [each for each in get_args(kind) if each is not NoneType]
        is_optional = NoneType in get_args(kind)
        found.append(
            Parameter(
                name=name,
                info=info,
                kind=plain[0] if is_optional else kind,
                default=parameter.default,
                is_required=parameter.default is inspect.Parameter.empty,
                is_repeated=any(get_origin(each) is list for each in (kind, *plain)),
            )
        )
    return sorted(found, key=lambda each: isinstance(each.info, OptionInfo))


if __name__ == "__main__":
    print(reference(), end="")
