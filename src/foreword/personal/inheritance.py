"""What a run takes over from the finished model that it goes on from: its network, its tokens, its text settings."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from foreword.corpus.samples import PREFIX
from foreword.corpus.streams import SourceRecord
from foreword.errors import ModelForeign, ModelMismatch, OptionError, RecipeError, SourceMissing
from foreword.modelfolder import Config, home
from foreword.modelfolder.names import PERSONAL
from foreword.personal.order import Order
from foreword.personal.start import Start
from foreword.runtime.model import Model
from foreword.training.recipe import RATES, Recipe, Table, fine_tuning_rate, merged, recipe_of

LAYOUT: Final = ("layout", "context", "stride")
"""How a network's text is cut is kept whenever it goes on; with `more`, all else is, too, but for these."""
OF_ONE_RUN: Final = ("steps", "epochs", "learning_rate")

Tables = dict[str, dict[str, object]]


def further(order: Order, model: Model) -> Order:
    """The order to go on with `model`, with all that is taken over from it.

    Without sources and with `more`, they are its own, in their own encoding, and so is the old text along with them.

    Raises:
        ForewordError: What is asked for cannot be done with this model, or its own sources cannot be found.
    """
    tables = tables_of(model, order.recipe, more=order.more)
    if order.sources or not order.more:
        return replace(order, recipe={**tables})
    tables["text"].setdefault("encoding", recorded_recipe(model).text.encoding)
    old = order.old or own_sources(model, "old_sources")
    me = order.me or own_name(model)
    return replace(order, recipe={**tables}, sources=own_sources(model), own_text=True, old=old, me=me)


def tables_of(model: Model, asked: Mapping[str, Table], *, more: bool) -> Tables:
    """The tables of a recipe for going on with `model`: what it is, how it was trained, and over that what is `asked`.

    With `more`, it goes on as it was trained, and what was held out stays so.

    Raises:
        OptionError: Something is asked for that a finished network cannot become.
        ModelForeign: What its training.json has for a recipe is none.
    """
    _check(model, asked)
    config, before = model.config, recorded_recipe(model)
    if more:
        _check_held_out(model, before, asked)
    sizes = own_sizes(config)
    rate = fine_tuning_rate(config.architecture, sizes)
    if config.architecture in RATES:  # what is silenced is chosen anew: it goes by the new text
        sizes = {name: value for name, value in sizes.items() if "dropout" not in name}
    trained = before.tables()["training"]
    kept = [name for name in trained if name in LAYOUT or (more and name not in OF_ONE_RUN)]
    text: dict[str, object] = {"unit": config.unit}
    if more:
        text["held_out"] = before.text.held_out
    return merged(
        {
            "text": text,
            "model": {"architecture": config.architecture, **sizes},
            "training": {**{name: trained[name] for name in kept}, "learning_rate": rate},
        },
        asked,
    )


def own_sizes(config: Config) -> dict[str, object]:
    """The sizes of a network that a recipe may name: all but those that its text decides."""
    return {name: value for name, value in config.sizes.items() if name not in ("vocabulary", "newline")}


def recorded_recipe(model: Model) -> Recipe:
    """How `model` was trained, by its training.json: the defaults where that says nothing, or what is unknown here.

    Another version may have had other settings. The network itself is described in config.json, not here.

    Raises:
        ModelForeign: A setting has a value that it cannot have.
    """
    tables = model.folder.training.get("recipe")
    known = recipe_of({}).tables()
    try:
        return recipe_of(
            {
                name: {key: value for key, value in table.items() if key in known[name]}
                for name, table in (tables.items() if isinstance(tables, Mapping) else ())
                if name in ("text", "training") and isinstance(table, Mapping)
            }
        )
    except RecipeError as error:
        raise ModelForeign(
            f"{model.path / 'training.json'} holds no recipe of Foreword's: {error}; get the model again"
        ) from None


def own_sources(model: Model, key: str = "sources") -> tuple[str, ...]:
    """Where the texts lie that `model` was trained on the last time; with the key `old_sources`, those along with them.

    Raises:
        SourceMissing: It does not say so, or one is not there any more.
    """
    known = places(model)
    found = [known.get(str(source.get("sha256"))) for source in records(model, key)]
    for place in found:
        if not place:
            raise SourceMissing(
                f"{model.path.name} does not say where all of its texts lie; {_hand_in(model)}"
            )
        if not place.startswith(PREFIX) and not Path(place).exists():
            raise SourceMissing(
                f"{place} is gone, from which {model.path.name} has learned; {_hand_in(model)}"
            )
    if key == "sources" and not found:
        raise SourceMissing(f"{model.path.name} does not say what it has learned from; {_hand_in(model)}")
    return tuple(map(str, found))


def own_name(model: Model) -> str | None:
    """Whose words in chats `model` has learned the last time, if that was said."""
    private = model.folder.training.get("private")
    me = private.get("me") if isinstance(private, Mapping) else None
    return me if isinstance(me, str) else None


def places(model: Model) -> dict[str, str]:
    """Where the texts lay that `model` was trained on the last time, and along with them, by their SHA-256."""
    private = model.folder.training.get("private")
    listed = private.get("places") if isinstance(private, Mapping) else None
    found = listed.items() if isinstance(listed, Mapping) else ()
    return {str(sha256): place for sha256, place in found if isinstance(place, str)}


def check_unchanged(model: Model, sources: Sequence[SourceRecord]) -> None:
    """See that these texts, found where `own_sources` said, are the ones that `model` was trained on.

    Raises:
        SourceMissing: One has changed: what was held out of it might be trained on now.
    """
    before = [str(source.get("sha256")) for source in records(model, "sources")]
    for source, sha256 in zip(sources, before, strict=True):
        if source.sha256 != sha256:
            raise SourceMissing(
                f"{source.name} has changed since {model.path.name} learned from it; {_hand_in(model)}"
            )


def records(model: Model, key: str) -> Iterator[Mapping[str, object]]:
    """What training.json has of the texts of the last training, with the key `sources` or `old_sources`."""
    listed = model.folder.training.get(key)
    return (one for one in listed if isinstance(one, Mapping)) if isinstance(listed, list) else iter(())


def _hand_in(model: Model) -> str:
    name = model.path.name if model.path.parent == home() else str(model.path)
    option = "" if name == PERSONAL else f" -o {shlex.quote(name)}"
    return f"hand in the text to go on with: foreword train SOURCE --more{option}"


def _check(model: Model, asked: Mapping[str, Table]) -> None:
    """Refuse what a finished network cannot become: its weights fit one architecture and its tokens alone."""
    fixed = {"architecture": model.config.architecture, **own_sizes(model.config)}
    for key, value in asked.get("model", {}).items():
        if key in fixed and "dropout" not in key and value not in (None, fixed[key]):
            raise _fits_not(model, f"{key} {value}", f"{key} {fixed[key]}")
    text = asked.get("text", {})
    if text.get("unit") not in (None, model.config.unit):
        raise _fits_not(model, f"units {text['unit']}", f"units {model.config.unit}")
    if text.get("vocabulary") is not None:
        raise _fits_not(model, f"text.vocabulary {text['vocabulary']}", "its own tokens")


def _fits_not(model: Model, wanted: str, fitting: str) -> OptionError:
    return OptionError(
        f"{wanted}: {model.path.name} is a finished network, and its weights fit {fitting} alone; leave that out, or "
        "train from scratch"
    )


def _check_held_out(model: Model, before: Recipe, asked: Mapping[str, Table]) -> None:
    share = asked.get("text", {}).get("held_out")
    if share is not None and share != before.text.held_out:
        raise OptionError(
            f"--held-out {share} is given, but {model.path.name} was trained with {before.text.held_out:g}: with "
            "another share it would learn what it is measured on; leave it out"
        )


def start_from(model: Model) -> Start:
    """Its weights, seen to be those of the network that its config.json describes.

    Raises:
        ModelError: They are not, or are damaged.
    """
    from foreword.models.catalogue import check_fit  # noqa: PLC0415 - needs PyTorch, which other errors do not wait for

    start, config = Start.of(model.folder), model.config
    sizes = {**config.sizes, "vocabulary": config.vocabulary, "newline": config.newline}
    try:
        check_fit(config.architecture, sizes, start.weights)
    except ModelMismatch as error:
        raise ModelMismatch(f"{model.path}: {error}") from None
    return start
