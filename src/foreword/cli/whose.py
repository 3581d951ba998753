"""Asking a person which of the people in a chat they are."""

import sys

import typer

from foreword.cli.terminal import one_line


def asked_whose(source: str, encoding: str | None) -> str | None:
    """The one whose words are to be learned, of those who wrote in `source`, by asking in a terminal.

    None where there is nobody to ask or nothing to be asked; what reads the source says what is missing then.

    Raises:
        SourceError: the source cannot be read.
    """
    from foreword.corpus.samples import PREFIX
    from foreword.text.readers.detect import STANDARD_INPUT, people_in

    asks = sys.stdin.isatty() and sys.stderr.isatty()
    if not asks or source == STANDARD_INPUT or source.startswith(PREFIX):
        return None
    people = people_in(source, encoding=encoding).most_common()
    if len(people) < 2:
        return None
    typer.echo(f"{one_line(source)} has messages of {len(people)} people:", err=True)
    for number, (author, count) in enumerate(people, 1):
        typer.echo(f"{number:>3}  {one_line(author)} ({count:,})", err=True)
    while True:
        chosen: int = typer.prompt("Which of them are you? The number", type=int, err=True)
        if 1 <= chosen <= len(people):
            return people[chosen - 1][0]
