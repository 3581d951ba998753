"""Old text beside new: some columns of each block walk text that was learned before, so that it is not forgotten.

A network that goes on learning from new text alone forgets the old one; a share of old examples in each step holds it
(Robins 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal").
"""

from typing import final

import numpy as np
from jaxtyping import Integer

from foreword.corpus.blocks import Block, Blocks, Epoch, Windows
from foreword.errors import OptionError, SourceEmpty


@final
class Ring:
    """Old text for columns that carry a state: its end runs into its beginning, which is a newline.

    The columns begin evenly spread over the text and each walks through all of it. A column's state restarts at the
    beginning of the run, and where a block begins with a newline, as in `Blocks`.
    """

    def __init__(self, stream_ids: Integer[np.ndarray, " tokens"], columns: int) -> None:
        """Spread out the columns.

        Raises:
            SourceEmpty: there is nothing in the stream but the newline that every stream begins with.
            OptionError: there is not one column.
        """
        if columns < 1:
            raise OptionError(f"columns must be at least 1, not {columns}")
        if len(stream_ids) < 2:
            raise SourceEmpty("there is no old text to learn along; hand in more of it")
        self._ids = stream_ids
        self._newline = int(stream_ids[0])
        self._starts = np.arange(columns, dtype=np.int64) * len(stream_ids) // columns

    def block(self, row: int, time: int) -> Block:
        """The `time` tokens of each column from `row` on, counted from the beginning of the whole run."""
        places = (self._starts + np.arange(row, row + time + 1)[:, None]) % len(self._ids)
        text = self._ids[places].astype(np.int64)  # (time + 1, batch)
        return Block(text[:-1], text[1:], (text[0] == self._newline) | (row == 0))


@final
class OldWindows:
    """Old text for networks that are trained on windows, shuffled anew at each pass."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._number = 0
        self._epoch = windows.epoch(0)  # shuffled once a pass, not once a block

    def block(self, row: int, time: int) -> Block:
        """The windows whose turn it is: a block of them takes `time` rows, the context."""
        number, index = divmod(row // time, len(self._windows))
        if number != self._number:
            self._number, self._epoch = number, self._windows.epoch(number)
        return self._epoch[index]


@final
class Replay:
    """The blocks of `new` text with the columns of `old` text to their right; an epoch is one of the new text."""

    def __init__(self, new: Blocks | Windows, old: Ring | OldWindows) -> None:
        self._new = new
        self._old = old
        epoch = new.epoch(0)
        self._time = len(epoch[0].ids)
        self._rows = (len(epoch) - 1) * self._time + len(epoch[len(epoch) - 1].ids)

    def __len__(self) -> int:
        return len(self._new)

    def epoch(self, number: int) -> Epoch:
        """The blocks of epoch `number`; the old text goes on where the epoch before left it."""
        fresh = self._new.epoch(number)

        def beside(index: int) -> Block:
            block = fresh[index]
            return _joined(block, self._old.block(number * self._rows + index * self._time, len(block.ids)))

        return Epoch(len(fresh), beside)


def columns_for(batch: int, share: float) -> int:
    """How many of `batch` columns walk old text: that share of them, but one at least, and one stays for the new.

    Raises:
        OptionError: there is but one column.
    """
    if batch < 2:
        raise OptionError(
            "to learn old text along with new takes two columns; give a training.batch of 2 or more"
        )
    return min(batch - 1, max(1, round(share * batch)))


def _joined(left: Block, right: Block) -> Block:
    return Block(
        np.concatenate([left.ids, right.ids], axis=1),
        np.concatenate([left.targets, right.targets], axis=1),
        np.concatenate([left.restart, right.restart]),
    )
