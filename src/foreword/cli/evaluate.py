"""`foreword evaluate`: how well a model knows a text."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from foreword.cli.memory import open_memory
from foreword.cli.options import EncodingOption, JsonOption, MeOption, ModelOption, open_model
from foreword.cli.terminal import say_json, waiting
from foreword.errors import OptionError
from foreword.text.counting import counted


def evaluate(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="A text to score; left out, the run's own held-out part."),
    ] = None,
    model: ModelOption = None,
    me: MeOption = None,
    encoding: EncodingOption = None,
    messages: Annotated[
        int, typer.Option(metavar="N", help="Type so many lines of SOURCE again to count keys; 0 for none.")
    ] = 50,
    as_json: JsonOption = False,
) -> None:
    """Print the bits per character of a model on SOURCE, and the keys it would have saved there.

    Without SOURCE, the bits per character on the text held out from its training.
    """
    from foreword.assess.evaluate import evaluate_text, held_out_figures, typing_figures
    from foreword.corpus.samples import documents
    from foreword.keyboard.suggest import Keyboard

    if source is None and encoding is not None:
        raise OptionError(
            "--encoding goes with a SOURCE; name the text that it is the encoding of, or leave it out"
        )
    if source is None and me is not None:
        raise OptionError("--me goes with a SOURCE; name the chat whose words are yours, or leave it out")
    if messages < 0:
        raise OptionError(f"messages must be at least 0, not {messages}")
    opened = open_model(model)
    if source is None:
        figures = held_out_figures(opened)
    else:
        with open_memory(model) as memory, waiting(f"reading {source}", as_json=as_json) as wait:
            texts = list(wait.reading(documents(source, encoding=encoding, me=me), source))
            typing: dict[str, object] = {}
            if messages:  # before the text takes more memory
                typing = typing_figures(Keyboard(opened, memory), texts, messages, watch=wait.says)
            figures = evaluate_text(opened, texts, watch=wait.says) | typing
    if as_json:
        say_json(figures)
    else:
        _print(figures, per_token=opened.tokenizer.unit != "characters")


def _print(figures: Mapping[str, Any], *, per_token: bool) -> None:
    typer.echo(
        f"{figures['bits_per_character']:.3f} bits per character over {counted(figures['characters'], 'character')}"
    )
    perplexity = f": perplexity {figures['perplexity']:,.1f}" if per_token else ""
    typer.echo(
        f"{figures['nats_per_token']:.4f} nats per token over {counted(figures['tokens'], 'token')}{perplexity}"
    )
    ngram = figures.get("ngram")
    if "keystroke_savings" in figures and isinstance(ngram, Mapping):
        _print_typing(figures, ngram)
    elif isinstance(ngram, Mapping):
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


def _print_typing(figures: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
    ghost = figures["ghost"]
    peak = figures["peak_megabytes"]
    memory = "" if peak is None else f"; all of it takes {peak:,.0f} MB of memory"
    low, high = figures["keystroke_savings_interval"]
    typer.echo(
        f"Of 100 keys it saves {100 * figures['keystroke_savings']:.1f} ({100 * low:.1f} to {100 * high:.1f}) "
        f"over {counted(figures['messages'], 'message')}; word counts alone {100 * counts['keystroke_savings']:.1f}, "
        f"a perfect keyboard {100 * figures['theoretical_limit']:.1f}"
    )
    typer.echo(
        f"Before its first letter the next word is first in {figures['hit_at_1']:.1%} of the lists, among three "
        f"in {figures['hit_at_3']:.1%}; a list takes {figures['milliseconds_p50']:.1f} ms, "
        f"95 % of them at most {figures['milliseconds_p95']:.1f}{memory}"
    )
    typer.echo(
        f"The word behind the cursor alone saves {100 * ghost['keystroke_savings']:.1f}, and shows at "
        f"{ghost['lists_with_words']:.0%} of the keys; with a slip in each longer word the list saves "
        f"{100 * figures['slips']['keystroke_savings']:.1f}"
    )
