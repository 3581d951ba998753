"""The weights follow from how well each source foresaw what was written, before it was learned."""

from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import Mixture, fitted, observations
from foreword.runtime.beam import Beam
from foreword.runtime.predictor import Predictor
from foreword.text.tokenizer import characters_tokenizer


@pytest.fixture
def predictor(tmp_path: Path) -> Predictor:
    """A network of letters for which everything is equally likely."""
    tokenizer = characters_tokenizer(dict.fromkeys("abcdefghijklmnopqrstuvwxyz ,", 9))
    table = np.full((tokenizer.size, tokenizer.size), -np.log(tokenizer.size), dtype=np.float32)
    return Predictor(toys.model(tmp_path / "toy", tokenizer, toys.table_graph(table)))


def test_each_word_is_seen_with_the_probability_it_had_for_both(predictor: Predictor) -> None:
    beam, memory = Beam(predictor), Memory.open()
    memory.learn("see you tomorrow")
    seen = list(observations(predictor, beam, memory, "see you, then"))

    size = predictor.tokenizer.size
    ends = beam.ends.sum() / size
    assert [each.network for each in seen] == pytest.approx(
        [ends / size**3, ends / size**3, ends / size**4], rel=1e-4
    )
    assert [each.memory > 0 for each in seen] == [True, True, False]
    assert seen[1].memory == memory.probability("see ", "you")


def test_a_memory_that_foresees_what_is_written_is_believed(predictor: Predictor) -> None:
    foreseen = fitted(predictor, Memory.open(), ["see you tomorrow"] * 20, most=1_000)
    others = [" ".join(f"{letter}{other}" for other in "abcdefgh") for letter in "ijklmnop"]
    unforeseen = fitted(predictor, Memory.open(), others, most=1_000)

    assert foreseen.share(4) > Mixture().share(4) + 0.2
    assert unforeseen.share(0) < Mixture().share(0)


def test_it_ends_where_enough_words_were_seen(predictor: Predictor) -> None:
    memory = Memory.open()
    fitted(predictor, memory, ["one two three"] * 9, most=4)

    assert len(memory.messages()) == 2
