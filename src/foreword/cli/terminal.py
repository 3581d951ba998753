"""Text that somebody else wrote, on its way out: exact in a pipe, without control characters on a terminal.

A text, a file's name, or a model's folder may hold the sequences by which terminals are steered; a person who looks at
them must see letters only.
"""

import sys

import typer


def say(text: str, *, nl: bool = True) -> None:
    """Print `text`, by default as a line; on a terminal, only what is letters, signs and blanks of it."""
    typer.echo(printable(text) if sys.stdout.isatty() else text, nl=nl, color=True)  # or echo strips colours


def printable(text: str) -> str:
    """`text` without control characters but newlines and tabs."""
    from foreword.text.cleaning import clean

    return clean(text)


def one_line(text: str) -> str:
    """The same with a space for each newline: what a name or a message is shown as."""
    return " ".join(printable(text).splitlines())
