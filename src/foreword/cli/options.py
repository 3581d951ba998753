"""Arguments and options that several commands share, and messages about wrong usage."""

import inspect
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, final

import typer
from typer.core import TyperCommand, TyperGroup

from foreword.cli.output import one_line, tell
from foreword.errors import MissingExtra, OptionError

if TYPE_CHECKING:
    from foreword.keyboard.memory import Memory
    from foreword.runtime.model import Model


def complete_model(incomplete: str) -> list[str]:
    """The names of models that begin with `incomplete`, for shell completion."""
    from foreword.modelfolder.names import known_names

    return [name for name in known_names() if name.startswith(incomplete)]


def option(metavar: str, text: str, *names: str, **more: Any) -> Any:
    """An option with this help, and with the name of its parameter if no `names` are given."""
    return typer.Option(*names, metavar=metavar, help=text, **more)


def argument(metavar: str, text: str, **more: Any) -> Any:
    return typer.Argument(metavar=metavar, help=text, **more)


def switch(text: str, *names: str) -> Any:
    return typer.Option(*names, help=text)


def one_object(command: Callable[[typer.Context, Any], None]) -> Callable[..., None]:
    """A command whose options are one object: each field of that dataclass declares an option or an argument."""
    context, asked = inspect.signature(command).parameters.values()
    kind = asked.annotation

    @wraps(command)
    def called(context: typer.Context, **given: Any) -> None:
        command(context, kind(**given))

    parameters = [context, *inspect.signature(kind).parameters.values()]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads it
    called.__annotations__ = {each.name: each.annotation for each in parameters}
    return called


def _model_option(text: str) -> Any:
    return option("NAME|PATH", text, "--model", "-m", autocompletion=complete_model)


_DEFAULT: Final = "by default $FOREWORD_MODEL, else that of settings.toml, else me"
ModelOption = Annotated[str | None, _model_option(f"The model; {_DEFAULT}, else base.")]
MemoryOption = Annotated[str | None, _model_option(f"The model that the memory belongs to; {_DEFAULT}.")]
TextArgument = Annotated[str | None, argument("TEXT", "The text so far; - or nothing reads standard input.")]
NoMemoryOption = Annotated[
    bool, switch("Ask the network alone: nothing is learned, and forgotten words may show.", "--no-memory")
]
JsonOption = Annotated[bool, switch("Print JSON, for programs.", "--json")]
EncodingOption = Annotated[
    str | None, option("NAME", "The encoding of the text, if it is not UTF-8, such as latin-1.")
]
MeOption = Annotated[
    str | None, option("WHO", "Whose words to take, if a chat has messages of several people.")
]
SeedOption = Annotated[int | None, option("N", "The seed of the random numbers, to get the same again.")]
PrivateOption = Annotated[bool, switch("Learn nothing of what is written.", "--private")]
YesOption = Annotated[bool, switch("Do not ask.", "--yes", "-y")]


def open_model(model: str | None) -> "Model":
    """Open the model. For a memory without a network, open the base and print that on stderr."""
    from foreword import modelfolder
    from foreword.runtime.model import Model

    opened, asked = Model.open(model), modelfolder.find(model)
    if opened.path != asked:
        tell(f"{asked.name} has no network of its own; this is {opened.path.name}")
    return opened


@contextmanager
def open_memory(model: str | None, *, without: bool = False) -> "Iterator[Memory]":
    """The memory of a model, or an empty one if `without`. Its notes are printed at the end."""
    from foreword.keyboard.memory import Memory, memory_path

    memory = Memory.open(None if without else memory_path(model))
    try:
        yield memory
    finally:
        for note in memory.notes:
            tell(note)
        memory.close()


def ask_whose(source: str, people: Counter[str]) -> str | None:
    """Ask the person for their name among the authors in `source`; None if there is no terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    names = [author for author, _ in people.most_common()]
    typer.echo(f"{one_line(source)} has messages of {len(people)} people:", err=True)
    for number, author in enumerate(names, 1):
        typer.echo(f"{number:>3}  {one_line(author)} ({people[author]:,})", err=True)
    while True:
        given: str = typer.prompt("Which of them are you? The number, or the name", err=True)
        fit = _fitting(given, names)
        if len(fit) == 1:
            return fit[0]
        found = f"fits {', '.join(map(one_line, fit))}" if fit else "is none of them"
        typer.echo(f"{one_line(given)} {found}; give the number, or more of the name", err=True)


def _fitting(given: str, names: list[str]) -> list[str]:
    """The names that fit the answer: that of its number, else equal names, else names that contain it."""
    from foreword.sources.reading import same_person

    if given.strip().isdecimal() and 1 <= int(given) <= len(names):
        return [names[int(given) - 1]]
    whole = [name for name in names if same_person(name, given)]
    return whole or [name for name in names if given.strip().casefold() in name.casefold()]


def named(model: str | None) -> str:
    """The option that makes a next command use the same model; "" if it needs none."""
    from foreword import modelfolder
    from foreword.modelfolder import names

    return names.named(modelfolder.locate(model), "-m")


def check_plot(path: Path) -> None:
    """Check that a file can be written at `path`, and that Matplotlib is installed, to draw it."""
    from importlib.util import find_spec

    from foreword.files import check_place

    check_place(path, "--plot")
    if find_spec("matplotlib") is None:
        raise MissingExtra('--plot needs Matplotlib, not installed here: pip install "foreword[train]"')


def read_text(text: str | None) -> str:
    """`text`, or standard input if `text` is `-`, or if it is None and stdin is no terminal."""
    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        raise OptionError("give a text in quotes, or pipe one in")
    # The shell adds the last newline: it is not part of the text.
    return sys.stdin.buffer.read().decode("utf-8", errors="replace").removesuffix("\n").removesuffix("\r")


def confirm(question: str, shown: str, *, yes: bool) -> None:
    """Ask the person before something is deleted, unless `yes`."""
    if not yes:
        if not sys.stdin.isatty():
            raise OptionError(f"to delete {shown}, add --yes")
        typer.confirm(question, abort=True, err=True)


UsageError: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""The error that Typer raises for wrong usage; Typer has no public name for it."""

_TOO_MANY: Final = ": too many arguments"
_OUR_WORDS: Final = (
    (
        r"No such (command|option):? (.+?)\.? \(?(?:Possible options:|Did you mean) (.+?)\??\)?",
        r"there is no \1 \2; perhaps \3",
    ),
    (r"No such (command|option):? (.+?)\.?", r"there is no \1 \2"),
    (r"Missing (?:argument|option) (.+?)\..*", r"\1 is missing"),
    (r"Got unexpected extra argument\S* \((.+)\)", rf"\1{_TOO_MANY}"),
    (r"Option (.+) requires an argument\.", r"\1 needs a value"),
    (r"Option (.+) does not take a value\.", r"\1 takes no value"),
    (
        r"Invalid value for (.+?): (?:Value error, )?(.*) is not one of (.+?)\.?",
        r"\1 must be one of \3, not \2",
    ),
    (r"Invalid value for (.+?): .*\binteger\b.*", r"\1 must be a whole number"),
    (r"Invalid value for (.+?): .*\b(?:number|float)\b.*", r"\1 must be a number"),
    (r"Invalid value for .+?: (?:file|directory|path) (.+) is not (readable|writable)\.?", r"\1 is not \2"),
    (r"Invalid value for (.+?): (.*)", r"\1: \2"),
)
_NEVER_EMPTY: Final = frozenset(["SOURCE", "FILE"])
NARROWEST_TABLE: Final = 68  # columns of a terminal in which no help is cut


class SwitchesWithoutType:
    """Shows `--json` in the help, and not `--json <bool>`, because a switch takes no value."""

    def get_params(self, ctx: Any) -> Any:
        params = super().get_params(ctx)  # type: ignore[misc]  # beside a class of Typer
        for each in params:
            if getattr(each, "is_flag", False):
                each.metavar = ""
        return params


class Group(SwitchesWithoutType, TyperGroup):
    """A group of commands."""


@final
class Command(SwitchesWithoutType, TyperCommand):
    """A command that refuses an empty value if it reads files: else it would read the current folder.

    Its help is as wide as the terminal: Typer would keep the line ends of all paragraphs but the first. In a narrow
    terminal, its table would cut the names of the options: there they are above their explanations.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.help:
            paragraphs = inspect.cleandoc(self.help).split("\n\n")
            self.help = "\n\n".join(each.replace("\n", " ") for each in paragraphs)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from rich.console import Console

        if (columns := Console().width) < NARROWEST_TABLE:
            self.rich_markup_mode, formatter.width = None, columns
            formatter.write_dl = partial(formatter.write_dl, col_max=4)
        super().format_help(ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; an empty file name is an error."""
        named = {each.metavar for each in self.params if each.param_type_name == "argument"} & _NEVER_EMPTY
        if named and not all(each.strip() for each in args):
            raise OptionError(
                f"foreword {self.name} got an empty value instead of a name; was a variable not set?"
            )
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = getattr(error, "ctx", None) or ctx  # type: ignore[attr-defined]  # a parser has none
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error names an option as a person types it: --top-p, not top_p as in Python."""
        try:
            return super().invoke(ctx)
        except OptionError as error:
            name, must, rest = str(error).partition(" must be ")
            typed = f"--{name.replace('_', '-')}"
            if must and any(typed in each.opts for each in self.params):
                raise OptionError(f"{typed}{must}{rest}") from None
            raise


def in_our_words(error: Exception) -> str:
    """The error and the command for help, in one line; "" if Typer has shown the help itself."""
    message: str = getattr(error, "format_message", error.__str__)()
    if not message:
        return ""
    for theirs, ours in _OUR_WORDS:
        if found := re.fullmatch(theirs, message, re.DOTALL | re.IGNORECASE):
            message = found.expand(ours).replace("'", "")
            break
    context = getattr(error, "ctx", None)
    if context is not None and message.endswith(_TOO_MANY):
        message += _instead(context.command.params)
    return f"{message}; see: {'foreword COMMAND' if context is None else context.command_path} --help"


def _instead(params: Iterable[Any]) -> str:
    """A hint for a person who gave too many arguments to a command with these parameters."""
    if argument := next((each for each in params if each.param_type_name == "argument"), None):
        return f"; give one {argument.metavar}, in quotes if it has spaces"
    return "; name a model with -m" if any("-m" in each.opts for each in params) else ""
