"""Learning goes on: with `train --more` and no source, a model is trained on what the memory beside it took in since.

What is new is split by time, so that its newest messages are held out; what the network has learned before is learned
along. The words go from the memory into the run folder, and nowhere else.
"""

from dataclasses import replace

from foreword import modelfolder
from foreword.corpus.lines import MEMORY, Lines
from foreword.corpus.samples import check_is_there
from foreword.errors import MemoryUnusable, OptionError, SourceEmpty
from foreword.keyboard.memory import Numbered
from foreword.personal import inheritance
from foreword.personal.earlier import earlier_texts
from foreword.personal.fresh import FEWEST, Fresh, fresh_for
from foreword.personal.inheritance import Tables, own_name, places, recorded_recipe, records, tables_of
from foreword.personal.order import Order
from foreword.runtime.model import Model
from foreword.text.counting import counted
from foreword.training.recipe import TextSettings


def resolve(order: Order) -> Order:
    """The order with all that it takes over from the model that it goes on with; nothing is read of its texts yet.

    Raises:
        ForewordError: What is asked for cannot be done; the message says what.
    """
    if order.start is not None and order.model is None:
        model = Model(modelfolder.read(order.start))
        order = replace(further(order, model), model=model)
    if not order.sources:
        raise OptionError("say what to learn from: files, folders, - for standard input, or sample:chitchat")
    for source in (*order.sources, *order.old):
        if isinstance(source, str):
            check_is_there(source)
    modelfolder.check_destination(order.to)
    return order


def further(order: Order, model: Model) -> Order:
    """The order to go on with `model`, with all that is taken over from it.

    With `more` and without sources, it goes on with what its memory took in, if that is enough; else with its own.

    Raises:
        ForewordError: What is asked for cannot be done with this model, or there is nothing to go on with.
    """
    if order.sources or not order.more:
        return inheritance.further(order, model)
    try:
        fresh = fresh_for(model.folder)
    except MemoryUnusable as error:
        return _with_own(order, model, f"the memory has nothing to learn from: {error}")
    if not fresh.is_enough():
        return _with_own(replace(order, notes=fresh.notes), model, _too_little(fresh, model))
    return _with_fresh(order, model, fresh)


def _with_fresh(order: Order, model: Model, fresh: Fresh) -> Order:
    encoding, me = recorded_recipe(model).text.encoding, order.me or own_name(model)
    new = sorted((*fresh.waiting, *fresh.new), key=lambda each: each.message.time)
    tables = _measured(tables_of(model, order.recipe, more=True))
    tables["text"].setdefault("encoding", encoding)
    return replace(
        order,
        recipe={**tables},
        sources=(_lines(fresh.name, new),),
        old=order.old or earlier_texts(model, fresh, encoding=encoding, me=me),
        me=me,
        notes=(*fresh.notes, _told(fresh, model)),
    )


def _lines(name: str, messages: list[Numbered]) -> Lines:
    return Lines(name=name, place=MEMORY, lines=tuple(each.message.text for each in messages))


def _measured(tables: Tables) -> Tables:
    """The tables, with a part to measure on, whatever the first training had: a worse model must show."""
    share = tables["text"].get("held_out") or TextSettings().held_out
    return {**tables, "text": {**tables["text"], "held_out": share}}


def _with_own(order: Order, model: Model, why: str) -> Order:
    """To go on with the texts of its last training, which are in files.

    Raises:
        SourceEmpty: They came from the memory: it has learned all of that.
    """
    known = places(model)
    if any(known.get(str(one.get("sha256"))) == MEMORY for one in records(model, "sources")):
        raise SourceEmpty(f"{why}; write on, or teach it more with: foreword learn SOURCE")
    own = inheritance.further(order, model)
    return replace(own, notes=(*own.notes, f"{why}; it goes on with the texts that it was trained on"))


def _too_little(fresh: Fresh, model: Model) -> str:
    there = f"{counted(fresh.characters, 'character')}" if fresh.new else "nothing"
    enough = f", and it takes {FEWEST:,} to learn from them" if fresh.new else ""
    return f"{fresh.name} has taken in {there} since {model.path.name} was trained{enough}"


def _told(fresh: Fresh, model: Model) -> str:
    again = f", and {len(fresh.waiting):,} that were held out of the last ones" if fresh.waiting else ""
    return (
        f"{model.path.name} learns {counted(len(fresh.new), 'message')} ({counted(fresh.characters, 'character')}) "
        f"that {fresh.name} has taken in since{again}; the newest are held out"
    )
