"""`foreword evaluate`: the bits per character of a model on a text, and its keystroke savings there."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from foreword.cli import options
from foreword.cli.options import argument, option
from foreword.cli.output import say_json, tell, waiting
from foreword.errors import OptionError, check_within
from foreword.text.plural import counted


def evaluate(
    source: Annotated[
        str | None, argument("SOURCE", "A text; if left out, the text held out from the model's training.")
    ] = None,
    model: options.ModelOption = None,
    me: options.MeOption = None,
    encoding: options.EncodingOption = None,
    messages: Annotated[
        int | None, option("N", "How many lines of SOURCE to type again; by default 50, 0 for none.")
    ] = None,
    no_memory: options.NoMemoryOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Print the bits per character of a model on SOURCE, and its keystroke savings there.

    Without SOURCE, print the bits per character on the text held out from the model's training.
    """
    from foreword.assess.evaluate import evaluate_text, held_out_figures, typing_figures
    from foreword.keyboard.suggest import Keyboard
    from foreword.sources.reading import documents

    given = {"--encoding": encoding, "--me": me, "--messages": messages, "--no-memory": no_memory or None}
    for name, value in given.items():
        if source is None and value is not None:
            raise OptionError(f"{name} needs a SOURCE; name one, or leave out {name}")
    messages = 50 if messages is None else messages
    check_within("messages", messages, 0)
    opened = options.open_model(model)
    if source is None:
        figures = held_out_figures(opened)
    else:
        with (
            options.open_memory(model, without=no_memory) as memory,
            waiting(f"reading {source}", as_json=as_json) as wait,
        ):
            texts = list(wait.reading(documents(source, encoding=encoding, me=me), source))
            typing: dict[str, object] = {}
            if messages:  # before the text needs more memory
                typing = typing_figures(
                    Keyboard(opened, memory), texts, messages, learn=not no_memory, watch=wait.says
                )
            figures = evaluate_text(opened, texts, memory, watch=wait.says) | typing
    if as_json:
        say_json(figures)
    else:
        _print(figures, per_token=opened.tokenizer.unit != "characters")


def _print(figures: Mapping[str, Any], *, per_token: bool) -> None:
    length, tokens = counted(figures["characters"], "character"), counted(figures["tokens"], "token")
    typer.echo(f"{figures['bits_per_character']:.3f} bits per character over {length}")
    perplexity = f": perplexity {figures['perplexity']:,.1f}" if per_token else ""
    typer.echo(f"{figures['nats_per_token']:.4f} nats per token over {tokens}{perplexity}")
    ngram = figures.get("ngram")
    if "keystroke_savings" in figures:
        savings, inline = typing_lines(figures, "message")
        peak = figures["peak_megabytes"]
        memory = "" if peak is None else f" Peak memory: {peak:,.0f} MB."
        typer.echo(savings)
        typer.echo(
            f"The next word before its first letter: hit@1 {100 * figures['hit_at_1']:.1f} %, "
            f"hit@3 {100 * figures['hit_at_3']:.1f} %. A list takes {figures['milliseconds_p50']:.1f} ms; "
            f"95 % of the lists take at most {figures['milliseconds_p95']:.1f} ms.{memory}"
        )
        typer.echo(f"{inline}. With a typo in each longer word: {_savings(figures['slips'])}.")
    elif isinstance(ngram, Mapping):
        bits = f"{ngram['bits_per_character']:.3f} bits per character"
        typer.echo(f"{bits}: an n-gram of the same training text")
    if "uniform" in figures:
        typer.echo(f"{figures['uniform']:.3f} bits per character: a uniform guess")
    if figures.get("among_training_text"):
        tell("Careful: this text is part of the training text. The figures say little about new text.")
    if known := figures.get("known_messages"):
        lines = f"{known:,} of {counted(figures['messages'], 'line')} typed"
        tell(f"Careful: the memory has learned {lines}. The savings say little about new text.")


def typing_lines(figures: Mapping[str, Any], messages: str) -> tuple[str, str]:
    """Two sentences: the keystroke savings of the lists on `messages`, and of the inline suggestion alone."""
    interval = figures["keystroke_savings_interval"]
    ends = " to ".join(f"{100 * end:.1f}" for end in interval or ())
    confidence = f" ({ends} with 95 % confidence)" if interval else ""
    base = ""
    if "base" in figures:
        memory = _savings(figures["base_with_memory"])
        base = f" Base model: {_savings(figures['base'])}, with a memory of the training text {memory}."
    inline = figures["ghost"]
    savings = (
        f"Keystroke savings on {counted(figures['messages'], messages)}: {_savings(figures)}{confidence}. "
        f"N-gram: {_savings(figures['ngram'])}.{base} "
        f"Upper bound: {100 * figures['theoretical_limit']:.1f} %."
    )
    shown = f"shown at {100 * inline['lists_with_words']:.0f} % of the keys"
    return savings, f"Inline suggestion alone: {_savings(inline)}, {shown}"


def _savings(figures: Mapping[str, Any]) -> str:
    return f"{100 * figures['keystroke_savings']:.1f} %"
