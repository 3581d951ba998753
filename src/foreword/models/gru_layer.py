"""One layer of gated recurrent units on the CPU, its reset gate applied after the product.

    reset, update = sigmoid(read + carry @ hidden)
    new = tanh(read + reset * (carry @ hidden + bias))
    hidden = new + update * (hidden - new)

What does not depend on the step before is done for all steps at once, outside the loop: the product with the inputs
and, on the way back, all gradients of weights. Going back, a step only needs the slopes of the four sums at its hidden
numbers, which are known beforehand: times what reached the step, they are the gradients of the sums
(docs/decisions/0017-own-recurrent-layers.md).

Products are computed in the type that autocast says, gates and hidden numbers in the type of the state.
"""

from itertools import cycle
from typing import Any, NamedTuple, TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from foreword.models.product import by_hand, carry_gradient, column_sums, product_type, product_with

Weights: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]
"""The matrix for the inputs, the one for the hidden numbers, and the bias of each; gates: reset, update, new."""

CHUNK = 10  # steps whose slopes are computed together: more are fewer operations, fewer stay in the cache


class _Gates(NamedTuple):
    """What the way back needs of each step."""

    both: Float[Tensor, "time batch both"]
    new: Float[Tensor, "time batch hidden"]
    carried: Float[Tensor, "time batch hidden"]


def gru_on_cpu(
    inputs: Float[Tensor, "time batch inputs"], hidden: Float[Tensor, "batch hidden"], weights: Weights
) -> tuple[Float[Tensor, "time batch hidden"], Float[Tensor, "batch hidden"]]:
    """The hidden numbers at each step, in the type of the products, and the last, in the type of `hidden`."""
    kind = product_type(inputs)
    with by_hand():
        if torch.is_grad_enabled():
            outputs, last = _GruLayer.apply(inputs, hidden, kind, *weights)  # type: ignore[no-untyped-call]
        else:
            outputs, last, _ = _walk(inputs.to(kind), hidden, weights, keep=1)
    return outputs, last


def _walk(
    inputs: Float[Tensor, "time batch inputs"],
    hidden: Float[Tensor, "batch hidden"],
    weights: Weights,
    *,
    keep: int,
) -> tuple[Float[Tensor, "time batch hidden"], Float[Tensor, "batch hidden"], _Gates]:
    """The outputs, in the type of `inputs`; the last hidden numbers; the gates of the last `keep` steps."""
    (steps, batch, _), size = inputs.shape, hidden.shape[1]
    carry = product_with(weights[1].to(inputs.dtype), rows=batch, times=steps)
    gates = _Gates(*(hidden.new_empty(keep, batch, width * size) for width in (2, 1, 1)))
    outputs = inputs.new_empty(steps, batch, size)
    last, before, minus_one = hidden.clone(), hidden.to(inputs.dtype), hidden.new_tensor(-1)
    places = zip(*(cycle(numbers.unbind()) for numbers in (*gates, *gates.both.chunk(2, 2))), strict=True)
    for beside, read, output in zip(*_read(inputs, weights), outputs.unbind(), strict=True):
        both, new, carried, reset, update = next(places)
        sums = carry(before, beside)
        both.copy_(sums[:, : 2 * size]).sigmoid_()
        carried.copy_(sums[:, 2 * size :])
        new.copy_(read).addcmul_(reset, carried, value=2).sigmoid_()
        torch.add(minus_one, new, alpha=2, out=new)
        torch.lerp(new, last, update, out=last)
        before = output.copy_(last)
    return outputs, last, gates


def _read(
    inputs: Float[Tensor, "time batch inputs"], weights: Weights
) -> tuple[tuple[Float[Tensor, "batch sums"], ...], tuple[Float[Tensor, "batch hidden"], ...]]:
    """What each step adds to the carry's product, with all biases, and twice what it reads for the new numbers.

    Twice, for PyTorch's tanh on the CPU takes eight times as long as its sigmoid, and `tanh(x) = 2 sigmoid(2 x) - 1`.
    To double the weights costs no digit.
    """
    weight, _, bias, carry_bias = weights
    new, kind, (steps, batch, _), rows = len(bias) // 3 * 2, inputs.dtype, inputs.shape, inputs.flatten(0, 1)
    beside = inputs.new_empty(steps * batch, len(bias))
    beside[:, new:] = carry_bias[new:]
    both_bias = (bias[:new] + carry_bias[:new]).to(kind)
    torch.addmm(both_bias, rows, weight[:new].to(kind).t(), out=beside[:, :new])
    read = torch.addmm(bias[new:].to(kind) * 2, rows, weight[new:].to(kind).t() * 2)
    return beside.view(steps, batch, -1).unbind(), read.view(steps, batch, -1).unbind()


@final
class _GruLayer(Function):
    """The layer with gradients of its own."""

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, hidden: Tensor, kind: torch.dtype, *weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        read_weight, carry_weight, read_bias, carry_bias = weights
        narrow = inputs.to(kind)
        named = (read_weight, carry_weight, read_bias, carry_bias)
        outputs, last, gates = _walk(narrow, hidden, named, keep=len(inputs))
        ctx.save_for_backward(narrow, hidden, read_weight, carry_weight, outputs, *gates)
        ctx.given_type = inputs.dtype
        return outputs, last

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, to_last: Tensor) -> tuple[Tensor | None, ...]:
        inputs, hidden, read_weight, carry_weight, outputs, *gates = ctx.saved_tensors
        kind, wide, size = outputs.dtype, read_weight.dtype, hidden.shape[1]
        with by_hand():
            carry_weight = carry_weight.to(kind).roll(size, 0)  # new, reset, update
            sums, to_hidden = _walk_back(gradient.to(kind), to_last, carry_weight, outputs, _Gates(*gates))
            read, carried = sums[..., size:], sums[..., : 3 * size]
            flat = read.flatten(0, 1)
            to_inputs = None
            if ctx.needs_input_grad[0]:
                to_inputs = (flat @ read_weight.to(kind)).view(inputs.shape).to(ctx.given_type)
            to_read = (flat.t() @ inputs.flatten(0, 1)).to(wide)
            to_carry = carry_gradient(carried, hidden, outputs).roll(-size, 0).to(wide)
            to_bias = column_sums(sums.flatten(0, 1)).to(wide)
        to_carry_bias = to_bias[: 3 * size].roll(-size)
        return to_inputs, to_hidden, None, to_read, to_carry, to_bias[size:], to_carry_bias


def _walk_back(
    gradient: Float[Tensor, "time batch hidden"],
    to_last: Float[Tensor, "batch hidden"],
    carry_weight: Float[Tensor, "gates hidden"],
    outputs: Float[Tensor, "time batch hidden"],
    gates: _Gates,
) -> tuple[Float[Tensor, "time batch sums"], Float[Tensor, "batch hidden"]]:
    """The gradients of the sums at each step, and of the first hidden numbers.

    The sums are, in this order: what was carried to the new numbers, reset, update, what was read for the new numbers.
    So the three of the carry's product lie side by side, and the three of the input's.
    """
    steps, batch, size = outputs.shape
    carry = product_with(carry_weight.t(), rows=batch, times=steps)
    sums = outputs.new_empty(steps, batch, 4, size)
    flat = sums.view(steps, batch, 4 * size)
    slopes = to_last.new_empty(min(CHUNK, steps), batch, 4, size)
    update = gates.both[..., size:]
    # What reaches each step from above, and zeros for the hidden numbers before the first.
    above = (torch.zeros_like(outputs[0]), *gradient.unbind())
    reached, carried = to_last + above[-1], torch.empty_like(to_last)
    for start in reversed(range(0, steps, CHUNK)):
        part = slice(start, start + CHUNK)
        _set_slopes(slopes, outputs[part], _Gates(*(numbers[part] for numbers in gates)))
        for step in reversed(range(start, min(start + CHUNK, steps))):
            torch.mul(reached.unsqueeze(1), slopes[step - start], out=sums[step])
            carried.copy_(carry(flat[step, :, : 3 * size], above[step]))
            torch.addcmul(carried, reached, update[step], out=reached)
    return flat, reached


def _set_slopes(
    slopes: Float[Tensor, "chunk batch 4 hidden"], outputs: Float[Tensor, "time batch hidden"], gates: _Gates
) -> None:
    """How much each of the four sums would move the hidden numbers of its step."""
    reset, update = gates.both.chunk(2, 2)
    by_carried, by_reset, by_update, by_new = slopes[: len(outputs)].unbind(2)
    keep_new = 1 - update
    torch.ops.aten.tanh_backward.grad_input(keep_new, gates.new, grad_input=by_new)
    torch.mul(by_new, reset, out=by_carried)
    torch.ops.aten.sigmoid_backward.grad_input(by_new * gates.carried, reset, grad_input=by_reset)
    torch.mul(outputs - gates.new, keep_new, out=by_update)
