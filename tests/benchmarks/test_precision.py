"""The arithmetic of benchmarks/precision.py: when is a difference noise?"""

import json
from pathlib import Path

import pytest

from benchmarks import precision
from benchmarks.precision import Look


def test_a_difference_within_twice_its_standard_error_is_noise() -> None:
    look = Look(step=1, float32=[1.0, 1.2], bfloat16=[1.1, 1.3])
    assert (look.difference, look.spread, look.error) == pytest.approx((0.1, 0.1414, 0.1414), abs=1e-4)
    assert look.noise
    assert not Look(step=1, float32=[1.0, 1.01], bfloat16=[1.1, 1.11]).noise
    assert not Look(step=1, float32=[1.1, 1.11], bfloat16=[1.0, 1.01]).noise


def test_it_shows_when_the_precision_spoils_what_is_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole program, on a text too easy to need more: both precisions learn it from every seed."""
    text = tmp_path / "text.txt"
    text.write_text("abcdefg\n" * 4_000, encoding="utf-8")
    sizes = ["--hidden", "16", "--layers", "1", "--steps", "40", "--seeds", "2"]
    monkeypatch.setattr("sys.argv", ["precision.py", str(text), *sizes])
    precision.main()
    looks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert looks[-1]["step"] == 40
    assert len(looks[-1]["float32"]) == len(looks[-1]["bfloat16"]) == 2
    assert max(looks[-1]["bfloat16"]) < looks[0]["bfloat16"][0]
