"""A gradient reaches exactly as far back as the network sees."""

import numpy as np
import pytest
import torch

from foreword.errors import SourceEmpty
from foreword.models.catalogue import build
from foreword.training.gradient_reach import gradient_by_distance

IDS = np.random.default_rng(0).integers(0, 9, 400)
VOCABULARY: dict[str, object] = {"vocabulary": 9, "newline": 0, "hidden": 8, "embedding": 4}


@pytest.mark.parametrize(
    ("architecture", "sees"),
    [("unrolled", 3), ("window", 8), ("convolution", 31), ("rnn", 100), ("lstm", 100)],
)
def test_a_gradient_reaches_as_far_back_as_the_network_sees(architecture: str, sees: int) -> None:
    torch.manual_seed(0)
    norms = gradient_by_distance(build(architecture, VOCABULARY).eval(), IDS)
    assert norms.shape == (100,)
    assert (norms[sees:] == 0).all()
    assert (norms[: min(sees, 20)] > 0).all()


def test_without_recurrence_only_the_last_token_has_a_gradient() -> None:
    """Distance 0 is the last token read."""
    torch.manual_seed(0)
    model = build("rnn", VOCABULARY)
    with torch.no_grad():
        dict(model.named_parameters())["cells.weight_hh_l0"].zero_()
    norms = gradient_by_distance(model.eval(), IDS[:30])
    assert norms.shape == (29,)
    assert norms[0] > 0
    assert (norms[1:] == 0).all()


def test_a_too_short_text_is_refused() -> None:
    with pytest.raises(SourceEmpty, match="at least 10 are needed"):
        gradient_by_distance(build("rnn", VOCABULARY).eval(), IDS[:5])
