"""The networks without a carried state match their sources: the tutorial, Bengio's equation, `conv1d`."""

import math
from typing import cast

import numpy as np
import pytest
import torch
from jaxtyping import Float, Int64
from torch import nn
from torch.nn.functional import conv1d, cross_entropy, pad

from architectures import NEWLINE, VOCABULARY
from foreword.models.feedforward import (
    Convolution,
    ConvolutionConfig,
    Unrolled,
    UnrolledConfig,
    Window,
    WindowConfig,
)


def randomized(model: nn.Module, std: float = 0.3) -> dict[str, np.ndarray]:
    """Give every weight of `model` a random value; the biases would otherwise be zero."""
    torch.manual_seed(3)
    for weight in model.parameters():
        nn.init.normal_(weight, std=std)
    return {name: weight.detach().numpy() for name, weight in model.named_parameters()}


def relu(values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    return np.where(values > 0, values, 0)


def tutorial(
    weights: dict[str, np.ndarray], characters: Int64[np.ndarray, "3"]
) -> Float[np.ndarray, " vocab"]:
    """`UnRolledRNN_Model.forward` of the tutorial, its names kept, in NumPy."""

    def dense1(values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        return relu(weights["hear.weight"] @ values + weights["hear.bias"])

    def dense2(values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        return relu(weights["carry.weight"] @ values + weights["carry.bias"])

    character1, character2, character3 = weights["embed.weight"][characters]
    c1_hidden, c2_hidden, c3_hidden = dense1(character1), dense1(character2), dense1(character3)
    c1_hidden_2 = dense2(c1_hidden)
    addition_result = c2_hidden + c1_hidden_2
    addition_hidden = dense2(addition_result)
    addition_result_2 = addition_hidden + c3_hidden
    final_output: np.ndarray = weights["predict.weight"] @ addition_result_2 + weights["predict.bias"]
    return final_output


def test_three_characters_give_the_logits_of_the_tutorial() -> None:
    model = Unrolled(UnrolledConfig(vocabulary=VOCABULARY, newline=0))
    weights = randomized(model, std=0.1)
    text = np.random.default_rng(0).integers(0, VOCABULARY, 20)
    logits, _ = model(torch.from_numpy(text)[:, None], model.initial_state(1))
    for end in range(2, 20):
        expected = tutorial(weights, text[end - 2 : end + 1])
        np.testing.assert_allclose(logits[end, 0].detach().numpy(), expected, rtol=1e-4, atol=1e-4)


def test_a_window_computes_equation_1_of_bengio() -> None:
    """`y = b + U tanh(d + H x)`; x is the embeddings side by side, the oldest first."""
    model = Window(WindowConfig(vocabulary=VOCABULARY, newline=0, embedding=5, hidden=7, context=3))
    weights = randomized(model, std=1.0)
    text = np.array([4, 11, 2, 7])
    logits, _ = model(torch.from_numpy(text)[:, None], model.initial_state(1))
    x = weights["embed.weight"][text[1:]].reshape(-1)
    hidden = np.tanh(weights["hide.bias"] + weights["hide.weight"] @ x)
    expected = weights["predict.bias"] + weights["predict.weight"] @ hidden
    np.testing.assert_allclose(logits[-1, 0].detach().numpy(), expected, rtol=1e-4, atol=1e-5)


def test_a_layer_is_a_causal_dilated_convolution_added_to_its_input() -> None:
    """Recomputed with `conv1d` over a text padded with newlines."""
    sizes = {"embedding": 5, "hidden": 6, "kernel": 3, "layers": 2}
    model = Convolution(ConvolutionConfig(vocabulary=VOCABULARY, newline=NEWLINE, **sizes))
    randomized(model)
    ids = torch.randint(VOCABULARY, (15, 2))
    logits, _ = model(ids, model.initial_state(2))
    text = pad(ids, (0, 0, model.context - 1, 0), value=NEWLINE)
    values = model.widen(model.embed(text)).permute(1, 2, 0)  # (batch, hidden, length)
    for layer, convolve in enumerate(cast("list[nn.Linear]", list(model.convolve))):
        matrix = convolve.weight.reshape(6, 3, 6).permute(0, 2, 1)  # (outputs, inputs, kernel)
        added = torch.relu(conv1d(values, matrix, convolve.bias, dilation=2**layer))
        values = values[:, :, -added.shape[-1] :] + added
    torch.testing.assert_close(logits, model.predict(values.permute(2, 0, 1)))


@pytest.mark.parametrize("layers", [1, 9])
def test_a_new_convolution_is_near_a_uniform_guess_at_any_depth(layers: int) -> None:
    """`training/loop.py` calls a network diverged if its loss is far above that."""
    torch.manual_seed(0)
    model = Convolution(ConvolutionConfig(vocabulary=300, newline=NEWLINE, layers=layers))
    ids = torch.randint(300, (33, 8))
    logits, _ = model(ids[:-1], model.initial_state(8))
    assert cross_entropy(logits.flatten(0, 1), ids[1:].flatten()).item() < math.log(300) + 0.3
