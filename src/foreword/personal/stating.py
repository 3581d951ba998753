"""Keeping what an audit has found with the model that it is about: in its training.json and on its card."""

from pathlib import Path

from foreword import modelfolder
from foreword.assess.canaries import Leaks
from foreword.modelfolder import names
from foreword.modelfolder.record import FOUND_LATER
from foreword.personal.card import with_secrets


def state(path: Path, leaks: Leaks) -> None:
    """Write it into the model folder at `path`, whole or not at all; an earlier audit's makes room.

    Raises:
        ModelError: it is damaged, or was replaced meanwhile.
        OSError: it may not be written.
    """
    folder = modelfolder.read(path)
    training = {**folder.training, FOUND_LATER: leaks.figures()}
    card = (path / names.CARD).read_text("utf-8")
    modelfolder.amend(folder, training=training, card=with_secrets(card, training))
