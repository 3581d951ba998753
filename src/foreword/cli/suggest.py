"""`foreword suggest`: the next words."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from foreword.cli.options import JsonOption, ModelOption, TextArgument, read_text
from foreword.cli.terminal import say


def suggest(
    text: TextArgument = None,
    model: ModelOption = None,
    limit: Annotated[int, typer.Option("--limit", "-k", metavar="N", help="How many to show.")] = 3,
    characters: Annotated[bool, typer.Option(help="Show the next characters, not words.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the words most likely to follow TEXT, or to complete its last word, with their probabilities."""
    typed = read_text(text)
    if characters:
        _next_characters(model, typed, limit, as_json=as_json)
        return
    from foreword.keyboard.suggest import Keyboard

    found = Keyboard.open(model).suggest(typed, limit=limit)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        say(f"{one.text}\t{one.probability:.1%}")


def _next_characters(model: str | None, text: str, limit: int, *, as_json: bool) -> None:
    from foreword.runtime.generate import next_tokens
    from foreword.runtime.model import Model

    found = next_tokens(Model.open(model), text, limit=limit)
    if as_json:
        typer.echo(json.dumps([{"text": token, "probability": p} for token, p in found], ensure_ascii=False))
        return
    for token, probability in found:
        say(f"{_visible(token)}\t{probability:.1%}")


def _visible(token: str) -> str:
    """A token as a person can see it: a space, a line's end and a tab have signs of their own."""
    return token.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥")
