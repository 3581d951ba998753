"""The model card: README.md of a model folder, with a picture of the curve."""

import io
from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from foreword.libraries import load_matplotlib
from foreword.personal.card_secrets import with_secrets
from foreword.text.counting import counted

PICTURE = "curve.png"

PRIVACY = (
    "**Private.** This model was trained on somebody's own texts and can repeat pieces of them. It is as private "
    "as they are: do not publish it unless you would publish them."
)


def card(name: str, training: Mapping[str, object], *, parameters: int, has_picture: bool) -> str:
    """The text of the card, in Markdown with the front matter that Hugging Face knows.

    Args:
        name: What the model is called.
        training: What training.json will hold.
        parameters: How many weights there are.
        has_picture: Whether the curve lies beside it.
    """
    recipe = training["recipe"]
    held_out = training["held_out"]
    assert isinstance(recipe, Mapping)  # noqa: S101 - this program wrote it
    assert isinstance(held_out, Mapping)  # noqa: S101
    model, text = recipe["model"], recipe["text"]
    sizes = ", ".join(f"{key} {value}" for key, value in model.items() if key != "architecture")
    sources = training["sources"]
    assert isinstance(sources, Sequence)  # noqa: S101
    lines = [
        "---",
        "library_name: foreword",
        "pipeline_tag: text-generation",
        "tags: [recurrent-neural-network, predictive-text]",
        "---",
        "",
        f"# {name}",
        "",
        PRIVACY,
        "",
        "| | |",
        "|---|---|",
        f"| network | {model['architecture']}, {sizes} |"
        if sizes
        else f"| network | {model['architecture']} |",
        f"| weights | {parameters:,} |",
        f"| tokens | {text['unit']} |",
        f"| trained on | {_number(training, 'characters', 'character')} from {counted(len(sources), 'source')} |",
        f"| trained in | {_number(training, 'steps', 'step')}, {training['seconds'] / 60:.1f} minutes |",  # type: ignore[operator]
        f"| date | {training['date']} |",
        *_origin(training),
        "",
        *_figures(held_out),
    ]
    if has_picture:
        lines += ["", f"![Bits per character while training]({PICTURE})"]
    return with_secrets("\n".join(lines) + "\n", training)


def _number(training: Mapping[str, object], key: str, noun: str) -> str:
    number = training[key]
    assert isinstance(number, int)  # noqa: S101 - this program wrote it
    return counted(number, noun)


def _origin(training: Mapping[str, object]) -> list[str]:
    """The row for the model that it went on from, if it did."""
    start, earlier = training.get("from"), training.get("history")
    if not isinstance(start, Mapping) or not isinstance(earlier, Sequence):
        return []
    times = f"{counted(len(earlier), 'earlier training')}"
    share = float(str(training.get("share", 1.0)))
    between = "" if share == 1.0 else f"; of the way from these weights to the new ones, {share:.0%}"
    return [f"| went on from | {start['name']}, weights {start['sha256'][:12]}, with {times}{between} |"]


def _figures(held_out: Mapping[str, object]) -> list[str]:
    test = held_out.get("test")
    if not isinstance(test, Mapping):
        return ["Nothing was held out, so there is no figure for text that the model has not seen."]
    ngram, uniform = test["ngram"], test["uniform"]
    start, old = test.get("start"), held_out.get("old")
    return [
        f"On {counted(test['characters'], 'character')} that it was not trained on:",
        "",
        "| | bits per character |",
        "|---|---|",
        f"| this model | {test['bits_per_character']:.3f} |",
        *([f"| the model it went on from | {start['bits_per_character']:.3f} |"] if start else []),
        f"| an n-gram of the same text | {ngram['bits_per_character']:.3f} |",
        f"| a uniform guess | {uniform:.3f} |",
        *_remembered(old),
    ]


def _remembered(old: object) -> list[str]:
    """What it still knows of the text that it learned before, if that was measured."""
    if not isinstance(old, Mapping):
        return []
    now, before = old["bits_per_character"], old["start"]["bits_per_character"]
    return [
        "",
        f"On {counted(old['characters'], 'character')} of old text: {now:.3f}, {before:.3f} before it went on.",
    ]


def curve_picture(
    curve: Sequence[Mapping[str, float | None]], *, training_scale: float, scale: float
) -> bytes | None:
    """A PNG of the losses while training, or None where Matplotlib is missing or there is no curve.

    Args:
        curve: Points with `step`, `nats` and `training_nats` per token; what is not known is left out.
        training_scale: What turns nats per token of the training text into bits per character.
        scale: The same for text it has not seen, which may need more tokens.
    """
    if len(curve) < 2 or find_spec("matplotlib") is None:
        return None
    figure = load_matplotlib().Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    for key, factor, label in (
        ("training_nats", training_scale, "text it trains on"),
        ("nats", scale, "text it has not seen"),
    ):
        known = [(point["step"], nats * factor) for point in curve if (nats := point[key]) is not None]
        axes.plot(*zip(*known, strict=True), label=label, marker=".")
    axes.set(xlabel="steps", ylabel="bits per character")
    axes.grid(alpha=0.3)
    axes.legend()
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=120)
    return file.getvalue()
