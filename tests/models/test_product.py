"""The products of a layer's loop, with and without oneDNN's layout."""

from collections.abc import Callable, Iterator

import pytest
import torch
from foreword.models.product import WORTH_IT, carry_gradient, column_sums, product_type, product_with
from torch import Tensor

from foreword.models import product


@pytest.fixture(autouse=True)
def _tried_afresh() -> Iterator[None]:
    product._blocks_work.cache_clear()
    yield
    product._blocks_work.cache_clear()


def wrong_product(weight: Tensor, rows: int) -> product.Product:
    return lambda _, plus: plus


def failing_product(weight: Tensor, rows: int) -> product.Product:
    raise RuntimeError("no such operator")


@pytest.mark.parametrize("times", [1, WORTH_IT])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_a_product_adds_to_the_rows_times_the_turned_matrix(dtype: torch.dtype, times: int) -> None:
    """Whole numbers, which all types hold: rows and matrix may be parts of larger ones, or turned."""
    weight = torch.arange(35, dtype=dtype).view(5, 7)[:, :3] - 9
    left, plus = torch.arange(12, dtype=dtype).view(2, 6)[:, 3:], torch.ones(2, 5, dtype=dtype)
    multiply = product_with(weight, rows=2, times=times)

    expected = left.double() @ weight.double().t() + 1
    assert torch.equal(multiply(left, plus), expected.to(dtype))
    turned = product_with(weight.t().contiguous().t(), rows=2, times=times)
    assert torch.equal(turned(left, plus), expected.to(dtype))


@pytest.mark.parametrize("broken", [wrong_product, failing_product], ids=["other", "gone"])
def test_where_the_private_operators_are_gone_or_do_other_things_the_product_is_an_ordinary_one(
    broken: Callable[[Tensor, int], product.Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product, "_product_with_blocks", broken)

    multiply = product_with(torch.eye(3), rows=1, times=100)

    assert torch.equal(multiply(torch.ones(1, 3), torch.ones(1, 3)), torch.full((1, 3), 2.0))


def test_products_are_computed_in_autocasts_type_but_for_double_precision() -> None:
    single, double = torch.ones(1), torch.ones(1, dtype=torch.float64)

    with torch.autocast("cpu", torch.bfloat16):
        inside = product_type(single), product_type(double)

    assert inside == (torch.bfloat16, torch.float64)
    assert product_type(single) == torch.float32


def test_sums_of_bfloat16_are_added_up_in_more_digits() -> None:
    """Added one by one in bfloat16, ones would stop at 256."""
    assert column_sums(torch.ones(4096, 2, dtype=torch.bfloat16)).tolist() == [4096, 4096]


def test_the_carrys_gradient_pairs_each_step_with_the_hidden_numbers_before_it() -> None:
    sums, outputs, hidden = torch.randn(4, 3, 2), torch.randn(4, 3, 5), torch.randn(3, 5)

    expected = sums[0].t() @ hidden + sum(sums[step].t() @ outputs[step - 1] for step in (1, 2, 3))

    torch.testing.assert_close(carry_gradient(sums, hidden, outputs), expected)
