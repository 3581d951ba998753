"""The whole of benchmarks/generation.py on a small network: each way writes, and reading less is faster."""

import json

import pytest

from benchmarks import generation


def test_all_ways_are_measured_and_the_window_read_again_is_slow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--hidden", "16", "--layers", "1", "--seconds", "0.01"]
    monkeypatch.setattr(generation, "ROUNDS", 1)
    monkeypatch.setattr(generation, "TEXT", 4_000)
    monkeypatch.setattr(generation, "TOGETHER", (2, 32))
    monkeypatch.setattr("sys.argv", ["generation.py", *sizes])
    generation.main()
    ways = json.loads(capsys.readouterr().out)["ways"]
    rates = {name: way["characters_per_second"] for name, way in ways.items()}
    assert len(rates) == 6
    assert all(rate > 0 for rate in rates.values())
    assert rates["32 passages"] > rates["the tutorial's way, PyTorch"]
    assert ways["one passage"]["one_passage_is"] == 1
