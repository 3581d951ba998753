"""Bengio's network, against its equation."""

import numpy as np
import torch

from architectures import VOCABULARY
from foreword.models.feedforward import Window, WindowConfig, side_by_side


def test_a_window_gives_what_equation_1_of_bengio_gives() -> None:
    """`y = b + U tanh(d + H x)`, x being the embeddings side by side, the oldest first."""
    torch.manual_seed(3)
    model = Window(WindowConfig(vocabulary=VOCABULARY, newline=0, embedding=5, hidden=7, context=3))
    for weight in model.parameters():
        torch.nn.init.normal_(weight)
    weights = {name: weight.detach().numpy() for name, weight in model.named_parameters()}
    text = np.array([4, 11, 2, 7])

    logits, _ = model(torch.from_numpy(text)[:, None], model.initial_state(1))

    x = weights["embed.weight"][text[1:]].reshape(-1)
    hidden = np.tanh(weights["hide.bias"] + weights["hide.weight"] @ x)
    expected = weights["predict.bias"] + weights["predict.weight"] @ hidden
    np.testing.assert_allclose(logits[-1, 0].detach().numpy(), expected, rtol=1e-4, atol=1e-5)


def test_side_by_side_joins_places_that_lie_a_dilation_apart_the_oldest_first() -> None:
    places = torch.arange(7.0).reshape(7, 1, 1)

    joined = side_by_side(places, width=3, dilation=2)

    assert joined[:, 0].tolist() == [[0, 2, 4], [1, 3, 5], [2, 4, 6]]
