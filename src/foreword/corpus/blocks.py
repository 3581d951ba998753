"""Blocks of (time, batch) ids, cut so that a recurrent network's state can walk through a whole text.

The stream is cut into `batch` columns, and a block is the next `unroll` rows of all columns: the state after one block
is the initial state of the next. Source: the 2018 Gluon tutorial's `rnn_batch` and `get_batch` (docs/sources.md), but
the last tokens are used, even if they do not fill a row. Some columns may read old text, because a network that learns
new text alone forgets the old (Robins 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal").
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from foreword.errors import OptionError, SourceEmpty
from foreword.libraries import Bool, Int64, Integer
from foreword.text.plural import counted

UNCOUNTED: Final = -100
"""Marks a target that the loss ignores (PyTorch's `ignore_index` has the same default)."""


@final
@dataclass(frozen=True, slots=True)
class Block:
    """The input of one training step: ids, the ids one step ahead, and the columns whose state restarts."""

    ids: Int64[np.ndarray, "time batch"]
    targets: Int64[np.ndarray, "time batch"]
    restart: Bool[np.ndarray, " batch"]


@final
class Epoch:
    """The blocks of one epoch: a sized sequence that makes each block when it is indexed."""

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
    """A stream in `batch` columns of `rows` steps, read `unroll` rows at a time.

    A stream of N tokens has N - 1 steps from one token to the next. Column b reads ceil((N - 1) / batch) of them, from
    step floor(b (N - 1) / batch) on. All columns are equally long, so fewer than `batch` of them end with the first
    step of the next column. Its target there is UNCOUNTED. So each token but the first is counted as a target once.

    A column restarts in block 0, and in each block where its first input is the newline before a message. The newline
    is also the first id of every stream. These few per cent are enough to learn the beginnings of texts.
    """

    def __init__(self, stream_ids: Integer[np.ndarray, " tokens"], batch: int, unroll: int) -> None:
        """Compute the columns: `batch` of them, or fewer if the stream has fewer steps.

        Raises:
            SourceEmpty: the stream has fewer than two tokens.
        """
        steps = _count_steps(stream_ids, context=1)
        self.batch = min(batch, steps)
        self.unroll = unroll
        self._ids = stream_ids
        self._newline = int(stream_ids[0])
        self._starts = np.arange(self.batch, dtype=np.int64) * steps // self.batch
        self.rows = _divide_up(steps, self.batch)
        ends = self._starts + self.rows
        self._walked_twice = np.append(ends[:-1] > self._starts[1:], False)

    def __len__(self) -> int:
        return _divide_up(self.rows, self.unroll)

    def epoch(self, number: int) -> Epoch:  # noqa: ARG002 (a carried state needs the text's own order)
        """The blocks of epoch `number`; they are the same in every epoch."""
        return Epoch(len(self), self.block)

    def block(self, index: int) -> Block:
        """Block `index` of `len(self)`; the last one may be shorter than `unroll`."""
        first = index * self.unroll
        last = min(first + self.unroll, self.rows)
        places = self._starts + np.arange(first, last + 1)[:, None]
        text = self._ids[places].astype(np.int64)  # (time + 1, batch)
        ids, targets = text[:-1], text[1:].copy()
        if last == self.rows:
            targets[-1, self._walked_twice] = UNCOUNTED
        return Block(ids, targets, (ids[0] == self._newline) | (index == 0))


@final
class Windows:
    """The tutorial's examples: `context` tokens in, the next one out, shuffled by seed and epoch.

    A block is (context, batch); every column restarts, and only the targets of the last row count. `stride`
    is the distance from one window to the next. With a stride of 3, as in the tutorial, every third token is
    learned; with 1, all tokens are. The tutorial lost its last example; here it is used. All blocks are equally
    wide: the last one is padded with windows whose targets do not count.
    """

    def __init__(
        self, stream_ids: Integer[np.ndarray, " tokens"], context: int, stride: int, batch: int, seed: int
    ) -> None:
        """Count the windows; blocks are narrower than `batch` only if there are fewer windows.

        Raises:
            SourceEmpty: the stream has fewer than `context` + 1 tokens.
        """
        self._windows = _divide_up(_count_steps(stream_ids, context), stride)
        self.context = context
        self.stride = stride
        self.batch = min(batch, self._windows)
        self.seed = seed
        self._ids = stream_ids

    def __len__(self) -> int:
        return _divide_up(self._windows, self.batch)

    def epoch(self, number: int) -> Epoch:
        """The blocks of epoch `number`; their order depends only on the seed and the number."""
        order = np.arange(self._windows, dtype=np.min_scalar_type(self._windows))
        np.random.default_rng([self.seed, number]).shuffle(order)
        return Epoch(len(self), lambda index: self._block(order[index * self.batch :][: self.batch]))

    def _block(self, chosen: Integer[np.ndarray, " windows"]) -> Block:
        starts = np.resize(chosen, self.batch).astype(np.int64) * self.stride
        places = starts + np.arange(self.context + 1)[:, None]
        text = self._ids[places].astype(np.int64)  # (context + 1, batch)
        targets = np.full((self.context, self.batch), UNCOUNTED, dtype=np.int64)
        targets[-1, : len(chosen)] = text[-1, : len(chosen)]
        return Block(text[:-1], targets, np.ones(self.batch, dtype=np.bool_))


@final
class Replay:
    """The blocks of `new` text with columns of `old` text on their right; an epoch is an epoch of the new text.

    The old columns start at equal distances in their text. Each reads all of it in a circle: after its end comes its
    beginning, which is a newline. They restart at the beginning of the run, and where `Blocks` restart.
    """

    def __init__(self, new: Blocks, old: Integer[np.ndarray, " tokens"], columns: int) -> None:
        self._new, self._old = new, old
        self._newline = int(old[0])
        self._starts = np.arange(columns, dtype=np.int64) * len(old) // columns

    def epoch(self, number: int) -> Epoch:
        """The blocks of epoch `number`; the old text continues from the end of the epoch before."""

        def block(index: int) -> Block:
            new = self._new.block(index)
            row = number * self._new.rows + index * self._new.unroll  # from the beginning of the run
            places = (self._starts + np.arange(row, row + len(new.ids) + 1)[:, None]) % len(self._old)
            text = self._old[places].astype(np.int64)  # (time + 1, columns)
            restart = (text[0] == self._newline) | (row == 0)
            return Block(
                np.hstack([new.ids, text[:-1]]),
                np.hstack([new.targets, text[1:]]),
                np.hstack([new.restart, restart]),
            )

        return Epoch(len(self._new), block)


def columns_for(batch: int, share: float) -> int:
    """The number of columns with old text: `share` of `batch`, but at least one, and at least one is for new text.

    Raises:
        OptionError: `batch` is less than two.
    """
    if batch < 2:
        raise OptionError("old and new text need a column each; give a training.batch of 2 or more")
    return min(batch - 1, max(1, round(share * batch)))


def _count_steps(stream_ids: Integer[np.ndarray, " tokens"], context: int) -> int:
    """The number of places in the stream with `context` tokens and one after them."""
    steps = len(stream_ids) - context
    if steps < 1:
        raise SourceEmpty(
            f"the text is too short to learn from: with its beginning it makes {counted(len(stream_ids), 'token')}, "
            f"and at least {context + 1} are needed; give more text"
        )
    return steps


def _divide_up(count: int, size: int) -> int:
    return (count + size - 1) // size
