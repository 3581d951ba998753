"""Back-propagation through a layer of the vanilla network or of the GRU on the CPU.

    hidden = activation(read + carry @ hidden)                the vanilla network (Elman 1990)

    reset, update = sigmoid(read + carry @ hidden)            the GRU (Cho and others 2014; the reset gate as in cuDNN)
    new = tanh(read + reset * (carry @ hidden + bias))
    hidden = new + update * (hidden - new)

PyTorch's own layers for these two add up the gradient of each weight step by step. Here the inputs' product and the
gradients of weights are one product over all steps (Appleyard and others 2016). A step back is one product as well.
The slopes at its sums do not depend on later steps, so one computation gives those of the whole block beforehand.
"""

from typing import Any, final

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from foreword.libraries import Float


def recurrence(
    mode: str,
    inputs: Float[Tensor, "time batch inputs"],
    hidden: Float[Tensor, "batch hidden"],
    weights: list[Tensor],
) -> Float[Tensor, "time batch hidden"]:
    """The hidden numbers at each step, in autocast's type or else in that of `inputs`.

    `mode` is that of `nn.RNNBase`. The `weights` are in PyTorch's order, gates stacked: reset, update, new.
    """
    kind = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else inputs.dtype
    with torch.autocast("cpu", enabled=False):
        outputs: Tensor = _Recurrence.apply(mode, *(tensor.to(kind) for tensor in (inputs, hidden, *weights)))  # type: ignore[no-untyped-call, unused-ignore]
    return outputs


@final
class _Recurrence(Function):
    """Arguments and gradients are all of one type."""

    @staticmethod
    def forward(ctx: Any, mode: str, inputs: Tensor, first: Tensor, *weights: Tensor) -> Tensor:
        read_weight, carry_weight, read_bias, carry_bias = weights
        (steps, batch, _), size = inputs.shape, first.shape[1]
        early = len(carry_bias) - (size if mode == "GRU" else 0)  # biases that are added before a gate
        bias = read_bias.clone()
        bias[:early] += carry_bias[:early]
        sums = torch.addmm(bias, inputs.flatten(0, 1), read_weight.t()).view(steps, batch, -1)
        carry, hidden, outputs = carry_weight.t(), first, sums
        gates: tuple[Tensor, ...] = ()
        if mode == "GRU":
            outputs, new = inputs.new_empty(steps, batch, size), sums[..., early:].clone()
            sums[..., early:] = carry_bias[early:]
            gates = (sums, new)
            for total, at, output in zip(sums, new, outputs, strict=True):
                torch.addmm(total, hidden, carry, out=total)
                reset, update = total[:, :early].sigmoid_().chunk(2, 1)
                at.addcmul_(reset, total[:, early:]).tanh_()
                hidden = torch.lerp(at, hidden, update, out=output)
        else:
            for total in sums:
                torch.addmm(total, hidden, carry, out=total)
                hidden = total.tanh_() if mode == "RNN_TANH" else total.relu_()
        ctx.mode = mode
        ctx.save_for_backward(inputs, first, read_weight, carry_weight, outputs, *gates)
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        inputs, first, read_weight, carry_weight, outputs, *gates = ctx.saved_tensors
        before, size, stacked = torch.cat([first[None], outputs[:-1]]), first.shape[1], len(carry_weight)
        slopes = _slopes(ctx.mode, before, outputs, *gates)
        sums = torch.empty_like(slopes)  # gradients of the sums
        flat = sums.flatten(2)
        carry = carry_weight.roll(size, 0).t().contiguous().t()  # the faster order in memory
        above = (torch.zeros_like(first), *gradient)
        reached = above[-1]
        kept = list(gates[0][..., size : 2 * size]) if gates else []
        each = list(zip(slopes, sums, flat[..., :stacked], above, strict=False))
        for slope, total, left, direct in reversed(each):
            torch.mul(reached.unsqueeze(1), slope, out=total)
            past_gates = direct.addcmul(reached, kept.pop()) if kept else direct
            reached = torch.addmm(past_gates, left, carry)
        flat = flat.flatten(0, 1)
        read, carried = flat[:, -stacked:], flat[:, :stacked]
        to_bias = (flat.new_ones(1, len(flat)) @ flat)[0]
        return (
            None,
            (read @ read_weight).view(inputs.shape),
            reached,
            read.t() @ inputs.flatten(0, 1),
            (carried.t() @ before.flatten(0, 1)).roll(-size, 0),
            to_bias[-stacked:],
            to_bias[:stacked].roll(-size),
        )


def _slopes(
    mode: str,
    before: Float[Tensor, "time batch hidden"],
    outputs: Float[Tensor, "time batch hidden"],
    sums: Float[Tensor, "time batch gates"] | None = None,
    new: Float[Tensor, "time batch hidden"] | None = None,
) -> Float[Tensor, "time batch parts hidden"]:
    """How much each sum of a step moves its hidden numbers. The GRU's four: new carried, reset, update, new read."""
    if sums is None or new is None:
        slopes = 1 - outputs.square() if mode == "RNN_TANH" else (outputs > 0).to(outputs.dtype)
        return slopes.unsqueeze(2)
    reset, update, carried = sums.chunk(3, 2)
    slopes = outputs.new_empty(*outputs.shape[:2], 4, outputs.shape[2])
    by_carried, by_reset, by_update, by_read = slopes.unbind(2)
    torch.mul(1 - update, 1 - new.square(), out=by_read)
    torch.mul(by_read, reset, out=by_carried)
    torch.mul(by_carried, (1 - reset).mul_(carried), out=by_reset)
    torch.mul((before - new).mul_(update), 1 - update, out=by_update)
    return slopes
