"""What tests of the keyboard share."""

from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer


def indifferent_to(letters: str, path: Path) -> Model:
    """A network of letters for which everything is equally likely."""
    tokenizer = characters_tokenizer(dict.fromkeys(letters, 9))
    table = np.full((tokenizer.size, tokenizer.size), -np.log(tokenizer.size), dtype=np.float32)
    return toys.model(path, tokenizer, toys.table_graph(table))


@pytest.fixture(scope="module")
def indifferent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A network of few letters for which everything is equally likely."""
    return indifferent_to("aelmnt ", tmp_path_factory.mktemp("toy") / "toy")


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The same of all letters of English."""
    return indifferent_to("abcdefghijklmnopqrstuvwxyzTW ,", tmp_path_factory.mktemp("toy") / "toy")


@pytest.fixture
def guesser(english: Model) -> Keyboard:
    """A keyboard of that network, with an empty memory."""
    return Keyboard(english)
