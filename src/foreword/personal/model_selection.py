"""The choice between the base and a new network: after a short try of each, the better one on held-out text goes on."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import lt
from typing import Final, final

from foreword.assess.bits import text_ids
from foreword.assess.keystrokes import lines_of, sample
from foreword.assess.ngram import NGram
from foreword.corpus.prepare import Corpus
from foreword.personal.backtest import NGRAM_ORDER
from foreword.personal.continual import InitialWeights, Tables
from foreword.personal.deadline import TrialLength
from foreword.training.device import choose_device
from foreword.training.loop import fit
from foreword.training.plan import new_model, new_session, plan_run
from foreword.training.recipe import LENGTHS, recipe_of
from foreword.training.validate import nats_to_bits, validate, validate_each

STEPS_PER_SECOND: Final = 25  # of a small new network on a good machine; decides the dropout of a try
FEWEST_COMPARED, MOST_COMPARED = 500, 20_000
COMPARED_PER_SECOND: Final = 1_000  # tokens; reading them takes about a twentieth of a try
MESSAGES_COMPARED: Final = 60
IN_ITS_LANGUAGE: Final = 0.25
"""From this share of messages on that the base predicts better, it is chosen: these are in its language, and the memory
learns the words of the others (docs/decisions/0039)."""
JUDGED_TOKENS: Final = 4_000
JUDGED_TEXT: Final = 400_000
"""Tokens of held-out text, and of training text, to find out whether a network knows the language."""
FEWEST_CHARACTERS: Final = 100  # of held-out text; with less, the base is chosen if it knows the language
FEWEST_JUDGED: Final = 100  # tokens that show whether a network knows the language


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedBeginning:
    """A beginning with its texts prepared: tables, corpus, initial weights (None: random), and the reasons in words."""

    tables: Tables
    corpus: Corpus
    initial: InitialWeights | None
    reasons: tuple[str, ...] = ()


def is_comparable(corpus: Corpus) -> bool:
    """True if enough of a text is held out to compare two networks."""
    return corpus.validation is not None and corpus.validation.characters >= FEWEST_CHARACTERS


def choose(
    base: PreparedBeginning, new: PreparedBeginning, *, length: TrialLength, device: str | None
) -> PreparedBeginning:
    """The one of the two that predicts held-out text better after a try; the base, too, for a person of two languages.

    If too little text is held out for that, it is the base if it knows the language.
    """
    part = new.corpus.validation
    if part is None or not is_comparable(new.corpus):
        if not knows_language(base):
            why = "an n-gram of the text predicts the end of it better than base"
            return replace(new, reasons=(f"the training begins with a new network: {why}",))
        why = "too little text is held out to compare it with a new network"
        return replace(base, reasons=(f"the training continues from base: {why}",))
    tokens = int(min(MOST_COMPARED, max(FEWEST_COMPARED, COMPARED_PER_SECOND * length.seconds)))
    text = new.corpus.tokenizer.decode(part.spread(tokens)[1:])
    texts = [text, *sample(lines_of([text]), MESSAGES_COMPARED)]
    of_base, of_new = (_bits_after(length, each, texts, device) for each in (base, new))
    better = sum(map(lt, of_base[1:], of_new[1:])) / max(1, len(texts) - 1)
    chosen = base if of_base[0] <= of_new[0] or better >= IN_ITS_LANGUAGE else new
    begins = "continues from base" if chosen is base else "begins with a new network"
    figures = f"base has {of_base[0]:.2f} bits per character on held-out text, a new network {of_new[0]:.2f}"
    if chosen is base and of_base[0] > of_new[0]:
        figures += f", but base predicts {better:.0%} of its messages better"
    return replace(chosen, reasons=(f"the training {begins}: after a try of {length}, {figures}",))


def knows_language(beginning: PreparedBeginning) -> bool:
    """Whether the initial network predicts held-out text at least as well as an n-gram of the training text.

    If none is held out, the last tenth of the training text is in its place. With very little text, the answer is True.
    """
    corpus, whole = beginning.corpus, beginning.corpus.train.ids
    if beginning.initial is None:
        return False
    if corpus.validation is None:
        border = len(whole) * 9 // 10
        text, ids = whole[:border], whole[border - 1 :][: JUDGED_TOKENS + 1]
    else:
        text, ids = whole, corpus.validation.spread(JUDGED_TOKENS)
    if len(ids) <= FEWEST_JUDGED:
        return True
    network = new_model(recipe_of(beginning.tables), corpus, beginning.initial.weights)
    nats = validate(network, ids, device=choose_device("cpu"))
    ngram = NGram.count(text[-JUDGED_TEXT:], order=NGRAM_ORDER, vocabulary=corpus.tokenizer.size)
    return nats <= ngram.nats(ids) / (len(ids) - 1)


def _bits_after(
    length: TrialLength, beginning: PreparedBeginning, texts: Sequence[str], device: str | None
) -> list[float]:
    """Bits per character on each of `texts`, after a try.

    The learning rate is constant and nothing is validated, so the number of steps need not be known in advance.
    """
    begun = time.perf_counter()
    steps = length.steps or max(1, round(STEPS_PER_SECOND * length.seconds))
    tables = beginning.tables
    asked = {name: value for name, value in tables.get("training", {}).items() if name not in LENGTHS}
    is_fine_tuning = beginning.initial is not None
    plan = plan_run(
        {**tables, "training": {**asked, "steps": steps, "schedule": "constant", "warm_up": 0.0}},
        beginning.corpus,
        device=choose_device(device),
        size=None if is_fine_tuning else "small",
        knows_language=is_fine_tuning,  # so few steps want little dropout in any language
    )
    session = new_session(plan, beginning.corpus, beginning.initial and beginning.initial.weights)
    session.validation_ids = None
    for _ in fit(session):
        if length.steps is None and time.perf_counter() - begun > length.seconds:
            break
    ids = [text_ids(beginning.corpus.tokenizer, text) for text in texts]
    whole = validate(session.model, ids[0], device=session.device, precision=plan.precision)
    each = validate_each(session.model, ids[1:], device=session.device, precision=plan.precision)
    found = [whole * (len(ids[0]) - 1), *each]
    return [nats_to_bits(nats) / len(text) for nats, text in zip(found, texts, strict=True)]
