"""Every error that Foreword raises on purpose.

    ForewordError
    ├── OptionError          a value handed in makes no sense
    │   └── RecipeError      a recipe has an unknown key or a wrong value
    ├── MissingExtra         a part that is not installed is needed
    ├── TelemetryOn          a library that is needed may be reporting to a server
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
    ├── RunError             a training run cannot be made, found or continued
    └── MemoryUnusable       the file with a person's memory cannot be used as asked
        ├── MemoryBusy
        ├── MemoryDamaged
        ├── MemoryFull
        ├── MemoryReadOnly
        └── MemoryTooNew

Each message says what is wrong, where, and what to do about it. The command line prints it as one line and
leaves with exit code 1, after an OptionError with 2.
"""

import collections
import math


class ForewordError(Exception):
    """Something a person can understand and mend."""


class OptionError(ForewordError):
    """A value handed in makes no sense; the message names it."""


class RecipeError(OptionError):
    """A recipe has an unknown key or a wrong value; the message names it."""


class MissingExtra(ForewordError):
    """A part of Foreword that is not installed is needed."""


class TelemetryOn(ForewordError):
    """A library that Foreword needs was loaded before it and may be reporting to a server."""


class SourceError(ForewordError):
    """A text cannot be read."""


class SourceMissing(SourceError):
    """There is no such file, folder or sample."""


class SourceEmpty(SourceError):
    """There is nothing to read, or too little to do what was asked."""


class SourceNotText(SourceError):
    """The bytes are those of a program, a picture or an archive."""


class WrongEncoding(SourceError):
    """The bytes are not in the encoding they were read in; the message names the first wrong place."""


class PersonUnknown(SourceError):
    """It is not known whose words in a chat are to be learned; `people` counts the messages of each."""

    def __init__(self, message: str, people: collections.Counter[str]) -> None:
        super().__init__(message)
        self.people = people


class DownloadFailed(SourceError):
    """A sample could not be fetched, or what came is not what was expected."""


class ModelError(ForewordError):
    """A model folder cannot be used."""


class ModelMissing(ModelError):
    """There is no model by that name."""


class ModelIncomplete(ModelError):
    """A file that belongs to every model folder is not there."""


class ModelTruncated(ModelError):
    """A file ends too early or its bytes are damaged."""


class ModelForeign(ModelError):
    """The folder holds something else than a model of Foreword's."""


class ModelTooNew(ModelError):
    """The folder was written by a later version of Foreword."""


class ModelMismatch(ModelError):
    """The files of a model folder do not fit one another: shapes, sizes or names differ."""


class RunError(ForewordError):
    """A training run cannot be made, found or continued."""


class MemoryUnusable(ForewordError):
    """The file with a person's memory cannot be used as asked."""


class MemoryBusy(MemoryUnusable):
    """Another program has been writing to it for too long."""


class MemoryDamaged(MemoryUnusable):
    """It was no memory, or damaged; the message says where it is kept."""


class MemoryFull(MemoryUnusable):
    """The disk has no room for what was to be written; what was there before is kept."""


class MemoryReadOnly(MemoryUnusable):
    """It may be read, but not written."""


class MemoryTooNew(MemoryUnusable):
    """It was written by a later version of Foreword."""


def within(
    name: str, value: float, lowest: float, highest: float = math.inf, *, lowest_excluded: bool = False
) -> None:
    """Raise an `OptionError` that names the option, unless its value lies between these."""
    if not lowest <= value <= highest or (lowest_excluded and value == lowest):
        least = f"above {lowest}" if lowest_excluded else f"at least {lowest}"
        most = "" if math.isinf(highest) else f" and at most {highest:g}"
        raise OptionError(f"{name} must be {least}{most}, not {value}")
