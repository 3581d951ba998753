"""The layout of blocks and windows: nothing lost, nothing learned twice, and the state can walk through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.corpus.blocks import UNCOUNTED, Block, Blocks, Windows
from foreword.errors import OptionError, SourceEmpty

streams = st.integers(2, 300).map(lambda length: np.arange(length, dtype=np.uint16))
sizes = st.integers(1, 40)


def counted(block: Block) -> list[int]:
    return [int(target) for target in block.targets[block.targets != UNCOUNTED]]


@given(streams, sizes, sizes)
def test_every_token_but_the_first_is_a_target_once(stream: np.ndarray, batch: int, unroll: int) -> None:
    """A column goes on where it ended in the block before, targets are one step ahead, few tokens are read twice."""
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


def test_a_small_stream_is_laid_out_as_by_hand() -> None:
    """Seven steps in two columns: the first ends with the step that the second begins with."""
    first, last = Blocks(np.arange(8, dtype=np.uint16), batch=2, unroll=3).epoch(0)
    assert first.ids.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert first.targets.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert last.ids.tolist() == [[3, 6]]
    assert last.targets.tolist() == [[UNCOUNTED, 7]]
    (short,) = Blocks(np.arange(4, dtype=np.uint16), batch=32, unroll=100).epoch(0)
    assert short.ids.tolist() == [[0, 1, 2]]


def test_a_column_restarts_in_the_first_block_and_where_its_block_begins_with_a_message() -> None:
    newline = 9
    stream = np.array([newline, 1, 2, newline, 4, 5, 6, 7, newline])
    restarts = [block.restart.tolist() for block in Blocks(stream, batch=2, unroll=3).epoch(0)]
    assert restarts == [[True, True], [True, False]]


@given(streams, st.integers(1, 5), st.integers(1, 5), sizes, st.integers(0, 2**32))
def test_windows_hold_the_tokens_before_their_target(
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
    middle = len(epoch) // 2  # found again without those before it
    np.testing.assert_array_equal(
        epoch[middle].ids, Windows(stream, context, stride, batch, seed).epoch(3)[middle].ids
    )


def test_windows_come_in_another_order_in_each_epoch_and_with_each_seed() -> None:
    def order(seed: int, epoch: int) -> tuple[int, ...]:
        windows = Windows(np.arange(500, dtype=np.uint16), context=3, stride=1, batch=50, seed=seed)
        return tuple(target for block in windows.epoch(epoch) for target in counted(block))

    assert order(1, 0) == order(1, 0) != tuple(sorted(order(1, 0)))
    assert len({order(seed, epoch) for seed in (1, 2) for epoch in (0, 1)}) == 4


@pytest.mark.parametrize("tokens", [0, 1])
def test_a_text_without_a_step_from_token_to_token_is_too_short(tokens: int) -> None:
    stream = np.zeros(tokens, dtype=np.uint16)
    with pytest.raises(
        SourceEmpty, match=rf"makes {tokens} tokens?, and at least 2 are needed; hand in more"
    ):
        Blocks(stream, batch=2, unroll=3)
    with pytest.raises(SourceEmpty, match="at least 4 are needed"):
        Windows(stream, context=3, stride=1, batch=2, seed=0)
    for name in ("batch", "unroll"):
        with pytest.raises(OptionError, match=f"{name} must be at least 1, not 0"):
            Blocks(np.arange(9, dtype=np.uint16), **{"batch": 2, "unroll": 3, name: 0})
