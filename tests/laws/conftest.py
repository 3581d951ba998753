"""The table: each law that asks for `model` holds for every row of `architectures.ALL`."""

import pytest

import architectures
from foreword.models.language_model import AbstractLanguageModel


@pytest.fixture(params=architectures.ALL)
def model(request: pytest.FixtureRequest) -> AbstractLanguageModel:
    return architectures.loud(request.param)
