"""What `explain` draws of the inside of a network."""

import json
from pathlib import Path

import numpy as np
import pytest

from foreword.cli.explain import levels
from foreword.models.catalogue import build
from program import CommandLine

TEXT = "a cab abc\nbac"


def test_explain_of_a_short_text_draws_a_sign_below_each_character(foreword: CommandLine, toy: Path) -> None:
    outcome = foreword("explain", TEXT, "-m", toy, "--cells")
    assert outcome.err == (
        "TEXT is too short to find cells that follow a feature; the picture has 4 that vary. "
        "To find some, give a text of 2,000 tokens or more\n"
    )
    lines = outcome.out.splitlines()
    assert (lines[1][:3], lines[2]) == ("h0.", "a cab abc⏎")
    assert len(lines[3]) <= 10
    assert set(lines[3]) <= set("=- +#")
    assert lines[4] == "bac"
    assert outcome.out.count("h0.") == 4
    assert lines[-1] == "= lowest   - low   ␣ middle   + high   # highest"
    empty = foreword("explain", "-m", toy, "--cells", stdin=b"")
    assert (empty.code, empty.err.count("\n")) == (1, 1)


def test_explain_of_a_long_text_finds_the_cells_that_follow_it(foreword: CommandLine, toy: Path) -> None:
    text = "abc cab a (b) \n" * 300
    found = json.loads(foreword("explain", "-m", toy, "--cells", "--json", stdin=text).out)
    assert text.endswith("".join(found["pieces"]) + "\n")
    assert {"unit", "follows", "correlation"} == found["follow"][0].keys()
    assert {each["unit"] for each in found["cells"]} <= {each["unit"] for each in found["follow"]}
    assert {len(each["values"]) for each in found["cells"]} == {len(found["pieces"])}
    table = foreword("explain", "-m", toy, "--cells", stdin=text).out
    assert table.startswith("Cells that follow something in TEXT: their correlation with it, from -1 to 1\n")
    assert "  quotes         no cell\n" in table
    assert f"\n{found['cells'][0]['unit']}  follows " in table


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


def test_gradients_need_pytorch(foreword: CommandLine, toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.libraries.missing_for_training", lambda: ["PyTorch"])
    outcome = foreword("explain", TEXT, "-m", toy, "--gradients")
    assert outcome.code == 1
    assert outcome.err.startswith("foreword: training needs PyTorch, not installed here")
    assert foreword("explain", TEXT, "-m", toy, "--cells").code == 0


def test_levels_are_shares_of_the_largest_number() -> None:
    assert levels(np.array([-10, -3, 0, 3, 10], dtype=np.float32)) == [0, 1, 2, 3, 4]
