"""Laws of the state and the gradients: each test that uses `model` runs for every row of `architectures.ALL`."""

from itertools import accumulate

import pytest
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from architectures import ALL, NEWLINE, RECURRENT, VOCABULARY, WINDOWS, loud, small
from foreword.models.language_model import AbstractLanguageModel, AbstractWindowModel, State, detach, restart

IDS = torch.randint(VOCABULARY, (23, 3), generator=torch.Generator().manual_seed(1))


@pytest.fixture(params=ALL)
def model(request: pytest.FixtureRequest) -> AbstractLanguageModel:
    return loud(request.param)


def read_in_pieces(
    model: AbstractLanguageModel, ids: Int64[Tensor, "time batch"], *lengths: int
) -> tuple[Float[Tensor, "time batch vocab"], State]:
    state, rows = model.initial_state(ids.shape[1]), []
    for piece in torch.tensor_split(ids, list(accumulate(lengths))[:-1]):
        logits, state = model(piece, state)
        rows.append(logits)
    return torch.cat(rows), state


@pytest.mark.parametrize("lengths", [(1,) * 23, (1, 9, 2, 11), (22, 1)])
def test_reading_in_blocks_gives_the_same(model: AbstractLanguageModel, lengths: tuple[int, ...]) -> None:
    """The state holds all that a model knows of the past; otherwise typing would differ from training."""
    whole, after_whole = model(IDS, model.initial_state(3))
    pieces, after_pieces = read_in_pieces(model, IDS, *lengths)
    torch.testing.assert_close(pieces, whole)
    torch.testing.assert_close(after_pieces, after_whole)


def test_a_batch_column_computes_the_same_alone(model: AbstractLanguageModel) -> None:
    """The batch is axis 1 of every tensor of the state; beam search relies on it."""
    together, state = model(IDS, model.initial_state(3))
    for column in range(3):
        alone, own_state = read_in_pieces(model, IDS[:, column : column + 1], 22, 1)
        torch.testing.assert_close(together[:, column : column + 1], alone)
        torch.testing.assert_close(tuple(tensor[:, column : column + 1] for tensor in state), own_state)


def test_a_prediction_depends_on_the_text_before_it(model: AbstractLanguageModel) -> None:
    """Otherwise the laws above would also hold for a network that ignores its input."""
    logits, _ = model(IDS, model.initial_state(3))
    spread = torch.log_softmax(logits, dim=-1).std(dim=(0, 1))
    assert spread.mean() > 0.2


def test_a_network_does_not_change_its_input_state(model: AbstractLanguageModel) -> None:
    """Beam search and undo return to states that they have kept."""
    _, state = model(IDS, model.initial_state(3))
    kept = tuple(tensor.clone() for tensor in state)
    model(IDS[:5], state)
    assert all(torch.equal(now, before) for now, before in zip(state, kept, strict=True))


def test_restart_resets_only_the_marked_columns(model: AbstractLanguageModel) -> None:
    _, state = model(IDS, model.initial_state(3))
    fresh = model.initial_state(3)
    mixed, _ = model(IDS, restart(state, torch.tensor([False, True, False]), fresh))
    torch.testing.assert_close(mixed[:, 1], model(IDS, fresh)[0][:, 1])
    torch.testing.assert_close(mixed[:, [0, 2]], model(IDS, state)[0][:, [0, 2]])


@pytest.mark.parametrize("row", WINDOWS)
def test_a_window_sees_newlines_before_a_text(row: str) -> None:
    model = loud(row)
    assert isinstance(model, AbstractWindowModel)
    newlines = torch.full((model.context + 2, 3), NEWLINE)
    after_newlines, _ = model(torch.cat([newlines, IDS]), model.initial_state(3))
    torch.testing.assert_close(after_newlines[len(newlines) :], model(IDS, model.initial_state(3))[0])


@pytest.mark.parametrize("row", WINDOWS)
def test_a_window_sees_exactly_its_context(row: str) -> None:
    model = loud(row)
    assert isinstance(model, AbstractWindowModel)
    logits, _ = model(IDS, model.initial_state(3))
    for distance, seen in ((model.context - 1, True), (model.context, False)):
        altered = IDS.clone()
        altered[-1 - distance] = (altered[-1 - distance] + 1) % VOCABULARY
        changed = not torch.equal(model(altered, model.initial_state(3))[0][-1], logits[-1])
        assert changed == seen, f"{distance} tokens back"


# Gradients


FIRST, SECOND = torch.randint(VOCABULARY, (2, 6, 2), generator=torch.Generator().manual_seed(2))


def gradients(model: AbstractLanguageModel, state: State) -> list[Tensor]:
    """Gradients of the log-probability of the second block, read from `state`."""
    logits, _ = model(SECOND, state)
    chosen = torch.log_softmax(logits, dim=-1).gather(-1, SECOND[..., None])
    return list(torch.autograd.grad(chosen.sum(), list(model.parameters())))


@pytest.mark.parametrize("row", RECURRENT)
def test_a_gradient_flows_through_a_recurrent_state_that_is_not_detached(row: str) -> None:
    model = small(row)
    _, state = model(FIRST, model.initial_state(2))
    cut = gradients(model, detach(state))
    whole = gradients(model, state)
    assert all(tensor.requires_grad for tensor in state)
    assert any(not torch.allclose(ours, theirs) for ours, theirs in zip(cut, whole, strict=True))


def test_every_weight_gets_a_gradient(model: AbstractLanguageModel) -> None:
    _, state = model(FIRST, model.initial_state(2))
    assert all(gradient.abs().max() > 0 for gradient in gradients(model, detach(state)))


@pytest.mark.parametrize("row", [row for row in ALL if not row.startswith("unrolled")])
def test_dropout_acts_only_in_training(row: str) -> None:
    silenced, spared = small(row, dropout=0.5), small(row)
    state = spared.initial_state(2)
    expected, _ = spared(FIRST, state)
    assert torch.equal(silenced(FIRST, state)[0], expected)
    assert not torch.equal(silenced.train()(FIRST, state)[0], expected)
    assert torch.equal(spared.train()(FIRST, state)[0], expected)


def test_bfloat16_autocast_changes_logits_little_and_keeps_state_types(
    model: AbstractLanguageModel,
) -> None:
    """With a bfloat16 state, a resumed run would depend on the precision of the run before."""
    state = model.initial_state(2)
    expected, _ = model(FIRST, state)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, reached = model(FIRST, state)
        model(SECOND, reached)
    assert [tensor.dtype for tensor in reached] == [tensor.dtype for tensor in state]
    torch.testing.assert_close(logits.float(), expected, atol=0.15, rtol=0.05)
