"""From a text and the time there is to a plan: which network, how many steps, in which arithmetic.

What a recipe names stands; the rest is chosen here, once, before the first step. The plan is stored with the run,
so that a run that goes on later, or elsewhere, goes on as it was planned.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

import torch

from foreword.corpus.prepare import Corpus
from foreword.errors import OptionError, RecipeError
from foreword.models.catalogue import build, parameter_count
from foreword.models.language_model import AbstractLanguageModel
from foreword.training.loop import fit
from foreword.training.memory import check_fits
from foreword.training.plan import Plan
from foreword.training.precision import choose_precision
from foreword.training.recipe import Recipe, Table, merged, recipe_of
from foreword.training.session import Session, layout_for
from foreword.training.sizing import MOST_EPOCHS, RATES, Size, defaults_for, dropout_for

VALIDATION_SHARE = 0.08
"""The share of the time that may go into looking at held-out text."""

FORWARD_SPEEDUP = 3
"""How many times as fast a token is read as trained on: back-propagation costs two forward passes."""

LEAST_BETWEEN = 20
"""Steps between two looks at held-out text, at least: a shorter run is looked at less often."""

PROBE_SECONDS = 3.0


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


def steps_for(recipe: Recipe, *, blocks: int, seconds: float | None, per_step: float | None) -> int:
    """How many updates the run makes: what the recipe says, else what fits into `seconds`.

    Raises:
        OptionError: The recipe does not say, and no time is given.
    """
    settings = recipe.training
    if settings.steps is not None:
        return settings.steps
    if settings.epochs is not None:
        return max(1, round(settings.epochs * blocks))
    if seconds is None or per_step is None:
        raise OptionError("say how long to train: --minutes, --steps, or a recipe with epochs or steps")
    fitting = int(seconds * (1 - VALIDATION_SHARE) / per_step)
    return max(1, min(fitting, MOST_EPOCHS * blocks))


def seconds_per_step(session: Session) -> float:
    """How long an update takes here once the machine is warm: the mean over three seconds, at least three steps."""
    training = fit(session)
    next(training)
    start, steps = time.perf_counter(), 0
    while steps < 3 or time.perf_counter() - start < PROBE_SECONDS:
        next(training).nats  # noqa: B018
        steps += 1
    return (time.perf_counter() - start) / steps


def plan_run(
    asked: Mapping[str, Table],
    corpus: Corpus,
    *,
    device: torch.device,
    size: Size | None = None,
    seconds: float | None = None,
) -> Plan:
    """The plan for training on `corpus`: what the tables `asked` for, and what is best for the rest.

    `seconds` is the time there is for training and validation. A probe trains a throw-away network for three of
    them, where the recipe does not fix the number of steps itself.

    Raises:
        RecipeError: A size is unknown to the architecture or out of its range.
        OptionError: Neither the recipe nor `seconds` says how long to train.
    """
    minutes = None if seconds is None else seconds / 60
    named = asked.get("model", {})
    chosen = defaults_for(corpus.train.characters, minutes=minutes, size=size, named=named)
    recipe = recipe_of(merged(chosen, asked))
    trial = _trial(recipe, corpus, device)
    fixed = recipe.training.steps is not None or recipe.training.epochs is not None
    per_step = None if fixed or seconds is None else seconds_per_step(trial)
    steps = steps_for(recipe, blocks=len(trial.blocks), seconds=seconds, per_step=per_step)
    epochs = steps / len(trial.blocks)
    if recipe.architecture in RATES and "dropout" not in recipe.model:
        hidden = int(str(recipe.model["hidden"]))
        recipe = replace(recipe, model={**recipe.model, "dropout": dropout_for(epochs, hidden)})
    looks = min(recipe.training.validations, steps)
    affordable = VALIDATION_SHARE * steps * trial.tokens_per_block * FORWARD_SPEEDUP / looks
    held_out = 0 if corpus.validation is None else len(corpus.validation.ids) - 1
    plan = replace(
        trial.plan,
        recipe=recipe,
        steps=steps,
        validate_every=max(min(steps, LEAST_BETWEEN), -(-steps // looks)),
        validation_tokens=min(held_out, max(2_000, int(affordable))),
    )
    return replace(plan, reasons=_reasons(plan, epochs, trial.tokens_per_block, per_step))


def _trial(recipe: Recipe, corpus: Corpus, device: torch.device) -> Session:
    """A session to measure with; its network is thrown away."""
    settings, precision = recipe.training, recipe.training.precision
    if precision == "auto":
        width = recipe.model.get("hidden", 256)
        precision = choose_precision(
            device, rows=settings.batch, width=width if isinstance(width, int) else 256
        )
    endless = 10**9
    return Session(
        plan=Plan(
            recipe=recipe,
            steps=endless,
            validate_every=endless,
            validation_tokens=0,
            precision=precision,
            device=str(device),
        ),
        model=new_model(recipe, corpus),
        layout=layout_for(corpus.train.ids, settings),
        held_out=None,
    )


def new_model(recipe: Recipe, corpus: Corpus) -> AbstractLanguageModel:
    """The network that `recipe` describes, its first weights drawn from the recipe's seed."""
    torch.manual_seed(recipe.training.seed)
    sizes = {**recipe.model, "vocabulary": corpus.tokenizer.size, "newline": corpus.tokenizer.newline}
    return build(recipe.architecture, sizes)


def _reasons(plan: Plan, epochs: float, tokens: int, per_step: float | None) -> tuple[str, ...]:
    sizes = ", ".join(f"{name} {value}" for name, value in plan.recipe.model.items())
    speed = "" if per_step is None else f", {tokens / per_step:,.0f} tokens a second here"
    return (
        f"{plan.recipe.architecture}: {sizes}" if sizes else plan.recipe.architecture,
        f"{epochs:.1f} passes over the text, {tokens:,} tokens a step, {plan.precision} on {plan.device}{speed}",
    )
