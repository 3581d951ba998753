"""The layout of blocks and windows: no token is lost or learned twice, and the state carries over.

With old text beside the new, the new text is read as usual. The old text is read in a loop, and a resumed run
continues at the same place.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.corpus.blocks import UNCOUNTED, Block, Blocks, Replay, Windows, columns_for
from foreword.errors import OptionError, SourceEmpty

short_streams = st.integers(2, 60).map(lambda length: np.arange(length, dtype=np.uint16))
streams = st.integers(2, 300).map(lambda length: np.arange(length, dtype=np.uint16))
sizes = st.integers(1, 40)


def counted(block: Block) -> list[int]:
    return [int(target) for target in block.targets[block.targets != UNCOUNTED]]


@given(streams, sizes, sizes)
def test_each_token_except_the_first_is_a_target_once(stream: np.ndarray, batch: int, unroll: int) -> None:
    """A column continues from the block before; targets are one step ahead; few tokens are read twice."""
    blocks = Blocks(stream, batch, unroll)
    epoch, again = list(blocks.epoch(0)), blocks.epoch(5)
    np.testing.assert_array_equal(epoch[len(epoch) // 2].ids, again[len(epoch) // 2].ids)
    with pytest.raises(IndexError):
        again[len(epoch)]
    assert all(len(block.ids) == unroll for block in epoch[:-1])
    assert 1 <= len(epoch[-1].ids) <= unroll
    assert sorted(target for block in epoch for target in counted(block)) == list(range(1, len(stream)))
    for block in epoch:
        assert ((block.targets == block.ids + 1) | (block.targets == UNCOUNTED)).all()
    columns = np.concatenate([block.ids for block in epoch])  # (rows, batch)
    assert (np.diff(columns, axis=0) == 1).all()
    assert {*columns.ravel().tolist()} == {*range(len(stream) - 1)}
    assert columns.size - (len(stream) - 1) < blocks.batch


def test_a_column_restarts_in_the_first_block_and_if_a_message_begins_its_block() -> None:
    newline = 9
    stream = np.array([newline, 1, 2, newline, 4, 5, 6, 7, newline])
    restarts = [block.restart.tolist() for block in Blocks(stream, batch=2, unroll=3).epoch(0)]
    assert restarts == [[True, True], [True, False]]


@given(streams, st.integers(1, 5), st.integers(1, 5), sizes, st.integers(0, 2**32))
def test_windows_contain_the_tokens_before_their_target(
    stream: np.ndarray, context: int, stride: int, batch: int, seed: int
) -> None:
    if len(stream) <= context:
        return
    epoch, learned = list(Windows(stream, context, stride, batch, seed).epoch(3)), []
    for block in epoch:
        assert block.ids.shape == epoch[0].ids.shape
        assert block.restart.all()
        assert (block.targets[:-1] == UNCOUNTED).all()
        counts = block.targets[-1] != UNCOUNTED
        before = block.targets[-1, counts] - np.arange(context, 0, -1)[:, None]
        np.testing.assert_array_equal(block.ids[:, counts], before)
        learned += counted(block)
    assert sorted(learned) == list(range(context, len(stream), stride))
    middle = len(epoch) // 2  # read again without the blocks before it
    np.testing.assert_array_equal(
        epoch[middle].ids, Windows(stream, context, stride, batch, seed).epoch(3)[middle].ids
    )


def test_each_epoch_and_seed_shuffles_the_windows_differently() -> None:
    def order(seed: int, epoch: int) -> tuple[int, ...]:
        windows = Windows(np.arange(500, dtype=np.uint16), context=3, stride=1, batch=50, seed=seed)
        return tuple(target for block in windows.epoch(epoch) for target in counted(block))

    assert order(1, 0) == order(1, 0) != tuple(sorted(order(1, 0)))
    assert len({order(seed, epoch) for seed in (1, 2) for epoch in (0, 1)}) == 4


@pytest.mark.parametrize("tokens", [0, 1])
def test_a_text_with_too_few_tokens_is_refused(tokens: int) -> None:
    stream = np.zeros(tokens, dtype=np.uint16)
    with pytest.raises(SourceEmpty, match=rf"makes {tokens} tokens?, and at least 2 are needed; give more"):
        Blocks(stream, batch=2, unroll=3)
    with pytest.raises(SourceEmpty, match="at least 4 are needed"):
        Windows(stream, context=3, stride=1, batch=2, seed=0)


# Old text beside new text


def replay(new: np.ndarray, old: np.ndarray, *, batch: int, unroll: int, columns: int) -> Replay:
    return Replay(Blocks(new, batch, unroll), old, columns)


@given(short_streams, short_streams, st.integers(1, 12), st.integers(1, 12), st.integers(1, 4))
def test_replay_reads_the_new_text_as_if_it_were_alone(
    new: np.ndarray, old: np.ndarray, batch: int, unroll: int, columns: int
) -> None:
    """Each old column reads the old text without a jump, across blocks and epochs."""
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


def test_old_columns_begin_evenly_spaced_and_restart_if_a_block_begins_with_a_message() -> None:
    (block,) = replay(np.arange(4), np.arange(12), batch=1, unroll=3, columns=3).epoch(0)
    assert block.ids.tolist() == [[0, 0, 4, 8], [1, 1, 5, 9], [2, 2, 6, 10]]
    blocks = replay(np.arange(9), np.array([0, 1, 2, 3, 0, 5]), batch=1, unroll=2, columns=2).epoch(0)
    assert [block.restart.tolist()[1:] for block in blocks] == [[1, 1], [0, 0], [1, 0], [1, 0]]


def test_each_text_gets_at_least_one_column_or_an_error_gives_the_reason() -> None:
    asked = [(32, 0.2), (32, 0.5), (4, 0.01), (3, 0.99), (2, 0.2)]
    assert [columns_for(batch, share) for batch, share in asked] == [6, 16, 1, 2, 1]
    with pytest.raises(OptionError, match=r"give a training.batch of 2 or more"):
        columns_for(1, 0.2)
