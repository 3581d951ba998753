"""Blocks of (time, batch) ids, cut so that a recurrent network's state can walk through a whole text.

The stream is laid into `batch` columns, and a block is the next `unroll` rows of all of them: column b of
block i+1 goes on where column b of block i ended, so the state that comes out of one block is the state that
the next one needs. Source: the 2018 Gluon tutorial's `rnn_batch` and `get_batch` (docs/sources.md), with its
two leaks mended: rows that do not fill a block are used, and so are tokens that do not fill a row.

A network that goes on learning from new text alone forgets the old one. So some columns of each block walk old text: a
share of old examples in each step holds it (Robins 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal").
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from jaxtyping import Bool, Int64, Integer

from foreword.errors import OptionError, SourceEmpty
from foreword.text.counting import counted

UNCOUNTED: Final = -100
"""Marks a target that the loss leaves out (PyTorch's `ignore_index` has the same default)."""


@final
@dataclass(frozen=True, slots=True)
class Block:
    """What one training step reads: ids, the ids one step ahead, and the columns that begin afresh."""

    ids: Int64[np.ndarray, "time batch"]
    targets: Int64[np.ndarray, "time batch"]
    restart: Bool[np.ndarray, " batch"]


@final
class Epoch:
    """The blocks of one pass over a text: sized, indexable from anywhere, made when asked for."""

    def __init__(self, length: int, make: Callable[[int], Block]) -> None:
        self._length = length
        self._make = make

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> Block:
        if not 0 <= index < self._length:
            raise IndexError(index)
        return self._make(index)

    def __iter__(self) -> Iterator[Block]:
        return map(self._make, range(self._length))


@final
class Blocks:
    """A stream in `batch` columns, handed out `unroll` rows at a time.

    Of the N - 1 steps from one token to the next, column b walks ceil((N - 1) / batch), beginning with step
    floor(b (N - 1) / batch). As all columns are equally long, fewer than `batch` of them end with the step
    that the next column begins with: there the target is UNCOUNTED. So every token but the first is counted
    as a target exactly once.

    A column restarts in block 0, and later wherever its part of a block happens to begin with a message: its
    first input is the newline, which is also the first id of every stream. These few per cent are enough to
    learn how a text begins.
    """

    def __init__(self, stream_ids: Integer[np.ndarray, " tokens"], batch: int, unroll: int) -> None:
        """Lay out the columns; fewer than `batch` where the stream has fewer steps.

        Raises:
            SourceEmpty: the stream has fewer than two tokens.
            OptionError: `batch` or `unroll` is less than one.
        """
        _check_positive("batch", batch)
        _check_positive("unroll", unroll)
        steps = _count_steps(stream_ids, context=1)
        self.batch = min(batch, steps)
        self.unroll = unroll
        self._ids = stream_ids
        self._newline = int(stream_ids[0])
        self._starts = np.arange(self.batch, dtype=np.int64) * steps // self.batch
        self._rows = _divide_up(steps, self.batch)
        ends = self._starts + self._rows
        self._walked_twice = np.append(ends[:-1] > self._starts[1:], False)

    def __len__(self) -> int:
        return _divide_up(self._rows, self.unroll)

    def epoch(self, number: int) -> Epoch:  # noqa: ARG002 (a carried state needs the text's own order)
        """The blocks of epoch `number`, which are those of every epoch."""
        return Epoch(len(self), self.block)

    def block(self, index: int) -> Block:
        """Block `index` of `len(self)`; the last one may be shorter than `unroll`."""
        first = index * self.unroll
        last = min(first + self.unroll, self._rows)
        text = self._ids[self._starts + np.arange(first, last + 1)[:, None]].astype(
            np.int64
        )  # (time + 1, batch)
        ids, targets = text[:-1], text[1:].copy()
        if last == self._rows:
            targets[-1, self._walked_twice] = UNCOUNTED
        return Block(ids, targets, (ids[0] == self._newline) | (index == 0))


@final
class Windows:
    """The tutorial's examples: `context` tokens in, the next one out, shuffled by seed and epoch.

    A block is (context, batch); every column restarts, and only the targets of the last row count. `stride`
    is the distance from one window to the next: with 3 for three tokens, as the tutorial had it, every third
    token is learned; with 1 all are. The tutorial lost its last example, here it is used. All blocks are
    equally wide: the last one is filled up with windows whose targets do not count.
    """

    def __init__(
        self, stream_ids: Integer[np.ndarray, " tokens"], context: int, stride: int, batch: int, seed: int
    ) -> None:
        """Count the windows; blocks are narrower than `batch` only where there are fewer windows than that.

        Raises:
            SourceEmpty: the stream nowhere has `context` tokens and one after them.
            OptionError: `context`, `stride` or `batch` is less than one.
        """
        for name, value in (("context", context), ("stride", stride), ("batch", batch)):
            _check_positive(name, value)
        self._windows = _divide_up(_count_steps(stream_ids, context), stride)
        self.context = context
        self.stride = stride
        self.batch = min(batch, self._windows)
        self.seed = seed
        self._ids = stream_ids

    def __len__(self) -> int:
        return _divide_up(self._windows, self.batch)

    def epoch(self, number: int) -> Epoch:
        """The blocks of epoch `number`; their order depends on nothing but the seed and the number."""
        order = np.arange(self._windows, dtype=np.min_scalar_type(self._windows))
        np.random.default_rng([self.seed, number]).shuffle(order)
        return Epoch(len(self), lambda index: self._block(order[index * self.batch :][: self.batch]))

    def _block(self, chosen: Integer[np.ndarray, " windows"]) -> Block:
        starts = np.resize(chosen, self.batch).astype(np.int64) * self.stride
        text = self._ids[starts + np.arange(self.context + 1)[:, None]].astype(
            np.int64
        )  # (context + 1, batch)
        targets = np.full((self.context, self.batch), UNCOUNTED, dtype=np.int64)
        targets[-1, : len(chosen)] = text[-1, : len(chosen)]
        return Block(text[:-1], targets, np.ones(self.batch, dtype=np.bool_))


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
        _check_positive("columns", columns)
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


def _count_steps(stream_ids: Integer[np.ndarray, " tokens"], context: int) -> int:
    """How often the stream has `context` tokens and one after them."""
    steps = len(stream_ids) - context
    if steps < 1:
        raise SourceEmpty(
            f"the text is too short to learn from: with its beginning it makes {counted(len(stream_ids), 'token')}, "
            f"and at least {context + 1} are needed; hand in more text"
        )
    return steps


def _check_positive(name: str, value: int) -> None:
    if value < 1:
        raise OptionError(f"{name} must be at least 1, not {value}")


def _divide_up(count: int, size: int) -> int:
    return (count + size - 1) // size
