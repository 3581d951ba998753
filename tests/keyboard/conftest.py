"""What tests of the keyboard share."""

from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer


@pytest.fixture(scope="module")
def indifferent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A network of letters for which everything is equally likely."""
    tokenizer = characters_tokenizer(dict.fromkeys("aelmnt ", 9))
    table = np.full((tokenizer.size, tokenizer.size), -np.log(tokenizer.size), dtype=np.float32)
    path: Path = tmp_path_factory.mktemp("toy") / "toy"
    return toys.model(path, tokenizer, toys.table_graph(table))
