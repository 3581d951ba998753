"""Every error that Foreword raises on purpose.

    ForewordError
    ├── OptionError          a value is not valid
    │   └── RecipeError      a recipe has an unknown key or a wrong value
    ├── MissingExtra         a needed part is not installed
    ├── TelemetryOn          a needed library may send reports to a server
    ├── SourceError          a text cannot be read
    │   ├── SourceMissing
    │   ├── SourceEmpty
    │   ├── SourceNotText
    │   ├── WrongEncoding
    │   ├── PersonUnknown
    │   └── DownloadFailed
    ├── ModelError           a model folder cannot be used
    │   ├── ModelMissing
    │   ├── ModelIncomplete
    │   ├── ModelTruncated
    │   ├── ModelForeign
    │   ├── ModelTooNew
    │   └── ModelMismatch
    ├── RunError             a training run cannot be created, found or continued
    └── MemoryUnusable       the file of a person's memory cannot be used
        ├── MemoryBusy
        ├── MemoryDamaged
        ├── MemoryFull
        ├── MemoryReadOnly
        └── MemoryTooNew

Each message names the fault, its place and the remedy. The command line prints it as one line. The exit code is
1, or 2 after an OptionError.
"""

import collections
import math


class ForewordError(Exception):
    """An error that a person can understand and fix."""


class OptionError(ForewordError):
    """A value is not valid; the message names it."""


class RecipeError(OptionError):
    """A recipe has an unknown key or a wrong value; the message names it."""


class MissingExtra(ForewordError):
    """A needed part of Foreword is not installed."""


class TelemetryOn(ForewordError):
    """A library was loaded before Foreword and may send reports to a server."""


class SourceError(ForewordError):
    """A text cannot be read."""


class SourceMissing(SourceError):
    """There is no such file, folder or sample."""


class SourceEmpty(SourceError):
    """The source has no text, or too little for the task."""


class SourceNotText(SourceError):
    """The bytes belong to a program, a picture or an archive."""


class WrongEncoding(SourceError):
    """The bytes do not fit the encoding; the message names the position of the first wrong byte."""


class PersonUnknown(SourceError):
    """The person to learn from in a chat is unknown; `people` counts the messages of each person."""

    def __init__(self, message: str, people: collections.Counter[str]) -> None:
        super().__init__(message)
        self.people = people

    def __reduce__(self) -> tuple[type["PersonUnknown"], tuple[str, collections.Counter[str]]]:
        """Both arguments, so that a process of a pool can hand the error on."""
        return type(self), (str(self), self.people)


class DownloadFailed(SourceError):
    """A sample could not be downloaded, or its content is not the expected one."""


class ModelError(ForewordError):
    """A model folder cannot be used."""


class ModelMissing(ModelError):
    """There is no model with that name."""


class ModelIncomplete(ModelError):
    """A required file of a model folder is missing."""


class ModelTruncated(ModelError):
    """A file ends too early or its bytes are damaged."""


class ModelForeign(ModelError):
    """The folder does not hold a Foreword model."""


class ModelTooNew(ModelError):
    """A later version of Foreword wrote the folder."""


class ModelMismatch(ModelError):
    """The files of a model folder do not fit one another: shapes, sizes or names differ."""


class RunError(ForewordError):
    """A training run cannot be created, found or continued."""


class MemoryUnusable(ForewordError):
    """The file of a person's memory cannot be used."""


class MemoryBusy(MemoryUnusable):
    """Another program has been writing to the memory for too long."""


class MemoryDamaged(MemoryUnusable):
    """The file is damaged or is not a memory; the message says where it is kept."""


class MemoryFull(MemoryUnusable):
    """The disk is full; the memory keeps its earlier content."""


class MemoryReadOnly(MemoryUnusable):
    """The memory can be read, but not written."""


class MemoryTooNew(MemoryUnusable):
    """A later version of Foreword wrote the memory."""


def check_within(
    name: str, value: float, lowest: float, highest: float = math.inf, *, lowest_excluded: bool = False
) -> None:
    """Raise an `OptionError` that names the option if its value is outside the limits, or no number."""
    try:
        is_inside = lowest < value <= highest if lowest_excluded else lowest <= value <= highest
    except TypeError:  # such as "3" from an environment variable
        raise OptionError(f"{name} must be a number, not {value!r}") from None
    if not is_inside:
        limits = f"at least {lowest}" if math.isinf(highest) else f"from {lowest} to {highest}"
        if lowest_excluded:
            limits = f"above {lowest} and at most {highest}"
        raise OptionError(f"{name} must be {limits}, not {value}")
