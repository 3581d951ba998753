"""Parts that the compared programs share: blocks of ids, the arithmetic of the bound, and the Python version."""

import ast
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import measuring
from benchmarks.peers.matrix_products import Product, products
from benchmarks.peers.measuring import Task, blocks

TASK = Task(
    architecture="lstm", ids="", seconds=1, vocabulary=11, embedding=3, hidden=5, layers=1, batch=2, unroll=7
)


def test_the_products_of_a_step_match_the_module_docstring() -> None:
    """T 7, B 2, I 3, H 5, G 4, V 11, one by one."""
    assert products(TASK) == {
        Product(14, 3, 20): 1,  # layer, forward
        Product(2, 5, 20): 7,
        Product(14, 20, 3): 1,  # layer, backward
        Product(2, 20, 5): 6,
        Product(3, 14, 20): 1,
        Product(5, 14, 20): 1,
        Product(14, 5, 11): 1,  # output
        Product(14, 11, 5): 1,
        Product(5, 14, 11): 1,
    }


def test_targets_are_one_step_ahead_and_columns_continue_in_the_next_block(tmp_path: Path) -> None:
    file = tmp_path / "ids.npy"
    np.save(file, np.arange(2 * 7 * 3 + 1, dtype=np.uint16))
    stream = blocks(Task(**{**vars(TASK), "ids": str(file)}))
    first, second, third, again = islice(stream, 4)
    assert first[0][:, 0].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert second[0][0].tolist() == [7, 28]
    for ids, targets in (first, second, third):
        np.testing.assert_array_equal(targets, ids + 1)
    np.testing.assert_array_equal(again[0], first[0])
    np.save(file, np.zeros(14, dtype=np.uint16))
    with pytest.raises(ValueError, match="14 ids do not make one block of 7 x 2"):
        blocks(Task(**{**vars(TASK), "ids": str(file)}))


@pytest.mark.parametrize("name", ["measuring", "mxnet_gluon"])
def test_the_modules_that_mxnet_imports_are_valid_python_3_8(name: str) -> None:
    source = (Path(measuring.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
