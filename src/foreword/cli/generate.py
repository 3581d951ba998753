"""`foreword generate`: text, as it is written."""

import json
import sys
from typing import Annotated

import typer

from foreword.cli.options import JsonOption, ModelOption, SeedOption, read_text
from foreword.cli.terminal import say


def generate(
    prompt: Annotated[
        str | None,
        typer.Argument(metavar="PROMPT", help="What the text begins with; - reads standard input."),
    ] = None,
    model: ModelOption = None,
    characters: Annotated[
        int, typer.Option("--characters", "-n", metavar="N", help="How much to write.")
    ] = 400,
    temperature: Annotated[
        float,
        typer.Option("--temperature", "-t", help="0 takes the likeliest each time, 1 draws as learned."),
    ] = 0.8,
    top_k: Annotated[
        int, typer.Option(metavar="N", help="Draw from the N likeliest tokens only; 0 for all.")
    ] = 0,
    top_p: Annotated[
        float, typer.Option(metavar="SHARE", help="Draw from the likeliest tokens that make up this share.")
    ] = 1.0,
    min_p: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Leave out what is less likely than this share of the likeliest."),
    ] = 0.0,
    repetition_penalty: Annotated[
        float, typer.Option(metavar="X", help="Above 1, what was written lately becomes less likely.")
    ] = 1.0,
    stop: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="End before this text; may be repeated.")
    ] = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write text that goes on from PROMPT, in the voice of the model, piece by piece."""
    from foreword.runtime.generate import generate as continue_text
    from foreword.runtime.model import Model

    begun = _prompt(prompt)
    pieces = continue_text(
        Model.open(model),
        begun,
        characters=characters,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        min_p=min_p,
        repetition_penalty=repetition_penalty,
        stop=tuple(stop or ()),
        seed=seed,
    )
    if as_json:
        typer.echo(json.dumps({"prompt": begun, "text": "".join(pieces)}, ensure_ascii=False))
        return
    say(begun, nl=False)
    for piece in pieces:
        say(piece, nl=False)
    typer.echo()


def _prompt(prompt: str | None) -> str:
    """The prompt, which may be empty: a terminal that hands in nothing gets a text from its beginning."""
    return "" if prompt is None and sys.stdin.isatty() else read_text(prompt)
