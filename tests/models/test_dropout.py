"""Dropout keeps its mask along a block, keeps the expectation, and is gone when nothing is trained."""

import pytest
import torch

from foreword.models.layers import LockedDropout, WeightDropout


def test_what_is_silenced_stays_silenced_at_every_step_and_differs_from_column_to_column() -> None:
    torch.manual_seed(0)

    numbers = LockedDropout(0.4)(torch.ones(5, 40, 30))  # (time, batch, hidden)

    assert torch.equal(numbers, numbers[:1].expand(5, -1, -1))
    assert (numbers[0] == 0).float().mean().item() == pytest.approx(0.4, abs=0.05)
    assert not torch.equal(numbers[0, 0], numbers[0, 1])


@pytest.mark.parametrize("drop", [LockedDropout(0.3), WeightDropout(0.3)])
def test_the_expectation_is_kept(drop: LockedDropout | WeightDropout) -> None:
    torch.manual_seed(0)
    shape = (1, 400, 400) if isinstance(drop, LockedDropout) else (400, 400)

    numbers = drop(torch.full(shape, 2.0))

    assert numbers.mean().item() == pytest.approx(2, rel=0.02)
    assert numbers.unique().tolist() == pytest.approx([0, 2 / 0.7])


@pytest.mark.parametrize("drop", [LockedDropout(0.9), WeightDropout(0.9)])
def test_nothing_is_silenced_where_nothing_is_trained(drop: LockedDropout | WeightDropout) -> None:
    numbers = torch.randn((3, 4, 5) if isinstance(drop, LockedDropout) else (4, 5))

    assert drop.eval()(numbers) is numbers


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_numbers_keep_their_type(kind: torch.dtype) -> None:
    assert LockedDropout(0.5)(torch.ones(2, 3, 4, dtype=kind)).dtype == kind
