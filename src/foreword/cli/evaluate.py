"""`foreword evaluate`: how well a model knows a text."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from foreword.cli.options import EncodingOption, JsonOption, ModelOption
from foreword.errors import OptionError


def evaluate(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="A text to score; left out, the run's own held-out part."),
    ] = None,
    model: ModelOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the bits per character of a model on SOURCE, all of it, or on the text held out from its training."""
    from foreword.assess.evaluate import evaluate_text, held_out_figures
    from foreword.corpus.samples import documents
    from foreword.runtime.model import Model

    if source is None and encoding is not None:
        raise OptionError(
            "--encoding goes with a SOURCE; name the text that it is the encoding of, or leave it out"
        )
    opened = Model.open(model)
    figures = (
        held_out_figures(opened)
        if source is None
        else evaluate_text(opened, documents(source, encoding=encoding))
    )
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
    else:
        _print(figures, per_token=opened.tokenizer.unit != "characters")


def _print(figures: Mapping[str, object], *, per_token: bool) -> None:
    typer.echo(
        f"{figures['bits_per_character']:.3f} bits per character over {figures['characters']:,} characters"
    )
    perplexity = f": perplexity {figures['perplexity']:,.1f}" if per_token else ""
    typer.echo(
        f"{figures['nats_per_token']:.4f} nats per token over {figures['tokens']:,} tokens{perplexity}"
    )
    ngram = figures.get("ngram")
    if isinstance(ngram, Mapping):
        typer.echo(
            f"{ngram['bits_per_character']:.3f} bits per character: an n-gram of the same training text"
        )
    if "uniform" in figures:
        typer.echo(f"{figures['uniform']:.3f} bits per character: a uniform guess")
    if figures.get("among_training_text"):
        typer.echo(
            "Careful: this text was among the training text, so the figures say little about new text.",
            err=True,
        )
