"""The plan of a run from a text and a time: the network, the number of updates and the arithmetic.

The values in a recipe stay. This module chooses the rest once, before the first update. The run folder stores the
plan, so a run that continues later, or on another machine, follows the same plan.
"""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, final

import msgspec
import numpy as np
import torch
from msgspec import structs

from foreword.corpus.prepare import Corpus
from foreword.errors import OptionError, RecipeError, RunError
from foreword.files import write_whole
from foreword.modelfolder.names import PLAN
from foreword.models.catalogue import build, load_weights, parameter_count
from foreword.models.language_model import AbstractLanguageModel
from foreword.settings import Size
from foreword.text.plural import counted
from foreword.training.device import Precision, check_memory, choose_precision
from foreword.training.distributed import ALONE, Processes
from foreword.training.loop import Step, fit
from foreword.training.recipe import (
    MOST_EPOCHS,
    MOST_FURTHER_EPOCHS,
    RATES,
    Recipe,
    Table,
    TrainingSettings,
    defaults_for,
    dropouts_for,
    merged,
    recipe_of,
    weight_decay_for,
)
from foreword.training.session import Layout, Session, TimeBudget, layout_for

FORMAT_VERSION: Final = 2

ENDLESS: Final = 10**9

VALIDATION_SHARE: Final = 0.05  # largest share of the time for validations
FORWARD_SPEEDUP: Final = 3  # of reading relative to training: back-propagation costs two forward passes
LEAST_BETWEEN: Final = 20  # updates between two validations; a shorter run has fewer validations
TRAINING_SHARE: Final = 0.8  # of an additional minute; the rest prepares and measures
PROBE_SHARE: Final = 0.01  # of the time, to measure the speed of an update before the first one
PROBE_SECONDS: Final = 3.0  # a longer measurement is no more exact


@final
class Plan(msgspec.Struct, frozen=True, kw_only=True, rename={"validations": "looks"}):
    """Every choice of a run: the whole recipe, and the numbers measured or computed from it.

    `steps` is the number of updates; with a `budget` of time, it is an estimate. Each of the `validations` reads
    `validation_tokens`. `tensorboard` is the folder of a log, and `html` the file of a report, each only on request.
    With `share`, the report hides words. `reasons` are lines for people. The plan's file has these fields,
    with `looks` for `validations`.
    """

    recipe: Recipe
    steps: Annotated[int, msgspec.Meta(ge=1)]
    validations: Annotated[int, msgspec.Meta(ge=1)]
    validation_tokens: Annotated[int, msgspec.Meta(ge=0)]
    precision: Precision
    device: str
    budget: TimeBudget | None = None
    tensorboard: str | None = None
    html: str | None = None
    share: bool = False
    reasons: tuple[str, ...] = ()


def write_plan(plan: Plan, folder: Path) -> None:
    """Store the plan in the run folder, whole or not at all."""
    numbers = {"format_version": FORMAT_VERSION, **msgspec.to_builtins(plan), "recipe": plan.recipe.tables()}
    write_whole(folder / PLAN, json.dumps(numbers, indent=2).encode() + b"\n", private=True)


def read_plan(folder: Path) -> Plan:
    """The plan of the run in `folder`.

    Raises:
        RunError: There is no run, or its plan is damaged or of another version.
    """
    try:
        numbers = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        if numbers["format_version"] != FORMAT_VERSION:
            raise RunError("another version of Foreword started this run; finish it with that version")
        recipe = recipe_of(numbers["recipe"])
        return structs.replace(msgspec.convert({**numbers, "recipe": {}}, Plan), recipe=recipe)
    except FileNotFoundError:
        raise RunError(f"there is no unfinished run in {folder}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, RecipeError) as error:
        raise RunError(
            f"the plan in {folder} cannot be used: {error}; delete the folder and start a new run"
        ) from None


def plan_run(
    recipe: Mapping[str, Table],
    corpus: Corpus,
    *,
    device: torch.device,
    size: Size | None = None,
    minutes: float | None = None,
    seconds: float | None = None,
    knows_language: bool = False,
    processes: Processes = ALONE,
) -> Plan:
    """The plan for training on `corpus`: the settings in the tables of a `recipe`, and the best choice for the rest.

    `minutes` is the whole requested time; the choice of the network depends on it. `seconds` is the time left from now
    for planning and training. If the network `knows_language`, that of the text, dropout and epochs are few. Rank 0
    plans for all processes and measures the speed with its own share of the columns.

    Raises:
        RecipeError: A size is unknown to the architecture or out of its range.
        OptionError: Neither the recipe nor a time sets the length of the training.
    """
    begun = time.perf_counter()
    chosen = defaults_for(corpus.train.characters, minutes=minutes, size=size, named=recipe.get("model", {}))
    full = recipe_of(merged(chosen, recipe))
    trial = _trial(full, corpus, device, processes)
    blocks = _layout(full.training, corpus).epoch(0)
    tokens_per_block = trial.tokens_per_block * processes.count
    budget, per_step, steps = None, 0.0, full.training.steps
    if steps is None and full.training.epochs is not None:
        steps = max(1, round(full.training.epochs * len(blocks)))
    if steps is None:
        if minutes is None or seconds is None:
            raise OptionError("say how long to train: --minutes, --steps, or a recipe with epochs or steps")
        per_step = seconds_per_step(trial, seconds=min(PROBE_SECONDS, PROBE_SHARE * 60 * minutes))
        left = max(0.0, seconds - (time.perf_counter() - begun))
        most = (MOST_FURTHER_EPOCHS if knows_language else MOST_EPOCHS) * len(blocks)
        steps = max(1, min(int(left * (1 - VALIDATION_SHARE) / per_step), most))
        budget = TimeBudget(seconds=left, most_steps=most, seconds_per_validation=0.0)
    epochs = steps / len(blocks)
    dropouts = dropouts_for(epochs, knows_language=knows_language)
    full = _regularized(full, recipe, dropouts=dropouts, steps=steps)
    validations = max(1, min(full.training.validations, steps // LEAST_BETWEEN))
    held_out = 0 if corpus.validation is None else len(corpus.validation.ids) - 1
    trained_between = steps * tokens_per_block / validations
    affordable = max(2_000, int(VALIDATION_SHARE * trained_between * FORWARD_SPEEDUP))
    validation_tokens = min(held_out, affordable)
    if budget is not None:
        share = validation_tokens / (tokens_per_block * FORWARD_SPEEDUP)
        budget = structs.replace(budget, seconds_per_validation=share * per_step)
    plan = Plan(
        recipe=full,
        steps=steps,
        validations=validations,
        validation_tokens=validation_tokens,
        precision=trial.precision,
        device=str(device),
        budget=budget,
    )
    speed = tokens_per_block / per_step if per_step else None
    reasons = _reasons(plan, epochs=epochs, tokens=tokens_per_block, speed=speed)
    if budget is not None and minutes is not None and epochs < 1:
        missing = len(blocks) * per_step / (1 - VALIDATION_SHARE) - budget.seconds
        needed = math.ceil(minutes + missing / 60 / TRAINING_SHARE)
        reasons += (_too_little(corpus, epochs, minutes, needed),)
    if corpus.old is not None and full.training.layout == "windows":
        reasons += ("a network of windows trains on new text alone; the old text only measures it",)
    return structs.replace(plan, reasons=reasons)


def new_session(
    plan: Plan,
    corpus: Corpus,
    initial: Mapping[str, np.ndarray] | None = None,
    *,
    processes: Processes = ALONE,
) -> Session:
    """The first session of `plan`, with new weights or with the `initial` weights of a finished model."""
    return Session(
        settings=plan.recipe.training,
        model=new_model(plan.recipe, corpus, initial),
        layout=_layout(plan.recipe.training, corpus),
        steps=plan.steps,
        validations=plan.validations,
        device=processes.device(torch.device(plan.device)),
        precision=plan.precision,
        is_fine_tuning=initial is not None,
        validation_ids=corpus.validation and corpus.validation.spread(plan.validation_tokens),
        budget=plan.budget,
        processes=processes,
    )


def new_model(
    recipe: Recipe, corpus: Corpus, weights: Mapping[str, np.ndarray] | None = None
) -> AbstractLanguageModel:
    """The network of `recipe`, with random weights from the recipe's seed or with the given `weights`."""
    if weights is not None:
        model = _without_weights(recipe, corpus)
        load_weights(model, weights)
        return model
    torch.manual_seed(recipe.training.seed)
    return build(recipe.architecture, _sizes(recipe, corpus))


def parameters_of(recipe: Mapping[str, Table], corpus: Corpus) -> int:
    """The number of weights in the network of these tables on `corpus`, without building it."""
    full = recipe_of(recipe)
    with torch.device("meta"):
        return parameter_count(build(full.architecture, _sizes(full, corpus)))


def check_sizes(recipe: Mapping[str, Table]) -> None:
    """Check the network of the tables before a long text is read.

    Raises:
        RecipeError: The architecture or a size is unknown or out of range, or the network does not fit the memory.
    """
    full = recipe_of(recipe)
    try:
        with torch.device("meta"):  # shapes without numbers: no time and no memory
            model = build(full.architecture, {**full.model, "vocabulary": 256, "newline": 0})
            states = sum(part.numel() for part in model.initial_state(full.training.batch))
    except (RuntimeError, OverflowError, MemoryError, TypeError):  # PyTorch raises each of them for overflows
        raise RecipeError("the sizes in [model] are too large for any machine's memory") from None
    check_memory(parameter_count(model) + states)


def seconds_per_step(session: Session, *, seconds: float) -> float:
    """The seconds of an update on a warm machine: the mean over `seconds` of updates, and over at least three."""
    begun, steps = 0.0, 0
    for event in fit(session):
        if isinstance(event, Step):
            event.nats.item()  # waits for the device
        if steps == 0:
            begun = time.perf_counter()
        elif steps >= 3 and time.perf_counter() - begun >= seconds:
            break
        steps += 1
    return (time.perf_counter() - begun) / steps


def _trial(recipe: Recipe, corpus: Corpus, device: torch.device, processes: Processes) -> Session:
    """A session for the measurement, with one process's columns. Its network is discarded."""
    settings, precision = recipe.training, recipe.training.precision
    model = _without_weights(recipe, corpus)  # this checks the sizes
    if precision == "auto":
        width = int(str(recipe.model.get("hidden", 256)))
        precision = choose_precision(device, rows=settings.batch, width=width)
    share = replace(settings, batch=max(1 if corpus.old is None else 2, settings.batch // processes.count))
    torch.manual_seed(settings.seed)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.05)
    return Session(
        settings=share,
        model=model,
        layout=_layout(share, corpus),
        steps=ENDLESS,
        validations=1,
        device=device,
        precision=precision,
    )


def _layout(settings: TrainingSettings, corpus: Corpus) -> Layout:
    return layout_for(corpus.train.ids, settings, old=None if corpus.old is None else corpus.old.ids)


def _without_weights(recipe: Recipe, corpus: Corpus) -> AbstractLanguageModel:
    """A network with weights not yet set: random ones for a large network take seconds on a busy machine."""
    with torch.device("meta"):
        model = build(recipe.architecture, _sizes(recipe, corpus))
    model.to_empty(device="cpu")
    return model


def _sizes(recipe: Recipe, corpus: Corpus) -> dict[str, object]:
    return {**recipe.model, "vocabulary": corpus.tokenizer.size, "newline": corpus.tokenizer.newline}


def _regularized(
    recipe: Recipe, asked: Mapping[str, Table], *, dropouts: Mapping[str, float], steps: int
) -> Recipe:
    """The recipe with dropout and weight decay against overfitting, for a recurrent network in a run of this length."""
    if recipe.architecture not in RATES:
        return recipe
    settings = recipe.training
    if settings.optimizer != "adam" and "weight_decay" not in asked.get("training", {}):
        settings = replace(settings, weight_decay=weight_decay_for(steps, settings.learning_rate))
    return replace(recipe, model={**dropouts, **recipe.model}, training=settings)


def _reasons(plan: Plan, *, epochs: float, tokens: int, speed: float | None) -> tuple[str, ...]:
    """The main choices in two lines for people; training.json has all of them."""
    recipe, unit = plan.recipe, plan.recipe.text.unit
    layers, hidden = (recipe.model.get(name) for name in ("layers", "hidden"))
    of = f", {counted(layers, 'layer')} of {hidden}" if isinstance(layers, int) and hidden else ""
    sizes = recipe.model.items()
    dropouts = [f"{name.replace('_', ' ')} {size}" for name, size in sizes if "dropout" in name and size]
    against = f"; {', '.join(dropouts)} against overfitting" if dropouts else ""
    measured = "" if speed is None else f", at {speed:,.0f} {unit} a second on {plan.device}"
    about = "" if plan.budget is None else "about "
    rate = f"{tokens:,} {unit} at a learning rate of {recipe.training.learning_rate:g}"
    return (
        f"network: {recipe.architecture}{of}; each step learns from {rate}",
        f"the training takes {about}{epochs:.1f} epochs (times through the text){measured}{against}",
    )


def _too_little(corpus: Corpus, epochs: float, minutes: float, needed: int) -> str:
    seen = f"{epochs:.0%}" if epochs >= 0.01 else "less than 1%"
    return (
        f"{counted(minutes, 'minute')} {'is' if minutes == 1 else 'are'} too few for {corpus.train.characters:,} "
        f"characters: training will see {seen} of them; {counted(needed, 'minute')} would be enough to see each once"
    )
