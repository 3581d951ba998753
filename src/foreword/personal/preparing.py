"""From an order to a corpus, and what a person is told of it."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from foreword.corpus.omitting import Omit
from foreword.corpus.prepare import Corpus, Settings, prepare
from foreword.errors import MemoryUnusable, RunError
from foreword.keyboard.forget import Blocked
from foreword.keyboard.memory import Memory, memory_path
from foreword.modelfolder.names import in_a_command
from foreword.personal.events import Prepared
from foreword.personal.inheritance import check_unchanged, recorded_recipe
from foreword.personal.order import Order
from foreword.runtime.model import Model
from foreword.text.counting import counted
from foreword.text.tokenizer import Tokenizer
from foreword.training.recipe import recipe_of

LITTLE: Final = 20_000
"""Characters; with fewer, a new network writes hardly a word right, and word counts do better (docs/log.md)."""


def prepare_for(
    order: Order, model: Model | None, folder: Path, *, also: tuple[Path, Tokenizer] | None = None
) -> Corpus:
    """The corpus that `order` asks for, in `folder`; in the tokens of `model`, where it is one to go on with.

    With `also`, it is kept in another folder in other tokens, too.

    Raises:
        SourceError: A text cannot be read, or is not any more what the model learned from.
        OptionError: The vocabulary has no room.
    """
    omit, told = _omitting(order)
    corpus = prepare(order.sources, folder, _settings(order, model, omit), old=order.old, also=also)
    if model is not None and order.own_text:
        check_unchanged(model, corpus.sources)
    return replace(corpus, notes=(*told, *corpus.notes))


def prepared(corpus: Corpus, order: Order | None = None) -> Prepared:
    """The event; of a run that is resumed, the order is not known any more."""
    held_out = sum(part.characters for part in (corpus.validation, corpus.test) if part is not None)
    return Prepared(
        training_characters=corpus.train.characters,
        old_characters=0 if corpus.old is None else corpus.old.characters,
        held_out_characters=held_out,
        vocabulary=corpus.tokenizer.size,
        unit=corpus.tokenizer.unit,
        notes=corpus.notes
        if order is None
        else (*order.notes, *corpus.notes, *_little(order, corpus), *_replacing(order, corpus)),
    )


def _settings(order: Order, model: Model | None, omit: Omit | None) -> Settings:
    recipe = recipe_of(order.recipe)
    text = recipe.text
    # What was held out of old text when it was new is held out now.
    old_held_out = 0.0 if model is None else recorded_recipe(model).text.held_out
    return Settings(
        unit=text.unit,
        vocabulary=text.vocabulary,
        held_out=text.held_out,
        old_held_out=old_held_out or text.held_out,
        encoding=text.encoding,
        seed=recipe.training.seed,
        tokenizer=None if model is None else model.tokenizer,
        me=order.me,
        omit=omit,
    )


def _little(order: Order, corpus: Corpus) -> list[str]:
    if order.use is None or corpus.train.characters >= LITTLE:
        return []
    length = f"{counted(corpus.train.characters, 'character')}"
    return [
        f"{length} are little to learn from: what is known already and the memory beside it will do the most"
    ]


def _omitting(order: Order) -> tuple[Omit | None, list[str]]:
    """How to leave out what was forgotten in the memory beside a person's own model, and what is to be told of that."""
    if order.use is None:
        return None, []
    digests, notes = _blocked(order.to)
    return (Blocked(digests).cut if digests else None), notes


def check_forgotten(corpus: Corpus, to: Path) -> None:
    """See that an unfinished run of the model `to` has no text with what was forgotten since it was prepared.

    Raises:
        RunError: It has.
    """
    blocked = Blocked(_blocked(to)[0])
    if any(map(blocked.is_in, corpus.texts())):
        raise RunError(
            f"the unfinished run of {to.name} has text with a word that was forgotten since, so it does not go on; "
            f"delete it with: foreword models delete {in_a_command(to)} --run"
        )


def _blocked(to: Path) -> tuple[list[tuple[bytes, bytes]], list[str]]:
    """What is blocked in the memory beside a model, and what is to be told of that memory."""
    try:
        memory = Memory.open(memory_path(str(to)))
        found = memory.blocked_digests(), memory.notes
        memory.close()
    except MemoryUnusable:  # it is told of when it is to learn
        return [], []
    return found


def _replacing(order: Order, corpus: Corpus) -> list[str]:
    if not order.to.exists():
        return []
    when = "when this run ends" if corpus.test is None else "only if held-out text is read no worse then"
    return [f"{order.to} is there already, and is replaced {when}; to keep it, stop and choose another -o"]
