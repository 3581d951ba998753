"""What holds for all architectures while their weights are learned."""

import pytest
import torch
from torch import Tensor

from architectures import ALL, RECURRENT, VOCABULARY, small
from foreword.models.language_model import AbstractLanguageModel, State, detach

FIRST, SECOND = torch.randint(VOCABULARY, (2, 6, 2), generator=torch.Generator().manual_seed(2))


def gradients(model: AbstractLanguageModel, state: State) -> list[Tensor]:
    """Of the log-probability of the second block, read from `state`."""
    logits, _ = model(SECOND, state)
    chosen = torch.log_softmax(logits, dim=-1).gather(-1, SECOND[..., None])
    return list(torch.autograd.grad(chosen.sum(), list(model.parameters())))


def test_no_gradient_flows_through_a_detached_state(model: AbstractLanguageModel) -> None:
    """The state's values flow from block to block, and the past is a constant: truncated back-propagation."""
    _, state = model(FIRST, model.initial_state(2))
    with torch.no_grad():
        _, constants = model(FIRST, model.initial_state(2))
    torch.testing.assert_close(gradients(model, detach(state)), gradients(model, constants))


@pytest.mark.parametrize("row", RECURRENT)
def test_the_gradient_would_flow_through_a_recurrent_state_that_is_not_detached(row: str) -> None:
    model = small(row)
    _, state = model(FIRST, model.initial_state(2))
    cut = gradients(model, detach(state))
    whole = gradients(model, state)
    assert all(tensor.requires_grad for tensor in state)
    assert any(not torch.allclose(ours, theirs) for ours, theirs in zip(cut, whole, strict=True))


def test_every_weight_takes_part(model: AbstractLanguageModel) -> None:
    _, state = model(FIRST, model.initial_state(2))
    assert all(gradient.abs().max() > 0 for gradient in gradients(model, detach(state)))


@pytest.mark.parametrize("row", [row for row in ALL if not row.startswith("unrolled")])
def test_dropout_silences_in_training_only(row: str) -> None:
    silenced, spared = small(row, dropout=0.5), small(row)
    state = spared.initial_state(2)
    expected, _ = spared(FIRST, state)
    assert torch.equal(silenced(FIRST, state)[0], expected)
    assert not torch.equal(silenced.train()(FIRST, state)[0], expected)
    assert torch.equal(spared.train()(FIRST, state)[0], expected)


def test_bfloat16_autocast_changes_little_and_keeps_the_types_of_the_state(
    model: AbstractLanguageModel,
) -> None:
    """A carried state in bfloat16 would make a resumed run depend on the precision of the one before."""
    state = model.initial_state(2)
    expected, _ = model(FIRST, state)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, reached = model(FIRST, state)
        model(SECOND, reached)
    assert [tensor.dtype for tensor in reached] == [tensor.dtype for tensor in state]
    torch.testing.assert_close(logits.float(), expected, atol=0.15, rtol=0.05)
