"""Arguments and options that several commands share."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from foreword.cli.terminal import one_line
from foreword.errors import OptionError

if TYPE_CHECKING:
    from foreword.runtime.model import Model

# As in text/forms.py, training/sizing.py and training/recipe.py, which import what `--help` must not wait for.
Unit = Literal["characters", "words", "subwords"]
Size = Literal["small", "medium", "large"]
Architecture = Literal["lstm", "gru", "rnn", "unrolled", "window", "convolution"]


def complete_model(incomplete: str) -> list[str]:
    """The names of models that go on from what is typed, for the shell."""
    from foreword.modelfolder.names import known_names

    return [name for name in known_names() if name.startswith(incomplete)]


ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME|PATH",
        autocompletion=complete_model,
        help="The model; by default $FOREWORD_MODEL, else me, else base.",
    ),
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME|PATH",
        autocompletion=complete_model,
        help="The model whose memory it is; by default $FOREWORD_MODEL, else me.",
    ),
]
TextArgument = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="The text so far; - or nothing reads standard input.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
EncodingOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The encoding of the text, if it is not UTF-8, such as latin-1."),
]
MeOption = Annotated[
    str | None,
    typer.Option(metavar="WHO", help="Whose words to take, of a chat with messages of several people."),
]
SeedOption = Annotated[
    int | None, typer.Option(metavar="N", help="Start the random numbers here, to get the same again.")
]


def open_model(model: str | None) -> "Model":
    """The model to look at; where a memory has none of its own, it is the base, and that is said."""
    from foreword import modelfolder
    from foreword.runtime.model import Model

    opened, asked = Model.open(model), modelfolder.find(model)
    if opened.path != asked:
        name, base = one_line(asked.name), one_line(opened.path.name)
        typer.echo(f"{name} has a memory, but no network of its own: this is {base}", err=True)
    return opened


def read_text(text: str | None) -> str:
    """The text handed in, or standard input where it is `-` or, with something piped in, left out.

    Raises:
        OptionError: Nothing was handed in and standard input is a terminal.
    """
    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        raise OptionError("hand in a text in quotes, or pipe one in")
    # A line's end is a shell's habit here, not a writer's new line.
    return sys.stdin.buffer.read().decode("utf-8", errors="replace").removesuffix("\n").removesuffix("\r")
