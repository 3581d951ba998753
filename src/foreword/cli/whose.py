"""Asking a person which of the people in a chat they are."""

import sys

import typer

from foreword.cli.terminal import one_line, waiting


def asked_whose(source: str, encoding: str | None) -> str | None:
    """The one whose words are to be learned, of those who wrote in `source`, by asking in a terminal.

    None where there is nobody to ask or nothing to be asked; what reads the source says what is missing then.

    Raises:
        SourceError: the source cannot be read.
    """
    from foreword.corpus.samples import PREFIX
    from foreword.sources.detect import STANDARD_INPUT, people_in
    from foreword.sources.files import is_read_once

    asks = sys.stdin.isatty() and sys.stderr.isatty()
    if not asks or source == STANDARD_INPUT or source.startswith(PREFIX) or is_read_once(source):
        return None
    with waiting(f"reading {source}"):
        people = people_in(source, encoding=encoding).most_common()
    names = [author for author, _ in people]
    if len(people) < 2:
        return None
    typer.echo(f"{one_line(source)} has messages of {len(people)} people:", err=True)
    for number, (author, count) in enumerate(people, 1):
        typer.echo(f"{number:>3}  {one_line(author)} ({count:,})", err=True)
    while True:
        given: str = typer.prompt("Which of them are you? The number, or the name", err=True)
        fit = _fitting(given, names)
        if len(fit) == 1:
            return fit[0]
        told = f"fits {', '.join(map(one_line, fit))}" if fit else "is none of them"
        typer.echo(f"{one_line(given)} {told}; give the number, or more of the name", err=True)


def _fitting(given: str, names: list[str]) -> list[str]:
    """Whom a person means: the one of that number or name, else all whose names hold what was given."""
    from foreword.sources.people import same_person

    if given.strip().isdecimal() and 1 <= int(given) <= len(names):
        return [names[int(given) - 1]]
    whole = [name for name in names if same_person(name, given)]
    return whole or [name for name in names if given.strip().casefold() in name.casefold()]
