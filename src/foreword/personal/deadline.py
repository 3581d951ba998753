"""The time of a run, and how it is shared: training ends early enough to measure what came of it.

A fifth of what is left once the text is read may go into measuring: into the short try of base and new network, the
looks at held-out text while it trains (`training/plan.py`), and the parts below. Each measures on as much text as
its part allows.
"""

import contextlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.corpus.lines import Source

MEASURING: Final = 0.2
"""The share of the time that is left after reading."""

TRYING: Final = 0.35
"""Of that, the share for the tries of base and new network, both together."""
FINISHING: Final = 0.25
"""For the figures of the new network and of those beside it."""
TYPING: Final = 0.2
"""For the back-test. The looks take the rest."""

SECONDS_PER_BYTE: Final = 1e-6
"""To read a text; measured (docs/log.md)."""


@final
@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When a run is to be over, a moment of `time.perf_counter()`, and how many seconds measuring may take till then.

    Both are infinite for a run of so many steps, which takes as long as it takes.
    """

    end: float
    measuring: float

    @classmethod
    def after_reading(cls, minutes: float | None, begun: float) -> "Deadline":
        """That of a run of so many minutes from `begun` on, whose text is read by now."""
        if minutes is None:
            return cls(end=math.inf, measuring=math.inf)
        end = begun + 60 * minutes
        return cls(end=end, measuring=MEASURING * max(0.0, end - time.perf_counter()))

    @property
    def left(self) -> float:
        """Seconds from now on."""
        return self.end - time.perf_counter()


def seconds_to_read(sources: Sequence[Source]) -> float:
    """About how long it takes to read these; nothing for what cannot be known before."""
    paths = [Path(source) for source in sources if isinstance(source, str)]
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    return SECONDS_PER_BYTE * sum(_bytes(file) for file in files)


def _bytes(path: Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        return path.stat().st_size if path.is_file() else 0
    return 0
