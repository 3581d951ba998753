"""What `explain` draws of the inside of a network."""

import json
from pathlib import Path

import numpy as np
import pytest

from foreword.cli.explain import levels
from foreword.models.catalogue import build
from program import CommandLine

TEXT = "a cab abc\nbac"


def test_explain_draws_a_sign_below_each_character(foreword: CommandLine, toy: Path) -> None:
    outcome = foreword("explain", TEXT, "-m", toy, "--cells", "--unit", "h0.2", "--unit", "h0.4")
    lines = outcome.out.splitlines()
    assert lines[1:3] == ["h0.2", "a cab abc⏎"]
    assert len(lines[3]) <= 10
    assert set(lines[3]) <= set("=- +#")
    assert lines[4] == "bac"
    assert "h0.4" in lines
    assert lines[-1] == "= lowest   - low   ␣ middle   + high   # highest"
    assert (outcome.code, outcome.err) == (0, "")


def test_explain_of_a_short_text_draws_four_varying_cells(foreword: CommandLine, toy: Path) -> None:
    outcome = foreword("explain", TEXT, "-m", toy, "--cells")
    assert outcome.err == (
        "TEXT is too short to find cells that follow a feature; the picture has 4 that vary. "
        "To find some, name a text of 2,000 tokens or more: --over SOURCE\n"
    )
    assert outcome.out.count("h0.") == 4
    empty = foreword("explain", "-m", toy, "--cells", stdin=b"")
    assert (empty.code, empty.err.count("\n")) == (1, 1)


def test_the_json_output_has_every_number(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("abc cab a (b) \n" * 300, encoding="utf-8")
    options = ("--cells", "--over", tmp_path / "long.txt", "--unit", "h0.1", "--json")
    found = json.loads(foreword("explain", TEXT, "-m", toy, *options).out)
    assert "".join(found["pieces"]) == TEXT
    assert [each["unit"] for each in found["cells"]] == ["h0.1"]
    assert len(found["cells"][0]["values"]) == len(TEXT)
    assert {"unit", "follows", "correlation"} == found["follow"][0].keys()
    table = foreword("explain", TEXT, "-m", toy, *options[:-1]).out
    assert "  quotes         no cell\n" in table


def test_explain_writes_a_png_picture(
    foreword: CommandLine, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    network = build("rnn", {"vocabulary": 400, "newline": 0}).eval()  # a toy has no weights of its own
    monkeypatch.setattr("foreword.models.catalogue.network_with", lambda *_: network)
    for option in ("--cells", "--gradients"):
        drawn = tmp_path / f"{option}.png"
        assert foreword("explain", TEXT, "-m", toy, option, "--plot", drawn).code == 0
        assert drawn.read_bytes().startswith(b"\x89PNG")


def test_a_gate_has_the_same_scale_in_the_picture_as_in_the_drawing(
    foreword: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From closed to open: scaled to its largest number, a gate that never opened looked open."""
    small = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "nietzsche-small"
    drawn: dict[str, np.ndarray] = {}

    def picture(_pieces: list[str], lines: dict[str, np.ndarray]) -> bytes:
        drawn.update(lines)
        return b""

    monkeypatch.setattr("foreword.assess.cells.picture", picture)
    options = ("--cells", "--gates", "--unit", "c0.113")
    given = foreword("explain", TEXT, "-m", small, *options, "--plot", tmp_path / "cells.png")
    numbers = json.loads(foreword("explain", TEXT, "-m", small, *options, "--json").out)["cells"][0]
    assert given.code == 0
    for name, line in numbers["gates"].items():
        np.testing.assert_allclose(drawn[f"c0.113  {name}"], 2 * np.array(line) - 1, atol=2e-4)


def test_gradients_need_pytorch(foreword: CommandLine, toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.libraries.missing_for_training", lambda: ["PyTorch"])
    outcome = foreword("explain", TEXT, "-m", toy, "--gradients")
    assert outcome.code == 1
    assert outcome.err.startswith("foreword: training needs PyTorch, not installed here")
    assert foreword("explain", TEXT, "-m", toy, "--cells").code == 0


def test_levels_scale_by_the_largest_number_or_by_the_gate_range() -> None:
    for line, is_gate in (([-10, -3, 0, 3, 10], False), ([0, 0.3, 0.5, 0.7, 1], True)):
        assert levels(np.array(line, dtype=np.float32), is_gate=is_gate) == [0, 1, 2, 3, 4]
