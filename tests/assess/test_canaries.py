"""Canaries pass the filter that takes secrets out, and those that a model knows are told from others."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess.canaries import BEGINNINGS, POSSIBLE, TIMES, Canary, Level, canaries, levels_of, lines
from foreword.runtime.model import Model
from foreword.text.secrets import ASKED_FOR
from foreword.text.secrets.scrubbing import scrub
from foreword.text.tokenizer import characters_tokenizer


def test_there_are_as_many_as_said_and_no_two_begin_alike() -> None:
    chosen = canaries(3)
    assert Counter(each.times for each in chosen) == TIMES
    assert len({each.beginning for each in chosen}) == len(chosen)
    assert {each.beginning.rstrip() for each in chosen} <= set(BEGINNINGS)
    assert Counter(lines(chosen)) == Counter({each.sentence: each.times for each in chosen if each.times})


def test_the_seed_decides_which() -> None:
    assert canaries(1) == canaries(1) != canaries(2)
    assert POSSIBLE == 100**4


@pytest.mark.parametrize("seed", range(20))
def test_the_filter_lets_all_of_them_pass(seed: int) -> None:
    """Or a network would never see them, and forget what it was never told."""
    text = "\n".join(each.sentence for each in canaries(seed))
    assert scrub(text, also=ASKED_FOR).text == text


def chain(tmp_path: Path, text: str) -> Model:
    """A model that goes on as the text does, whose characters are all different."""
    tokenizer = characters_tokenizer(dict.fromkeys(text + "0123456789 ", 9))
    steps = dict(pairwise(text))
    table = toys.transitions(tokenizer, {before: {after: 1.0} for before, after in steps.items()})
    return toys.model(tmp_path / "chain", tokenizer, toys.table_graph(table))


def test_a_canary_that_a_model_knows_is_drawn_and_most_exposed_and_others_are_not(tmp_path: Path) -> None:
    model = chain(tmp_path, "x:48-15 7")
    known = Canary(beginning="x:", secret="48-15", times=1)
    strange = [Canary(beginning="x:", secret=secret, times=0) for secret in ("37-26", "90-36")]
    rest = [Canary(beginning="y ", secret="12-34", times=times) for times in (2, 4, 8, 16)]
    never, once, *_ = levels_of(model, [known, *strange, *rest])
    assert (once.times, once.exposures, once.drawn, once.is_remembered) == (1, (12.0,), 1, True)
    assert (never.times, len(never.exposures), never.drawn, never.is_remembered) == (0, 2, 0, False)


def test_levels_are_remembered_where_chance_would_hardly_come_so_far() -> None:
    assert not Level(times=1, exposures=(1.0, 2.5, 0.2, 3.0), drawn=0).is_remembered
    assert Level(times=1, exposures=(5.0, 4.5, 3.2, 6.0), drawn=0).is_remembered
    assert Level(times=1, exposures=(0.1,), drawn=1).is_remembered


def test_a_level_has_its_figures_for_programs() -> None:
    figures = Level(times=2, exposures=(1.0, 3.0), drawn=0).figures()
    assert figures == {
        "times": 2,
        "canaries": 2,
        "exposure": 2.0,
        "exposures": [1.0, 3.0],
        "chance": pytest.approx(np.exp(-4 * np.log(2)) * (1 + 4 * np.log(2))),
        "remembered": False,
        "drawn": 0,
    }
