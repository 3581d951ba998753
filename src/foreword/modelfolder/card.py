"""The model card: README.md of a model folder, with a picture of the loss curve and a section on secrets."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Final

from foreword.libraries import load_matplotlib, png_of
from foreword.modelfolder.record import HeldOut, TrainingRecord
from foreword.text.plural import counted
from foreword.text.secrets import in_words

PICTURE: Final = "curve.png"
PRIVACY: Final = (
    "**Private.** This model was trained on somebody's own texts and can repeat pieces of them. It is as private "
    "as they are: do not publish it unless you would publish them."
)
UNKNOWN: Final = "Nobody has measured which other secrets it remembers."


def card(name: str, record: TrainingRecord, *, parameters: int, has_picture: bool) -> str:
    """The text of the card: Markdown with front matter for Hugging Face."""
    model = record.recipe["model"]
    sizes = [f"{key} {value}" for key, value in model.items() if key != "architecture"]
    text = f"{counted(record.characters or 0, 'character')} from {counted(len(record.sources), 'source')}"
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
        f"| network | {', '.join([str(model['architecture']), *sizes])} |",
        f"| weights | {parameters:,} |",
        f"| tokens | {record.recipe['text']['unit']} |",
        f"| trained on | {text} |",
        f"| trained in | {counted(record.steps or 0, 'step')}, {(record.seconds or 0) / 60:.1f} minutes |",
        f"| date | {record.date} |",
        *_origin(record),
        "",
        *_figures(record.held_out or HeldOut()),
    ]
    if has_picture:
        lines += ["", f"![Bits per character while training]({PICTURE})"]
    lines += ["", "## Secrets", "", _taken_out(record.secrets), "", UNKNOWN]
    return "\n".join(lines) + "\n"


def _origin(record: TrainingRecord) -> Iterator[str]:
    initial = record.started_from
    if initial is not None:
        times = counted(len(record.history), "earlier training")
        share = "" if record.share == 1.0 else f"; interpolated, {record.share:.0%} of the new weights"
        yield f"| continued from | {initial.name}, weights {initial.sha256[:12]}, with {times}{share} |"


def _figures(held_out: HeldOut) -> Iterator[str]:
    test, old = held_out.test, held_out.old
    if test is None:
        yield "No text was held out that is new to the model, so there is no figure for such text."
        return
    yield from (f"On {counted(test.characters or 0, 'character')} that it was not trained on:", "")
    yield from ("| | bits per character |", "|---|---|", f"| this model | {test.bits_per_character:.3f} |")
    if test.start is not None:
        yield f"| the model it continued from | {test.start.bits_per_character:.3f} |"
    if test.ngram is not None:
        yield f"| an n-gram of the same text | {test.ngram.bits_per_character:.3f} |"
    yield f"| a uniform guess | {test.uniform or 0:.3f} |"
    if old is not None and old.start is not None:
        now, before = old.bits_per_character, old.start.bits_per_character
        length = counted(old.characters or 0, "character")
        yield from ("", f"On {length} of old text: {now:.3f}, {before:.3f} before it went on.")


def curve_picture(
    curve: Sequence[Mapping[str, float | None]], *, training_scale: float, scale: float
) -> bytes | None:
    """A PNG of the losses in a `curve` of `step`, `nats` and `training_nats` per token; None without Matplotlib.

    Unknown values are left out. The scales are factors from nats per token to bits per character, for each text.
    """
    if len(curve) < 2 or find_spec("matplotlib") is None:
        return None
    figure = load_matplotlib().Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    parts = ("training_nats", training_scale, "training text"), ("nats", scale, "held-out text")
    for key, factor, label in parts:
        known = [(point["step"], nats * factor) for point in curve if (nats := point[key]) is not None]
        axes.plot(*zip(*known, strict=True), label=label, marker=".")
    axes.set(xlabel="steps", ylabel="bits per character")
    axes.grid(alpha=0.3)
    axes.legend()
    return png_of(figure)


def _taken_out(secrets: Mapping[str, int] | None) -> str:
    if secrets is None:
        return "It is not recorded whether secrets were taken out of its texts."
    if found := in_words(secrets):
        return f"Taken out of its texts before it was trained: {found}. `…` stands in their place."
    return "There were no secrets to take out of its texts."
