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
    alone = Blocks(new, batch, unroll)
    for epoch in (0, 3):
        both = replay(new, old, batch=batch, unroll=unroll, columns=columns).epoch(epoch)
        assert len(both) == len(alone)
        for mixed, block in zip(both, alone.epoch(epoch), strict=True):
            np.testing.assert_array_equal(mixed.ids[:, :-columns], block.ids)
            np.testing.assert_array_equal(mixed.targets[:, :-columns], block.targets)
            np.testing.assert_array_equal(mixed.restart[:-columns], block.restart)


@given(streams, streams, sizes, sizes, st.integers(1, 4))
def test_each_old_column_walks_all_of_the_old_text_without_a_jump_from_block_to_block_and_epoch_to_epoch(
    new: np.ndarray, old: np.ndarray, batch: int, unroll: int, columns: int
) -> None:
    mixed = replay(new, old, batch=batch, unroll=unroll, columns=columns)
    blocks = [block for epoch in range(4) for block in mixed.epoch(epoch)]
    read = np.concatenate([block.ids[:, -columns:] for block in blocks])
    targets = np.concatenate([block.targets[:, -columns:] for block in blocks])
    assert (np.diff(read, axis=0) % len(old) == 1).all()
    assert (targets == (read + 1) % len(old)).all()


def test_the_columns_of_old_text_begin_evenly_spread_over_it() -> None:
    (block,) = replay(np.arange(4), np.arange(12), batch=1, unroll=3, columns=3).epoch(0)
    assert block.ids.tolist() == [[0, 0, 4, 8], [1, 1, 5, 9], [2, 2, 6, 10]]


def test_an_old_column_restarts_at_the_beginning_and_where_its_block_begins_with_a_message() -> None:
    newline = 0
    old = np.array([newline, 1, 2, 3, newline, 5])
    blocks = replay(np.arange(9), old, batch=1, unroll=2, columns=2).epoch(0)
    assert [block.restart.tolist()[1:] for block in blocks] == [
        [True, True],
        [False, False],
        [True, False],
        [True, False],
    ]


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


@pytest.mark.parametrize(
    ("batch", "share", "columns"), [(32, 0.2, 6), (32, 0.5, 16), (4, 0.01, 1), (3, 0.99, 2), (2, 0.2, 1)]
)
def test_both_texts_get_a_column_at_least(batch: int, share: float, columns: int) -> None:
    assert columns_for(batch, share) == columns


def test_what_cannot_be_mixed_is_said_in_words() -> None:
    with pytest.raises(OptionError, match=r"give a training.batch of 2 or more"):
        columns_for(1, 0.2)
    with pytest.raises(SourceEmpty, match="there is no old text to learn along"):
        Ring(np.zeros(1, dtype=np.uint16), 3)
    with pytest.raises(OptionError, match="columns must be at least 1, not 0"):
        Ring(np.arange(3), 0)
