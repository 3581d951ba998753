"""One layer of the vanilla recurrent network on the CPU: `hidden = activation(read + carry @ hidden)`.

What does not depend on the step before is done for all steps at once, outside the loop: the product with the inputs
and, on the way back, all gradients of weights. In the loop remain one product and one to three operations on single
numbers (docs/decisions/0017-own-recurrent-layers.md).
"""

from typing import Any, TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from foreword.models.product import by_hand, carry_gradient, column_sums, product_type, product_with

Weights: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]
"""The matrix for the inputs, the one for the hidden numbers, and the bias of each."""


def rnn_on_cpu(
    inputs: Float[Tensor, "time batch inputs"],
    hidden: Float[Tensor, "batch hidden"],
    weights: Weights,
    *,
    tanh: bool,
) -> tuple[Float[Tensor, "time batch hidden"], Float[Tensor, "batch hidden"]]:
    """The hidden numbers at each step, in the type of the products, and the last, in the type of `hidden`.

    The activation is tanh or else relu.
    """
    kind = product_type(inputs)
    with by_hand():
        if torch.is_grad_enabled():
            outputs: Tensor = _RnnLayer.apply(inputs, hidden, tanh, kind, *weights)  # type: ignore[no-untyped-call]
        else:
            outputs = _walk(inputs.to(kind), hidden, weights, tanh=tanh)
        return outputs, outputs[-1].to(hidden.dtype)


def _walk(
    inputs: Float[Tensor, "time batch inputs"],
    hidden: Float[Tensor, "batch hidden"],
    weights: Weights,
    *,
    tanh: bool,
) -> Float[Tensor, "time batch hidden"]:
    """The hidden numbers at each step, in the type of `inputs`.

    PyTorch's tanh on the CPU takes eight times as long as its sigmoid. Hence `tanh(x) = 2 sigmoid(2 x) - 1`, in the
    type of `hidden`; to double the weights costs no digit.
    """
    steps, batch, _ = inputs.shape
    factor = 2 if tanh else 1
    given = (weights[0], weights[1], weights[2] + weights[3])
    read_weight, carry_weight, bias = (weight.to(inputs.dtype) * factor for weight in given)
    read = torch.addmm(bias, inputs.flatten(0, 1), read_weight.t()).view(steps, batch, -1)
    carry = product_with(carry_weight, rows=batch, times=steps)
    outputs, wide, minus_one = torch.empty_like(read), torch.empty_like(hidden), hidden.new_tensor(-1)
    before = hidden.to(inputs.dtype)
    for reading, output in zip(read.unbind(), outputs.unbind(), strict=True):
        sums = carry(before, reading)
        if tanh:
            torch.add(minus_one, wide.copy_(sums).sigmoid_(), alpha=2, out=output)
        else:
            torch.clamp_min(sums, 0, out=output)
        before = output
    return outputs


@final
class _RnnLayer(Function):
    """The layer with gradients of its own."""

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, hidden: Tensor, tanh: bool, kind: torch.dtype, *weights: Tensor
    ) -> Tensor:
        read_weight, carry_weight, read_bias, carry_bias = weights
        narrow = inputs.to(kind)
        outputs = _walk(narrow, hidden, (read_weight, carry_weight, read_bias, carry_bias), tanh=tanh)
        ctx.save_for_backward(narrow, hidden, read_weight, carry_weight, outputs)
        ctx.tanh, ctx.given_type = tanh, inputs.dtype
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        inputs, hidden, read_weight, carry_weight, outputs = ctx.saved_tensors
        kind, wide = outputs.dtype, read_weight.dtype
        with by_hand():
            sums, to_hidden = _walk_back(gradient.to(kind), carry_weight.to(kind), outputs, tanh=ctx.tanh)
            flat = sums.flatten(0, 1)
            to_inputs = None
            if ctx.needs_input_grad[0]:
                to_inputs = (flat @ read_weight.to(kind)).view(inputs.shape).to(ctx.given_type)
            to_read = (flat.t() @ inputs.flatten(0, 1)).to(wide)
            to_carry = carry_gradient(sums, hidden, outputs).to(wide)
            to_bias = column_sums(flat).to(wide)
        return to_inputs, to_hidden.to(hidden.dtype), None, None, to_read, to_carry, to_bias, to_bias


def _walk_back(
    gradient: Float[Tensor, "time batch hidden"],
    carry_weight: Float[Tensor, "hidden hidden"],
    outputs: Float[Tensor, "time batch hidden"],
    *,
    tanh: bool,
) -> tuple[Float[Tensor, "time batch hidden"], Float[Tensor, "batch hidden"]]:
    """The gradients of the sums before the activation, at each step, and of the first hidden numbers."""
    steps, batch, _ = outputs.shape
    carry = product_with(carry_weight.t(), rows=batch, times=steps)
    sums = torch.empty_like(outputs)
    # What reaches each step from above, and zeros for the hidden numbers before the first.
    above = (torch.zeros_like(outputs[0]), *gradient.unbind())
    reached = above[-1]
    for step in reversed(range(steps)):
        here = sums[step]
        if tanh:
            torch.ops.aten.tanh_backward.grad_input(reached, outputs[step], grad_input=here)
        else:
            torch.ops.aten.threshold_backward.grad_input(reached, outputs[step], 0, grad_input=here)
        reached = carry(here, above[step])
    return sums, reached
