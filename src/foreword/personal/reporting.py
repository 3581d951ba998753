"""The report of a training: what the model would have saved the person, with pictures, in one page."""

import io
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from foreword.assess.bits import surprises
from foreword.assess.keystrokes import Replay
from foreword.assess.report import Report, page
from foreword.errors import OptionError
from foreword.libraries import load_matplotlib
from foreword.personal.card import PICTURE
from foreword.personal.trying import Attempt
from foreword.runtime.model import Model

SHOWN: Final = 5
"""Messages whose surprises are shown."""


def write_report(
    path: Path,
    model: Model,
    attempt: Attempt,
    months: Sequence[str | None],
    *,
    share: bool,
    notes: Sequence[str],
) -> None:
    """Write the page of a model that was tried, for its owner alone; to `share`, without a word of the person's.

    `months` says when each message of the attempt was written, such as "2026-11", where that is known.

    Raises:
        OptionError: it cannot be written there.
    """
    own, counts, ghost = attempt.model.figures(), attempt.counts.figures(), attempt.ghost.figures()
    pictures = {}
    curve = model.path / PICTURE
    if curve.exists():
        pictures["Bits per character while it trained"] = curve.read_bytes()
    by_month = _by_month(attempt.model, months)
    if (picture := _months_picture(by_month)) is not None:
        pictures["Keys saved, by the month in which the messages were written"] = picture
    report = Report(
        title="What Foreword would have saved you" if not share else "What Foreword would have saved",
        savings={
            "this model, and the memory beside it": own,
            "word counts alone": counts,
            **(
                {}
                if attempt.base is None
                else {"the base alone, of none of your words": attempt.base.figures()}
            ),
            "the word behind the cursor alone": ghost,
        },
        facts=_facts(model, own, ghost),
        pictures=pictures,
        messages=[] if share else [surprises(model, message) for message in attempt.messages[-SHOWN:]],
        notes=[] if share else notes,
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.chmod(path, 0o600)  # noqa: PTH101 - one that was there may be open to others
            file.write(page(report))
    except OSError as error:
        raise OptionError(
            f"{path} cannot be written: {error.strerror}; choose another place with --html"
        ) from None


def _facts(model: Model, own: Mapping[str, object], ghost: Mapping[str, object]) -> dict[str, str]:
    training = model.folder.training
    held_out = training.get("held_out")
    test = held_out.get("test") if isinstance(held_out, Mapping) else None
    facts = {
        "messages typed, none of which it had learned": f"{own['messages']}",
        "the next word is among the three shown before its first letter": f"{own['hit_at_3']:.1%}",
        "and is the first of them": f"{own['hit_at_1']:.1%}",
        "the word behind the cursor shows at": f"{ghost['lists_with_words']:.0%} of the keys",
        "a list takes": f"{own['milliseconds_p50']:.1f} ms, 95 % of them at most {own['milliseconds_p95']:.1f}",
    }
    if isinstance(test, Mapping):
        facts["bits per character"] = f"{test['bits_per_character']:.3f}"
        for name, said in (
            ("start", "before it went on with your words"),
            ("ngram", "an n-gram of the same text"),
        ):
            if isinstance(other := test.get(name), Mapping):
                facts[f"bits per character, {said}"] = f"{other['bits_per_character']:.3f}"
    return facts


def _by_month(replay: Replay, months: Sequence[str | None]) -> dict[str, float]:
    """The share of keys saved, by month."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, month in enumerate(months):
        if month is not None:
            found[month].append(at)
    return {
        month: Replay(messages=[replay.messages[at] for at in places]).savings
        for month, places in sorted(found.items())
    }


def _months_picture(by_month: Mapping[str, float]) -> bytes | None:
    """A PNG of bars; None where there is only one month, or no Matplotlib."""
    if len(by_month) < 2 or find_spec("matplotlib") is None:
        return None
    figure = load_matplotlib().Figure(figsize=(7, 2.5), layout="constrained")
    axes = figure.subplots()
    axes.bar(list(by_month), [100 * share for share in by_month.values()], color="#3a7")
    axes.set(ylabel="of 100 keys")
    axes.tick_params(axis="x", rotation=45)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=120)
    return file.getvalue()
