"""Initial weights, tied outputs and dropout of the recurrent networks; test_laws.py checks their states."""

from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn

from architectures import RECURRENT, small
from foreword.models.backpropagation import recurrence
from foreword.models.catalogue import parameter_count
from foreword.models.layers import LockedDropout
from foreword.models.recurrent import AbstractRecurrent


def recurrent(row: str, **changes: object) -> AbstractRecurrent:
    model = small(row, **changes)
    assert isinstance(model, AbstractRecurrent)
    return model


def cells(model: AbstractRecurrent, kind: str) -> list[Tensor]:
    """The weights of one kind in the recurrent stack, gate by gate."""
    stacked = [weight for name, weight in model.cells.named_parameters() if name.startswith(kind)]
    return [gate for weight in stacked for gate in weight.detach().reshape(-1, 24, *weight.shape[1:])]


@pytest.mark.parametrize("row", RECURRENT)
def test_each_gate_has_an_orthogonal_initial_matrix(row: str) -> None:
    gates = cells(recurrent(row), "weight_hh")
    for gate in gates:
        torch.testing.assert_close(gate @ gate.T, torch.eye(24), atol=1e-4, rtol=0)


@pytest.mark.parametrize("forget_bias", [1.0, 0.0, 2.5])
def test_the_forget_gates_bias_is_added_once_and_the_other_biases_are_zero(forget_bias: float) -> None:
    """PyTorch sums two biases per gate."""
    model = recurrent("lstm", forget_bias=forget_bias)
    pairs = zip(cells(model, "bias_ih"), cells(model, "bias_hh"), strict=True)
    sums = [set((first + second).tolist()) for first, second in pairs]
    assert sums == [{0.0}, {forget_bias}, {0.0}, {0.0}] * model.config.layers


def test_a_tied_output_scores_a_token_by_its_embedding_and_stores_one_matrix() -> None:
    model = recurrent("lstm, tied by a projection")
    hidden = torch.randn(2, 3, 24)
    project = cast("nn.Linear", model.output.project)
    logits = model.output(hidden, model.embed.weight)
    own = recurrent("lstm, tied by a projection", tied=False)
    assert parameter_count(own) - parameter_count(model) == 12 * 24 - project.weight.numel()
    torch.testing.assert_close(logits[1, 2, 5], model.embed.weight[5] @ (project.weight @ hidden[1, 2]))


def test_each_dropout_rate_acts_at_its_own_place() -> None:
    model = recurrent("lstm", dropout=0.5, input_dropout=0.25, carry_dropout=0.75).train()
    silenced: dict[nn.Module, float] = {}

    def look(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:
        assert inputs[0].shape == output.shape
        silenced[module] = (output == 0).float().mean().item()

    for module in (model.drop_input, model.drop, model.drop_carry):
        module.register_forward_hook(look)
    model(torch.randint(12, (4, 200)), model.initial_state(200))
    assert silenced[model.drop_input] == pytest.approx(0.25, abs=0.05)
    assert silenced[model.drop] == pytest.approx(0.5, abs=0.05)
    assert silenced[model.drop_carry] == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize("row", [row for row, (_, sizes) in RECURRENT.items() if "layer_norm" not in sizes])
def test_separate_layers_give_the_logits_and_gradients_of_pytorchs_stack(row: str) -> None:
    model = recurrent(row)
    ids, state = torch.randint(12, (7, 3)), tuple(torch.randn(s.shape) for s in model.initial_state(3))
    hidden, reached = model.cells(model.embed(ids), state if len(state) > 1 else state[0])
    expected = model.output(hidden, model.embed.weight)
    logits, after = model(ids, state)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(after, reached if len(state) > 1 else (reached,))
    weights = list(model.parameters())
    found, wanted = (torch.autograd.grad(each.square().sum(), weights) for each in (logits, expected))
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("mode", ["GRU", "RNN_TANH", "RNN_RELU"])
def test_the_gradients_of_a_recurrence_are_finite_differences_and_nearly_those_in_bfloat16(
    mode: str,
) -> None:
    gates = 3 if mode == "GRU" else 1
    shapes = [(6, 2, 5), (2, 4), (gates * 4, 5), (gates * 4, 4), (gates * 4,), (gates * 4,)]
    torch.manual_seed(1)
    given = [torch.randn(shape, dtype=torch.float64).mul(0.3).requires_grad_() for shape in shapes]

    def outputs(inputs: Tensor, hidden: Tensor, *weights: Tensor) -> Tensor:
        return recurrence(mode, inputs, hidden, list(weights))

    assert torch.autograd.gradcheck(outputs, given)
    exact = torch.autograd.grad(outputs(*given).square().sum(), given)
    narrow = [tensor.detach().float().requires_grad_() for tensor in given]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = outputs(*narrow)
    assert found.dtype == torch.bfloat16
    for near, gradient in zip(torch.autograd.grad(found.float().square().sum(), narrow), exact, strict=True):
        assert (near - gradient).norm() < 0.05 * gradient.norm()


@pytest.mark.parametrize("row", [row for row in RECURRENT if row.endswith("normalised")])
def test_layer_norm_normalises_the_outputs_but_not_the_carried_state(row: str) -> None:
    model, plain = recurrent(row), recurrent(row, layer_norm=False)
    plain.load_state_dict(model.state_dict(), strict=False)
    handed: list[Tensor] = []
    model.output.register_forward_hook(lambda _, inputs, __: handed.append(inputs[0]))
    ids, state = torch.randint(12, (7, 3)), model.initial_state(3)
    _, after = model(ids, state)
    _, after_plain = plain(ids, state)
    torch.testing.assert_close([tensor[:1] for tensor in after], [tensor[:1] for tensor in after_plain])
    torch.testing.assert_close(handed[0].mean(-1), torch.zeros(7, 3), atol=1e-5, rtol=0)
    torch.testing.assert_close(handed[0].var(-1, correction=0), torch.ones(7, 3), atol=1e-2, rtol=0)


def test_locked_dropout_uses_one_mask_per_column_for_all_steps() -> None:
    torch.manual_seed(0)
    assert LockedDropout(0.4)(torch.ones(5, 4, 3, dtype=torch.bfloat16)).dtype == torch.bfloat16
    numbers = LockedDropout(0.4)(torch.ones(5, 40, 30))  # (time, batch, hidden)
    assert torch.equal(numbers, numbers[:1].expand(5, -1, -1))
    assert not torch.equal(numbers[0, 0], numbers[0, 1])
    assert (numbers[0] == 0).float().mean().item() == pytest.approx(0.4, abs=0.05)
    assert numbers.unique().tolist() == pytest.approx([0, 1 / 0.6])
