"""The back-test after a training: the model types the person's last messages, which no model has learned, for a report.

An n-gram types them too, and so does the model that comes with Foreword, which knows nothing of the person.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from foreword import modelfolder
from foreword.assess.bits import surprises
from foreword.assess.keystrokes import WithOptions, lines_of, replay, sample
from foreword.assess.report import ReportPage, page
from foreword.corpus.prepare import Corpus
from foreword.corpus.texts import MEMORY
from foreword.errors import ForewordError, ModelError, OptionError
from foreword.files import write_whole
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import CONFIDENT, Counts, Keyboard
from foreword.modelfolder.card import PICTURE
from foreword.modelfolder.names import SHIPPED
from foreword.personal.events import Reported, Tried, Warned
from foreword.runtime.model import Model

MOST_MESSAGES: Final = 100
FEWEST_MESSAGES: Final = 5
"""Messages that the test part must have for a back-test. A slow machine types only some of them."""
FEWEST_TYPED: Final = 3
PROBED_MESSAGES: Final = 2
TYPED_REMEMBERING: Final = 1 / 3
"""The share of the time in which a memory learns the training text, before the messages are typed."""
FEWEST_REMEMBERED, REMEMBERED = 50_000, 2_000_000
"""The least and the most tokens of that text, from its end."""
SECONDS_PER_REMEMBERED: Final = 5e-6
SHOWN: Final = 5
"""Messages for which a report shows the bits of each token."""


def backtest(
    model: Model, corpus: Corpus, seconds: float, *, html: Path | None, share: bool
) -> Iterator[Tried | Reported | Warned]:
    """Type messages of the test part for about `seconds`, and write the report to `html`.

    The model is already written, so a problem is a warning, not an error.
    """
    messages, own, others = _typed_again(model, corpus, seconds)
    if own:
        yield Tried(figures=own | others)
    if html is None:
        return
    if not own:
        yield Warned(message="there is no report: too little is held out to try the model on")
        return
    try:
        _write(html, model, messages, own, others, share=share, notes=corpus.notes)
    except ForewordError as error:
        yield Warned(message=f"there is no report: {error}")
    else:
        yield Reported(path=html)


def _typed_again(
    model: Model, corpus: Corpus, seconds: float
) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """The typed messages, the figures of the model, and those of the others; all empty if too few were held out.

    The others are the inline suggestion alone (`ghost`), an `ngram`, and the `base`.
    """
    lines = [] if corpus.test is None else lines_of([corpus.last_lines(corpus.test, REMEMBERED)])
    if len(lines) < FEWEST_MESSAGES:
        return [], {}, {}
    affordable = int(seconds * TYPED_REMEMBERING / SECONDS_PER_REMEMBERED)
    remembered = min(REMEMBERED, max(FEWEST_REMEMBERED, affordable))
    memory = Memory.open()
    own_old = corpus.old if all(source.place == MEMORY for source in corpus.old_sources) else None
    for part in (own_old, corpus.train, corpus.validation):
        if part is not None:
            memory.learn(corpus.last_lines(part, remembered))
    keyboard, base = Keyboard(model, memory), _base_beside(model)
    begun = time.perf_counter()
    replay(keyboard, sample(lines, PROBED_MESSAGES))
    each = (time.perf_counter() - begun) / PROBED_MESSAGES
    replays = 2 if base is None else 3
    most = int(seconds * (1 - TYPED_REMEMBERING) / (replays * each))
    messages = sample(lines, max(FEWEST_TYPED, min(MOST_MESSAGES, most)))
    own = replay(keyboard, messages).figures()
    others = {
        "ghost": replay(WithOptions(keyboard, confidence=CONFIDENT), messages, limit=1).figures(),
        "ngram": replay(Counts(memory), messages).figures(),
    }
    if base is not None:
        others["base"] = replay(base, messages).figures()
    return messages, own, others


def _base_beside(model: Model) -> Keyboard | None:
    """The model that comes with Foreword, with an empty memory; None if it is `model`, or is not installed."""
    path = modelfolder.find(SHIPPED)
    if path == model.path:
        return None
    try:
        return Keyboard(Model.open(path))
    except ModelError:
        return None  # the command that opens a damaged model reports it


def _write(
    path: Path,
    model: Model,
    messages: Sequence[str],
    own: Mapping[str, Any],
    others: Mapping[str, Any],
    *,
    share: bool,
    notes: Sequence[str],
) -> None:
    """Write the report of the back-test, readable by its owner alone; with `share`, without the person's words.

    Raises:
        OptionError: the file cannot be written.
    """
    pictures = {}
    curve = model.path / PICTURE
    if curve.exists():
        pictures["Bits per character during the training"] = curve.read_bytes()
    report = ReportPage(
        title="What Foreword would have saved" if share else "What Foreword would have saved you",
        savings={
            "this model, and the memory beside it": own,
            "n-gram": others["ngram"],
            **({"base model": others["base"]} if "base" in others else {}),
            "inline suggestion alone": others["ghost"],
        },
        facts=_facts(model, own, others["ghost"]),
        pictures=pictures,
        messages=[] if share else [surprises(model, message) for message in messages[-SHOWN:]],
        notes=[] if share else notes,
    )
    try:
        write_whole(path, page(report).encode(), private=True)
    except OSError as error:
        words = f"{path} cannot be written: {error.strerror}; choose another place with --html"
        raise OptionError(words) from None


def _facts(model: Model, own: Mapping[str, Any], inline: Mapping[str, Any]) -> dict[str, str]:
    held_out = model.folder.record().held_out
    test = None if held_out is None else held_out.test
    facts = {
        "held-out messages typed": f"{own['messages']}",
        "hit@3 before the first letter of a word": f"{own['hit_at_3']:.1%}",
        "hit@1": f"{own['hit_at_1']:.1%}",
        "keys at which the inline suggestion shows": f"{inline['lists_with_words']:.0%}",
        "time of a list": f"{own['milliseconds_p50']:.1f} ms, 95 % of them at most {own['milliseconds_p95']:.1f} ms",
    }
    if test is not None:
        scores = (("", test), (", initial weights", test.start), (", n-gram of the same text", test.ngram))
        for name, score in scores:
            if score is not None:
                facts[f"bits per character{name}"] = f"{score.bits_per_character:.3f}"
    return facts
