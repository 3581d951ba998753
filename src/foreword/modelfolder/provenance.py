"""What a model has learned from, by its training.json: the last time, and each time before."""

from collections.abc import Mapping
from typing import Final

FOUND_LATER: Final = "audit"
"""The key of what was found out about a model after its training: with it or without, the model is the same."""


def of_the_training(training: Mapping[str, object]) -> dict[str, object]:
    """A training.json but for what was found out about the model later: it tells one model from another."""
    return {key: value for key, value in training.items() if key != FOUND_LATER}


def learned_from(training: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The records of all texts that a model has learned from, those of its last training first.

    A model that went on learning names the texts of its earlier trainings in `history`; text that was learned along,
    so that it was not forgotten, is in `old_sources`. What is no such record is left out.
    """
    runs = [training, *reversed(_records(training.get("history")))]
    return [source for run in runs for key in ("sources", "old_sources") for source in _records(run.get(key))]


def _records(listed: object) -> list[Mapping[str, object]]:
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
