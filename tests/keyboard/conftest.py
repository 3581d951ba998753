"""Fixtures that the keyboard tests share."""

import pytest

import toys
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model


@pytest.fixture(scope="module")
def indifferent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A network of few letters that finds every letter equally likely."""
    return toys.indifferent(tmp_path_factory.mktemp("toy") / "toy", "aelmnt ")


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A similar network with all English letters."""
    return toys.indifferent(tmp_path_factory.mktemp("toy") / "toy", "abcdefghijklmnopqrstuvwxyzTW ,")


@pytest.fixture
def guesser(english: Model) -> Keyboard:
    """A keyboard of that network, with an empty memory."""
    return Keyboard(english)
