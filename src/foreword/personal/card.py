"""The model card: README.md of a model folder, with a picture of the curve and what is known of secrets."""

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Final

from foreword.libraries import load_matplotlib
from foreword.modelfolder.record import FOUND_LATER
from foreword.text.counting import counted
from foreword.text.secrets import Kind, in_words

PICTURE = "curve.png"

PRIVACY = (
    "**Private.** This model was trained on somebody's own texts and can repeat pieces of them. It is as private "
    "as they are: do not publish it unless you would publish them."
)


HEADING: Final = "## Secrets"
PAPER: Final = "[Carlini and others 2019](https://arxiv.org/abs/1802.08232)"
HOW: Final = (
    f"How that was found ({PAPER}): sentences with eight digits drawn by chance were planted in a copy of its "
    "training. Their exposure is {highest_exposure:.0f} bits where the digits are likelier than all others that they "
    "were compared with, and {exposure_of_the_unknown:.1f} bits on average where nothing is known of them."
)

_SECTION: Final = re.compile(rf"^{HEADING}\n.*?(?=^#{{1,2}} |\Z)", re.MULTILINE | re.DOTALL)


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


def with_secrets(card: str, training: Mapping[str, object]) -> str:
    """The card with the section as `training`, the training.json, has it: in place of the one before, or at the end.

    All else stays, for a person may have written it.
    """
    section = "\n".join([HEADING, "", *_taken_out(training), *_audited(training)]) + "\n"
    if _SECTION.search(card):
        return _SECTION.sub(lambda found: section + ("\n" if found.end() < len(card) else ""), card, count=1)
    return f"{card.rstrip()}\n\n{section}"


def _taken_out(training: Mapping[str, object]) -> list[str]:
    recorded = training.get("secrets")
    if not isinstance(recorded, Mapping):
        return ["It is not recorded whether secrets were taken out of its texts."]
    found = Counter({kind: int(recorded[kind]) for kind in Kind if kind in recorded})
    if not found.total():
        return ["There were no secrets to take out of its texts."]
    return [
        f"Taken out of its texts before it was trained: {in_words(found)}. Ordinary words stand in their place."
    ]


def _audited(training: Mapping[str, object]) -> list[str]:
    """What `foreword audit --canaries` found, if it was asked."""
    audit = training.get(FOUND_LATER)
    if not isinstance(audit, Mapping):
        return [
            "",
            "What it remembers of others was not looked for; `foreword audit SOURCE --canaries` does that.",
        ]
    levels, secrets = audit["canaries"], audit["secrets"]
    assert isinstance(levels, Sequence)  # noqa: S101 - this program wrote it
    assert isinstance(secrets, Sequence)  # noqa: S101
    return [
        "",
        f"Audited on {audit['date']}. {audit['verdict']}",
        "",
        HOW.format(**audit),
        "",
        "| written | exposure | drawn out |",
        "|---|---|---|",
        *(
            f"| {times_in_words(each['times'])} | {each['exposure']:.1f} | {each['drawn']} of {each['canaries']} |"
            for each in levels
        ),
        *_own(secrets),
    ]


def _own(secrets: Sequence[Mapping[str, object]]) -> list[str]:
    if not secrets:
        return []
    rows = [
        f"| {each['kind']} | {each['taken']:,} | {each['looked_for']:,} | {each['drawn']:,} |"
        for each in secrets
    ]
    return [
        "",
        "Behind what stood before them, secrets that were taken out were looked for in the model itself:",
        "",
        "| kind | taken out | looked for | drawn out |",
        "|---|---|---|---|",
        *rows,
    ]


def times_in_words(count: int) -> str:
    """How often something was written."""
    return {0: "never", 1: "once"}.get(count, f"{count} times")
