"""Old text beside new: the new text is walked as ever, and the old one on and on, wherever a run begins again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.corpus.blocks import UNCOUNTED, Blocks, Windows
from foreword.corpus.replay import OldWindows, Replay, Ring, columns_for
from foreword.errors import OptionError, SourceEmpty

streams = st.integers(2, 60).map(lambda length: np.arange(length, dtype=np.uint16))
sizes = st.integers(1, 12)


def replay(new: np.ndarray, old: np.ndarray, *, batch: int, unroll: int, columns: int) -> Replay:
    return Replay(Blocks(new, batch, unroll), Ring(old, columns))


@given(streams, streams, sizes, sizes, st.integers(1, 4))
def test_the_new_text_is_walked_as_if_it_were_alone(
    new: np.ndarray, old: np.ndarray, batch: int, unroll: int, columns: int
) -> None:
    """And each old column walks the old text without a jump, from block to block and from epoch to epoch."""
    alone = Blocks(new, batch, unroll)
    mixed = replay(new, old, batch=batch, unroll=unroll, columns=columns)
    blocks = [block for epoch in range(4) for block in mixed.epoch(epoch)]
    for both, block in zip(blocks, [*alone.epoch(0)] * 4, strict=True):
        np.testing.assert_array_equal(both.ids[:, :-columns], block.ids)
        np.testing.assert_array_equal(both.targets[:, :-columns], block.targets)
        np.testing.assert_array_equal(both.restart[:-columns], block.restart)
    read = np.concatenate([block.ids[:, -columns:] for block in blocks])
    targets = np.concatenate([block.targets[:, -columns:] for block in blocks])
    assert (np.diff(read, axis=0) % len(old) == 1).all()
    assert (targets == (read + 1) % len(old)).all()


def test_old_columns_begin_evenly_spread_and_restart_where_their_block_begins_with_a_message() -> None:
    (block,) = replay(np.arange(4), np.arange(12), batch=1, unroll=3, columns=3).epoch(0)
    assert block.ids.tolist() == [[0, 0, 4, 8], [1, 1, 5, 9], [2, 2, 6, 10]]
    blocks = replay(np.arange(9), np.array([0, 1, 2, 3, 0, 5]), batch=1, unroll=2, columns=2).epoch(0)
    assert [block.restart.tolist()[1:] for block in blocks] == [[1, 1], [0, 0], [1, 0], [1, 0]]


@given(st.integers(5, 40), st.integers(5, 40), sizes, st.integers(1, 4))
def test_all_old_windows_come_before_one_comes_again(new: int, old: int, batch: int, columns: int) -> None:
    fresh = Windows(np.arange(new), context=3, stride=1, batch=batch, seed=1)
    known = Windows(np.arange(1000, 1000 + old), context=3, stride=1, batch=columns, seed=1)
    mixed = Replay(fresh, OldWindows(known))
    epochs = -(-len(known) // len(mixed))
    blocks = [block for epoch in range(epochs) for block in mixed.epoch(epoch)][: len(known)]
    targets = np.concatenate([block.targets[-1] for block in blocks])
    learned = sorted(target for target in targets.tolist() if target >= 1000 and target != UNCOUNTED)
    assert learned == list(range(1003, 1000 + old))
    assert all(block.restart.all() and len(block.ids) == 3 for block in blocks)


def test_a_block_is_the_same_wherever_reading_begins() -> None:
    def mixed() -> list[Replay]:
        new, old = np.arange(100), np.arange(40)
        windows = Windows(new, context=3, stride=1, batch=9, seed=2)
        return [
            replay(new, old, batch=5, unroll=7, columns=2),
            Replay(windows, OldWindows(Windows(old, context=3, stride=1, batch=4, seed=2))),
        ]

    for walked, afresh in zip(mixed(), mixed(), strict=True):
        blocks = [block for epoch in range(5) for block in walked.epoch(epoch)]
        np.testing.assert_array_equal(blocks[4 * len(walked) + 1].ids, afresh.epoch(4)[1].ids)


def test_both_texts_get_a_column_at_least_or_it_is_said_why_not() -> None:
    asked = [(32, 0.2), (32, 0.5), (4, 0.01), (3, 0.99), (2, 0.2)]
    assert [columns_for(batch, share) for batch, share in asked] == [6, 16, 1, 2, 1]
    with pytest.raises(OptionError, match=r"give a training.batch of 2 or more"):
        columns_for(1, 0.2)
    with pytest.raises(SourceEmpty, match="there is no old text to learn along"):
        Ring(np.zeros(1, dtype=np.uint16), 3)
    with pytest.raises(OptionError, match="columns must be at least 1, not 0"):
        Ring(np.arange(3), 0)
