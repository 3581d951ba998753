"""What happens while a model is made, told as it happens. Showing it is the surface's job."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

Figures = Mapping[str, object]


@final
@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The text was read, cut into tokens and split."""

    training_characters: int
    held_out_characters: int
    vocabulary: int
    unit: str
    notes: tuple[str, ...] = ()


@final
@dataclass(frozen=True, kw_only=True)
class Planned:
    """The network and the length of the run are fixed; `reasons` say in words what was chosen and why."""

    architecture: str
    parameters: int
    steps: int
    first_step: int
    reasons: tuple[str, ...]


@final
@dataclass(frozen=True, kw_only=True)
class Progressed:
    """An update was made. `seconds_left` counts training alone."""

    step: int
    steps: int
    epoch: float
    bits_per_character: float
    tokens_per_second: float
    seconds_left: float


@final
@dataclass(frozen=True, kw_only=True)
class Validated:
    """Held-out text was looked at."""

    step: int
    epoch: float
    bits_per_character: float
    training_bits_per_character: float
    best: bool


@final
@dataclass(frozen=True, kw_only=True)
class Said:
    """The network continued the prompt it is always given."""

    step: int
    prompt: str
    text: str


@final
@dataclass(frozen=True, kw_only=True)
class Warned:
    """Something a person should know, in plain words."""

    message: str


@final
@dataclass(frozen=True, kw_only=True)
class Stopped:
    """The run was interrupted; what it has learned lies in `folder`."""

    step: int
    steps: int
    folder: Path


@final
@dataclass(frozen=True, kw_only=True)
class Finished:
    """The model folder is written. `figures` are the held-out ones of its training.json."""

    folder: Path
    figures: Figures
    replaced: bool


Event = Prepared | Planned | Progressed | Validated | Said | Warned | Stopped | Finished
