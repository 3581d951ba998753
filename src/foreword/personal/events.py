"""What happens while a model is made, event by event. A surface shows it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, final

from msgspec import Struct

Figures = Mapping[str, object]


@final
class Prepared(Struct, frozen=True, kw_only=True):
    """The text was read, cut into tokens and split; `old_characters` are learned along, so as not to be forgotten."""

    training_characters: int
    held_out_characters: int
    vocabulary: int
    unit: str
    old_characters: int = 0
    notes: tuple[str, ...] = ()


@final
class Planned(Struct, frozen=True, kw_only=True):
    """The network and the length of the run are fixed, for these `reasons`; `seconds` are None where the steps are."""

    architecture: str
    parameters: int
    steps: int
    seconds: float | None
    first_step: int
    reasons: tuple[str, ...]


@final
class Progressed(Struct, frozen=True, kw_only=True):
    """An update was made; `progress` goes from 0 to 1. `seconds_left` is that until the training ends."""

    step: int
    progress: float
    epoch: float
    bits_per_character: float
    learning_rate: float
    tokens_per_second: float
    seconds_left: float


@final
class Validated(Struct, frozen=True, kw_only=True):
    """Held-out text was looked at; before the first update, nothing is known of the training text."""

    step: int
    epoch: float
    bits_per_character: float
    training_bits_per_character: float | None
    best: bool


@final
class Said(Struct, frozen=True, kw_only=True):
    """The network continued the prompt it is always given."""

    step: int
    prompt: str
    text: str


@final
class Warned(Struct, frozen=True, kw_only=True):
    """Something a person should know, in plain words."""

    message: str


@final
class Noted(Struct, frozen=True, kw_only=True):
    """What begins and may take a while, or why the training is over before its time; in plain words."""

    message: str


@final
class Measured(Struct, frozen=True, kw_only=True):
    """Bits per character of the network and of an n-gram, on so many of the characters `held_out` to test."""

    characters: int
    held_out: int
    bits_per_character: float
    ngram: float


@final
class Compared(Struct, frozen=True, kw_only=True):
    """Bits per character before and after going on, on so many characters of held-out text, `new` or `old`."""

    text: Literal["new", "old"]
    characters: int
    before: float
    after: float


@final
class Tried(Struct, frozen=True, kw_only=True):
    """The model has typed the person's last messages, which were held out: `figures` as `evaluate` has them."""

    figures: Mapping[str, Any]


@final
class Reported(Struct, frozen=True, kw_only=True):
    """The report is written."""

    path: Path


@final
class Remembered(Struct, frozen=True, kw_only=True):
    """The memory has learned so many messages of the training part, or `held_out` ones; so many it had known before."""

    messages: int
    known: int
    held_out: bool = False


@final
class Stopped(Struct, frozen=True, kw_only=True):
    """The run was interrupted; what it has learned is in `folder`."""

    step: int
    progress: float
    folder: Path


@final
class Finished(Struct, frozen=True, kw_only=True):
    """The model folder is written; `figures` are the held-out ones of its training.json.

    Or the model that was there is `kept`, because it reads held-out text better; the new one is kept `aside`, unless
    nothing of the training has helped. `peak_megabytes` is None where the system does not say.
    """

    folder: Path
    figures: Figures
    replaced: bool
    kept: bool = False
    aside: Path | None = None
    characters_per_second: float
    peak_megabytes: float | None


Event = (
    Prepared | Planned | Progressed | Validated | Said | Warned | Noted | Measured | Compared | Tried | Reported
    | Remembered | Stopped | Finished
)  # fmt: skip
