"""`foreword generate`: text, printed while the model writes it."""

import sys
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foreword.cli.options import JsonOption, ModelOption, SeedOption, argument, open_model, option, read_text
from foreword.cli.output import say, say_json, tell, waiting
from foreword.errors import OptionError

if TYPE_CHECKING:
    from foreword.runtime.generate import NoCopy
    from foreword.runtime.model import Model

BETWEEN = "---"  # the line between two passages; it is rare in texts


def generate(
    prompt: Annotated[
        str | None, argument("PROMPT", "The beginning of the text; - reads standard input.")
    ] = None,
    model: ModelOption = None,
    characters: Annotated[int, option("N", "The number of characters to write.", "--characters", "-n")] = 400,
    temperature: Annotated[
        float | None,
        option(
            "X", "0 takes the likeliest token, 1 draws as learned. By default 0.8.", "--temperature", "-t"
        ),
    ] = None,
    top_k: Annotated[int | None, option("N", "Draw from the N likeliest tokens only.")] = None,
    top_p: Annotated[
        float | None, option("SHARE", "Draw from the likeliest tokens that make up this share.")
    ] = None,
    min_p: Annotated[
        float | None, option("SHARE", "Leave out tokens less likely than this share of the likeliest one.")
    ] = None,
    repetition_penalty: Annotated[
        float | None, option("X", "Above 1, recent tokens become less likely.")
    ] = None,
    stop: Annotated[list[str] | None, option("TEXT", "End before this text; may be repeated.")] = None,
    seed: SeedOption = None,
    passages: Annotated[int | None, option("N", "Write N different passages, all at once.")] = None,
    no_copy: Annotated[
        str | None,
        option("SOURCE", "Do not copy long runs of SOURCE, not even one that PROMPT begins.", "--no-copy"),
    ] = None,
    no_copy_characters: Annotated[
        int | None, option("N", "The longest run of SOURCE that may be copied. By default 40.")
    ] = None,
    encoding: Annotated[str | None, option("NAME", "The encoding of SOURCE, if it is not UTF-8.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a text that continues PROMPT, and print it token by token."""
    if no_copy is None:
        for name, value in {"no-copy-characters": no_copy_characters, "encoding": encoding}.items():
            if value is not None:
                raise OptionError(f"--{name} needs --no-copy SOURCE")
    if no_copy == "-" and prompt in {None, "-"}:
        raise OptionError("standard input is the SOURCE of --no-copy; give PROMPT in quotes")
    # Without PROMPT, a terminal gets a text from its beginning.
    begun = "" if prompt is None and sys.stdin.isatty() else read_text(prompt)
    opened = open_model(model)
    drawing = {"top_k": top_k, "top_p": top_p, "min_p": min_p, "repetition_penalty": repetition_penalty}
    options: dict[str, Any] = {name: value for name, value in drawing.items() if value is not None}
    if temperature == 0 and ({top_k, top_p, min_p} != {None} or (passages or 1) > 1):
        tell("At temperature 0, --top-k, --top-p and --min-p have no effect, and all passages are the same.")
    options |= {"characters": characters, "stop": stop or (), "seed": seed}
    options["temperature"] = 0.8 if temperature is None else temperature
    if no_copy is not None:
        options["no_copy"] = _no_copy(no_copy, no_copy_characters, encoding, as_json=as_json)
    _write(opened, begun, passages, options, as_json=as_json)


def _write(
    model: "Model", prompt: str, passages: int | None, options: Mapping[str, Any], *, as_json: bool
) -> None:
    """Print one passage token by token, or several passages when all are complete."""
    from foreword.runtime import generate as runtime

    notes: list[str] = []
    if passages is None:
        pieces = runtime.generate(model, prompt, **options, notes=notes)
        if as_json:
            say_json({"prompt": prompt, "text": "".join(pieces)})
        else:
            try:
                for piece in chain([prompt], pieces):
                    say(piece, nl=False)
            finally:  # after Ctrl-C, the shell begins a line of its own
                typer.echo()
    else:
        with waiting("writing", as_json=as_json):
            texts = runtime.generate_many(model, prompt, passages=passages, **options, notes=notes)
        if as_json:
            say_json({"prompt": prompt, "texts": texts})
        else:
            say(f"\n\n{BETWEEN}\n\n".join(prompt + text for text in texts))
    for note in notes:
        tell(note)


def _no_copy(source: str, characters: int | None, encoding: str | None, *, as_json: bool) -> "NoCopy":
    from foreword.runtime.generate import CHARACTERS, NoCopy
    from foreword.sources.reading import documents
    from foreword.sources.report import Report
    from foreword.text.document import join

    report = Report()
    name = "standard input" if source == "-" else source
    with waiting(f"reading {source}", as_json=as_json):
        text = join(documents(source, encoding=encoding, everybody=True, report=report))
        found = NoCopy(text, characters=CHARACTERS if characters is None else characters, name=name)
    for note in report.sentences():
        tell(note)
    return found
