"""Matrix products on the CPU: their type, and the same matrix at every step, laid out for it once.

oneDNN, PyTorch's library of kernels for CPUs, wants a matrix cut in blocks. `torch.addmm` has it cut again at each
call, which for 32 rows takes up to a fifth of the product's time. The operators used here are those that
`torch.compile` emits. They are no public interface: a trial decides, and without them the product is an ordinary one.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor

WORTH_IT = 8  # to lay a matrix out takes as long as about three products with it

Product: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""`(left, plus)` to `left @ weight.T + plus`, for `plus` of the result's shape."""


def product_with(weight: Float[Tensor, "outputs inputs"], *, rows: int, times: int) -> Product:
    """The product with `weight` that is fastest for `times` calls of `rows` rows each."""
    if times >= WORTH_IT and _blocks_work(weight.dtype):
        return _product_with_blocks(weight, rows)
    turned = weight.t()
    return lambda left, plus: torch.addmm(plus, left, turned)


def _product_with_blocks(weight: Float[Tensor, "outputs inputs"], rows: int) -> Product:
    lay_out, linear = (
        getattr(torch.ops.mkldnn, name) for name in ("_reorder_linear_weight", "_linear_pointwise")
    )
    blocks, multiply = lay_out(weight, rows), linear.binary
    return lambda left, plus: multiply(left, plus, blocks, None, "add")


@cache
def _blocks_work(kind: torch.dtype) -> bool:
    """Whether a product with blocks is right, in this build of PyTorch and on this machine."""
    if kind not in {torch.float32, torch.bfloat16}:
        return False
    weight, left = torch.eye(3, 5, dtype=kind), torch.arange(10, dtype=kind).view(2, 5)
    try:
        supported: Any = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported")()  # noqa: B009
        found = _product_with_blocks(weight, rows=2)(left, left[:, 2:])
    except (AttributeError, RuntimeError, TypeError):
        return False
    return (kind == torch.float32 or supported) and torch.equal(found, left[:, :3] + left[:, 2:])


def product_type(inputs: Tensor) -> torch.dtype:
    """The type that the CPU's products are computed in: autocast's where it is on, else that of the inputs."""
    if torch.is_autocast_enabled("cpu") and inputs.dtype != torch.float64:
        return torch.get_autocast_dtype("cpu")
    return inputs.dtype


def by_hand() -> torch.autocast:
    """Where types are chosen by hand: autocast would look at each operation, and convert weights at each step."""
    return torch.autocast("cpu", enabled=False)


def column_sums(rows: Float[Tensor, "rows numbers"]) -> Float[Tensor, " numbers"]:
    """Each column's sum, as a product with ones, which adds up bfloat16 in float32 without a wide copy."""
    return (rows.new_ones(1, len(rows)) @ rows)[0]


def carry_gradient(
    sums: Float[Tensor, "time batch gates"],
    hidden: Float[Tensor, "batch hidden"],
    outputs: Float[Tensor, "time batch hidden"],
) -> Float[Tensor, "gates hidden"]:
    """The gradient of the matrix that multiplied `hidden` at the first step and the step's output at each later one."""
    later = sums[1:].flatten(0, 1).t() @ outputs[:-1].flatten(0, 1)
    return later + sums[0].t() @ hidden.to(outputs.dtype)
