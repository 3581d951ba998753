"""The program that plants canaries: it repeats the training of a model, measures exposures and leaves nothing else."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import toys
import trainings
from benchmarks import canaries
from benchmarks.canaries import NOT_REMEMBERED, TIMES, Canary
from foreword.api import train
from foreword.text.secrets.scrubbing import scrub
from messages import RECIPE, messages

DIGITS = "0123456789"


def test_the_secrets_filter_lets_every_canary_pass() -> None:
    """Otherwise a network would never read them and could not memorise them."""
    for seed in range(20):
        chosen = canaries.canaries(seed)
        assert Counter(each.times for each in chosen) == TIMES
        text = "\n".join(each.beginning + each.secret for each in chosen)
        assert scrub(text).text == text


def test_exposure_follows_from_the_rank_among_random_secrets(tmp_path: Path) -> None:
    """For this model, a secret is the likelier, the smaller the sum of its digits is."""
    row = {digit: 2.0 ** -int(digit) for digit in DIGITS}
    model = toys.of_letters(tmp_path / "counter", dict.fromkeys(DIGITS + "x \n", row))
    sums = np.array([1.0])
    for _ in range(8):
        sums = np.convolve(sums, np.full(10, 0.1))
    for secret, total in (("00 00 00 00", 0), ("23 23 23 23", 20), ("45 45 45 45", 36), ("99 99 99 99", 72)):
        expected = min(canaries.HIGHEST, -np.log2(sums[: total + 1].sum()))
        assert canaries.exposure_of(model, Canary(1, "x", secret)) == pytest.approx(expected, abs=0.3)


@pytest.mark.slow
def test_the_copy_repeats_the_training_and_is_deleted(
    printed: Any, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canaries, "TIMES", {0: 1, 1: 2, 2: 1, 4: 1, 8: 1, 16: 1})
    source = tmp_path / "text.txt"
    source.write_text(messages(300), "utf-16-le")
    recipe: dict[str, dict[str, object]] = {**RECIPE, "text": {"encoding": "utf-16-le"}}
    recipe["training"] = {**RECIPE["training"], "steps": 20}
    train(source, to=tmp_path / "made", recipe=recipe, start="scratch")
    before = trainings.contents(tmp_path / "made")
    found = json.loads(printed(canaries, source, "-m", tmp_path / "made"))
    assert [each["times"] for each in found["canaries"]] == [*canaries.TIMES]
    assert (found["copy"]["steps"], found["copy"]["own_steps"]) == (20, 20)
    assert found["verdict"].startswith(NOT_REMEMBERED)
    assert trainings.contents(tmp_path / "made") == before
    assert list(home.iterdir()) == []
    source.write_text("too short", "utf-16-le")
    with pytest.raises(SystemExit, match="characters of text or more are needed"):
        printed(canaries, source, "-m", tmp_path / "made")
