"""The events of a training; the command line shows them, and so may any other program."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, final

from msgspec import Struct


@final
class Prepared(Struct, frozen=True, kw_only=True):
    """The text was read, cut into tokens and split; `old_characters` are replayed, so that they are not forgotten."""

    training_characters: int
    held_out_characters: int
    vocabulary: int
    unit: str
    old_characters: int = 0
    notes: tuple[str, ...] = ()


@final
class Planned(Struct, frozen=True, kw_only=True):
    """The network and the length of the run are fixed, for these `reasons`; `seconds` is None if `steps` are fixed."""

    architecture: str
    parameters: int
    steps: int
    seconds: float | None
    first_step: int
    reasons: tuple[str, ...]


@final
class Progressed(Struct, frozen=True, kw_only=True):
    """An update was made; `progress` goes from 0 to 1. `seconds_left` is the time until the training ends."""

    step: int
    progress: float
    epoch: float
    bits_per_character: float
    learning_rate: float
    tokens_per_second: float
    seconds_left: float


@final
class Validated(Struct, frozen=True, kw_only=True):
    """The network was validated; before the first update, `training_bits_per_character` is None."""

    step: int
    epoch: float
    bits_per_character: float
    training_bits_per_character: float | None
    best: bool


@final
class Sampled(Struct, frozen=True, kw_only=True):
    """The network continued its prompt."""

    step: int
    prompt: str
    text: str


@final
class Warned(Struct, frozen=True, kw_only=True):
    """A warning for the person, in plain words."""

    message: str


@final
class Noted(Struct, frozen=True, kw_only=True):
    """A note that a slow step begins, or the reason why the training ended early; in plain words."""

    message: str


@final
class Measured(Struct, frozen=True, kw_only=True):
    """Bits per character of the network and of an n-gram, on `characters` of the `held_out` characters to test."""

    characters: int
    held_out: int
    bits_per_character: float
    ngram: float


@final
class Compared(Struct, frozen=True, kw_only=True):
    """Bits per character before and after more training, on `characters` of held-out text, `new` or `old`."""

    text: Literal["new", "old"]
    characters: int
    before: float
    after: float


@final
class Backtested(Struct, frozen=True, kw_only=True):
    """The model has typed the person's last messages, which were held out; `figures` are like those of `evaluate`."""

    figures: Mapping[str, Any]


@final
class Reported(Struct, frozen=True, kw_only=True):
    """The report is written."""

    path: Path


@final
class Remembered(Struct, frozen=True, kw_only=True):
    """The numbers of messages that the memory learned and knew before: of the training part, or the held-out part."""

    messages: int
    known: int
    held_out: bool = False


@final
class Stopped(Struct, frozen=True, kw_only=True):
    """The run was interrupted; its progress is in `folder`."""

    step: int
    progress: float
    folder: Path


@final
class Finished(Struct, frozen=True, kw_only=True):
    """The model folder is written; `figures` are the held-out ones of its training.json.

    Or the earlier model is `kept`, because it predicts held-out text better. The new model is then `aside`, unless
    none of the training helped. `peak_megabytes` is None if the system does not report it.
    """

    folder: Path
    figures: Mapping[str, object]
    replaced: bool
    kept: bool = False
    aside: Path | None = None
    characters_per_second: float
    peak_megabytes: float | None


Event = (
    Prepared | Planned | Progressed | Validated | Sampled | Warned | Noted | Measured | Compared | Backtested | Reported
    | Remembered | Stopped | Finished
)  # fmt: skip
