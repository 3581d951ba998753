"""What the state promises, for all architectures."""

from itertools import accumulate

import pytest
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from architectures import NEWLINE, VOCABULARY, WINDOWS, loud
from foreword.models.language_model import AbstractLanguageModel, AbstractWindowModel, State, restart

IDS = torch.randint(VOCABULARY, (23, 3), generator=torch.Generator().manual_seed(1))


def read_in_pieces(
    model: AbstractLanguageModel, ids: Int64[Tensor, "time batch"], *lengths: int
) -> tuple[Float[Tensor, "time batch vocab"], State]:
    state, rows = model.initial_state(ids.shape[1]), []
    for piece in torch.tensor_split(ids, list(accumulate(lengths))[:-1]):
        logits, state = model(piece, state)
        rows.append(logits)
    return torch.cat(rows), state


@pytest.mark.parametrize("lengths", [(1,) * 23, (1, 9, 2, 11), (22, 1)])
def test_a_text_read_in_pieces_gives_the_same_as_read_whole(
    model: AbstractLanguageModel, lengths: tuple[int, ...]
) -> None:
    """The state holds all that a model knows of the past, or typing would drift from training."""
    whole, after_whole = model(IDS, model.initial_state(3))
    pieces, after_pieces = read_in_pieces(model, IDS, *lengths)
    torch.testing.assert_close(pieces, whole)
    torch.testing.assert_close(after_pieces, after_whole)


def test_a_batch_gives_what_its_members_give_alone(model: AbstractLanguageModel) -> None:
    """The batch lies on axis 1 of every tensor of the state: a beam search relies on it."""
    together, state = model(IDS, model.initial_state(3))
    for column in range(3):
        alone, own_state = model(IDS[:, column : column + 1], model.initial_state(1))
        torch.testing.assert_close(together[:, column : column + 1], alone)
        torch.testing.assert_close(tuple(tensor[:, column : column + 1] for tensor in state), own_state)


def test_a_prediction_depends_on_what_came_before_it(model: AbstractLanguageModel) -> None:
    """Else the laws above would hold for a network that says the same whatever it reads."""
    logits, _ = model(IDS, model.initial_state(3))
    spread = torch.log_softmax(logits, dim=-1).std(dim=(0, 1))
    assert spread.mean() > 0.2


def test_the_state_handed_in_stays_as_it_was(model: AbstractLanguageModel) -> None:
    """A beam and an undo go back to states they have kept."""
    _, state = model(IDS, model.initial_state(3))
    kept = tuple(tensor.clone() for tensor in state)
    model(IDS[:5], state)
    assert all(torch.equal(now, before) for now, before in zip(state, kept, strict=True))


def test_a_restarted_column_starts_afresh_and_the_others_go_on(model: AbstractLanguageModel) -> None:
    _, state = model(IDS, model.initial_state(3))
    fresh = model.initial_state(3)
    mixed, _ = model(IDS, restart(state, torch.tensor([False, True, False]), fresh))
    torch.testing.assert_close(mixed[:, 1], model(IDS, fresh)[0][:, 1])
    torch.testing.assert_close(mixed[:, [0, 2]], model(IDS, state)[0][:, [0, 2]])


@pytest.mark.parametrize("row", WINDOWS)
def test_what_a_window_sees_before_a_text_are_newlines(row: str) -> None:
    model = loud(row)
    assert isinstance(model, AbstractWindowModel)
    newlines = torch.full((model.context + 2, 3), NEWLINE)
    after_newlines, _ = model(torch.cat([newlines, IDS]), model.initial_state(3))
    torch.testing.assert_close(after_newlines[len(newlines) :], model(IDS, model.initial_state(3))[0])


@pytest.mark.parametrize("row", WINDOWS)
def test_a_window_sees_its_context_to_the_last_id_and_nothing_before(row: str) -> None:
    model = loud(row)
    assert isinstance(model, AbstractWindowModel)
    logits, _ = model(IDS, model.initial_state(3))
    for distance, seen in ((model.context - 1, True), (model.context, False)):
        altered = IDS.clone()
        altered[-1 - distance] = (altered[-1 - distance] + 1) % VOCABULARY
        changed = not torch.equal(model(altered, model.initial_state(3))[0][-1], logits[-1])
        assert changed == seen, f"{distance} tokens back"
