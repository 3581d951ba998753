"""The tutorial's network, term by term."""

import numpy as np
import pytest
import torch
from jaxtyping import Float, Int64

from architectures import VOCABULARY
from foreword.models.feedforward import Unrolled, UnrolledConfig


def relu(values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    return np.where(values > 0, values, 0)


def tutorial(model: Unrolled, characters: Int64[np.ndarray, "3"]) -> Float[np.ndarray, " vocab"]:
    """`UnRolledRNN_Model.forward` of the tutorial, its names kept, in NumPy."""
    weights = {name: weight.detach().numpy() for name, weight in model.named_parameters()}

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


def with_biases(config: UnrolledConfig) -> Unrolled:
    """A network whose every weight counts: the biases start from zero otherwise."""
    torch.manual_seed(3)
    model = Unrolled(config)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    return model


def test_three_characters_give_what_the_tutorial_computes() -> None:
    model = with_biases(UnrolledConfig(vocabulary=VOCABULARY, newline=0))
    text = np.random.default_rng(0).integers(0, VOCABULARY, 20)

    logits, _ = model(torch.from_numpy(text)[:, None], model.initial_state(1))

    for end in range(2, 20):
        expected = tutorial(model, text[end - 2 : end + 1])
        np.testing.assert_allclose(logits[end, 0].detach().numpy(), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("context", [1, 2, 5])
def test_any_context_repeats_the_middle_step(context: int) -> None:
    model = with_biases(UnrolledConfig(vocabulary=VOCABULARY, newline=0, context=context))
    ids = torch.arange(context)[:, None]

    heard = [torch.relu(model.hear(model.embed(token))) for token in ids]
    hidden = heard[0]
    for next_heard in heard[1:]:
        hidden = torch.relu(model.carry(hidden)) + next_heard

    logits, _ = model(ids, model.initial_state(1))
    torch.testing.assert_close(logits[-1], model.predict(hidden))


def test_its_default_sizes_are_the_tutorials() -> None:
    config = UnrolledConfig(vocabulary=86, newline=0)

    assert (config.embedding, config.hidden, config.context) == (30, 256, 3)
