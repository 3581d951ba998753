"""What the model folder knows of each architecture without PyTorch is what PyTorch builds."""

from pathlib import Path

import pytest

from foreword.errors import ModelMismatch
from foreword.modelfolder import Config, Tensor
from foreword.modelfolder.config import MATRICES, check_shapes
from foreword.models.catalogue import ARCHITECTURES, sizes_of
from foreword.models.language_model import AbstractLanguageModel

CONFIG = Path("config.json")


def described(model: AbstractLanguageModel, **changes: int) -> Config:
    """What config.json says of `model`, but for some sizes."""
    return Config(
        architecture=model.architecture,
        unit="characters",
        vocabulary=model.config.vocabulary,
        newline=model.config.newline,
        sizes={**sizes_of(model), **changes},
    )


def tensors_of(model: AbstractLanguageModel) -> dict[str, Tensor]:
    return {name: Tensor.of(weight.numpy()) for name, weight in model.state_dict().items()}


def test_a_network_fits_its_own_description(model: AbstractLanguageModel) -> None:
    check_shapes(described(model), tensors_of(model), CONFIG)


def test_a_network_fits_no_other_sizes(model: AbstractLanguageModel) -> None:
    """But for `context` of the unrolled network, which carries on with the same matrix however often."""
    checked = ["vocabulary", "newline", "embedding", "hidden", "layers", "kernel"]
    if model.architecture == "window":
        checked.append("context")
    for name in checked:
        size = sizes_of(model).get(name)
        if isinstance(size, int):
            with pytest.raises(ModelMismatch):
                check_shapes(described(model, **{name: size + 1}), tensors_of(model), CONFIG)


def test_every_architecture_is_known() -> None:
    assert MATRICES.keys() == ARCHITECTURES.keys()
