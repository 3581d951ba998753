"""Asking a person which of the people in a chat they are."""

import sys
from collections import Counter

import typer

from foreword.cli.terminal import one_line


def ask_whose(source: str, people: Counter[str]) -> str | None:
    """Which of the people who wrote in `source` the person is, by asking in a terminal; None where there is none."""
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
        told = f"fits {', '.join(map(one_line, fit))}" if fit else "is none of them"
        typer.echo(f"{one_line(given)} {told}; give the number, or more of the name", err=True)


def _fitting(given: str, names: list[str]) -> list[str]:
    """Whom a person means: the one of that number or name, else all whose names hold what was given."""
    from foreword.sources.people import same_person

    if given.strip().isdecimal() and 1 <= int(given) <= len(names):
        return [names[int(given) - 1]]
    whole = [name for name in names if same_person(name, given)]
    return whole or [name for name in names if given.strip().casefold() in name.casefold()]
