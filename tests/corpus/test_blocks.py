"""The layout of blocks and windows: nothing lost, nothing learned twice, and the state can walk through."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.corpus.blocks import UNCOUNTED, Block, Blocks, Windows
from foreword.errors import OptionError, SourceEmpty

streams = st.integers(2, 300).map(lambda length: np.arange(length, dtype=np.uint16))
sizes = st.integers(1, 40)


def columns(blocks: Blocks) -> np.ndarray:
    """What each column reads from the first block to the last, (rows, batch)."""
    return np.concatenate([block.ids for block in blocks.epoch(0)])


def counted(block: Block) -> list[int]:
    return [int(target) for target in block.targets[block.targets != UNCOUNTED]]


@given(streams, sizes, sizes)
def test_every_token_but_the_first_is_a_target_exactly_once(
    stream: np.ndarray, batch: int, unroll: int
) -> None:
    targets = [target for block in Blocks(stream, batch, unroll).epoch(0) for target in counted(block)]
    assert sorted(targets) == list(range(1, len(stream)))


@given(streams, sizes, sizes)
def test_targets_are_one_step_ahead(stream: np.ndarray, batch: int, unroll: int) -> None:
    for block in Blocks(stream, batch, unroll).epoch(0):
        ahead = block.targets == block.ids + 1
        assert (ahead | (block.targets == UNCOUNTED)).all()


@given(streams, sizes, sizes)
def test_a_column_goes_on_where_it_ended_in_the_block_before(
    stream: np.ndarray, batch: int, unroll: int
) -> None:
    read = columns(Blocks(stream, batch, unroll))
    assert (np.diff(read, axis=0) == 1).all()


@given(streams, sizes, sizes)
def test_fewer_tokens_than_columns_are_read_twice(stream: np.ndarray, batch: int, unroll: int) -> None:
    blocks = Blocks(stream, batch, unroll)
    read = columns(blocks)
    assert set(read.ravel().tolist()) == set(range(len(stream) - 1))
    assert read.size - (len(stream) - 1) < blocks.batch


@given(streams, sizes, sizes)
def test_all_blocks_but_the_last_are_whole(stream: np.ndarray, batch: int, unroll: int) -> None:
    lengths = [len(block.ids) for block in Blocks(stream, batch, unroll).epoch(0)]
    assert all(length == unroll for length in lengths[:-1])
    assert 1 <= lengths[-1] <= unroll


def test_a_small_stream_is_laid_out_as_by_hand() -> None:
    """Seven steps in two columns: the first ends with the step that the second begins with."""
    first, last = Blocks(np.arange(8, dtype=np.uint16), batch=2, unroll=3).epoch(0)
    assert first.ids.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert first.targets.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert last.ids.tolist() == [[3, 6]]
    assert last.targets.tolist() == [[UNCOUNTED, 7]]


def test_a_column_restarts_in_the_first_block_and_where_its_block_begins_with_a_message() -> None:
    newline = 9
    stream = np.array([newline, 1, 2, newline, 4, 5, 6, 7, newline])
    restarts = [block.restart.tolist() for block in Blocks(stream, batch=2, unroll=3).epoch(0)]
    assert restarts == [[True, True], [True, False]]


def test_a_text_shorter_than_the_batch_gets_fewer_columns() -> None:
    (block,) = Blocks(np.arange(4, dtype=np.uint16), batch=32, unroll=100).epoch(0)
    assert block.ids.tolist() == [[0, 1, 2]]


@given(streams, sizes, sizes)
def test_reading_may_begin_at_any_block_of_any_epoch(stream: np.ndarray, batch: int, unroll: int) -> None:
    whole = Blocks(stream, batch, unroll).epoch(0)
    again = Blocks(stream, batch, unroll).epoch(5)
    middle = len(whole) // 2
    np.testing.assert_array_equal(list(whole)[middle].ids, again[middle].ids)
    with pytest.raises(IndexError):
        again[len(again)]


@given(streams, st.integers(1, 5), st.integers(1, 5), sizes, st.integers(0, 2**32))
def test_windows_hold_the_tokens_before_their_target(
    stream: np.ndarray, context: int, stride: int, batch: int, seed: int
) -> None:
    if len(stream) <= context:
        return
    learned = []
    for block in Windows(stream, context, stride, batch, seed).epoch(3):
        assert block.restart.all()
        assert (block.targets[:-1] == UNCOUNTED).all()
        counts = block.targets[-1] != UNCOUNTED
        before = block.targets[-1, counts] - np.arange(context, 0, -1)[:, None]
        np.testing.assert_array_equal(block.ids[:, counts], before)
        learned += counted(block)
    assert sorted(learned) == list(range(context, len(stream), stride))


@pytest.mark.parametrize(("stride", "targets"), [(3, [3, 6, 9]), (1, [3, 4, 5, 6, 7, 8, 9])])
def test_the_last_example_that_the_tutorial_lost_is_learned(stride: int, targets: list[int]) -> None:
    (block,) = Windows(np.arange(10, dtype=np.uint16), context=3, stride=stride, batch=32, seed=0).epoch(0)
    assert sorted(counted(block)) == targets


def test_windows_come_in_another_order_in_each_epoch_and_with_each_seed() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        windows = Windows(np.arange(500, dtype=np.uint16), context=3, stride=1, batch=50, seed=seed)
        return [target for block in windows.epoch(epoch) for target in counted(block)]

    assert order(1, 0) == order(1, 0)
    orders = {tuple(order(seed, epoch)) for seed in (1, 2) for epoch in (0, 1)}
    assert len(orders) == 4
    assert order(1, 0) != sorted(order(1, 0))


def test_windows_are_found_again_without_replaying_those_before() -> None:
    stream = np.arange(100, dtype=np.uint16)
    whole = list(Windows(stream, context=3, stride=1, batch=8, seed=4).epoch(7))
    afresh = Windows(stream, context=3, stride=1, batch=8, seed=4).epoch(7)[5]
    np.testing.assert_array_equal(whole[5].ids, afresh.ids)


def test_the_last_block_of_windows_is_as_wide_as_the_others() -> None:
    epoch = Windows(np.arange(14, dtype=np.uint16), context=3, stride=1, batch=8, seed=0).epoch(0)
    assert [block.ids.shape for block in epoch] == [(3, 8), (3, 8)]
    assert [len(counted(block)) for block in epoch] == [8, 3]


@pytest.mark.parametrize("tokens", [0, 1])
def test_a_text_without_a_step_from_token_to_token_is_too_short(tokens: int) -> None:
    with pytest.raises(
        SourceEmpty, match=rf"makes {tokens} tokens?, and at least 2 are needed; hand in more text"
    ):
        Blocks(np.zeros(tokens, dtype=np.uint16), batch=2, unroll=3)
    with pytest.raises(SourceEmpty, match="at least 4 are needed"):
        Windows(np.zeros(tokens, dtype=np.uint16), context=3, stride=1, batch=2, seed=0)


@pytest.mark.parametrize("name", ["batch", "unroll"])
def test_sizes_below_one_are_refused_by_name(name: str) -> None:
    with pytest.raises(OptionError, match=f"{name} must be at least 1, not 0"):
        Blocks(np.arange(9, dtype=np.uint16), **{"batch": 2, "unroll": 3, name: 0})


def test_a_block_from_disk_takes_less_than_a_millisecond(tmp_path: Path) -> None:
    """The network must never wait for its food: a step takes tens of milliseconds."""
    np.random.default_rng(0).integers(0, 300, 2_000_000).astype(np.uint16).tofile(tmp_path / "ids")
    epoch = Blocks(np.memmap(tmp_path / "ids", dtype=np.uint16, mode="r"), batch=32, unroll=100).epoch(0)
    seconds = []
    for index in range(0, len(epoch), 20):
        start = time.perf_counter()
        epoch[index]
        seconds.append(time.perf_counter() - start)
    assert np.median(seconds) < 0.001
