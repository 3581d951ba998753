"""From a text and the time there is to a plan: which network, how many steps, in which arithmetic.

What a recipe names stands; the rest is chosen here, once, before the first step. The plan is stored with the run,
so that a run that goes on later, or elsewhere, goes on as it was planned.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from foreword.corpus.prepare import Corpus
from foreword.errors import OptionError, RecipeError
from foreword.models.catalogue import build, load_weights, parameter_count
from foreword.models.language_model import AbstractLanguageModel
from foreword.text.counting import counted
from foreword.training.distribute import ALONE, Team
from foreword.training.loop import Event, Step, fit
from foreword.training.memory import check_fits
from foreword.training.plan import Budget, Plan
from foreword.training.precision import choose_precision
from foreword.training.recipe import Recipe, Table, merged, recipe_of
from foreword.training.session import Session, layout_for
from foreword.training.sizing import (
    MOST_EPOCHS,
    RATES,
    Size,
    defaults_for,
    dropouts_for,
    weight_decay_for,
)

SecondsLeft = Callable[[AbstractLanguageModel], float]

ENDLESS = 10**9

VALIDATION_SHARE = 0.05
"""The share of the time that may go into looking at held-out text."""

FORWARD_SPEEDUP = 3
"""How many times as fast a token is read as trained on: back-propagation costs two forward passes."""

LEAST_BETWEEN = 20
"""Steps between two looks at held-out text, at least: a shorter run is looked at less often."""

TRAINING_SHARE = 0.8
"""The share of the time, beyond what the same things take for any time, that training gets."""

PROBE_SHARE = 0.01
"""The share of the time that goes into measuring an update, before the first one."""

PROBE_SECONDS = 3.0
"""More than that tells no more."""


def check_sizes(asked: Mapping[str, Table]) -> None:
    """See that there is such a network as the tables `asked` for, before a long text is read for it.

    Raises:
        RecipeError: The architecture, or a size of it, is unknown or out of its range, or larger than this machine.
    """
    recipe = recipe_of(asked)
    try:
        with torch.device("meta"):  # shapes without numbers: it takes no time and no memory
            model = build(recipe.architecture, {**recipe.model, "vocabulary": 256, "newline": 0})
    except (RuntimeError, OverflowError, TypeError):  # PyTorch has each of them for sizes that overflow
        raise RecipeError("the sizes in [model] are too large for any machine's memory") from None
    check_fits(parameter_count(model))


def steps_for(recipe: Recipe, *, blocks: int) -> int | None:
    """How many updates the recipe says that the run makes; None where the time decides."""
    settings = recipe.training
    if settings.steps is not None:
        return settings.steps
    return None if settings.epochs is None else max(1, round(settings.epochs * blocks))


def seconds_per_step(session: Session, *, seconds: float) -> float:
    """How long an update takes here once the machine is warm: the mean over so many seconds, at least three steps."""
    training = fit(session)
    _made(next(training))
    start, steps, goes_on = time.perf_counter(), 0, True
    while goes_on:
        _made(next(training))
        steps += 1
        soon = steps < 3 or time.perf_counter() - start < seconds
        goes_on = session.team.told(partial(bool, soon))
    return (time.perf_counter() - start) / steps


def _made(event: Event) -> None:
    """Wait until the device has made this update."""
    if isinstance(event, Step):
        event.nats.item()


def plan_run(
    asked: Mapping[str, Table],
    corpus: Corpus,
    *,
    device: torch.device,
    size: Size | None = None,
    minutes: float | None = None,
    seconds_left: SecondsLeft | None = None,
    further: bool = False,
    team: Team = ALONE,
) -> Plan:
    """The plan for training on `corpus`: what the tables `asked` for, and what is best for the rest.

    `minutes` is the whole time asked for, by which the network is chosen; `seconds_left`, asked when that is done and
    measured, says how much of it there is for training such a network. Where a finished network is trained `further`,
    the tables name all of its sizes, and no more is chosen than how much of it is silenced. All processes of a `team`
    take part, for what is measured is their common work; the first one's clock and arithmetic are all of theirs.

    Raises:
        RecipeError: A size is unknown to the architecture or out of its range.
        OptionError: Neither the recipe nor a time says how long to train.
    """
    named = asked.get("model", {})
    chosen = defaults_for(corpus.train.characters, minutes=minutes, size=size, named=named)
    if further:
        chosen["model"] = {name: value for name, value in chosen["model"].items() if "dropout" in name}
    recipe = recipe_of(merged(chosen, asked))
    trial = _trial(recipe, corpus, device, team)
    steps = steps_for(recipe, blocks=len(trial.blocks))
    budget = None if steps is not None else _budget(trial, minutes, seconds_left)
    if budget is not None:
        fitting = int(budget.seconds * (1 - VALIDATION_SHARE) / budget.seconds_per_step)
        steps = max(1, min(fitting, budget.most_steps))
    assert steps is not None  # noqa: S101 - the one or the other says
    epochs = steps / len(trial.blocks)
    recipe = _held_back(recipe, asked, epochs=epochs, steps=steps)
    looks = max(1, min(recipe.training.validations, steps // LEAST_BETWEEN))
    plan = replace(
        trial.plan,
        recipe=recipe,
        steps=steps,
        looks=looks,
        validation_tokens=_validation_tokens(corpus, steps * trial.tokens_per_block / looks),
        budget=budget,
    )
    if budget is not None:
        read = plan.validation_tokens / (trial.tokens_per_block * FORWARD_SPEEDUP)
        plan = replace(plan, budget=replace(budget, seconds_per_look=read * budget.seconds_per_step))
    reasons = _reasons(plan, corpus, epochs, trial.tokens_per_block, minutes)
    if plan.budget is not None and minutes is not None and epochs < 1:
        reasons = (*reasons, _too_little(plan.budget, corpus, len(trial.blocks), epochs, minutes))
    return replace(plan, reasons=reasons)


def _too_little(budget: Budget, corpus: Corpus, blocks: int, epochs: float, minutes: float) -> str:
    """What a person should know before their time is spent on a part of their text."""
    one_pass = blocks * budget.seconds_per_step / (1 - VALIDATION_SHARE)
    needed = math.ceil(minutes + (one_pass - budget.seconds) / 60 / TRAINING_SHARE)
    return (
        f"{counted(minutes, 'minute')} {'is' if minutes == 1 else 'are'} too few for {corpus.train.characters:,} "
        f"characters: training will see {_percent(epochs)} of them; {counted(needed, 'minute')} would be enough to see "
        "each once"
    )


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "less than 1%"


def _held_back(recipe: Recipe, asked: Mapping[str, Table], *, epochs: float, steps: int) -> Recipe:
    """The recipe with what keeps a recurrent network from learning by heart in a run of that length."""
    if recipe.architecture not in RATES:
        return recipe
    settings = recipe.training
    if settings.optimizer != "adam" and "weight_decay" not in asked.get("training", {}):
        decay = weight_decay_for(steps, settings.learning_rate)
        settings = replace(settings, weight_decay=decay)
    return replace(recipe, model={**dropouts_for(epochs), **recipe.model}, training=settings)


def _budget(trial: Session, minutes: float | None, seconds_left: SecondsLeft | None) -> Budget:
    """The time there is, after a probe of the network."""
    if minutes is None or seconds_left is None:
        raise OptionError("say how long to train: --minutes, --steps, or a recipe with epochs or steps")
    per_step = seconds_per_step(trial, seconds=min(PROBE_SECONDS, PROBE_SHARE * 60 * minutes))
    return trial.team.told(
        lambda: Budget(
            seconds=max(0.0, seconds_left(trial.model)),
            most_steps=MOST_EPOCHS * len(trial.blocks),
            seconds_per_step=per_step,
            seconds_per_look=0.0,
        )
    )


def _validation_tokens(corpus: Corpus, trained_between: float) -> int:
    """How much each look at held-out text reads: what a share of the time since the look before buys."""
    held_out = 0 if corpus.validation is None else len(corpus.validation.ids) - 1
    return min(held_out, max(2_000, int(VALIDATION_SHARE * trained_between * FORWARD_SPEEDUP)))


def _trial(recipe: Recipe, corpus: Corpus, device: torch.device, team: Team) -> Session:
    """A session to measure with; its network is thrown away."""
    settings, hidden = recipe.training, recipe.model.get("hidden", 256)
    width = hidden if isinstance(hidden, int) else 256
    probe = partial(choose_precision, device, rows=settings.batch, width=width)
    model = _without_weights(recipe, corpus)
    torch.manual_seed(settings.seed)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.05)
    return Session(
        plan=Plan(
            recipe=recipe,
            steps=ENDLESS,
            looks=1,
            validation_tokens=0,
            precision=team.told(probe) if settings.precision == "auto" else settings.precision,
            device=str(device),
        ),
        model=model,
        layout=layout_for(corpus.train.ids, settings, old=None if corpus.old is None else corpus.old.ids),
        held_out=None,
        team=team,
    )


def new_model(
    recipe: Recipe, corpus: Corpus, weights: Mapping[str, np.ndarray] | None = None
) -> AbstractLanguageModel:
    """The network that `recipe` describes, its first weights drawn from the recipe's seed, or those `weights`."""
    if weights is not None:
        model = _without_weights(recipe, corpus)
        load_weights(model, weights)
        return model
    torch.manual_seed(recipe.training.seed)
    return build(recipe.architecture, _sizes(recipe, corpus))


def _without_weights(recipe: Recipe, corpus: Corpus) -> AbstractLanguageModel:
    """The same with no weights yet: to draw those of a large network takes seconds on a busy machine."""
    with torch.device("meta"):
        model = build(recipe.architecture, _sizes(recipe, corpus))
    model.to_empty(device="cpu")
    return model


def _sizes(recipe: Recipe, corpus: Corpus) -> dict[str, object]:
    return {**recipe.model, "vocabulary": corpus.tokenizer.size, "newline": corpus.tokenizer.newline}


def _reasons(
    plan: Plan, corpus: Corpus, epochs: float, tokens: int, minutes: float | None
) -> tuple[str, ...]:
    """What was chosen and why, in two lines for people."""
    recipe, budget = plan.recipe, plan.budget
    kinds = {name: value for name, value in recipe.model.items() if "dropout" in name}
    sizes = ", ".join(f"{name} {value}" for name, value in recipe.model.items() if name not in kinds)
    network = f"{recipe.architecture}: {sizes}" if sizes else recipe.architecture
    time_given = "" if budget is None or minutes is None else f" and {counted(minutes, 'minute')}"
    about = "" if budget is None else "about "
    dropout = ", ".join(f"{name} {value}" for name, value in kinds.items() if value)
    speed = "" if budget is None else f", {tokens / budget.seconds_per_step:,.0f} tokens a second here"
    rate = f"{tokens:,} tokens a step at a rate of {recipe.training.learning_rate:g}"
    passes = f"{about}{epochs:.1f} passes over the text" + (f", so {dropout}" if dropout else "")
    return (
        f"{network}, for {counted(corpus.train.characters, 'character')}{time_given}; {rate}",
        f"{passes}; {plan.precision} on {plan.device}{speed}",
    )
