"""The dilated convolutions, against PyTorch's own."""

from typing import cast

import pytest
import torch
from torch import nn
from torch.nn.functional import conv1d, pad

from architectures import NEWLINE, VOCABULARY
from foreword.models.feedforward import Convolution, ConvolutionConfig


@pytest.mark.parametrize(("kernel", "layers", "context"), [(2, 3, 8), (3, 4, 31), (1, 5, 1), (4, 1, 4)])
def test_the_context_is_the_receptive_field(kernel: int, layers: int, context: int) -> None:
    config = ConvolutionConfig(vocabulary=VOCABULARY, newline=NEWLINE, kernel=kernel, layers=layers)

    assert Convolution(config).context == context


def test_a_layer_is_a_causal_dilated_convolution_added_to_its_input() -> None:
    """Computed again with `conv1d` over a text that newlines were put before."""
    torch.manual_seed(3)
    config = ConvolutionConfig(
        vocabulary=VOCABULARY, newline=NEWLINE, embedding=5, hidden=6, kernel=3, layers=2
    )
    model = Convolution(config)
    ids = torch.randint(VOCABULARY, (15, 2))
    logits, _ = model(ids, model.initial_state(2))

    text = pad(ids, (0, 0, model.context - 1, 0), value=NEWLINE)
    values = model.widen(model.embed(text)).permute(1, 2, 0)  # (batch, hidden, length)
    for layer, convolve in enumerate(cast("list[nn.Linear]", list(model.convolve))):
        matrix = convolve.weight.reshape(6, 3, 6).permute(0, 2, 1)  # (outputs, inputs, kernel)
        added = torch.relu(conv1d(values, matrix, convolve.bias, dilation=2**layer))
        values = values[:, :, -added.shape[-1] :] + added

    torch.testing.assert_close(logits, model.predict(values.permute(2, 0, 1)))
